"""The DuckDB file: opened, created whole or not at all, and its refusals turned into sentences."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
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
# What DuckDB says of a file that was cut off or overwritten in places.
DAMAGE = re.compile(r"Corrupt|Could not read enough|checksum|Serialization Error|INTERNAL Error|deserialize")
HOW_TO_REPLACE = "put a backup in its place, or move it away and run `make build`, which loads the record anew"
COUNTS = [
    f"{table}_{change}"
    for table in ("figures", "documents")
    for change in ("added", "changed", "unchanged", "withdrawn")
]


def sql_type(column: Column) -> str:
    """Return the DuckDB type of a column of the record."""
    return SQL_TYPES.get(column.kind, "VARCHAR")


def of_load(sheet: Sheet) -> list[tuple[str, str]]:
    """Return the columns of a table of raw with their types: those of the record, and where and when it was loaded."""
    columns = [(column.name, sql_type(column)) for column in sheet.columns]
    loaded = [("load_id", "VARCHAR"), ("loaded_at", "TIMESTAMP"), ("removed_at", "TIMESTAMP")]
    return [("episode_id", "VARCHAR"), *columns, ("record_file", "VARCHAR"), ("record_line", "INTEGER"), *loaded]


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
    is_ours = False
    try:
        with sentences(path):
            _attach(connection, target)
            is_ours = is_new
            connection.execute("BEGIN")
            _create_tables(connection)
            _refuse_clock_set_back(connection)
            yield connection
            connection.execute("COMMIT")
            _fold_log(connection, is_needed=is_new)
            is_ours = False
    finally:
        connection.close()  # without a COMMIT nothing is kept
        if is_ours:
            target.unlink(missing_ok=True)
            _log_of(target).unlink(missing_ok=True)
    if is_new:
        _put_in_place(target, path)


def _fold_log(connection: duckdb.DuckDBPyConnection, *, is_needed: bool) -> None:
    """Let go of the file. What was committed is safe in its log: a disk too full to fold it in undoes no load.

    A new warehouse must be whole in its one file, since only that is renamed.
    """
    try:
        connection.execute("DETACH w")
    except duckdb.Error:
        if is_needed:
            raise


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Turn what DuckDB or the disk raises about this file into CannotRunError with a sentence."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise CannotRunError(sentence(path, error)) from error


def is_locked(error: Exception) -> bool:
    """Say whether somebody else holds the file."""
    return "Could not set lock" in str(error)


def sentence(path: Path, error: Exception) -> str:
    """Return what is wrong with the warehouse and what to do about it."""
    file, message = shown_path(path), str(error)
    if is_locked(error):
        holder = re.search(r"held in (.*?) \(PID (\d+)\)", message)
        who = f"process {holder[2]} ({Path(holder[1]).name})" if holder else "another process"
        return f"The warehouse {file} is in use by {who}; close it there and try again."
    if "not a valid DuckDB database" in message:
        return f"{file} is not a DuckDB database; move it away or set ON_RECORD_WAREHOUSE to another file."
    reason = message.splitlines()[0].strip().removesuffix(".")
    if DAMAGE.search(message):
        return f"The warehouse {file} is damaged ({reason}): {HOW_TO_REPLACE}."
    if re.search("Cannot open|Could not (create|read)|Permission denied|read-only", message, re.IGNORECASE):
        return f"The warehouse {file} cannot be opened for writing: {reason.rsplit(': ', 1)[-1]}."
    return f"The warehouse {file} could not be written, and is as it was before: {reason}."


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
                if is_locked(error):
                    raise CannotRunError(sentence(path, error)) from error
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
        columns = ", ".join(f"{name} {kind}" for name, kind in of_load(sheet))
        connection.execute(f"CREATE TABLE IF NOT EXISTS w.raw.{table} ({columns})")
        # What a load replaced, whole, and by which load; an earlier version's warehouse gets its tables here.
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS w.raw.replaced_{table} ({columns}, replaced_by VARCHAR, replaced_at TIMESTAMP)"
        )
    create_dataset_tables(connection)


def _refuse_clock_set_back(connection: duckdb.DuckDBPyConnection) -> None:
    """Every load is later than the one before: what is told by loaded_at would be false otherwise."""
    ((last,),) = connection.execute("SELECT max(loaded_at) FROM w.raw.loads").fetchall()
    now = datetime.now(UTC).replace(tzinfo=None)
    if last and last > now:
        raise CannotRunError(
            f"This machine's clock says {now:%Y-%m-%d %H:%M:%S} UTC, and the last load was at "
            f"{last:%Y-%m-%d %H:%M:%S}: set the clock and try again. Nothing was loaded."
        )
