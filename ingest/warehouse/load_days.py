"""The days on which a load changed something, and whether each has its publication as it stood when it ended."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from common.contracts import other_version
from common.foreign import NoRegularFileError, log_of, open_foreign
from common.layout import file_of_day, recorded_folder
from ingest.errors import CannotRunError
from ingest.files import shown_path
from ingest.warehouse.connection import remove_spilled, sentences
from ingest.warehouse.ours import NotOursError, copy_of_raw
from ingest.work_folders import remove_dead, work_folder


@dataclass(frozen=True)
class RecordedDay:
    """A day in UTC, its last load and how many there were; whether that day is published as it ended.

    ``is_of_other_version``: there is a publication, with the tables of another version of this program. It counts as
    missing, since nobody is shown it.
    """

    recorded_on: date
    recorded_until_at: datetime
    load_count: int
    is_published: bool
    is_of_other_version: bool = False


def recorded_days(warehouse: Path, published: Path) -> list[RecordedDay]:
    """Return the days of the warehouse, oldest first; none where there is no warehouse or nothing was loaded.

    Raises CannotRunError where the warehouse cannot be read.
    """
    if not warehouse.exists():
        return []
    with sentences(warehouse), open_foreign(warehouse.resolve()) as connection:
        if not _has_loads(connection):
            return []
        days = connection.execute(
            "SELECT CAST(loaded_at AS DATE), max(loaded_at), count(*) FROM raw.loads GROUP BY 1 ORDER BY 1"
        ).fetchall()
    folder = recorded_folder(published)
    return [RecordedDay(on, at, count, *_standing(file_of_day(folder, on), at)) for on, at, count in days]


def _standing(path: Path, recorded_until_at: datetime) -> tuple[bool, bool]:
    """Return whether the file is a publication of all that was loaded by then, and whether another version wrote it.

    One published before the day's last load does not stand for it, nor one that the dashboard would not serve.
    """
    try:
        with open_foreign(path) as connection:
            if other_version(connection):
                return False, True
            ((until_at,),) = connection.execute("SELECT max(recorded_until_at) FROM build").fetchall()
    except (duckdb.Error, NoRegularFileError):
        return False, False
    return bool(until_at and until_at >= recorded_until_at), False


def copy_raw(warehouse: Path, target: Path) -> None:
    """Write the schema raw into a new file, to build the past in without touching the warehouse.

    The copy holds what is restricted, so only its owner can read it. Raises CannotRunError where the warehouse cannot
    be read or the file not be written.
    """
    if target.exists() and warehouse.exists() and target.samefile(warehouse):
        raise CannotRunError(f"{shown_path(target)} is the warehouse itself; copy it to another file.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for old in (target, log_of(target)):
            old.unlink(missing_ok=True)
        remove_spilled(target)
        remove_dead([target.parent])
    except OSError as error:
        raise CannotRunError(f"{shown_path(target)} cannot be written: {error.strerror}.") from error
    with sentences(warehouse):
        open_foreign(warehouse.resolve()).close()
    with sentences(target), work_folder(target.parent, "history", known_from=warehouse.parent) as folder:
        copy = folder / target.name
        try:
            copy_of_raw(warehouse.resolve(), copy, is_strict=False)
        except NotOursError as reason:
            raise CannotRunError(f"{shown_path(warehouse)} {reason}. Nothing was copied.") from reason
        copy.chmod(0o600)
        copy.replace(target)


def _has_loads(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'raw' "
        "AND table_name = 'loads'"
    ).fetchall()
    return bool(found)
