"""gunicorn's threaded worker, which leaves a new connection to a worker that has fewer."""

import mmap
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

# As long as a worker waits at most, in seconds, for one with fewer connections to take the next: that one may be stuck.
LONGEST = 0.02
STEP = 0.001
# More places than workers: where they are replaced all at once, old and new ones overlap.
PLACES = 64
NOBODY = 2**62


class EvenWorker(ThreadWorker):  # type: ignore[misc]
    """A threaded worker that knows how many connections each of the others has.

    A connection stays with the worker that took it, and whoever is awake first takes it: of 32 readers one of two
    workers had 25, and its answers took as long as if there were no other.
    """

    place: int
    held: memoryview  # connections of each worker by its place, in memory they share

    def accept(self, listener: Any) -> None:
        """Take a connection, unless a worker with fewer has taken it meanwhile."""
        until = time.monotonic() + LONGEST
        while self.nr_conns > min(self.held) and time.monotonic() < until:
            time.sleep(STEP)
        super().accept(listener)
        self.held[self.place] = self.nr_conns

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Handle what happened, then tell how many connections are left."""
        super().wait_for_and_dispatch_events(timeout)
        self.held[self.place] = self.nr_conns


def settings(workers: int) -> dict[str, Any]:
    """Return what gunicorn needs to know to run so many of them."""
    held = memoryview(mmap.mmap(-1, 8 * PLACES)).cast("q")
    for place in range(PLACES):
        held[place] = NOBODY

    def give_place(arbiter: Any, worker: EvenWorker) -> None:
        worker.place, worker.held = list(held).index(NOBODY), held
        held[worker.place] = 0

    def take_place(arbiter: Any, worker: EvenWorker) -> None:
        held[worker.place] = NOBODY

    return {"worker_class": EvenWorker, "workers": workers, "pre_fork": give_place, "child_exit": take_place}
