"""The days on which a load changed something: whether each has its publication as it then stood, and which are kept.

Raw is the truth, and the file of a day only what raw gives, worked out before. A desk that loads every day would have
240 files a year, each as large as the newest. Kept are the last days, the last day of each month and what somebody
pinned; any other can be built again from raw (`make history DAY=…`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

import duckdb

from common.contracts import other_version
from common.foreign import NoRegularFileError, log_of, open_foreign, regular_files
from common.layout import EVERY_FILE, day_of_file, file_of_day, recorded_folder
from common.quoting import identifier
from ingest.errors import CannotRunError
from ingest.files import shown_path
from ingest.warehouse.connection import has_raw_table, open_warehouse, remove_spilled, sentences
from ingest.warehouse.ours import NotOursError, copy_of_raw
from ingest.work_folders import remove_dead, work_folder

LAST_DAYS = 30
"""So many of the last days on which something was loaded stay."""


def kept_days(days: Iterable[date], pinned: Collection[date]) -> set[date]:
    """Return which days on which something was loaded are kept as files.

    Args:
        days: all days of the warehouse, in any order.
        pinned: those that somebody asked to keep.

    Returns:
        The last LAST_DAYS of them, the last one of each month, and the pinned ones.

    """
    ordered = sorted(set(days))
    month_ends = {(day.year, day.month): day for day in ordered}
    return {*ordered[-LAST_DAYS:], *month_ends.values(), *(day for day in ordered if day in pinned)}


def prune_days(folder: str, days: list[date], pinned: list[date]) -> int:
    """Remove the files of days that are not kept, at the end of a build.

    A file of a day that this warehouse knows nothing of stays: nothing could build it again. A reader that has a
    removed file open keeps reading it.

    Args:
        folder: that of the publications.
        days: the days on which something was loaded into this warehouse.
        pinned: those of them that somebody asked to keep.

    Returns:
        How many files were removed.

    Raises:
        OSError: a file cannot be removed.

    """
    pruned = set(days) - kept_days(days, pinned)
    found = [path for path in regular_files(recorded_folder(Path(folder)), EVERY_FILE) if day_of_file(path) in pruned]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


class State(StrEnum):
    """Whether a day is published as it ended.

    One that another version of this program published counts as missing, since nobody is shown it; one that was
    pruned does not: by the rule its file is not kept.
    """

    PUBLISHED = "published"
    PRUNED = "pruned"
    MISSING = "missing"
    OTHER_VERSION = "of another version"


@dataclass(frozen=True)
class RecordedDay:
    """A day in UTC, its last load and how many there were; how its publication stands, and whether it was pinned."""

    recorded_on: date
    recorded_until_at: datetime
    load_count: int
    state: State
    is_pinned: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether it should have a publication of this version and has none."""
        return self.state in (State.MISSING, State.OTHER_VERSION)


def recorded_days(warehouse: Path, published: Path) -> list[RecordedDay]:
    """Return the days of the warehouse, oldest first; none where there is no warehouse or nothing was loaded.

    Raises CannotRunError where the warehouse cannot be read.
    """
    if not warehouse.exists():
        return []
    with sentences(warehouse), open_foreign(warehouse.resolve()) as connection:
        if not has_raw_table(connection, "loads"):
            return []
        days = connection.execute(
            "SELECT CAST(loaded_at AS DATE), max(loaded_at), count(*) FROM raw.loads GROUP BY 1 ORDER BY 1"
        ).fetchall()
        pinned = pinned_days(connection)
    folder, kept = recorded_folder(published), kept_days((on for on, *_ in days), pinned)
    return [
        RecordedDay(on, at, count, _state(file_of_day(folder, on), at, is_kept=on in kept), on in pinned)
        for on, at, count in days
    ]


def _state(path: Path, recorded_until_at: datetime, *, is_kept: bool) -> State:
    """Return how the file of a day stands.

    One published before the day's last load does not stand for it, nor one that the dashboard would not serve.
    """
    absent = State.MISSING if is_kept else State.PRUNED
    try:
        with open_foreign(path) as connection:
            if other_version(connection):
                return State.OTHER_VERSION if is_kept else State.PRUNED
            ((until_at,),) = connection.execute("SELECT max(recorded_until_at) FROM build").fetchall()
    except (duckdb.Error, NoRegularFileError):
        return absent
    return State.PUBLISHED if until_at and until_at >= recorded_until_at else absent


def pinned_days(connection: duckdb.DuckDBPyConnection) -> set[date]:
    """Return the days pinned in an open warehouse; none in one of before there were pins."""
    return _days_of(connection, "pinned_days", "recorded_on")


def _days_of(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> set[date]:
    """Return the days of a column of raw; none where the table is not there."""
    if not has_raw_table(connection, table):
        return set()
    sql = f"SELECT DISTINCT CAST({identifier(column)} AS DATE) FROM raw.{identifier(table)}"
    return {day for (day,) in connection.execute(sql).fetchall()}


def pin(warehouse: Path, days: Collection[date], *, is_pinned: bool) -> list[date]:
    """Pin days, or let go of them; returns those for which that changed something, in order.

    Raises CannotRunError where there is no warehouse, nothing was loaded on such a day, or the file cannot be written.
    """
    if not warehouse.exists():
        raise CannotRunError(f"There is no warehouse {shown_path(warehouse)}, so there is no day to pin.")
    with sentences(warehouse), open_foreign(warehouse.resolve()) as connection:
        known = _days_of(connection, "loads", "loaded_at")
    for day in sorted(set(days) - known):
        raise CannotRunError(f"Nothing was loaded on {day}, so there is no such day. `on-record recorded` lists them.")
    with open_warehouse(warehouse) as connection:
        before = {day for (day,) in connection.execute("SELECT recorded_on FROM w.raw.pinned_days").fetchall()}
        changed = sorted(set(days) - before if is_pinned else set(days) & before)
        for day in changed:
            connection.execute(
                "INSERT INTO w.raw.pinned_days VALUES (?)" if is_pinned
                else "DELETE FROM w.raw.pinned_days WHERE recorded_on = ?", [day],
            )  # fmt: skip
    return changed


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
