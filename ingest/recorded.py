"""The days on which a load changed something, and whether each has its publication as it stood when it ended."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from ingest.errors import CannotRunError
from ingest.paths import shown_path
from ingest.warehouse import STORAGE_VERSION, sentences

FOLDER = "recorded"
"""The folder of these publications, in that of the newest ones."""


@dataclass(frozen=True)
class RecordedDay:
    """A day in UTC, its last load and how many there were; whether that day is published as it ended."""

    recorded_on: date
    recorded_until_at: datetime
    load_count: int
    is_published: bool


def recorded_days(warehouse: Path, published: Path) -> list[RecordedDay]:
    """Return the days of the warehouse, oldest first; none where there is no warehouse or nothing was loaded.

    Raises CannotRunError where the warehouse cannot be read.
    """
    if not warehouse.exists():
        return []
    with sentences(warehouse), duckdb.connect(str(warehouse), read_only=True) as connection:
        if not _raw_tables(connection, ""):
            return []
        days = connection.execute(
            "SELECT CAST(loaded_at AS DATE), max(loaded_at), count(*) FROM raw.loads GROUP BY 1 ORDER BY 1"
        ).fetchall()
    folder = published / FOLDER
    return [RecordedDay(on, at, count, _stands_for(folder / f"{on}.duckdb", at)) for on, at, count in days]


def _stands_for(path: Path, recorded_until_at: datetime) -> bool:
    """Whether the file holds all that was loaded by then: one published before the day's last load does not."""
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            ((until_at,),) = connection.execute("SELECT max(recorded_until_at) FROM build").fetchall()
    except duckdb.Error:
        return False
    return bool(until_at and until_at >= recorded_until_at)


def copy_raw(warehouse: Path, target: Path) -> None:
    """Write the schema raw into a new file, to build the past in without touching the warehouse.

    Raises CannotRunError where the warehouse cannot be read or the file not be written.
    """
    if target.exists() and warehouse.exists() and target.samefile(warehouse):
        raise CannotRunError(f"{shown_path(target)} is the warehouse itself; copy it to another file.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for old in (target, target.with_name(target.name + ".wal")):
            old.unlink(missing_ok=True)
    except OSError as error:
        raise CannotRunError(f"{shown_path(target)} cannot be written: {error.strerror}.") from error
    with duckdb.connect() as connection:
        with sentences(warehouse):
            connection.execute(f"ATTACH '{_escaped(warehouse)}' AS w (READ_ONLY)")
        with sentences(target):
            connection.execute(f"ATTACH '{_escaped(target)}' AS copied (STORAGE_VERSION '{STORAGE_VERSION}')")
            connection.execute("CREATE SCHEMA copied.raw")
            for name in _raw_tables(connection, "w"):
                connection.execute(f'CREATE TABLE copied.raw."{name}" AS FROM w.raw."{name}"')


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")


def _raw_tables(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    """Return the names of the tables of the schema raw; of any database where none is named."""
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'raw' AND (database_name = $1 OR $1 = '') "
        "ORDER BY 1",
        [database],
    ).fetchall()
    return [name for (name,) in found]
