"""How many statements one publication answers at once, so that together they fit into its memory."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

from dashboard.errors import BusyError

# A worker has one interpreter and about one core: more statements at once would take as long and more memory.
MOST_AT_ONCE = 2
# Seconds that a statement waits to begin. Who waits takes one of few threads from everybody else.
PATIENCE = 3.0
HOW_TO_GO_ON = "Too much is asked of this server at the moment. Ask again in a few seconds."


class Gate:
    """Lets so many in at once; who needs all memory is let in alone."""

    def __init__(self, most: int = MOST_AT_ONCE, patience: float = PATIENCE) -> None:
        self._most, self._patience = most, patience
        self._changed = Condition()
        self._inside, self._waiting_alone = 0, 0

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be one of a few for as long as the block lasts; raises BusyError where no place becomes free."""
        with self._changed:
            self._wait(lambda: self._inside < self._most and not self._waiting_alone)
            self._inside += 1
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def entered_alone(self) -> Iterator[None]:
        """Be the only one for as long as the block lasts; raises BusyError where the others do not leave."""
        with self._changed:
            # Counted before it is let in, so that a stream of small statements does not keep it out.
            self._waiting_alone += 1
            try:
                self._wait(lambda: self._inside == 0)
                self._inside += self._most
            finally:
                self._waiting_alone -= 1
                self._changed.notify_all()
        try:
            yield
        finally:
            self._leave(self._most)

    def _wait(self, is_free: Callable[[], bool]) -> None:
        until = time.monotonic() + self._patience
        while not is_free():
            if not self._changed.wait(max(0.0, until - time.monotonic())) and not is_free():
                raise BusyError(HOW_TO_GO_ON)

    def _leave(self, places: int = 1) -> None:
        with self._changed:
            self._inside -= places
            self._changed.notify_all()
