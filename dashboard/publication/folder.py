"""Find and open the newest complete publication, or that of an earlier day; never disturb their writer.

A publication is one immutable DuckDB file in the published folder. It is complete once its table `build` holds a
row, which is written last. A file without it, locked by its writer or damaged is skipped.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from common.foreign import Identity, identity
from common.layout import EVERY_FILE, published_folder, recorded_folder
from dashboard.errors import NothingPublishedError
from dashboard.publication.archive import Archives
from dashboard.publication.cache import Reading
from dashboard.publication.open_file import CONFIG, Publication, UnservableError, open_publication

__all__ = ["CONFIG", "Publications", "publications", "published_folder"]

# How long a request waits for those who still read a file that was replaced under its name, in seconds.
PATIENCE = 2.0
UNSERVABLE = (
    "The publication {name} cannot be shown: {reason}. It is damaged or of another version of this program. "
    "Run `make build` in the project folder, then load this page again."
)
HOW_TO_PUBLISH = "Nothing is published yet. Run `make build` in the project folder, then load this page again."


class Publications:
    """The publications of one folder, served to many threads of one process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archives = Archives(recorded_folder(folder))
        self._lock = threading.Condition()
        self._current: Publication | None = None
        self._unservable: dict[Path, tuple[Identity | None, str]] = {}
        # Files that were replaced under their names while somebody read them: until the last has left, DuckDB would
        # hand out the old one again.
        self._leaving: list[Publication] = []

    def _newer_paths(self) -> list[Path]:
        """Files newer than the one being served, newest first; their names are UTC times, so they sort by age.

        The name that stands for the newest is for other tools and sorts behind every time: served under it, a file
        that was replaced, damaged or outdone under its own name would go unseen.
        One that was taken out of the folder, or replaced under its name, is let go of: it may hold what nobody must see
        any more. Only regular files are ever opened.
        """
        try:
            files = {path: identity(path) for path in self.folder.iterdir() if path.match(EVERY_FILE)}
        except FileNotFoundError:
            files = {}
        except OSError:
            return []
        if self._current and files.get(self._current.path) != self._current.identity:
            self._let_go()
        known = self._unservable.items()
        self._unservable = {path: (found, reason) for path, (found, reason) in known if files.get(path) == found}
        floor = self._current.path.name if self._current else ""
        newer = [path for path, found in files.items() if found and path.name > floor and path not in self._unservable]
        return sorted(newer, reverse=True)

    def _refresh(self) -> Publication:
        """Switch to the newest complete publication; keep the old one where no newer one can be read.

        One that turned out to be damaged is let go of for an earlier one: opening a file reads only its start.
        """
        if self._current and self._current.is_damaged:
            self._unservable[self._current.path] = self._current.identity, "it is damaged"
            self._let_go()
        for path in self._newer_paths():
            publication = self._opened(path)
            if publication is not None:
                self._let_go()
                self._current = publication
                break
        if self._current is None:
            raise NothingPublishedError(self._nothing())
        return self._current

    def _nothing(self) -> str:
        """Say that nothing is published, or why what is there cannot be shown."""
        if not self._unservable:
            return HOW_TO_PUBLISH
        newest = max(self._unservable)
        return UNSERVABLE.format(name=newest.name, reason=self._unservable[newest][1].splitlines()[0])

    def _opened(self, path: Path) -> Publication | None:
        """Open a file, or None where it cannot be served; waits for those who still read one that had its name."""
        self._lock.wait_for(lambda: not self._is_leaving(path), PATIENCE)
        if self._is_leaving(path):
            return None
        before = identity(path)
        try:
            publication = open_publication(path)
        except UnservableError as error:
            if not error.is_passing:
                self._unservable[path] = before, str(error)
            return None
        return publication

    def _is_leaving(self, path: Path) -> bool:
        self._leaving = [each for each in self._leaving if each.readers]
        return any(each.path == path for each in self._leaving)

    def _let_go(self) -> None:
        """Close the publication being served once its last reader has left."""
        if self._current:
            self._current.is_replaced = True
            self._current.close_if_unused()
            if self._current.readers:
                self._leaving.append(self._current)
            self._current = None

    def hold(self, recorded_on: date | None = None) -> Publication:
        """Return the publication of the record as of a day, the newest for None, held until `release`.

        A day at or after the last load is the newest too. Raises NothingPublishedError, and what Archives.hold raises.
        """
        self.archives.close_idle()
        with self._lock:
            newest = self._refresh()
            if recorded_on is None or recorded_on >= newest.recorded_on:
                newest.readers += 1
                return newest
            loaded = newest.loaded_days
        return self.archives.hold(recorded_on, newest.recorded_on, loaded)

    def hold_longer(self, publication: Publication) -> None:
        """Hold a publication that is held already for one reader more, until another `release`."""
        with self.archives.freed if publication.is_past else self._lock:
            publication.readers += 1

    def release(self, publication: Publication) -> None:
        """Take back what one reader held."""
        if publication.is_past:
            self.archives.release(publication)
            return
        with self._lock:
            publication.readers -= 1
            publication.close_if_unused()
            self._lock.notify_all()

    @contextmanager
    def cursor(self, recorded_on: date | None = None) -> Iterator[Reading]:
        """Lend a cursor on the record as of a day to one thread; raises what `hold` raises."""
        publication = self.hold(recorded_on)
        try:
            with publication.lend() as reading:
                yield reading
        finally:
            self.release(publication)

    def newest(self) -> Path:
        """Return the path of the newest complete publication; raises NothingPublishedError."""
        with self._lock:
            return self._refresh().path

    def newest_build(self) -> dict[str, Any]:
        """Return the build row of the newest complete publication; raises NothingPublishedError."""
        with self._lock:
            return self._refresh().build

    def days(self) -> list[date]:
        """List the days as recorded on, in order, the last being now; raises NothingPublishedError."""
        with self._lock:
            now = self._refresh().recorded_on
        return [*(day for day in self.archives.days() if day < now), now]

    def close(self) -> None:
        """Let go of every open file, for a command that ends or a test."""
        self.archives.close_idle(0)
        with self._lock:
            self._let_go()


_shared: dict[Path, Publications] = {}


def publications() -> Publications:
    """Return the one set of publications of this process and folder; nothing is opened before the first cursor."""
    return _shared.setdefault(published_folder(), Publications(published_folder()))
