"""One build of so many figures on DuckDB, on Spark and on a Spark cluster of this machine: time, memory, bytes, shares.

The figures are the samples again and again (bench/made_figures.py). Models and seeds are built, and no tests; the
tables of both engines are then compared. Run it by .venv-spark/bin/python, with Java. What a run says of more machines
than this one, and of sizes it did not build, is reckoned in docs/scale.md.

    .venv-spark/bin/python bench/scale.py --figures 100000 1000000 --engines duckdb spark cluster
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import load_builds, made_figures  # noqa: E402
from bench.measured import machine  # noqa: E402
from common.layout import WAREHOUSE_SETTING  # noqa: E402
from ingest.engines.cluster import Cluster, cluster, shares  # noqa: E402
from ingest.engines.compared import compare  # noqa: E402
from ingest.engines.spark_build import MASTER_SETTING, Places, dbt, export, run  # noqa: E402

FOLDER = ROOT / "target" / "bench" / "scale"
ENGINES = ("duckdb", "spark", "cluster")
WITHOUT_TESTS = ("--exclude-resource-type", "test", "unit_test")
TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


@dataclass
class Measured:
    """One build: seconds on the wall, processor seconds and the most memory of all its processes, bytes it wrote."""

    engine: str
    figures: int
    seconds: float
    cpu_seconds: float
    peak_mib: float
    raw_mib: float
    tables_mib: float
    executors: dict[str, dict[str, float]] = field(default_factory=dict)
    unlike_duckdb: list[str] = field(default_factory=list)
    """Relations that differ from DuckDB's; of DuckDB's own build, none."""


class Watch:
    """What all processes that this one started use, looked at twice a second."""

    def __init__(self) -> None:
        self.cpu: dict[int, float] = {}
        self.peak = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> Watch:
        """Begin to look."""
        self.began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look for the last time."""
        self.seconds = time.monotonic() - self.began
        self._is_over.set()
        self._thread.join()

    def _look_on(self) -> None:
        while not self._is_over.wait(0.5):
            self._look()

    def _look(self) -> None:
        found, parents = {}, {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                told = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            pid = int(path.parent.name)
            parents[pid] = int(told[1])
            found[pid] = ((int(told[11]) + int(told[12])) / TICKS, int(told[21]) * PAGE)
        ours = [pid for pid in found if self._is_ours(pid, parents)]
        self.cpu |= {pid: found[pid][0] for pid in ours}
        self.peak = max(self.peak, sum(found[pid][1] for pid in ours))

    @staticmethod
    def _is_ours(pid: int, parents: dict[int, int]) -> bool:
        above = parents.get(pid, 0)
        while above > 1 and above != os.getpid():
            above = parents.get(above, 0)
        return above == os.getpid()


def measured(engine: str, figures: int, build: Callable[[], None]) -> Measured:
    """Run a build and return what it took; its bytes are filled in by the caller."""
    with Watch() as watch:
        build()
    return Measured(engine, figures, watch.seconds, sum(watch.cpu.values()), watch.peak / 2**20, 0, 0)


def size(place: Path) -> float:
    """Return the MiB of a file or of all files of a folder."""
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files) / 2**20


def on_duckdb(figures: int, warehouse: Path) -> Measured:
    """Build on DuckDB, in the warehouse itself."""
    raw, places = size(warehouse), Places(FOLDER / "duckdb")

    def build() -> None:
        command = [*dbt(places, "build", *WITHOUT_TESTS, target="duckdb"), "--no-write-json"]
        env = os.environ | {WAREHOUSE_SETTING: str(warehouse), "PYTHONPATH": str(ROOT)}
        subprocess.run(command, cwd=ROOT, env=env, check=True)

    done = measured("duckdb", figures, build)
    done.raw_mib, done.tables_mib = raw, size(warehouse) - raw
    return done


def on_spark(figures: int, warehouse: Path, is_cluster: bool) -> Measured:
    """Build on Spark, in one process or on a cluster of this machine, and compare with what DuckDB built."""
    places = Places(FOLDER / ("cluster" if is_cluster else "spark"))
    export(places, warehouse)

    def build() -> None:
        with cluster(places, memory="2g") if is_cluster else nullcontext(Cluster("", {})) as used:
            os.environ[MASTER_SETTING] = used.master
            if run(places, *WITHOUT_TESTS, "--vars", "{write_out_views: false}", settings=used.settings):
                raise SystemExit("The build on Spark failed.")

    done = measured("cluster" if is_cluster else "spark", figures, build)
    done.raw_mib, done.tables_mib = size(places.raw), size(places.tables)
    done.executors = {name: asdict(share) for name, share in shares(places.events).items()}
    done.unlike_duckdb = [each.name for each in compare(places, warehouse, is_with_views=False) if not each.is_equal]
    return done


def main(arguments: list[str] | None = None) -> int:
    """Build, print a line each and write all of it as JSON; 1 where an answer is not DuckDB's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figures", type=int, nargs="+", default=[100_000], help="how many (default: 100000)")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES), help="default: all")
    chosen = parser.parse_args(arguments)
    print(machine(commit()))
    found = []
    for figures in chosen.figures:
        warehouse = FOLDER / f"{figures}.duckdb"
        count = made_figures.warehouse(load_builds.original(), warehouse, figures)
        for engine in sorted(chosen.engines, key=ENGINES.index):
            done = (
                on_duckdb(count, warehouse) if engine == "duckdb" else on_spark(count, warehouse, engine == "cluster")
            )
            found.append(done)
            print(line(done), flush=True)
    (FOLDER / "scale.json").write_text(json.dumps([asdict(each) for each in found], indent=2) + "\n")
    return 1 if any(each.unlike_duckdb for each in found) else 0


def commit() -> str:
    """Return the commit that is measured."""
    told = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return told.stdout.strip()


def line(done: Measured) -> str:
    """Return one build as a line."""
    tasks = sum(each["tasks"] for each in done.executors.values())
    shared = ", ".join(f"{name}: {each['tasks'] / tasks:.0%}" for name, each in sorted(done.executors.items()))
    return (
        f"{done.engine:8}{done.figures:>12,}{done.seconds:9.0f} s{done.cpu_seconds:9.0f} cpu s{done.peak_mib:8.0f} MiB"
        f"  raw {done.raw_mib:.0f} MiB, tables {done.tables_mib:.0f} MiB"
        + (f"  tasks {shared}" if shared else "")
        + (f"  DIFFERS: {', '.join(done.unlike_duckdb)}" if done.unlike_duckdb else "")
    )


if __name__ == "__main__":
    sys.exit(main())
