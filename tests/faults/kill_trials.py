"""SIGKILL at random moments of every command that writes, and what must be true after each.

Raw is in one of its two legal states, every row of every earlier load is there and equal; every published file is
whole, and the earlier ones are the same bytes; the next command succeeds without a hand and leaves nothing of the
killed one; and readers, who went on all the time, saw no error and no mixture.
"""

from __future__ import annotations

import csv
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
from fetch_trials import SIGHTS as FETCH_SIGHTS
from fetch_trials import FetchTrials
from file_server import file_server
from past_trials import SIGHTS as PAST_SIGHTS
from past_trials import PastTrials
from readers import Reading, reading
from stage import FIGURE_COUNT, Done, Durations, Raw, Stage, TrialFailedError, moment, outcome_of, require, write_record

from common.layout import RECORDED
from ingest.record.columns import FIGURES
from ingest.warehouse.publish import KEPT

# How often each kind comes: a build takes ten times as long as a load.
MIX = ("load", "publish", "restore", "history", "first_load", "backup", "fetch", "load", "publish", "publish_past",
       "unpublish", "restore", "load", "history", "copy", "first_load", "backup", "publish", "fetch", "publish_past",
       "build", "history", "fetch", "amend", "build_past")  # fmt: skip
# What to wait for before killing: the files that each step makes. None: a moment drawn over the measured time.
SIGHTS: dict[str, tuple[str | None, ...]] = {
    "load": (None, "warehouse.duckdb.wal", None),
    "first_load": (None, ".on-record-load-*/first.duckdb", ".on-record-load-*/first.duckdb.wal", "first.duckdb"),
    "publish": (None, "*.writing", "*.writing.wal", "end"),
    "build": (None, None, "*.writing", "warehouse.duckdb.wal"),
    "amend": (None, "amended/*/.figures.csv.new", "end"),
    "fetch": FETCH_SIGHTS,
    **AWAY_SIGHTS,
    **PAST_SIGHTS,
}


@dataclass
class Kills:
    """What was tried and how it came out: (kind, aim, outcome) with its count, and what the readers saw."""

    seed: int
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    reading: Reading = field(default_factory=Reading)
    builds_after: int = 0


