"""One published file, opened read-only: complete once its table `build` holds a row, which is written last."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from dashboard.reading import Memory, Reading

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
# What of a file must be as it was for it to be the same file: a file may be replaced under its name.
Identity = tuple[int, int, int, int]


def identity(path: Path) -> Identity | None:
    """Return what tells a file from the one that takes its name, or None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def recorded_day(build: dict[str, Any]) -> date:
    """Return the day of the last load in a publication, UTC; older ones say only when they were loaded."""
    found = build.get("recorded_on") or build["loaded_at"]
    return found.date() if isinstance(found, datetime) else date.fromisoformat(str(found))


class Publication:
    """One open file and how many readers hold it; it closes when it is replaced and the last reader has left."""

    def __init__(
        self, path: Path, connection: duckdb.DuckDBPyConnection, build: dict[str, Any], *, is_past: bool = False
    ) -> None:
        self.path, self.connection, self.build, self.is_past = path, connection, build, is_past
        self.recorded_on = recorded_day(build)
        self.identity = identity(path)
        self.readers, self.is_replaced, self.is_damaged, self.left_at = 0, False, False, 0.0
        self.memory = Memory(connection.cursor, is_past=is_past)

    def close_if_unused(self) -> None:
        """Close a replaced file that nobody reads any more; the caller holds the lock."""
        if self.is_replaced and self.readers == 0:
            self.memory.forget()
            self.connection.close()

    @contextmanager
    def lend(self) -> Iterator[Reading]:
        """Lend a cursor to one thread; the caller holds the publication for as long as the block lasts."""
        cursor = self.connection.cursor()
        try:
            yield Reading(cursor, self.memory)
        except duckdb.Error as error:
            self.is_damaged = self.is_damaged or any(reason in str(error) for reason in DAMAGE)
            raise
        finally:
            cursor.close()


def open_publication(path: Path, *, is_past: bool = False) -> Publication | None:
    """Open `path` read-only, or None where it is locked, damaged or has no `build` row."""
    try:
        connection = duckdb.connect(str(path), read_only=True, config=CONFIG)
    except (duckdb.Error, OSError):
        return None
    try:
        found = connection.execute("select * from main.build")
        names = [column[0] for column in found.description]
        rows = found.fetchall()
        if len(rows) == 1:
            return Publication(path, connection, dict(zip(names, rows[0], strict=True)), is_past=is_past)
    except (duckdb.Error, KeyError, ValueError):
        pass
    connection.close()
    return None
