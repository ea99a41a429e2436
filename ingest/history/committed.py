"""The record as a commit held it: which folders are asked for, and what git has of them."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from ingest.curation.check import Record, read_record
from ingest.errors import Problem
from ingest.history.git import Commit, Repository
from ingest.record.columns import DOCUMENTS, FIGURES


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


def committed_record(repository: Repository, commit: Commit, scope: Scope) -> tuple[Record, list[Problem]]:
    """Read the record as a commit held it, by the lookups and checks of today."""
    files = repository.files(commit, scope.folders)
    return read_record(scope.episodes_of(files), read=reader_of(repository, commit, files))


def reader_of(repository: Repository, commit: Commit, files: Collection[Path]) -> Callable[[Path], bytes]:
    """Return a reader of these files as a commit held them; it raises FileNotFoundError for any other."""

    def read(path: Path) -> bytes:
        if path not in files:
            raise FileNotFoundError(path)
        return repository.content(commit, path)

    return read
