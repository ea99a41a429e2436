"""The DuckDB file: opened, created whole or not at all, and its refusals turned into sentences."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ingest.columns import DOCUMENTS, FIGURES, Column, Sheet
from ingest.dataset_columns import create_dataset_tables
from ingest.errors import CannotRunError
from ingest.paths import shown_path

# The oldest format that duckdb 1.5 tools can open; 2.0 would write a newer one (docs/decisions).
STORAGE_VERSION = "v1.5.0"
TABLES: dict[str, Sheet] = {"documents": DOCUMENTS, "figures": FIGURES}
SQL_TYPES = {"day": "DATE", "number": "DECIMAL(20,4)", "paragraph": "INTEGER"}
COUNTS = [
    f"{table}_{change}"
    for table in ("figures", "documents")
    for change in ("added", "changed", "unchanged", "withdrawn")
]


def sql_type(column: Column) -> str:
    """Return the DuckDB type of a column of the record."""
    return SQL_TYPES.get(column.kind, "VARCHAR")


@contextmanager
def open_warehouse(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing, attached as ``w``, with its raw tables; commit on leaving, undo on any error.

    All that happens inside is one transaction. A new warehouse is written beside its place and renamed when it is
    complete, since DuckDB cannot open the empty file that an interrupted creation leaves.

    Raises CannotRunError where the file is locked, is no DuckDB database, or cannot be written.
    """
    is_new = not path.exists()
    target = path.with_name(f".{path.stem}.creating.duckdb") if is_new else path
    if is_new:
        _clear_leftovers(path, target)
    connection = duckdb.connect()
    try:
        with sentences(path):
            _attach(connection, target)
            connection.execute("BEGIN")
            _create_tables(connection)
            yield connection
            connection.execute("COMMIT")
            connection.execute("DETACH w")
    finally:
        connection.close()  # without a COMMIT nothing is kept
    if is_new:
        _put_in_place(target, path)


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Turn what DuckDB raises about this file into CannotRunError with a sentence."""
    try:
        yield
    except duckdb.Error as error:
        raise CannotRunError(_sentence(path, str(error))) from error


def _sentence(path: Path, message: str) -> str:
    file = shown_path(path)
    if "Could not set lock" in message:
        holder = re.search(r"held in (.*?) \(PID (\d+)\)", message)
        who = f"process {holder[2]} ({Path(holder[1]).name})" if holder else "another process"
        return f"The warehouse {file} is in use by {who}; close it there and try again."
    if "not a valid DuckDB database" in message:
        return f"{file} is not a DuckDB database; move it away or set ON_RECORD_WAREHOUSE to another file."
    if re.search("Cannot open|Could not (read|write|create)|Permission denied|read-only", message, re.IGNORECASE):
        return f"The warehouse {file} cannot be opened for writing: {message.rsplit(': ', 1)[-1].strip()}."
    first_line = message.splitlines()[0]
    return f"The warehouse {file} could not be written, and is as it was before: {first_line}"


def _attach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    escaped = str(path).replace("'", "''")
    connection.execute(f"ATTACH '{escaped}' AS w (STORAGE_VERSION '{STORAGE_VERSION}')")


def _clear_leftovers(path: Path, target: Path) -> None:
    """Remove what an interrupted creation left, unless another load is creating the warehouse right now."""
    if not path.parent.is_dir():
        raise CannotRunError(f"The folder of the warehouse {shown_path(path)} does not exist.")
    if target.exists():
        with duckdb.connect() as connection:
            try:
                _attach(connection, target)
            except duckdb.Error as error:
                if "Could not set lock" in str(error):
                    raise CannotRunError(_sentence(path, str(error))) from error
    try:
        # A write-ahead log without its database belongs to a deleted one, and would be replayed into the new one.
        for leftover in (target, _log_of(target), _log_of(path)):
            leftover.unlink(missing_ok=True)
    except OSError as error:
        raise CannotRunError(f"{shown_path(target)} cannot be removed: {error.strerror}.") from error


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _put_in_place(target: Path, path: Path) -> None:
    if path.exists():
        target.unlink()
        raise CannotRunError(f"Another load created {shown_path(path)} meanwhile; try again.")
    target.rename(path)


def _create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    counts = ", ".join(f"{name} BIGINT" for name in COUNTS)
    connection.execute("CREATE SCHEMA IF NOT EXISTS w.raw")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS w.raw.loads (load_id VARCHAR PRIMARY KEY, started_at TIMESTAMP, "
        f"loaded_at TIMESTAMP, record_version VARCHAR, episode_ids VARCHAR, {counts})"
    )
    for table, sheet in TABLES.items():
        columns = ", ".join(f"{column.name} {sql_type(column)}" for column in sheet.columns)
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS w.raw.{table} (episode_id VARCHAR, {columns}, record_file VARCHAR, "
            "record_line INTEGER, load_id VARCHAR, loaded_at TIMESTAMP, removed_at TIMESTAMP)"
        )
    create_dataset_tables(connection)
