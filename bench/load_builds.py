"""How long `dbt build` takes, beside the same tables in pandas, polars and SQLite, and after one more document."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import duckdb

from bench import made_figures
from bench.measured import ROOT, Line, Took, compared, median, run
from bench.same_answers import differences
from common.quoting import identifier

FOLDER = ROOT / "target" / "bench" / "load"
WORKING = FOLDER / "working.duckdb"
SEEDS = ROOT / "seeds"
DBT = Path(sys.executable).with_name("dbt")
PLACES = ["--target-path", "target/bench/dbt", "--log-path", "target/bench/logs"]
# As in the Makefile: the unit tests of the rules say nothing about the data.
BUILD = ["build", "--exclude-resource-type", "unit_test", "--no-write-json"]
# What the peers write, and all it is made of.
SAME_TABLES = ["run", "--no-write-json", "--select", "+fct_figures", "+range_reported"]
SAMPLES = (
    ["ucdp_ged", str(ROOT / "samples/ucdp_ged/ged_syria_extract.csv"), "--version", "20.1-sample"],
    ["unhcr_population", str(ROOT / "samples/unhcr_population/population_syria.csv"), "--version", "2025.12.1-sample"],
)
LOADED = ("figures", "ingest", "samples", "seeds")
PEERS = {"pandas": 0.2, "polars": 1.0, "SQLite": 1.0}
SMALL = ("idmc_gidd", str(ROOT / "samples/idmc_gidd/conflict_idps_extract.csv"), "--version", "2025-sample")
SCALE, MOST_MIB, ADD_BOUND, DATASET_BOUND = 1.2, 4096, 0.05, 0.15


def loaded(name: str, *loads: list[str]) -> Path:
    """Return a warehouse with the record and these data sets, loaded again where a file it comes from is newer."""
    path = FOLDER / f"{name}.duckdb"
    read = (file for folder in LOADED for file in (ROOT / folder).rglob("*.*") if file.suffix != ".pyc")
    newest = max(file.stat().st_mtime for file in read)
    if not path.exists() or path.stat().st_mtime < newest:
        path.unlink(missing_ok=True)
        FOLDER.mkdir(parents=True, exist_ok=True)
        for arguments in ([], *loads):
            run([sys.executable, "-m", "ingest", "load", *arguments], FOLDER, ON_RECORD_WAREHOUSE=path)
    return path


def original() -> Path:
    """Return the warehouse that everything is made from: the record and samples of two data sets."""
    return loaded("samples", *SAMPLES)


def python_of_peers() -> Path:
    """Return the Python with pandas, polars and pydantic, installed from the pinned and hashed list by itself."""
    home, wanted = FOLDER.parent / "peers", ROOT / "bench" / "peers.txt"
    python, installed = home / "bin" / "python", home / "installed.txt"
    if not installed.exists() or installed.read_bytes() != wanted.read_bytes():
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, home], check=True)
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--python", python, "-r", wanted],
            check=True,
        )
        shutil.copy(wanted, installed)
    return python


def dbt(arguments: list[str], warehouse: Path) -> Took:
    """Run dbt on a warehouse, publishing into a folder beside it."""
    published = FOLDER / "published"
    return run(
        [DBT, "--quiet", *arguments, *PLACES], FOLDER, ON_RECORD_WAREHOUSE=warehouse, ON_RECORD_PUBLISHED=published
    )


def fresh(raw: Path, is_seeded: bool = False) -> Path:
    """Return a copy of a warehouse with raw tables and nothing built, or the seeds alone."""
    WORKING.unlink(missing_ok=True)
    shutil.copy(raw, WORKING)
    if is_seeded:
        dbt(["seed"], WORKING)
    return WORKING


def described_build(warehouse: Path) -> str:
    """Return what a build is made of, by counting it."""
    command: list[str | Path] = [DBT, "--quiet", "ls", *PLACES, "--output", "name", "--resource-type"]
    counts = [
        len(run([*command, kind], FOLDER, ON_RECORD_WAREHOUSE=warehouse).told.split())
        for kind in ("model", "test", "seed")
    ]
    return (
        f"dbt build is {counts[0]} models, {counts[1]} data tests, {counts[2]} seeds and the publication of the result"
    )


def peer(name: str, python: Path, figures: int) -> Took:
    """Run one peer over its input."""
    script = ROOT / "bench" / "peers" / f"{name.lower()}_ranges.py"
    return run([python, script, FOLDER / f"input-{figures}", FOLDER / f"built-{name.lower()}", SEEDS], FOLDER)


def answer_of(name: str) -> Path:
    """Return where a peer wrote its tables."""
    folder = FOLDER / f"built-{name.lower()}"
    return folder / "built.sqlite" if name == "SQLite" else folder


def build(figures: int, runs: int) -> list[Line]:
    """Measure a build, the models alone and the tables of the peers alone, beside each peer, in turns.

    A build of the record alone says how much of it is dbt's own: what it takes for next to nothing.
    """
    python, record = python_of_peers(), loaded("record")
    raw, count = made_figures.made(original(), FOLDER, figures)
    dbt(["parse"], raw)
    dbt(["run", "--no-write-json", "--select", made_figures.MODEL_OF_INPUT], fresh(raw, is_seeded=True))
    made_figures.peers_input(WORKING, FOLDER / f"input-{figures}")
    took: dict[str, list[Took]] = {name: [] for name in ("record", "build", "models", "tables", *PEERS)}
    problems: dict[str, str] = {}
    for turn in range(runs):
        took["record"].append(dbt(BUILD, fresh(record)))
        took["models"].append(dbt(["run", "--no-write-json"], fresh(raw, is_seeded=True)))
        took["tables"].append(dbt(SAME_TABLES, fresh(raw, is_seeded=True)))
        took["build"].append(dbt(BUILD, fresh(raw)))
        for name in PEERS:
            took[name].append(peer(name, python, figures))
            if turn == 0:
                problems[name] = "; ".join(differences(WORKING, answer_of(name)))
    medians = {name: median(each) for name, each in took.items()}
    with duckdb.connect(str(record), read_only=True) as connection:
        ((few,),) = connection.execute("select count(*) from raw.figures").fetchall()
    return [Line("dbt build of the record alone", few, medians["record"]), *lines_of_build(medians, count, problems)]


def lines_of_build(took: dict[str, Took], count: int, problems: dict[str, str]) -> list[Line]:
    """Return the peers first, and then ours beside each of them. What parts imply (rule 10) is in ours alone."""
    lines = [Line(f"{name}, all but implied bounds", count, took[name], problem=problems[name]) for name in PEERS]
    named = {"build": "dbt build", "models": "dbt run: models alone", "tables": "dbt run: the peers' tables alone"}
    for kind, what in named.items():
        for name, bound in PEERS.items():
            lines.append(compared(what, count, took[kind], name, took[name], bound if kind == "build" else None))
    return lines


@cache
def built(figures: int, runs: int) -> tuple[Took, int]:
    """Build that many figures of data sets from nothing; returns the median, and how many they are.

    The working file has them built afterwards, unless it is another's by then.
    """
    raw, count = made_figures.made(original(), FOLDER, figures)
    dbt(["parse"], raw)
    return median([dbt(BUILD, fresh(raw)) for _ in range(runs)]), count


def scale(figures: int, runs: int) -> list[Line]:
    """Measure the cost of a figure among this many and among a tenth of them, and the memory of the larger build."""
    (small, few), (large, many) = built(figures // 10, runs), built(figures, runs)
    ratio = (large.seconds / many) / (small.seconds / few)
    return [
        Line("dbt build", few, small),
        Line("dbt build, cost of a figure", many, large, f"{few:,} figures", ratio, SCALE),
        Line("dbt build, peak memory in MiB", many, large, "", large.peak_mib, MOST_MIB, unit="MiB"),
    ]


def add(figures: int, runs: int) -> list[Line]:
    """Measure a build after one more document beside a full one, and compare the results with those of a full one."""

    def document(number: int) -> None:
        made_figures.add_document(WORKING, original(), number)

    full = built(figures, runs)
    return beside_full(f"dbt build, {made_figures.ADDED} figures more", document, ADD_BOUND, full, runs)


def dataset(figures: int, runs: int) -> list[Line]:
    """Measure a build after a small data set was loaded beside those of others; each run loads another release."""

    def release(number: int) -> None:
        name, path, _, version = SMALL
        command = [sys.executable, "-m", "ingest", "load", name, path, "--version", f"{version}-{number}"]
        run(command, FOLDER, ON_RECORD_WAREHOUSE=WORKING)

    # From a full build of its own: the documents that `add` told are of days to come, after which nothing is loaded.
    full = built(figures, runs)
    dbt(BUILD, fresh(made_figures.made(original(), FOLDER, figures)[0]))
    return beside_full("dbt build, a small data set more", release, DATASET_BOUND, full, runs)


def beside_full(
    what: str, load: Callable[[int], None], bound: float, full_build: tuple[Took, int], runs: int
) -> list[Line]:
    """Measure builds that keep most of what the working file has beside a full one; the results must be the same."""
    full, count = full_build
    added: list[Took] = []
    for number in range(runs):
        load(number)
        added.append(dbt(BUILD, WORKING))
    before = fingerprints(WORKING)
    dbt([*BUILD, "--full-refresh"], WORKING)
    after = fingerprints(WORKING)
    differing = ", ".join(sorted(name for name in before | after if before.get(name) != after.get(name)))
    line = compared(what, count, median(added), "full build", full, bound)
    problem = f"not what a full build gives: {differing}" if differing else ""
    return [Line("dbt build", count, full), replace(line, problem=problem)]


def fingerprints(warehouse: Path) -> dict[str, tuple[int, int]]:
    """Return rows and a hash over all rows, whatever their order, of each table that is published."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'main'").fetchall()
        counts = "select count(*), bit_xor(hash(t)) from main."
        return {name: connection.execute(f"{counts}{identifier(name)} as t").fetchall()[0] for (name,) in names}
