"""SIGKILL at random moments of a load, a build and a publication, and what must be true after each.

Raw is in one of its two legal states, every earlier load is there; every published file is whole; the next command
succeeds without a hand; and readers, who went on all the time, saw no error and no mixture.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import duckdb
from away_trials import SIGHTS as AWAY_SIGHTS
from away_trials import AwayTrials
from readers import Reading, reading
from stage import FIGURE_COUNT, Done, Raw, Stage, outcome_of, require

from common.layout import RECORDED

# How often each kind comes: a build takes ten times as long as a load.
MIX = ("load", "publish", "restore", "first_load", "backup", "load", "publish", "unpublish", "restore", "load",
       "copy", "first_load", "backup", "publish", "build")  # fmt: skip
# What to wait for before killing: the files that each step makes. None: a moment drawn over the measured time.
SIGHTS: dict[str, tuple[str | None, ...]] = {
    "load": (None, "warehouse.duckdb.wal", None),
    "first_load": (None, ".on-record-load-*/first.duckdb", ".on-record-load-*/first.duckdb.wal", "first.duckdb"),
    "publish": (None, "*.writing", "*.writing.wal", "end"),
    "build": (None, None, "*.writing", "warehouse.duckdb.wal"),
    **AWAY_SIGHTS,
}


@dataclass
class Kills:
    """What was tried and how it came out: (kind, aim, outcome) with its count, and what the readers saw."""

    seed: int
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    reading: Reading = field(default_factory=Reading)
    builds_after: int = 0


def moment(rng: random.Random, sight: str | None, whole: float) -> dict[str, Any]:
    """Draw when to kill: over the whole time, near its end, or up to 20 ms after something is seen."""
    if sight is None:
        return {"seconds": rng.uniform(0, whole)}
    if sight == "end":
        return {"seconds": whole * rng.uniform(0.8, 1.0)}
    return {"sight": sight, "seconds": rng.choice((0.0, rng.uniform(0, 0.02)))}


class KillTrials:
    """The trials on one stage; ``marker`` is the number that the latest load, or the latest change of facts, wrote."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.rng, self.marker = stage, random.Random(seed), 1  # noqa: S311
        self.durations: dict[str, float] = {}
        self.result = Kills(seed)
        self.trials: dict[str, Callable[[str | None], str]] = {
            "load": self.load, "first_load": self.first_load, "publish": self.publish, "build": self.build,
        }  # fmt: skip
        self.away = AwayTrials(stage, self.moment_of, self.durations)
        self.trials |= self.away.trials

    def begin(self) -> None:
        """Load and build once, so that there is something to lose; measure how long each step takes."""
        stage = self.stage
        self.durations["first_load"] = stage.must(stage.load(self.marker)).seconds
        self.durations["build"] = stage.must(stage.run("build")).seconds
        self.marker += 1
        self.durations["load"] = stage.must(stage.load(self.marker)).seconds
        stage.mark_facts(self.marker)
        self.durations["publish"] = stage.must(stage.run("publish")).seconds
        self.away.begin()

    def moment_of(self, what: str, sight: str | None) -> dict[str, Any]:
        """Draw when to kill a step."""
        return moment(self.rng, sight, self.durations[what])

    def load(self, sight: str | None) -> str:
        """Kill a load of a changed record; load it again."""
        before = self.stage.raw()
        self.marker += 1
        done = self.stage.load(self.marker, **moment(self.rng, sight, self.durations["load"]))
        after = self.stage.raw()
        is_whole = self._judge_raw(before, after)
        self.stage.must(self.stage.load(self.marker))
        require(self._judge_raw(before, self.stage.raw()), "the load after the kill loaded nothing")
        return outcome_of(done, is_whole)

    def _judge_raw(self, before: Raw, after: Raw) -> bool:
        """Return whether the load is there; TrialFailedError where it is there in part, or an earlier one is gone."""
        whole = (FIGURE_COUNT, self.marker, self.marker)
        if after == before:
            return False
        require(after.loads[:-1] == before.loads, f"loads were lost: {before.loads} became {after.loads}")
        require(after.figures == whole, f"half a load: {before.figures} became {after.figures}, not {whole}")
        return True

    def first_load(self, sight: str | None) -> str:
        """Kill a load that makes its warehouse: afterwards there is none, or a whole one."""
        warehouse = self.stage.folder / "first.duckdb"
        for left in self.stage.folder.glob("first.duckdb*"):
            left.unlink()
        order = {"warehouse": str(warehouse)} | moment(self.rng, sight, self.durations["first_load"])
        done = self.stage.load(self.marker, **order)
        is_whole = warehouse.exists()
        require(not is_whole or self._is_loaded(warehouse), "the first load is there in part")
        self.stage.must(self.stage.load(self.marker, warehouse=str(warehouse)))
        require(self._is_loaded(warehouse), "the load after the kill loaded nothing")
        self.away.require_nothing_left(self.stage.folder)
        return outcome_of(done, is_whole)

    def _is_loaded(self, warehouse: Path) -> bool:
        with duckdb.connect(str(warehouse)) as connection:
            counts = "(select count(*) from raw.loads), count(*), min(value), max(value)"
            found = connection.execute(f"select {counts} from raw.figures").fetchall()
        return found == [(1, FIGURE_COUNT, self.marker, self.marker)]

    def publish(self, sight: str | None) -> str:
        """Kill a publication of changed facts; publish again."""
        self.marker += 1
        self.stage.mark_facts(self.marker)
        is_whole, done = self._interrupted("publish", sight)
        self.stage.must(self.stage.run("publish"))
        self._judge_newest(self.marker)
        return outcome_of(done, is_whole)

    def build(self, sight: str | None) -> str:
        """Kill a build of a changed record; build again."""
        self.marker += 1
        self.stage.must(self.stage.load(self.marker))
        before = self.stage.raw()
        is_whole, done = self._interrupted("build", sight)
        require(self.stage.raw() == before, "a build changed raw")
        self.load_and_build()
        return outcome_of(done, is_whole)

    def _interrupted(self, what: str, sight: str | None) -> tuple[bool, Done]:
        """Run and kill; return whether it was published, and how it went. Every earlier publication is still there."""
        before = self.stage.publications
        done = self.stage.run(what, **moment(self.rng, sight, self.durations[what]))
        after = self.stage.publications
        is_whole = after[-1] != before[-1]
        require(before[-1] in after, "the publication before the kill is gone")
        if is_whole:
            self._judge_newest(self.marker)
        return is_whole, done

    def _judge_newest(self, marker: int) -> None:
        """The newest file is whole, is of this marker, and opens without its writer's log."""
        newest = self.stage.publications[-1]
        with duckdb.connect(str(newest), read_only=True) as connection:
            (found,) = connection.execute(
                "select (select figure_count from build), count(*), min(value_stated), max(value_stated) "
                "from fct_figures"
            ).fetchall()
        require(found == (FIGURE_COUNT, FIGURE_COUNT, marker, marker), f"{newest.name} holds {found}, not {marker}")

    def load_and_build(self) -> None:
        """What a user does next; nothing of what was interrupted may be left."""
        self.stage.must(self.stage.load(self.marker))
        self.stage.must(self.stage.run("build"))
        self._judge_newest(self.marker)
        left = [
            path.name for path in self.stage.published.iterdir() if path.suffix != ".duckdb" and path.name != RECORDED
        ]
        require(not left, f"left in the folder of publications: {left}")
        self.away.require_nothing_left(self.stage.folder)
        self.result.builds_after += 1

    def plan(self, kills: int) -> Iterator[tuple[str, str | None]]:
        """The kinds in turn, and of each kind its aims in turn."""
        aims = {kind: cycle(sights) for kind, sights in SIGHTS.items()}
        for kind in islice(cycle(MIX), kills):
            yield kind, next(aims[kind])

    def run(self, kills: int, build_every: int = 0) -> Kills:
        """Kill so many times under the eyes of readers; load and build after each build, at the end, and every n-th."""
        self.begin()
        with reading(self.stage.published, {"served": [3], "plain": [2]}) as self.result.reading:
            for number, (kind, sight) in enumerate(self.plan(kills), 1):
                said = self.trials[kind](sight)
                self.result.counts[kind, sight or "any moment", said] += 1
                if build_every and number % build_every == 0:
                    self.load_and_build()
            self.load_and_build()
        return self.result
