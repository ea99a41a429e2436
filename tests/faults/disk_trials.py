"""A disk that fills before or while the real record is built, in warehouse and publications alike.

The build ends with a sentence or with a whole publication; the publication before it is served on; once there is room
again the next build succeeds by itself, and of the one that failed nothing is left.
"""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from fault_tools import mounted
from scratch import RECORD
from stage import EPISODE, Done, Stage, require

from common.layout import RECORDED
from dashboard.publication.folder import Publications

DISK_MEGABYTES = 96
BLOCK = 1 << 16


@contextmanager
def filled(disk: Path, leave: int, after: float) -> Iterator[None]:
    """Fill a disk so far that this many bytes are free, after so many seconds; make room again at the end."""
    filler, is_over = disk / "filler", threading.Event()

    def fill() -> None:
        if is_over.wait(after):
            return
        with filler.open("wb", buffering=0) as file:
            while not is_over.is_set() and (free := _free(disk) - leave) > 0:
                try:
                    file.write(bytes(min(BLOCK, free)))
                except OSError:
                    return

    filling = threading.Thread(target=fill)
    filling.start()
    if not after:
        filling.join()
    try:
        yield
    finally:
        is_over.set()
        filling.join()
        filler.unlink(missing_ok=True)


def _free(disk: Path) -> int:
    found = os.statvfs(disk)
    return found.f_bavail * found.f_frsize


class DiskTrials:
    """The trials on one stage, with a small disk in memory."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.rng = stage, random.Random(seed)  # noqa: S311
        self.counts: Counter[str] = Counter()

    def run(self, times: int) -> Counter[str]:
        """Fill the disk so often, half of the times before the build and half during it."""
        with mounted(self.stage.folder / "filling", f"size={DISK_MEGABYTES}m") as disk:
            record = {"folder": str(RECORD / EPISODE)}
            self.stage.must(self._order(disk, "load", **record))
            seconds = self.stage.must(self._order(disk, "build")).seconds
            for number in range(times):
                self._trial(disk, self.rng.uniform(0, seconds) if number % 2 else 0.0)
        return self.counts

    def _order(self, disk: Path, what: str, **order: object) -> Done:
        places = {"warehouse": str(disk / "warehouse.duckdb"), "published": str(disk / "published")}
        return self.stage.run(what, **places, patience=1, **order)

    def _trial(self, disk: Path, after: float) -> None:
        raw, before = self._raw(disk), self._served(disk)
        # From nothing to about what a build takes besides: its log, the tables written anew, the publication.
        leave = self.rng.choice((0, 1 << 14, self.rng.randrange(1 << 20), self.rng.randrange(16 << 20)))
        with filled(disk, leave, after):
            done = self._order(disk, "build")
            require("Traceback" not in done.said, f"{leave:,} bytes free: {done.said}")
            require(done.code in (0, 1, 2), f"exit code {done.code}: {done.said}")
            require(done.code == 0 or done.said.strip() != "", "nothing was said")
            # So little is too little for any build: it is not begun, and says what it needs.
            require(bool(after) or "A build needs about" in done.said, f"{leave:,} bytes free: {done.said}")
            # Looked at while the disk is still full, as readers do.
            during = self._served(disk)
        require((during != before) == (done.code == 0), f"{before} is served as {during}, exit code {done.code}")
        when = "filled during the build" if after else "full before the build"
        self.counts[f"{when}, {'found room' if done.code == 0 else 'refused'}"] += 1
        self.stage.must(self._order(disk, "build"))
        require(self._served(disk) > during, "the next build published nothing")
        require(self._raw(disk) == raw, "raw changed")
        self._judge_left(disk)

    def _served(self, disk: Path) -> str:
        """Return the name of the publication that readers get, which is whole."""
        publications = Publications(disk / "published")
        try:
            with publications.cursor() as cursor:
                ((is_whole,),) = cursor.execute(
                    "select (select count(*) from fct_figures) = (select figure_count from build)"
                ).fetchall()
            require(is_whole, "the publication served is not whole")
            return publications.newest().name
        finally:
            publications.close()

    def _raw(self, disk: Path) -> list[tuple[object, ...]]:
        with duckdb.connect(str(disk / "warehouse.duckdb")) as connection:
            return connection.execute("select figure_id, load_id, value, note from raw.figures order by 1").fetchall()

    def _judge_left(self, disk: Path) -> None:
        left = {path.name for path in disk.iterdir()} - {"warehouse.duckdb", "published"}
        left |= {path.name for path in (disk / "published").iterdir()
                 if path.suffix != ".duckdb" and path.name != RECORDED}  # fmt: skip
        require(not left, f"left after the next build: {left}")
        for path in (disk / "published").glob("[0-9]*.duckdb"):
            with duckdb.connect(str(path), read_only=True) as connection:
                require(len(connection.execute("from build").fetchall()) == 1, f"{path.name} is not whole")
