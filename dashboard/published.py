"""Find and open the newest complete publication; notice a newer one; never disturb its writer.

A publication is one immutable DuckDB file in the published folder. It is complete once its table `build` holds a
row, which is written last. A file without it, locked by its writer or damaged is skipped.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dashboard.errors import NothingPublishedError
from dashboard.reading import Memory, Reading

ROOT = Path(__file__).resolve().parent.parent
# One configuration for every connection: DuckDB refuses to open one file under two.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    # Enough for the heaviest page about a million figures; without a limit DuckDB keeps every block it has read.
    "memory_limit": "320MB",
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "lock_configuration": True,
}
# What DuckDB says where a part of the file was overwritten or cut off.
DAMAGE = ("Corrupt database file", "Could not read enough bytes")
HOW_TO_PUBLISH = "Nothing is published yet. Run `make build` in the project folder, then load this page again."


def published_folder() -> Path:
    """Return the folder of publications: ON_RECORD_PUBLISHED, or `published/` in the project."""
    return Path(os.environ.get("ON_RECORD_PUBLISHED") or ROOT / "published")


class Publication:
    """One open file and how many readers hold it; it closes when it is replaced and the last reader has left."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.path, self.connection = path, connection
        self.readers, self.is_replaced = 0, False
        self.memory = Memory(connection.cursor)

    def close_if_unused(self) -> None:
        """Close a replaced file that nobody reads any more; the caller holds the lock."""
        if self.is_replaced and self.readers == 0:
            self.memory.forget()
            self.connection.close()


def open_publication(path: Path) -> Publication | None:
    """Open `path` read-only, or None where it is locked, damaged or has no `build` row."""
    try:
        connection = duckdb.connect(str(path), read_only=True, config=CONFIG)
    except (duckdb.Error, OSError):
        return None
    try:
        row = connection.execute("select count(*) from main.build").fetchone()
    except duckdb.Error:
        row = None
    if row and row[0] == 1:
        return Publication(path, connection)
    connection.close()
    return None


class Publications:
    """The publications of one folder, served to many threads of one process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._current: Publication | None = None
        self._damaged: set[Path] = set()

    def _newer_paths(self) -> list[Path]:
        """Files newer than the one being served, newest first; their names are UTC times, so they sort by age."""
        try:
            names = [path.name for path in self.folder.iterdir() if path.suffix == ".duckdb"]
        except OSError:
            return []
        floor = self._current.path.name if self._current else ""
        newer = [self.folder / name for name in sorted(names, reverse=True) if name > floor]
        return [path for path in newer if path not in self._damaged]

    def _refresh(self) -> None:
        """Switch to the newest complete publication; keep the old one where no newer one can be read."""
        for path in self._newer_paths():
            publication = open_publication(path)
            if publication is None:
                continue
            old, self._current = self._current, publication
            if old:
                old.is_replaced = True
                old.close_if_unused()
            return

    @contextmanager
    def cursor(self) -> Iterator[Reading]:
        """Lend a cursor on the newest complete publication to one thread; raises NothingPublishedError."""
        with self._lock:
            self._refresh()
            publication = self._current
            if publication is None:
                raise NothingPublishedError(HOW_TO_PUBLISH)
            publication.readers += 1
            cursor = publication.connection.cursor()
        try:
            yield Reading(cursor, publication.memory)
        except duckdb.Error as error:
            self._forsake(publication, error)
            raise
        finally:
            with self._lock:
                cursor.close()
                publication.readers -= 1
                publication.close_if_unused()

    def _forsake(self, publication: Publication, error: duckdb.Error) -> None:
        """Go back to an earlier publication where the file itself cannot be read: opening it reads only its start."""
        if not any(reason in str(error) for reason in DAMAGE):
            return
        with self._lock:
            self._damaged.add(publication.path)
            if self._current is publication:
                publication.is_replaced, self._current = True, None

    def newest(self) -> Path:
        """Return the path of the newest complete publication; raises NothingPublishedError."""
        with self._lock:
            self._refresh()
            if self._current is None:
                raise NothingPublishedError(HOW_TO_PUBLISH)
            return self._current.path

    def close(self) -> None:
        """Let go of the open file, for a command that ends or a test."""
        with self._lock:
            if self._current:
                self._current.is_replaced = True
                self._current.close_if_unused()
                self._current = None


_shared: dict[Path, Publications] = {}


def publications() -> Publications:
    """Return the one set of publications of this process and folder; nothing is opened before the first cursor."""
    return _shared.setdefault(published_folder(), Publications(published_folder()))
