"""Where trials happen: a made record, its warehouse and publications, and the warm process that runs the commands."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
from scratch import Scratch

from ingest.record.columns import DOCUMENTS, FIGURES

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EPISODE = "aleppo-2024"
FIGURE_COUNT = 200
DOCUMENT = dict.fromkeys(DOCUMENTS.names, "") | {
    "document_id": "d-01", "title": "A day", "language": "en", "published_on": "2024-11-29",
    "published_on_basis": "stated", "sha256": "0" * 64, "file_name": "one.txt",
}  # fmt: skip
FIGURE = dict.fromkeys(FIGURES.names, "") | {
    "document_id": "d-01", "paragraph": "1", "phrase": "some", "source_id": "sohr", "measure_id": "killed",
    "population_id": "all", "place_id": "SY", "counting": "cumulative", "period_start_on": "2024-11-27",
    "reported_on": "2024-11-28", "reported_on_basis": "stated", "hedge_id": "exact", "status": "validated",
    "visibility": "public", "coded_on": "2024-12-02", "checked_on": "2024-12-03",
}  # fmt: skip
# What a load wrote is kept as it was, whether it still stands or was replaced; the line in its file follows the file.
VERSIONS = " union all ".join(
    f"select '{table}', load_id, count(*), sum(hash(v)) from (select * exclude (record_line) from raw.{table} "
    f"union all select * exclude (record_line, replaced_by, replaced_at) from raw.replaced_{table}) as v group by 2"
    for table in ("figures", "documents")
)


class TrialFailedError(AssertionError):
    """What must never happen has happened; the text says what."""


def require(is_so: bool, what: str) -> None:
    """Raise TrialFailedError unless it is so."""
    if not is_so:
        raise TrialFailedError(what)


def write_record(folder: Path, marker: int, count: int = FIGURE_COUNT, visibility: str = "public") -> Path:
    """Write a record whose figures all have the value ``marker``; returns its folder."""
    episode = folder / EPISODE
    episode.mkdir(parents=True, exist_ok=True)
    # Scopes of ten figures each keep the checks quick: reports of one scope are compared with one another.
    figures = [
        FIGURE | {"figure_id": f"d-01-{number:03}", "value": str(marker), "counting": "incident",
                  "period_end_on": "2024-11-27", "incident_id": f"event-{number // 10}", "visibility": visibility}
        for number in range(1, count + 1)
    ]  # fmt: skip
    for sheet, rows in ((DOCUMENTS, [DOCUMENT]), (FIGURES, figures)):
        with (episode / sheet.file_name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, sheet.names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return episode


@dataclass(frozen=True)
class Raw:
    """What the warehouse holds: the ids of its loads in order, and (count, lowest, highest value) of its figures.

    ``versions`` are the rows each load wrote, those replaced since among them, as (count, sum of their hashes).
    """

    loads: tuple[str, ...]
    figures: tuple[int, int, int]
    versions: dict[tuple[str, str], tuple[int, int]]

    def keeps(self, before: Raw) -> bool:
        """Whether every load and every row of ``before`` is still there, and equal."""
        is_there = self.loads[: len(before.loads)] == before.loads
        return is_there and all(self.versions.get(load) == rows for load, rows in before.versions.items())


@dataclass(frozen=True)
class Done:
    """How a command went: its exit code (None if killed), its seconds, and what it said."""

    code: int | None
    seconds: float
    out: str
    err: str

    @property
    def said(self) -> str:
        """Both streams."""
        return self.out + self.err


def outcome_of(done: Done, is_whole: bool) -> str:
    """Say when the kill came and what is left: the work whole or absent."""
    when = "ended before the kill" if done.code == 0 else "killed"
    require(done.code in (0, None), f"a command failed by itself: {done.said}")
    require(is_whole or done.code is None, "a command succeeded and left nothing")
    return f"{when}, {'whole' if is_whole else 'absent'}"


def moment(rng: random.Random, sight: str | None, whole: float) -> dict[str, Any]:
    """Draw when to kill: over the whole time, near its end, or up to 20 ms after something is seen."""
    if sight is None:
        return {"seconds": rng.uniform(0, whole)}
    if sight == "end":
        return {"seconds": whole * rng.uniform(0.8, 1.0)}
    return {"sight": sight, "seconds": rng.choice((0.0, rng.uniform(0, 0.02)))}


class Durations(dict[str, float]):
    """How many seconds each kind of work takes whole, as measured last: a machine grows busy and idle during trials."""

    def learn(self, what: str, done: Done, is_whole: bool) -> None:
        """Take the time of the command after a kill, unless the killed one left it nothing to do."""
        if not is_whole:
            self[what] = done.seconds


@dataclass
class Stage(Scratch):
    """A folder with a record, a warehouse and publications, and the warm process."""

    server: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        """Start the warm process and wait until it is warm."""
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {"PYTHONPATH": str(ROOT), "ON_RECORD_WAREHOUSE": str(self.warehouse)}
        pipe = subprocess.PIPE
        command = [sys.executable, str(HERE / "fork_server.py")]
        log = (self.folder / "server.log").open("w")
        self.server = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=log, text=True, env=environment)
        log.close()
        assert self.server.stdout is not None
        first = self.server.stdout.readline()
        require(first == "ready\n", f"the warm process did not start: {(self.folder / 'server.log').read_text()}")

    def __enter__(self) -> Stage:
        """Enter."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the warm process."""
        self.server.communicate()

    def run(self, what: str, **order: Any) -> Done:
        """Run load, build, publish or fetch in a forked child; ``order`` as fork_server.prepare and is_time read it."""
        said = {name: str(self.folder / f"last.{name}") for name in ("out", "err")}
        places = {"warehouse": str(self.warehouse), "published": str(self.published)}
        places["folder"] = str(self.folder / "record" / EPISODE)
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(json.dumps({"what": what} | places | said | order) + "\n")
        self.server.stdin.flush()
        return Done(**json.loads(self.server.stdout.readline()))

    def load(self, marker: int, **order: Any) -> Done:
        """Write the record with this marker and load it."""
        write_record(self.folder / "record", marker)
        return self.run("load", **order)

    def must(self, done: Done) -> Done:
        """Return what was done; TrialFailedError where it did not succeed."""
        require(done.code == 0, f"a command that must succeed ended with {done.code}: {done.said}")
        return done

    def raw(self, warehouse: Path | None = None) -> Raw:
        """Look at a warehouse, that of the stage; a log of what was committed is replayed."""
        with duckdb.connect(str(warehouse or self.warehouse)) as connection:
            loads = connection.execute("select load_id from raw.loads order by loaded_at").fetchall()
            (figures,) = connection.execute("select count(*), min(value), max(value) from raw.figures").fetchall()
            versions = connection.execute(VERSIONS).fetchall()
        rows = {(table, load_id): (count, hashed) for table, load_id, count, hashed in versions}
        return Raw(tuple(load_id for (load_id,) in loads), (figures[0], int(figures[1]), int(figures[2])), rows)

    def digests(self, published: Path | None = None) -> dict[str, str]:
        """Return the SHA-256 of each publication in a folder, the stage's own unless named, by its path in there."""
        folder = published or self.published
        return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted(folder.rglob("[0-9]*.duckdb"))}  # fmt: skip

    def mark_facts(self, marker: int) -> None:
        """Change the facts as a build of other figures would: quick, so that many publications can be tried."""
        with duckdb.connect(str(self.warehouse)) as connection:
            for table in ("fct_figures", "fct_readings", "fct_reports"):
                connection.execute(f"update main.{table} set value_stated = {marker}")
