"""What `make spark`, `make spark-cluster` and `make publish-from-spark` call, in Spark's own environment.

``prove`` builds the record and the samples on DuckDB and on Spark, and compares every relation. ``publish`` builds what
is loaded on Spark and publishes it.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

from common.foreign import regular_files
from common.layout import EVERY_FILE, PUBLISHED, PUBLISHED_SETTING, ROOT, WAREHOUSE, WAREHOUSE_SETTING, published_folder
from ingest.engines.cluster import Cluster, Share, cluster, shares
from ingest.engines.compared import as_table, compare, compare_publications
from ingest.engines.home import publish_from_spark
from ingest.engines.spark_build import (
    DEFAULT_FOLDER,
    MASTER_SETTING,
    Places,
    build,
    export,
    java,
    run_dbt_on_duckdb,
    spark_home,
)
from ingest.errors import CannotRunError
from ingest.files import shown_path, warehouse_path

CANNOT_RUN, DIFFERS = 2, 1
SAMPLES = {
    "ucdp_ged": ("20.1-sample", "ged_syria_extract.csv"),
    "unhcr_population": ("2025.12.1-sample", "population_syria.csv"),
    "idmc_gidd": ("2025-sample", "conflict_idps_extract.csv"),
}
HELP = """\
exit codes:
  0  fine
  1  a relation of Spark's differs from DuckDB's
  2  it could not run, or not all of a build stood; one sentence on stderr says why

environment:
  ON_RECORD_SPARK_MASTER      the master of a cluster (default: local[2], in one process of this machine)
  ON_RECORD_MEMORY            memory of the driver, such as 3GB
  ON_RECORD_SPARK_PARTITIONS  parts of a shuffle (default: 4, for one machine)
  JAVA_HOME                   the Java to use
"""


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    top = argparse.ArgumentParser(
        prog="python -m ingest.engines.spark", description=__doc__, epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    top.add_argument(
        "--folder", type=Path, default=DEFAULT_FOLDER, help="where builds are kept (default: target/spark)"
    )
    commands = top.add_subparsers(dest="command", required=True)
    prove = commands.add_parser("prove", help="build record and samples on both engines, compare every relation")
    publish = commands.add_parser("publish", help="build what is loaded on Spark, and publish it")
    for each in (prove, publish):
        each.add_argument("--cluster", action="store_true", help="on a master and two workers of this machine")
        each.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    chosen = parser().parse_args(arguments)
    try:
        java()
        spark_home()
        return prove(chosen) if chosen.command == "prove" else publish(chosen)
    except CannotRunError as reason:
        print(reason, file=sys.stderr)
        return CANNOT_RUN


def prove(chosen: argparse.Namespace) -> int:
    """Build record and samples on DuckDB and on Spark and compare every relation; returns the exit code."""
    places = Places(chosen.folder.absolute() / "proof")
    warehouse = _built_on_duckdb(places)
    export(places, warehouse)
    _say(chosen, "Building on Spark …")
    shared = _build(places, chosen.cluster, "--vars", "{write_out_views: true}")
    found = compare(places, warehouse)
    # What comes home is published beside what DuckDB published of the same raw, and told apart by nothing.
    publish_from_spark(places, warehouse, places.folder / PUBLISHED)
    other = compare_publications(_newest(places.folder / "duckdb" / PUBLISHED), _newest(places.folder / PUBLISHED))
    if chosen.json:
        told = [{**asdict(each), "is_equal": each.is_equal} for each in found]
        shown = {name: asdict(share) for name, share in shared.items()}
        print(json.dumps({"relations": told, "publications_differ": other, "executors": shown}))
    else:
        print(as_table(found))
        print("\n".join(other) or "The publication from Spark is DuckDB's: tables, columns, types, comments and rows.")
        for name, share in sorted(shared.items()):
            print(f"executor {name}: {share.tasks:,} tasks, {share.cpu_seconds:,.0f} s of processor time")
    return 0 if all(each.is_equal for each in found) and not other else DIFFERS


def publish(chosen: argparse.Namespace) -> int:
    """Build what is loaded on Spark and publish it; returns the exit code."""
    places, warehouse = Places(chosen.folder.absolute() / "build"), warehouse_path()
    done = export(places, warehouse)
    _say(chosen, f"Building on Spark what was loaded by {done.loaded_at} UTC …")
    _build(places, chosen.cluster)
    publish_from_spark(places, warehouse, published_folder())
    newest = _newest(published_folder())
    if chosen.json:
        print(json.dumps({"publication": newest.name, "loaded_at": done.loaded_at, "load_id": done.load_id}))
    else:
        print(f"{shown_path(newest)} holds what Spark made of it.")
    return 0


def _newest(published: Path) -> Path:
    return regular_files(published, EVERY_FILE)[-1]


def _build(places: Places, is_cluster: bool, *options: str) -> dict[str, Share]:
    running = cluster(places) if is_cluster else nullcontext(Cluster(os.environ.get(MASTER_SETTING, ""), {}))
    with running as used:
        os.environ[MASTER_SETTING] = used.master
        build(places, *options, settings=used.settings)
    return shares(places.events)


def _built_on_duckdb(places: Places) -> Path:
    """Load and build record and samples in a warehouse of their own, as `make build SAMPLES=1` does."""
    folder = places.folder / "duckdb"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    warehouse = folder / WAREHOUSE
    env = os.environ | {WAREHOUSE_SETTING: str(warehouse), PUBLISHED_SETTING: str(folder / PUBLISHED)}
    loads = [[name, f"samples/{name}/{file}", "--version", version] for name, (version, file) in SAMPLES.items()]
    for each in ([], *loads):
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "on_record", "load", *each], cwd=ROOT, env=env | {"PYTHONPATH": str(ROOT)},
            check=False, stdout=sys.stderr,
        )  # fmt: skip
        if done.returncode:
            raise CannotRunError("The record or a sample could not be loaded; what is wrong stands above.")
    run_dbt_on_duckdb(places, warehouse, folder / PUBLISHED, ["build", "--exclude-resource-type", "unit_test"])
    return warehouse


def _say(chosen: argparse.Namespace, words: str) -> None:
    if not chosen.json:
        print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
