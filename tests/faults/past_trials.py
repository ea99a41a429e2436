"""SIGKILL of what `make history` does: the record's past loaded from git, and a day of it built and published.

They have a place of their own: a repository with a record committed on days long gone, a warehouse, a folder of
publications. What was loaded and published before is there and equal afterwards, the next command does what the killed
one did not, and the copy in which the past is built is gone with all that was beside it.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
from fault_tools import modes
from fault_trials import refused
from stage import EPISODE, FIGURE_COUNT, Done, Durations, Raw, Stage, moment, outcome_of, require, write_record

from common.foreign import STORAGE_VERSION

DAYS = ("2026-03-02", "2026-03-04")
DAY_SECONDS = 86_400
SIGHTS: dict[str, tuple[str | None, ...]] = {
    "history": (None, None, ".on-record-load-*/again.duckdb.wal", "end", "again.duckdb"),
    "build_past": (None, "recorded/*.writing", None),
    "publish_past": (None, "recorded/*.writing", "recorded/*.writing.wal", "end"),
}
NOBODY = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull} | {
    f"GIT_{role}_{what}": "nobody@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
}


class PastTrials:
    """The trials on one stage; the figures of the n-th day have the value n, those of now one more."""

    def __init__(self, stage: Stage, rng: random.Random, durations: Durations) -> None:
        self.stage, self.rng, self.durations = stage, rng, durations
        self.place = stage.folder / "of-git"
        self.record = self.place / "repository" / "figures"
        self.warehouse, self.published = self.place / "warehouse.duckdb", self.place / "published"
        # Where `make history` builds, and a copy in which the last day is built, for the publication alone. All have
        # one name, since the project is parsed once, and with it the name of the database.
        self.past, self.built = self.place / "target" / "warehouse.duckdb", self.place / "built" / "warehouse.duckdb"
        self.trials: dict[str, Callable[[str | None], str]] = {
            "history": self.history, "build_past": self.build_past, "publish_past": self.publish_past,
        }  # fmt: skip

    def begin(self) -> None:
        """Commit the record, load its history, publish its days; measure how long each step takes."""
        self._commit()
        self.durations["history"] = self.stage.must(self._history(self.warehouse)).seconds
        self.loaded = self.stage.raw(self.warehouse)
        require(self._is_all(self.loaded), f"the history is not all loaded: {self.loaded}")
        require(self._copy() == list(reversed(DAYS)), "a day is not told as missing, the newest first")
        for day in DAYS:
            self.durations["build_past"] = self.stage.must(self._at("build_past", day)).seconds
            self._judge_day(day)
        self.built.parent.mkdir()
        self.past.rename(self.built)
        self.durations["publish_past"] = self.stage.must(self._at("publish_past", DAYS[-1], self.built)).seconds
        # A newest one, to be lost.
        shutil.copy(self.stage.publications[-1], self.published)

    def _commit(self) -> None:
        """Commit the record on each of the days, and change it once more."""
        self.record.mkdir(parents=True)
        self._git("init", "--quiet")
        for number, day in enumerate(DAYS, 1):
            write_record(self.record, number)
            self._git("add", "--all")
            when = {f"GIT_{role}_DATE": f"{day}T12:00:00+00:00" for role in ("AUTHOR", "COMMITTER")}
            self._git("commit", "--quiet", "--message", "a state", **when)
        write_record(self.record, len(DAYS) + 1)

    def _git(self, *arguments: str, **when: str) -> None:
        command = ["git", "-C", str(self.record.parent), *arguments]
        subprocess.run(command, check=True, env=os.environ | NOBODY | when)

    def _history(self, warehouse: Path, **order: object) -> Done:
        return self.stage.run("history", folder=str(self.record / EPISODE), warehouse=str(warehouse), **order)

    def _copy(self) -> list[str]:
        """Copy what was loaded into the place of the past, as `make history` does first; returns the days missing."""
        places = {"warehouse": str(self.warehouse), "published": str(self.published), "file": str(self.past)}
        return self.stage.must(self.stage.run("missing", **places)).out.split()

    def _at(self, what: str, day: str, warehouse: Path | None = None, **order: object) -> Done:
        places = {"warehouse": str(warehouse or self.past), "published": str(self.published)}
        return self.stage.run(what, day=day, **places, **order)

    def _is_all(self, raw: Raw) -> bool:
        last = len(DAYS) + 1
        loaded = [load_id[:8] for load_id in raw.loads[:-1]] == [day.replace("-", "") for day in DAYS]
        return loaded and len(raw.loads) == last and raw.figures == (FIGURE_COUNT, last, last)

    # -- the past loaded from git -------------------------------------------------------------------------------

    def history(self, sight: str | None) -> str:
        """Kill a load of the history: all of it is there or nothing, and where nothing is, the next one loads it."""
        warehouse = self.place / "again.duckdb"
        for left in self.place.glob("again.duckdb*"):
            left.unlink()
        # Where a build came first there is a file already, without anything loaded.
        if self.rng.random() < 0.4 and sight is None:
            duckdb.connect(str(warehouse), config={"storage_compatibility_version": STORAGE_VERSION}).close()
        done = self._history(warehouse, **moment(self.rng, sight, self.durations["history"]))
        is_whole = self._has_loads(warehouse)
        if not is_whole:
            self.durations.learn("history", self.stage.must(self._history(warehouse)), is_whole)
        raw = self.stage.raw(warehouse)
        require(self._is_all(raw), f"the history is there in part: {raw}")
        # Of the committed states every row is the same, whenever they are loaded.
        committed = {load: rows for load, rows in self.loaded.versions.items() if load[1] != self.loaded.loads[-1]}
        require(raw.keeps(Raw(self.loaded.loads[:-1], raw.figures, committed)), f"other rows were loaded: {raw}")
        again = self._history(warehouse)
        require(again.code == 2 and "holds loads already" in again.said, f"loaded twice: {again.said}")
        require(self.stage.raw(warehouse) == raw, "a history that was refused changed raw")
        self._require_nothing_left()
        return outcome_of(done, is_whole)

    def _has_loads(self, warehouse: Path) -> bool:
        if not warehouse.exists():
            return False
        with duckdb.connect(str(warehouse)) as connection:
            tables = "select 1 from duckdb_tables() where schema_name = 'raw' and table_name = 'loads'"
            is_there = bool(connection.execute(tables).fetchall())
            return is_there and connection.execute("from raw.loads").fetchall() != []

    # -- a day of the past --------------------------------------------------------------------------------------

    def build_past(self, sight: str | None) -> str:
        """Kill a build of a day in the copy; copy and build as `make history` does when it is called again."""
        day, is_there = self._drawn()
        self._copy()
        is_whole, done = self._interrupted("build_past", day, self.past, sight)
        missing = self._copy()
        require(missing == [] if is_whole or is_there else [day], f"told as missing: {missing}")
        if day in missing:
            self.durations.learn("build_past", self.stage.must(self._at("build_past", day)), is_whole)
        self._judge_day(day)
        self.past.unlink()
        self._require_nothing_left()
        return outcome_of(done, is_whole)

    def publish_past(self, sight: str | None) -> str:
        """Kill the publication of a day that was built; publish it again."""
        day, _ = self._drawn(DAYS[-1])
        is_whole, done = self._interrupted("publish_past", day, self.built, sight)
        again = self.stage.must(self._at("publish_past", day, self.built))
        self.durations.learn("publish_past", again, is_whole=False)
        self._judge_day(day)
        self._require_nothing_left()
        return outcome_of(done, is_whole)

    def _drawn(self, day: str = "") -> tuple[str, bool]:
        """Draw a day, and whether it has its publication already."""
        drawn, is_there = day or self.rng.choice(DAYS), self.rng.random() < 0.4
        if not is_there:
            self._file(drawn).unlink()
        return drawn, is_there

    def _interrupted(self, what: str, day: str, warehouse: Path, sight: str | None) -> tuple[bool, Done]:
        """Run and kill; return whether the day is published anew. All else is there and equal."""
        before = self.stage.digests(self.published)
        name = self._file(day).relative_to(self.published).as_posix()
        done = self._at(what, day, warehouse, **moment(self.rng, sight, self.durations[what]))
        after = self.stage.digests(self.published)
        require(self.stage.raw(self.warehouse) == self.loaded, "the warehouse changed when its past was built")
        is_whole = name in after and after[name] != before.get(name)
        if is_whole:
            self._judge_day(day)
        expected = before | ({name: after[name]} if is_whole else {})
        require(after == expected, f"{before} became {after}")
        return is_whole, done

    # -- what may not be written, and a wrong clock -------------------------------------------------------------

    def read_only_folders(self) -> Counter[str]:
        """Nobody may write where history is loaded, the past copied or a release kept: each says so, nothing is left.

        What only reads the folders works: a copy elsewhere of a warehouse that nobody may write.
        """
        stage, shut, counts = self.stage, self.place / "shut", Counter[str]()
        if not self.record.exists():
            self._commit()
        shut.mkdir()
        closed = "cannot be opened for writing: Permission denied"
        with modes({shut: 0o555, stage.folder: 0o555, stage.warehouse: 0o444, stage.published: 0o555}):
            refused(self._history(shut / "warehouse.duckdb", is_plain=True, **self._said()), closed)
            for file, words in (
                (shut / "p.duckdb", closed),
                (shut / "x" / "p.duckdb", "cannot be written: Permission"),
            ):
                refused(stage.run("missing", file=str(file), is_plain=True, **self._said()), words)
            order = {"url": "http://127.0.0.1:1/tolls.csv", "cache": str(shut), "is_plain": True}
            # Asked for by its own function, a fetch raises what the command line prints.
            done = stage.run("fetch", **order, **self._said())
            require("cannot be made: Permission denied" in done.said, f"a fetch: {done.said}")
            counts["refused"] += 4
            stage.must(stage.run("missing", file=str(self.place / "p.duckdb"), is_plain=True, **self._said()))
            counts["done"] += 1
        require(list(shut.iterdir()) == [], "something was left where nobody may write")
        shut.rmdir()
        (self.place / "p.duckdb").unlink()
        return counts

    def _said(self) -> dict[str, str]:
        """Where a command says what it says, where the stage's own folder is closed."""
        return {name: str(self.place / f"last.{name}") for name in ("out", "err")}

    def clock_set_back(self) -> Counter[str]:
        """A history loaded by a wrong clock is in its order; no past day is built before the last publication."""
        if not self.record.exists():
            self._commit()
        warehouse, counts = self.place / "early.duckdb", Counter[str]()
        # To the year before the first commit: nothing was loaded later than now, whatever git says.
        self.stage.must(self._history(warehouse, clock=-400 * DAY_SECONDS))
        raw = self.stage.raw(warehouse)
        require(len(raw.loads) == len(DAYS) + 1 and list(raw.loads) == sorted(raw.loads), f"out of order: {raw.loads}")
        counts["done"] += 1
        warehouse.unlink()
        order = {"day": DAYS[0], "clock": -DAY_SECONDS}
        refused(self.stage.run("build_past", **order), "was published later: set the clock")
        counts["refused"] += 1
        return counts

    def _file(self, day: str) -> Path:
        return self.published / "recorded" / f"{day}.duckdb"

    def _judge_day(self, day: str) -> None:
        """The publication of a day is whole and holds what was recorded by then."""
        marker = DAYS.index(day) + 1
        with duckdb.connect(str(self._file(day)), read_only=True) as connection:
            (found,) = connection.execute(
                "select (select cast(recorded_on as varchar) from build), (select figure_count from build), count(*), "
                "min(value_stated), max(value_stated) from fct_figures"
            ).fetchall()
        require(found == (day, FIGURE_COUNT, FIGURE_COUNT, marker, marker), f"{day} holds {found}, not {marker}")

    def _require_nothing_left(self) -> None:
        """Nothing is in the place but what is meant to stay."""
        kept = {"repository", "target", "built", "published", "published/recorded", "again.duckdb"}
        kept |= {path.relative_to(self.place).as_posix() for path in (self.warehouse, self.built)}
        kept |= {f"published/{name}" for name in self.stage.digests(self.published)}
        found = {path.relative_to(self.place).as_posix() for path in self.place.rglob("*")}
        left = sorted(name for name in found - kept if not name.startswith("repository/"))
        require(not left, f"left behind: {left}")
        locks = [path.name for path in (self.record.parent / ".git").rglob("*.lock")]
        require(not locks, f"left in the repository: {locks}")
