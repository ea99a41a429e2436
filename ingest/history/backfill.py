"""The past of the record, loaded from git into a warehouse that has none: each committed state at its own time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from ingest.curation.check import Record
from ingest.errors import CannotRunError
from ingest.files import shown_path
from ingest.history.committed import Scope, committed_record
from ingest.history.git import Commit, Repository
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
            committed, problems = committed_record(repository, commit, scope)
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


def _load(connection: duckdb.DuckDBPyConnection, record: Record, commit: Commit, loaded_at: datetime) -> LoadResult:
    try:
        return load_into(connection, record, Occasion(loaded_at, loaded_at, f"commit {commit}"))
    except RefusedError as refused:
        return LoadResult(None, {}, refused.problems)
