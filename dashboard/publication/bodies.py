"""Whole answers of one publication, remembered by what makes them: a publication never changes, so neither do they."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from dashboard.errors import BusyError
from dashboard.publication.gate import HOW_TO_GO_ON, PATIENCE


@dataclass(frozen=True)
class Body:
    """The bytes of one answer, their type, and the headers that go with them."""

    content: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def size(self) -> int:
        """Bytes it takes, about."""
        return len(self.content) + sum(len(name) + len(value) for name, value in self.headers) + 500


@dataclass
class _Work:
    """One answer being made, and how many make it or wait for it."""

    lock: Lock = field(default_factory=Lock)
    count: int = 0


class Bodies:
    """The latest answers, as many as fit into so many bytes; of several who ask for one at once, one makes it."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._lock = Lock()
        self._kept: OrderedDict[str, Body] = OrderedDict()
        self._work: dict[str, _Work] = {}
        self._size = 0

    def get(self, key: str) -> Body | None:
        """Return a remembered answer, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found:
                self._kept.move_to_end(key)
            return found

    def made(self, key: str, make: Callable[[], Body]) -> Body:
        """Return the answer of a key, made now where it is not remembered.

        Raises what `make` raises, and BusyError where somebody else takes too long to make it.
        """
        with self._lock:
            work = self._work.setdefault(key, _Work())
            work.count += 1
        try:
            if not work.lock.acquire(timeout=PATIENCE):
                raise BusyError(HOW_TO_GO_ON)
            try:
                found = self.get(key)
                if found is None:
                    found = make()
                    self._keep(key, found)
                return found
            finally:
                work.lock.release()
        finally:
            with self._lock:
                work.count -= 1
                if not work.count:
                    del self._work[key]

    def _keep(self, key: str, body: Body) -> None:
        # One large file must not take the place of hundreds of pages.
        if body.size > self._most // 8:
            return
        with self._lock:
            self._kept[key] = body
            self._size += body.size
            while self._size > self._most:
                _, old = self._kept.popitem(last=False)
                self._size -= old.size

    def forget(self) -> None:
        """Let go of every answer."""
        with self._lock:
            self._kept.clear()
            self._size = 0
