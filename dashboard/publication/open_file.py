"""One published file, opened read-only: complete once its table `build` holds a row, which is written last."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from common.contracts import objection, other_version
from common.foreign import CONFIG, NoRegularFileError, identity, open_foreign
from dashboard.publication.cache import Memory, Reading

__all__ = ["CONFIG", "Publication", "UnservableError", "identity", "open_publication", "recorded_day"]

# What DuckDB says where a part of the file was overwritten or cut off.
DAMAGE = ("Corrupt database file", "Could not read enough bytes")


class UnservableError(Exception):
    """A file cannot be served: damaged, or no publication of this version; ``is_passing`` where it may be soon.

    ``is_of_other_version``: it is whole, and its tables are not those of this version.
    """

    def __init__(self, reason: str, *, is_passing: bool, is_of_other_version: bool = False) -> None:
        super().__init__(reason)
        self.is_passing, self.is_of_other_version = is_passing, is_of_other_version


def recorded_day(build: dict[str, Any]) -> date:
    """Return the day of the last load in a publication, UTC; older ones say only when they were loaded."""
    found = build.get("recorded_on") or build["loaded_at"]
    return found.date() if isinstance(found, datetime) else date.fromisoformat(str(found))


def _loaded_days(connection: duckdb.DuckDBPyConnection) -> list[date]:
    """Return the days on which something was loaded, up to that of this file; none where an early version wrote it."""
    try:
        rows = connection.execute("select recorded_on from main.dim_recorded_days order by recorded_on").fetchall()
    except duckdb.CatalogException:
        return []
    return [day for (day,) in rows]


class Publication:
    """One open file and how many readers hold it; it closes when it is replaced and the last reader has left."""

    def __init__(
        self, path: Path, connection: duckdb.DuckDBPyConnection, build: dict[str, Any], *, is_past: bool = False
    ) -> None:
        self.path, self.connection, self.build, self.is_past = path, connection, build, is_past
        self.recorded_on = recorded_day(build)
        self.loaded_days = _loaded_days(connection)
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


def open_publication(path: Path, *, is_past: bool = False) -> Publication:
    """Open a publication read-only, proved to have a build row and our tables with their columns.

    A day as it was recorded must have just the tables of this version; the newest may have columns of an earlier one.

    Raises UnservableError where it is locked, damaged, of another version, or no regular file.
    """
    try:
        connection = open_foreign(path)
    except (duckdb.Error, OSError) as error:
        raise UnservableError(_reason(error), is_passing=not _is_lasting(error)) from error
    try:
        return Publication(path, connection, _proved(connection, is_past=is_past), is_past=is_past)
    except UnservableError:
        connection.close()
        raise
    except (duckdb.Error, KeyError, ValueError) as error:
        connection.close()
        raise UnservableError(_reason(error), is_passing=not _is_lasting(error)) from error


def _proved(connection: duckdb.DuckDBPyConnection, *, is_past: bool) -> dict[str, Any]:
    """Return the build row; UnservableError where the file is no whole publication of this version."""
    if reason := other_version(connection) if is_past else objection(connection):
        raise UnservableError(f"it {reason}", is_passing=False, is_of_other_version=True)
    found = connection.execute("select * from main.build")
    names = [column[0] for column in found.description]
    rows = found.fetchmany(2)
    if len(rows) != 1:
        raise UnservableError("it has not one row in its table build", is_passing=False)
    return dict(zip(names, rows[0], strict=True))


def _reason(error: Exception) -> str:
    """Return why a file cannot be opened, without the paths and files that DuckDB's own words name."""
    return str(error) if isinstance(error, NoRegularFileError) else "it is damaged, or held by another program"


def _is_lasting(error: Exception) -> bool:
    """Whether the same file will give the same error: not where somebody holds it, or where memory was short."""
    lasting = (NoRegularFileError, KeyError, ValueError)
    return isinstance(error, lasting) or any(reason in str(error) for reason in (*DAMAGE, "not a valid DuckDB"))
