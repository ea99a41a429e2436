"""SIGKILL at random moments of a fetch, and what must be true after each.

What carries the name of the file is whole, whenever it is looked at; the next fetch has it, whatever was left, and
leaves nothing beside it; a release that changed on the server meanwhile is never put together out of two.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections import Counter
from pathlib import Path

from file_server import FileServer, Served, file_server
from stage import Done, Stage, moment, outcome_of, require

# What to wait for before killing; None: a moment drawn over the measured time. The cache is looked at as a folder.
SIGHTS = (None, "**/*.part", "**/*.part.json", "**/origin.json.new", "**/tolls.csv", None)
# Big enough for many writes, small enough for many trials.
SIZES = (40_000, 900_000)


class FetchTrials:
    """The trials on one stage; each has a cache of its own."""

    server: FileServer
    whole: float

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.rng = stage, random.Random(seed)  # noqa: S311
        self.cache = stage.folder / "cache"
        self.counts: Counter[str] = Counter()

    def run(self, kills: int) -> Counter[str]:
        """Kill so many fetches, some of them twice in a row."""
        with file_server() as server:
            self.begin(server)
            for number in range(kills):
                self.trial(SIGHTS[number % len(SIGHTS)])
        return self.counts

    def begin(self, server: FileServer) -> None:
        """Measure how long a fetch from this server takes."""
        self.server = server
        self.whole = self.stage.must(self._fetch(server.serve("/tolls.csv", self._body()))).seconds

    def _body(self) -> bytes:
        return self.rng.randbytes(self.rng.randint(*SIZES))

    def _fetch(self, url: str, **order: object) -> Done:
        return self.stage.run("fetch", url=url, cache=str(self.cache), **order)

    def trial(self, sight: str | None) -> str:
        """Kill a fetch up to three times, and fetch again; returns how the first of them came out."""
        shutil.rmtree(self.cache, ignore_errors=True)
        bodies = [self._body()]
        served = self._serve(bodies[0])
        url = self.server.address + "/tolls.csv"
        outcomes = []
        # A file that was fetched before is not fetched again: a killed look at it changes nothing.
        if self.rng.random() < 0.2:
            self.stage.must(self._fetch(url))
        for _ in range(self.rng.choice((1, 1, 2, 3))):
            done = self._fetch(url, **moment(self.rng, sight, self.whole * 1.2))
            self.counts["killed" if done.code is None else "ended before the kill"] += 1
            outcomes.append(outcome_of(done, self._judge_held(bodies)))
            if self.rng.random() < 0.3 and not self._path.exists():
                # The release is replaced on the server before anything of it is here.
                bodies.append(self._body())
                served = self._serve(bodies[-1])
        is_there = self._path.exists()
        done = self.stage.must(self._fetch(url))
        self.whole = self.whole if is_there or "resumed" in done.out else done.seconds
        require(self._judge_held(bodies), f"the fetch after the kill has nothing: {done.said}")
        left = sorted(path.name for path in self._path.parent.iterdir())
        require(left == [".lock", "origin.json", "tolls.csv"], f"left beside the file: {left}")
        self.counts["resumed" if "resumed" in done.out else "whole afterwards"] += 1
        require(self._path.read_bytes() == served.body or len(bodies) > 1, "what is held is not what is served")
        return outcomes[0]

    def _serve(self, body: bytes) -> Served:
        server = self.server
        server.serve("/tolls.csv", body, pause_seconds=0.002, has_etag=self.rng.random() < 0.8)
        return server.paths["/tolls.csv"]

    @property
    def _path(self) -> Path:
        return self.cache / "tolls" / "v1" / "tolls.csv"

    def _judge_held(self, bodies: list[bytes]) -> bool:
        """Return whether the file is there; TrialFailedError where it is there in part, or mixed out of two."""
        if not self._path.exists():
            return False
        held = self._path.read_bytes()
        require(held in bodies, f"{len(held):,} bytes carry the name of the file and are no whole release")
        record = self._path.with_name("origin.json")
        if record.exists():
            told = json.loads(record.read_text(encoding="utf-8"))
            require(told["sha256"] == hashlib.sha256(held).hexdigest(), "the origin record is of other bytes")
        return True
