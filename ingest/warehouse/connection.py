"""The DuckDB file: opened, created whole or not at all, and its refusals turned into sentences."""

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from common.foreign import STORAGE_VERSION, NoRegularFileError, is_locked, log_of, spill_of
from common.quoting import literal
from ingest.errors import CannotRunError
from ingest.files import shown_path
from ingest.record.columns import DOCUMENTS, FIGURES, Column, TableSchema
from ingest.warehouse.migrations import migrate, other_columns
from ingest.warehouse.places import keep_named_places
from ingest.work_folders import remove_dead, work_folder

TABLES: dict[str, TableSchema] = {"documents": DOCUMENTS, "figures": FIGURES}
SQL_TYPES = {"day": "DATE", "moment": "TIMESTAMP", "number": "DECIMAL(20,4)", "paragraph": "INTEGER"}
# What DuckDB says of a file that was cut off or overwritten in places.
DAMAGE = re.compile(r"Corrupt|Could not read enough|checksum|Serialization Error|INTERNAL Error|deserialize")
# A folder that is missing, or in which nobody may write.
SHUT = (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EROFS)
HOW_TO_REPLACE = "put a backup in its place, or move it away and run `make build`, which loads the record anew"
COUNTS = [
    f"{table}_{change}"
    for table in ("figures", "documents")
    for change in ("added", "changed", "unchanged", "withdrawn")
]


def sql_type(column: Column) -> str:
    """Return the DuckDB type of a column of the record."""
    return SQL_TYPES.get(column.kind, "VARCHAR")


def of_load(schema: TableSchema) -> list[tuple[str, str]]:
    """Return the columns of a table of raw with their types: those of the record, and where and when it was loaded."""
    columns = [(column.name, sql_type(column)) for column in schema.columns]
    loaded = [("load_id", "VARCHAR"), ("loaded_at", "TIMESTAMP"), ("removed_at", "TIMESTAMP")]
    return [("episode_id", "VARCHAR"), *columns, ("record_file", "VARCHAR"), ("record_line", "INTEGER"), *loaded]