class KillTrials:
    """The trials on one stage; ``marker`` is the number that the latest load, or the latest change of facts, wrote."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.rng, self.marker = stage, random.Random(seed), 1  # noqa: S311
        self.durations = Durations()
        self.result = Kills(seed)
        self.trials: dict[str, Callable[[str | None], str]] = {
            "load": self.load, "first_load": self.first_load, "publish": self.publish, "build": self.build,
            "amend": self.amend,
        }  # fmt: skip
        self.away = AwayTrials(stage, self.moment_of, self.durations)
        self.past = PastTrials(stage, self.rng, self.durations)
        self.fetches = FetchTrials(stage, seed)
        self.trials |= self.away.trials | self.past.trials | {"fetch": self.fetches.trial}

    def begin(self) -> None:
        """Load and build once, so that there is something to lose; measure how long each step takes."""
        stage = self.stage
        self.durations["first_load"] = stage.must(stage.load(self.marker)).seconds
        self.durations["build"] = stage.must(stage.run("build")).seconds
        self.marker += 1
        self.durations["load"] = stage.must(stage.load(self.marker)).seconds
        stage.mark_facts(self.marker)
        self.durations["publish"] = stage.must(stage.run("publish")).seconds
        whole = stage.must(self._amended(write_record(stage.folder / "amended", 1), 2))
        self.durations["amend"] = whole.seconds
        self.away.begin()
        self.past.begin()

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
        self.durations.learn("load", self.stage.must(self.stage.load(self.marker)), is_whole)
        require(self._judge_raw(before, self.stage.raw()), "the load after the kill loaded nothing")
        return outcome_of(done, is_whole)

    def _judge_raw(self, before: Raw, after: Raw) -> bool:
        """Return whether the load is there; TrialFailedError where it is there in part, or an earlier one is gone."""
        whole = (FIGURE_COUNT, self.marker, self.marker)
        if after == before:
            return False
        require(after.keeps(before), f"rows of earlier loads were lost: {before.versions} became {after.versions}")
        require(len(after.loads) == len(before.loads) + 1, f"{before.loads} became {after.loads}")
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
        again = self.stage.must(self.stage.load(self.marker, warehouse=str(warehouse)))
        self.durations.learn("first_load", again, is_whole)
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
        # It publishes in any case.
        self.durations.learn("publish", self.stage.must(self.stage.run("publish")), is_whole=False)
        self._judge_newest(self.marker)
        return outcome_of(done, is_whole)

    def build(self, sight: str | None) -> str:
        """Kill a build of a changed record; build again."""
        self.marker += 1
        self.stage.must(self.stage.load(self.marker))
        before = self.stage.raw()
        is_whole, done = self._interrupted("build", sight)
        require(self.stage.raw() == before, "a build changed raw")
        self.durations.learn("build", self.load_and_build(), is_whole)
        return outcome_of(done, is_whole)

    def amend(self, sight: str | None) -> str:
        """Kill an amendment of the record: its file is that of before or the whole new one; amend again."""
        episode = write_record(self.stage.folder / "amended", 1)
        before = self._values(episode)
        done = self._amended(episode, 2, **moment(self.rng, sight, self.durations["amend"]))
        is_whole = self._values(episode) != before
        require(self._values(episode) in (before, [2, *before[1:]]), "a file of the record is there in part")
        self.durations.learn("amend", self.stage.must(self._amended(episode, 3)), is_whole=False)
        require(self._values(episode) == [3, *before[1:]], "the amendment after the kill changed nothing")
        left = sorted(path.name for path in episode.iterdir())
        require(left == ["documents.csv", "figures.csv"], f"left in the record: {left}")
        return outcome_of(done, is_whole)

    def _amended(self, episode: Path, value: int, **order: Any) -> Done:
        return self.stage.run("amend", folder=str(episode), figure="d-01-001", value=value, **order)

    def _values(self, episode: Path) -> list[int]:
        with (episode / FIGURES.file_name).open(newline="", encoding="utf-8") as file:
            return [int(row["value"]) for row in csv.DictReader(file)]

    def _interrupted(self, what: str, sight: str | None) -> tuple[bool, Done]:
        """Run and kill; return whether it was published, and how it went. Every earlier publication is still there."""
        before = self.stage.digests()
        done = self.stage.run(what, **moment(self.rng, sight, self.durations[what]))
        after = self.stage.digests()
        newest = max(name for name in after if "/" not in name)
        is_whole = newest not in before
        # A new one lets the oldest go, and stands for its day.
        staying = sorted(name for name in before if "/" not in name)[1 - KEPT if is_whole else -KEPT :]
        require(all(after.get(name) == before[name] for name in staying), f"{before} became {after}")
        known = {*before.values(), after[newest]}
        require(set(after.values()) <= known, f"a day is neither as it was nor the new one: {before} became {after}")
        require({name for name in before if "/" in name} <= set(after), f"a day is gone: {before} became {after}")
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

    def load_and_build(self) -> Done:
        """What a user does next; nothing of what was interrupted may be left."""
        self.stage.must(self.stage.load(self.marker))
        built = self.stage.must(self.stage.run("build"))
        self._judge_newest(self.marker)
        left = [
            path.name for path in self.stage.published.iterdir() if path.suffix != ".duckdb" and path.name != RECORDED
        ]
        require(not left, f"left in the folder of publications: {left}")
        self.away.require_nothing_left(self.stage.folder)
        self.result.builds_after += 1
        return built

    def plan(self, kills: int) -> Iterator[tuple[str, str | None]]:
        """The kinds in turn, and of each kind its aims in turn."""
        aims = {kind: cycle(sights) for kind, sights in SIGHTS.items()}
        for kind in islice(cycle(MIX), kills):
            yield kind, next(aims[kind])

    def run(self, kills: int, build_every: int = 0, tell: Callable[[str], None] = lambda _: None) -> Kills:
        """Kill so many times under the eyes of readers; load and build after each build, at the end, and every n-th.

        ``tell`` is told of every kill; TrialFailedError names the one that came out otherwise than promised.
        """
        self.begin()
        with (
            file_server() as server,
            reading(self.stage.published, {"served": [3], "plain": [2]}) as self.result.reading,
        ):
            self.fetches.begin(server)
            for number, (kind, sight) in enumerate(self.plan(kills), 1):
                aim = sight or "any moment"
                try:
                    said = self.trials[kind](sight)
                except TrialFailedError as error:
                    raise TrialFailedError(f"kill {number}, {kind} at {aim}: {error}") from error
                tell(f"{number} of {kills}: {kind} at {aim}: {said}")
                self.result.counts[kind, aim, said] += 1
                if build_every and number % build_every == 0:
                    self.load_and_build()
            self.load_and_build()
        return self.result
