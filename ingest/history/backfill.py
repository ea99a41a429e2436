"""The past of the record, loaded from git into a warehouse that has none: each committed state at its own time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from ingest.curation.check import Record, read_record
from ingest.errors import CannotRunError, Problem
from ingest.files import shown_path
from ingest.history.git import Commit, Repository
from ingest.record.columns import DOCUMENTS, FIGURES
from ingest.warehouse.connection import open_warehouse
from ingest.warehouse.load import LoadResult, Occasion, RefusedError, load_into, now
from ingest.warehouse.taken_away import Guard

# Loads follow each other in time; commits may share a second, or be dated before the one they follow.
TICK = timedelta(microseconds=1)


@dataclass
class History:
    """What became of each committed state (a skipped one has problems), and of the files as they are now.

    ``oldest`` is set in a shallow clone: the commit before which nothing is known.
    """

    states: list[tuple[Commit, LoadResult]] = field(default_factory=list)
    working: LoadResult = field(default_factory=lambda: LoadResult(None, {}))
    oldest: Commit | None = None


@dataclass(frozen=True)
class Scope:
    """Whose history: the folder that holds the episodes, or only these of its folders."""

    home: Path
    episodes: tuple[Path, ...] = ()

    @property
    def folders(self) -> list[Path]:
        """The folders git is asked for."""
        return list(self.episodes) or [self.home]

    def episodes_of(self, files: Iterable[Path]) -> list[Path]:
        """Return the episode folders among these files; an episode that is gone today was one then."""
        folders = {path.parent for path in files if path.name in (DOCUMENTS.file_name, FIGURES.file_name)}
        return sorted(one for one in folders if (one in self.episodes if self.episodes else one.parent == self.home))


def load_history(
    record: Record,
    scope: Scope,
    warehouse: Path,
    progress: Callable[[Sequence[Commit]], Iterable[Commit]] = iter,
    reason: str = "",
    guard: Guard | None = None,
) -> History:
    """Load each state of the record on the main line of git, oldest first, then the record given, the files of now.

    ``loaded_at`` of a state is its commit's time. All of it is one transaction: on any error the warehouse is as it
    was. Raises CannotRunError without git, outside a repository, or where the warehouse holds loads already, and
    RefusedError where the record given cannot be loaded, as where it takes away what ``guard`` keeps without a reason.
    """
    started_at = now()
    repository = Repository(next((folder for folder in scope.folders if folder.is_dir()), scope.home.parent))
    commits = repository.commits(scope.folders)
    history = History(oldest=commits[0] if commits and repository.is_shallow else None)
    with open_warehouse(warehouse) as connection:
        _refuse_what_is_there(connection, warehouse)
        loaded_at = datetime.min
        for commit in progress(commits):
            committed, problems = _committed_record(repository, commit, scope)
            # A clock that ran ahead when committing is not believed: nothing was loaded later than now.
            loaded_at = max(min(commit.committed_at, started_at), loaded_at + TICK)
            if committed.episodes:
                result = LoadResult(None, {}, problems) if problems else _load(connection, committed, commit, loaded_at)
                history.states.append((commit, result))
        history.working = load_into(connection, record, Occasion(started_at, reason=reason, guard=guard))
    return history


def _refuse_what_is_there(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    if connection.execute("SELECT load_id FROM w.raw.loads LIMIT 1").fetchall():
        raise CannotRunError(
            f"{shown_path(warehouse)} holds loads already, and history cannot be put under what is there; move the "
            "file away, or name another by ON_RECORD_WAREHOUSE. Nothing was loaded."
        )


def _committed_record(repository: Repository, commit: Commit, scope: Scope) -> tuple[Record, list[Problem]]:
    """Read the record as a commit held it, by the lookups and checks of today."""
    files = repository.files(commit, scope.folders)

    def read(path: Path) -> bytes:
        if path not in files:
            raise FileNotFoundError(path)
        return repository.content(commit, path)

    return read_record(scope.episodes_of(files), read=read)


def _load(connection: duckdb.DuckDBPyConnection, record: Record, commit: Commit, loaded_at: datetime) -> LoadResult:
    try:
        return load_into(connection, record, Occasion(loaded_at, loaded_at, f"commit {commit}"))
    except RefusedError as refused:
        return LoadResult(None, {}, refused.problems)