@contextmanager
def open_warehouse(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing, attached as ``w``, with its raw tables; commit on leaving, undo on any error.

    All that happens inside is one transaction. A new warehouse is written in a folder beside its place and gets its
    name when it is complete, since DuckDB cannot open the empty file that an interrupted creation leaves.

    Raises CannotRunError where the file is locked, is no DuckDB database, was made by an earlier version, or cannot be
    written.
    """
    if path.exists():
        with _transaction(path, path, is_new=False) as connection:
            yield connection
        return
    with _new_place(path) as target:
        with _transaction(target, path, is_new=True) as connection:
            yield connection
        _move_into_place(target, path)


@contextmanager
def _transaction(target: Path, path: Path, *, is_new: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open ``target``, which is ``path`` or is going to be, for one transaction."""
    # Beside the warehouse, as the build does, and not in whatever folder the command was called from.
    connection = duckdb.connect(config={"temp_directory": str(spill_of(target).absolute())})
    try:
        with sentences(path):
            _attach(connection, target, is_new=is_new)
            remove_spilled(target)
            connection.execute("BEGIN")
            migrate(connection, shown_path(path))
            _refuse_other_columns(connection, path)
            _refuse_clock_set_back(connection)
            yield connection
            keep_named_places(connection)
            connection.execute("COMMIT")
            _fold_log(connection, is_needed=is_new)
    finally:
        connection.close()  # without a COMMIT nothing is kept


@contextmanager
def _new_place(path: Path) -> Iterator[Path]:
    """Give a place for a new warehouse beside where it is going to be, cleared of what killed loads left."""
    if not path.parent.is_dir():
        raise CannotRunError(f"The folder of the warehouse {shown_path(path)} does not exist.")
    remove_dead([path.parent])
    with ExitStack() as stack:
        with sentences(path):
            # A write-ahead log without its database belongs to a deleted one, and would be replayed into the new one.
            log_of(path).unlink(missing_ok=True)
            folder = stack.enter_context(work_folder(path.parent, "load"))
        yield folder / path.name


def _fold_log(connection: duckdb.DuckDBPyConnection, *, is_needed: bool) -> None:
    """Let go of the file. What was committed is safe in its log: a disk too full to fold it in undoes no load.

    A new warehouse must be whole in its one file, since only that is renamed.
    """
    try:
        connection.execute("DETACH w")
    except duckdb.Error:
        if is_needed:
            raise


def remove_spilled(path: Path) -> None:
    """Remove what killed commands had set aside of a warehouse, restricted figures included.

    DuckDB leaves it there for ever. Called while the file is held for writing: then it is of nobody who lives.
    """
    shutil.rmtree(spill_of(path), ignore_errors=True)


def fold_log(path: Path) -> None:
    """Fold the log of a warehouse into its file, unless it is damaged; CannotRunError where somebody holds it."""
    try:
        duckdb.connect(str(path)).close()
    except duckdb.Error as error:
        if is_locked(error):
            raise CannotRunError(sentence(path, error)) from error


def has_raw_table(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether the current database has this table of raw: a file of before there was one is read all the same."""
    found = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'raw' "
        "AND table_name = ?",
        [table],
    ).fetchall()
    return bool(found)


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Turn what DuckDB or the disk raises about this file into CannotRunError with a sentence."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise CannotRunError(sentence(path, error)) from error


def sentence(path: Path, error: Exception) -> str:
    """Return what is wrong with the warehouse and what to do about it."""
    file, message = shown_path(path), str(error)
    if isinstance(error, NoRegularFileError):
        return f"{file} is no regular file, so it is not opened: move it away, or name another (ON_RECORD_WAREHOUSE)."
    if is_locked(error):
        holder = re.search(r"held in (.*?) \(PID (\d+)\)", message)
        who = f"process {holder[2]} ({Path(holder[1]).name})" if holder else "another process"
        return f"The warehouse {file} is in use by {who}; close it there and try again."
    if "not a valid DuckDB database" in message:
        return f"{file} is not a DuckDB database; move it away or set ON_RECORD_WAREHOUSE to another file."
    reason = (getattr(error, "strerror", None) or message.splitlines()[0]).strip().removesuffix(".")
    if DAMAGE.search(message):
        return f"The warehouse {file} is damaged ({reason}): {HOW_TO_REPLACE}."
    is_shut = isinstance(error, OSError) and error.errno in SHUT
    if is_shut or re.search("Cannot open|Could not (create|read)|Permission denied|read-only", message, re.IGNORECASE):
        return f"The warehouse {file} cannot be opened for writing: {reason.rsplit(': ', 1)[-1]}."
    return f"The warehouse {file} could not be written, and is as it was before: {reason}."


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, *, is_new: bool) -> None:
    """Attach the warehouse; one that is there keeps its format, which a version before us may have chosen newer."""
    version = f" (STORAGE_VERSION {literal(STORAGE_VERSION)})" if is_new else ""
    connection.execute(f"ATTACH {literal(str(path))} AS w{version}")


def _move_into_place(target: Path, path: Path) -> None:
    try:
        # A link and no renaming: should another load have made the warehouse meanwhile, it stays.
        path.hardlink_to(target)
    except FileExistsError:
        raise CannotRunError(f"Another load created {shown_path(path)} meanwhile; try again.") from None
    except OSError:  # a disk that knows no links
        target.rename(path)


def _refuse_other_columns(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """A warehouse that somebody changed by hand, whose tables have not all the columns, is refused in a sentence."""
    rows = connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'w' "
        "AND schema_name = 'raw'"
    ).fetchall()
    if other := other_columns({(table, name): kind for table, name, kind in rows}):
        raise CannotRunError(
            f"The warehouse {shown_path(path)} was made by another version: raw.{other}. Move it away and run "
            "`make build`, which loads the record anew, and `make history`, which loads its past from git."
        )


def _refuse_clock_set_back(connection: duckdb.DuckDBPyConnection) -> None:
    """Every load is later than the one before: what is told by loaded_at would be false otherwise."""
    ((last,),) = connection.execute("SELECT max(loaded_at) FROM w.raw.loads").fetchall()
    now = datetime.now(UTC).replace(tzinfo=None)
    if last and last > now:
        raise CannotRunError(
            f"This machine's clock says {now:%Y-%m-%d %H:%M:%S} UTC, and the last load was at "
            f"{last:%Y-%m-%d %H:%M:%S}: set the clock and try again. Nothing was loaded."
        )
