"""The record as it stood at the end of earlier days: published/recorded/<YYYY-MM-DD>.duckdb, one file a day.

Each is opened when somebody asks for it. Two are open at most, so that a worker stays as small as it was; one that
nobody has read for a while is closed. What cannot be read is refused: another day in its place would be wrong.
"""

import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from threading import Condition

from common.layout import day_of_file, file_of_day
from dashboard import wording
from dashboard.errors import BusyDayError, NotKeptDayError, NotRecordedError, OtherVersionDayError, UnreadableDayError
from dashboard.publication.open_file import Publication, UnservableError, identity, open_publication

MOST_OPEN = 2
# How long an archive stays open after its last reader, and how long a reader waits for a place, in seconds.
IDLE, PATIENCE = 120.0, 10.0
OTHER_VERSION = (
    "The record of {day} was published by another version of this program, in other tables, and cannot be shown as it "
    "is. Run `make history` in the project folder, which builds it again, or choose another day."
)
NOT_KEPT = (
    "The record of {day} is not kept as a file. It can be built again from what was loaded: run "
    "`make history DAY={iso}` in the project folder, or ask whoever runs this. Or choose another day."
)


class Archives:
    """The archived days of one folder, served to many threads of one process."""

    def __init__(self, folder: Path, *, patience: float = PATIENCE) -> None:
        self.folder, self.patience = folder, patience
        self.freed = Condition()
        self._open: OrderedDict[date, Publication] = OrderedDict()
        self._unreadable: dict[date, object] = {}

    def _path(self, day: date) -> Path:
        return file_of_day(self.folder, day)

    def _named(self) -> list[date]:
        try:
            found = [day_of_file(path) for path in self.folder.iterdir()]
        except OSError:
            return []
        return sorted(day for day in found if day)

    def days(self) -> list[date]:
        """List the days there is a file of, in order, but not those that are known to be unreadable."""
        return [day for day in self._named() if not self._is_unreadable(day)]

    def _is_unreadable(self, day: date) -> bool:
        return day in self._unreadable and self._unreadable[day] == identity(self._path(day))

    def hold(self, asked: date, newest: date, loaded: Sequence[date] = ()) -> Publication:
        """Return the record as of a day, held for one reader.

        Args:
            asked: the day.
            newest: the day of the newest publication.
            loaded: the days on which something was loaded, as the newest publication says; there may be more files, of
                a warehouse that is gone.

        Raises:
            NotRecordedError: it is before the first day.
            NotKeptDayError: something was loaded on that day, and no file of it is kept: an earlier one would be wrong.
            UnreadableDayError: its file is gone or damaged.
            OtherVersionDayError: its file has the tables of another version.
            BusyDayError: all places stay taken.

        """
        named = self._named()
        day = max((each for each in {*named, *loaded} if each <= asked), default=None)
        if day is None:
            first = wording.day(min([*named, *loaded, newest]))
            raise NotRecordedError(
                f"There is no record as of {wording.day(asked)}: it begins on {first}. Ask for that day or a later one."
            )
        if day not in named:
            raise NotKeptDayError(NOT_KEPT.format(day=wording.day(day), iso=day.isoformat()))
        with self.freed:
            until = time.monotonic() + self.patience
            while True:
                found = self._found(day)
                if found:
                    found.readers += 1
                    return found
                if not self.freed.wait(until - time.monotonic()):
                    raise BusyDayError("Other days are being read. Ask again in a few seconds.")

    def _found(self, day: date) -> Publication | None:
        """Return the open file of a day, opened now where there is a place; None where there is none yet."""
        self._close_replaced()
        found = self._open.get(day)
        if found and not found.is_replaced:
            self._open.move_to_end(day)
            return found
        # While the old file of that name is open, DuckDB would hand it out again: its readers leave first.
        if found or not self._has_place():
            return None
        opened = self._opened(day)
        if opened is None:
            raise UnreadableDayError(f"The record of {wording.day(day)} cannot be read at present. Choose another day.")
        self._open[day] = opened
        return opened

    def _opened(self, day: date) -> Publication | None:
        """Open the file of a day; None where it is damaged, of another day or replaced in the very moment.

        Raises OtherVersionDayError where its tables are not those of this version.
        """
        path = self._path(day)
        before = identity(path)
        try:
            opened = open_publication(path, is_past=True)
        except UnservableError as error:
            if not error.is_passing:
                self._unreadable[day] = before
            if error.is_of_other_version:
                raise OtherVersionDayError(OTHER_VERSION.format(day=wording.day(day))) from error
            return None
        if opened.recorded_on != day or opened.identity != before:
            opened.is_replaced = True
            opened.close_if_unused()
            self._unreadable[day] = before
            return None
        return opened

    def _close_replaced(self) -> None:
        """Close every file that is no longer the one of its name, unless somebody still reads it."""
        for day, found in list(self._open.items()):
            if found.is_replaced or found.identity != identity(self._path(day)):
                self._let_go(day, found)

    def _let_go(self, day: date, found: Publication) -> None:
        found.is_replaced = True
        found.close_if_unused()
        if found.readers == 0:
            del self._open[day]

    def _has_place(self) -> bool:
        """Whether one more may be opened, the one unused for longest closed for it."""
        if len(self._open) >= MOST_OPEN:
            unused = next(((day, each) for day, each in self._open.items() if each.readers == 0), None)
            if unused:
                self._let_go(*unused)
        return len(self._open) < MOST_OPEN

    def release(self, publication: Publication) -> None:
        """Take back what one reader held."""
        with self.freed:
            publication.readers -= 1
            publication.left_at = time.monotonic()
            self._close_replaced()
            self.freed.notify_all()

    def close_idle(self, idle: float = IDLE) -> None:
        """Close what nobody has read for `idle` seconds."""
        if not self._open:
            return
        with self.freed:
            for day, found in list(self._open.items()):
                if found.readers == 0 and time.monotonic() - found.left_at >= idle:
                    self._let_go(day, found)

    @property
    def open_days(self) -> list[date]:
        """The days whose files are open now."""
        return sorted(self._open)
