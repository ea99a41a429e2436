"""A full disk, a folder nobody may write, damaged files, a wrong clock, two at once, a held lock.

Each trial asks for a sentence (no traceback), a decent exit code, a warehouse as it was, and the earlier publication
still served. It returns what was tried, with counts; TrialFailedError where it comes out otherwise.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import duckdb
from fault_tools import at_once, holding, modes, mounted
from stage import EPISODE, FIGURE_COUNT, ROOT, Done, Raw, Stage, require, write_record

from common.layout import RECORDED
from dashboard.publication.folder import Publications

DAY = 86_400
Counts = Counter[str]


def refused(done: Done, words: str, code: int = 2) -> None:
    """The command ended with this exit code and a sentence with these words; nobody sees calls of Python."""
    require(done.code == code, f"exit code {done.code}, not {code}: {done.said}")
    require(bool(re.search(words, " ".join(done.said.split()))), f"it does not say {words!r}: {done.said}")
    require("Traceback" not in done.said, f"a traceback: {done.said}")


def served_marker(published: Path) -> int:
    """Return the marker that the dashboard is shown; where the first question met damage, the second must do."""
    publications = Publications(published)
    question = "select any_value(value_stated), count(*) = any_value(figure_count) from fct_figures, build"
    try:
        try:
            with publications.cursor() as cursor:
                found = cursor.execute(question).fetchall()
        except duckdb.Error:
            with publications.cursor() as cursor:
                found = cursor.execute(question).fetchall()
    finally:
        publications.close()
    require(found[0][1], f"the publication served is not whole: {found}")
    return int(found[0][0])


class FaultTrials:
    """The trials on one stage that has been built with the marker 1."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.rng = stage, random.Random(seed)  # noqa: S311
        stage.must(stage.load(1))
        stage.must(stage.run("build"))
        self.before = stage.raw()
        write_record(stage.folder / "record", 2)

    def nothing_changed(self) -> None:
        """Raw and what is served are as before."""
        raw: Raw = self.stage.raw()
        require(raw == self.before, f"raw changed: {self.before} became {raw}")
        marker = served_marker(self.stage.published)
        require(marker == 1, f"{marker} is served, not 1")

    # -- the disk -----------------------------------------------------------------------------------------------

    def full_disk_by_limit(self, sizes: int) -> Counts:
        """No file may grow past some size, as by a quota: at many sizes, from nothing to almost enough."""
        counts: Counts = Counter()
        now = self.stage.warehouse.stat().st_size
        for number in range(sizes):
            for what in ("load", "build"):
                # A load of two hundred rows writes about 150 kB of log, a build the whole file.
                size = int((now if what == "build" else 120_000) * (number + 0.5) / sizes)
                done = self.stage.run(what, file_size=size, patience=1)
                require("Traceback" not in done.said, f"{what}, files of {size:,} bytes: {done.said}")
                if done.code == 0:
                    counts[f"{what} found room"] += 1
                    self._reload()
                    continue
                require(done.code in (1, 2), f"exit code {done.code}: {done.said}")
                require(done.said.strip() != "", "nothing was said")
                self.nothing_changed()
                counts[f"{what} refused"] += 1
        return counts

    def full_disk_by_mount(self, megabytes: tuple[int, ...]) -> Counts:
        """A small disk, full: the warehouse and the publications are on it."""
        counts: Counts = Counter()
        for size in megabytes:
            with mounted(self.stage.folder / "small", f"size={size}m") as disk:
                done = self._on(disk)
                require("Traceback" not in done.said, f"a disk of {size} MB: {done.said}")
                require(done.code in (0, 1, 2) and (done.code == 0 or done.said.strip() != ""), done.said)
                whole = list((disk / "published").glob("[0-9]*.duckdb"))
                require(bool(whole) == (done.code == 0), f"{whole} with exit code {done.code}: {done.said}")
                counts["room" if done.code == 0 else "refused"] += 1
        return counts

    def _on(self, disk: Path) -> Done:
        places = {"warehouse": str(disk / "warehouse.duckdb"), "published": str(disk / "published")}
        loaded = self.stage.run("load", **places)
        return loaded if loaded.code else self.stage.run("build", **places)

    def _reload(self) -> None:
        """What a fault let through is undone: the earlier record is loaded; facts are still of that one."""
        self.stage.must(self.stage.load(1))
        self.before = self.stage.raw()
        write_record(self.stage.folder / "record", 2)

    def read_only_folders(self) -> Counts:
        """Nobody may write: the warehouse, its folder, the folder of publications (root gives up its right to)."""
        stage, counts = self.stage, Counter[str]()
        with modes({stage.warehouse: 0o444}):
            for what in ("load", "build"):
                refused(stage.run(what, is_plain=True), "cannot be opened for writing: Permission denied")
                counts[f"{what} refused"] += 1
        bare = stage.folder / "bare"
        bare.mkdir(exist_ok=True)
        with modes({bare: 0o555, stage.published: 0o555}):
            new = {"warehouse": str(bare / "warehouse.duckdb"), "is_plain": True}
            for what in ("load", "build"):
                refused(stage.run(what, **new), "cannot be opened for writing: Permission denied")
            refused(stage.run("build", is_plain=True), "folder of publications .* cannot be written: Permission denied")
            counts.update(("load refused", "build refused", "build refused"))
            require(served_marker(stage.published) == 1, "the earlier publication is not served")
        self.nothing_changed()
        return counts

    # -- damage -------------------------------------------------------------------------------------------------

    def damaged(self, original: Path, target: Path) -> str:
        """Write a copy with one bit turned, or cut off: in its header, in the middle, near its end."""
        content = bytearray(original.read_bytes())
        where = self.rng.choice(("header", "middle", "tail"))
        at = {
            "header": self.rng.randrange(12_288),
            "middle": self.rng.randrange(12_288, len(content)),
            "tail": len(content) - 1 - self.rng.randrange(262_144),
        }[where]
        how = self.rng.choice(("bit", "cut", "zeros"))
        if how == "cut":
            del content[at:]
        elif how == "bit":
            content[at] ^= 1 << self.rng.randrange(8)
        else:
            content[at : at + 4096] = bytes(min(4096, len(content) - at))
        target.write_bytes(content)
        return f"{how} in the {where}"

    def damaged_warehouse(self, times: int, builds: int) -> Counts:
        """Load into, and build from, a damaged copy: refused with a sentence and left as it is, or done rightly."""
        counts: Counts = Counter()
        copy = self.stage.folder / "copy" / "warehouse.duckdb"
        copy.parent.mkdir(exist_ok=True)
        self.checkpoint()
        for number in range(times):
            what = "build" if number < builds else "load"
            how = self.damaged(self.stage.warehouse, copy)
            bytes_before = copy.read_bytes()
            done = self.stage.run(what, warehouse=str(copy), published=str(copy.parent / "published"))
            require("Traceback" not in done.said, f"{what}, {how}: {done.said}")
            if done.code == 0:
                # The damage is where nothing is stored that this command reads.
                require(what == "build" or self.figures_in(copy) == (FIGURE_COUNT, 2, 2), f"{how}: not all was loaded")
                counts[f"{what} untouched by it"] += 1
            else:
                # Damage that only one table shows is told by the build as that table's error.
                words = "arehouse .* is damaged|is not a DuckDB database|Corrupt database file|Could not read"
                refused(done, words, 1 if done.code == 1 and what == "build" else 2)
                require(what == "build" or copy.read_bytes() == bytes_before, f"{what}, {how}: the file was changed")
                counts[f"{what} refused"] += 1
            for left in copy.parent.glob("*.wal"):
                left.unlink()
        shutil.rmtree(copy.parent)
        return counts

    def figures_in(self, warehouse: Path) -> tuple[int, int, int]:
        """(count, lowest, highest value) of the figures of another warehouse."""
        with duckdb.connect(str(warehouse)) as connection:
            (found,) = connection.execute("select count(*), min(value), max(value) from raw.figures").fetchall()
        return found[0], int(found[1]), int(found[2])

    def checkpoint(self) -> None:
        """Fold the log into the warehouse, so that a copy of the file is all of it."""
        with duckdb.connect(str(self.stage.warehouse)) as connection:
            connection.execute("checkpoint")

    def damaged_publication(self, times: int) -> Counts:
        """The newest published file is damaged: the earlier one is served, or the newest where it can still be read."""
        counts: Counts = Counter()
        folder = self.stage.folder / "damaged"
        folder.mkdir(exist_ok=True)
        earlier = self.stage.publications[-1]
        shutil.copy(earlier, folder)
        newest = folder / "29991231T000000000000Z.duckdb"
        for _ in range(times):
            how = self.damaged(earlier, newest)
            require(served_marker(folder) == 1, f"{how}: something else is served")
            counts[how] += 1
            newest.unlink()
        shutil.rmtree(folder)
        return counts

    # -- the clock, and others at work --------------------------------------------------------------------------

    def clock_set_back(self) -> Counts:
        """Neither a load nor a publication may lie before the last."""
        # To the hour before, the day before, and to what a machine without a battery says.
        for seconds in (-DAY, -3600, int(-time.time() + DAY)):
            refused(self.stage.run("load", clock=seconds), "clock says .* the last load was at .* set the clock")
            refused(self.stage.run("build", clock=seconds), "clock says .* was published later: set the clock")
            # As where the clock is set back while a build runs, after it was asked for its time.
            refused(self.stage.run("publish", clock=seconds), "clock was set back: .* was published later", 1)
            self.nothing_changed()
        # Set right again, everything goes on, and nothing of it is left.
        self._reload()
        self.stage.must(self.stage.run("build"))
        left = [path.name for path in self.stage.published.iterdir() if path.suffix != ".duckdb"]
        require(left == [RECORDED], f"left in the folder of publications: {left}")
        return Counter({"refused": 9})

    def held_by_a_shell(self, builds: bool = True) -> Counts:
        """A shell has the warehouse open, for writing or for reading."""
        counts: Counts = Counter()
        for kind in ("read-write", "read-only"):
            with holding(self.stage.warehouse, kind) as holder:
                sentence = rf"in use by process {holder} \(python[\d.]*\); close it there and try again"
                refused(self.stage.run("load"), sentence)
                counts["load refused"] += 1
                if builds:
                    refused(self.stage.run("build", patience=0.5), sentence)
                    counts["build refused"] += 1
            self.nothing_changed()
        return counts

    def two_at_once(self, first: str, second: str) -> Counts:
        """The second waits for the first or is refused by its name; nothing is done in part."""
        stage = self.stage
        if second == "load":
            done = at_once(lambda: stage.run(first, patience=120), self._load_by_command)
        else:
            places = {"warehouse": str(stage.warehouse), "published": str(stage.published)}
            with Stage(stage.folder / "other") as other:
                done = at_once(lambda: stage.run(first), lambda: other.run(second, **places, patience=120))
        counts: Counts = Counter()
        for each, name in zip(done, (first, second), strict=True):
            if each.code != 0:
                refused(each, "in use by process|Another load created")
            counts[f"{name} {'done' if each.code == 0 else 'refused'}"] += 1
        require(any(each.code == 0 for each in done), f"neither was done: {done}")
        raw = stage.raw()
        require(raw.figures in (self.before.figures, (FIGURE_COUNT, 2, 2)), f"half a load: {raw}")
        require(raw.loads[: len(self.before.loads)] == self.before.loads, f"loads were lost: {raw}")
        require(served_marker(stage.published) in (1, 2), "something else is served")
        self._reload()
        if "build" in (first, second):
            stage.must(stage.run("build"))
        return counts

    def _load_by_command(self) -> Done:
        """Load as a user does, by the command line."""
        environment = os.environ | {"PYTHONPATH": str(ROOT), "ON_RECORD_WAREHOUSE": str(self.stage.warehouse)}
        command = [sys.executable, "-m", "ingest", "load", str(self.stage.folder / "record" / EPISODE)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return Done(done.returncode, 0, done.stdout, done.stderr)
