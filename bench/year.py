"""A desk's year: load days, amendments, withdrawals, builds, and what it leaves on the disk.

Makes an episode day by day: documents with figures of running tolls, each load at noon of its day, some figures
amended, some withdrawn, one restricted in the middle of the year. Builds every so many load days, as `make build`
does. At the end the warehouse that went through all of it is held against one built from nothing out of the same raw,
table by table and row by row, and what is on the disk is told.

Examples:
  python bench/year.py                              240 load days, a build every sixth
  python bench/year.py --days 30 --every 3          quickly
  python bench/year.py --keep target/year           keep the folder, to serve it: a busy desk

Exit code 1 where a row differs, or a year of days as it is kept would take more than 0.6 GB.

"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.measured import machine  # noqa: E402
from bench.two_commands import commit  # noqa: E402
from common.layout import recorded_folder  # noqa: E402
from common.quoting import identifier, literal  # noqa: E402
from ingest.curation.check import read_record  # noqa: E402
from ingest.record.columns import DOCUMENTS, FIGURES  # noqa: E402
from ingest.warehouse.load import load_record  # noqa: E402
from ingest.warehouse.load_days import kept_days  # noqa: E402
from ingest.warehouse.ours import copy_of_raw  # noqa: E402

EPISODE = "aleppo-2024"
FIRST = date(2025, 1, 1)
SOURCES = ("sohr", "ocha", "unattributed", "un", "russian_mod")
PLACES = ("SY", "SY02", "SY07", "SY05", "sy-northwest")
MEASURES = ("killed", "injured", "displaced", "airstrikes")
DOCUMENTS_A_DAY, FIGURES_A_DOCUMENT = 3, 9
MOST_BYTES = 600_000_000
DBT = Path(sys.executable).with_name("dbt")


class Desk:
    """The record of a desk as it grows; everything follows from the seed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder / EPISODE
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self.documents: list[dict[str, str]] = []
        self.figures: list[dict[str, str]] = []
        self.tolls: dict[tuple[str, str], int] = {}

    def day(self, on: date) -> None:
        """Add the documents of a day, amend one figure in thirty, withdraw one in a hundred and fifty of a day's."""
        for figure in self.random.sample(self.figures, min(1, len(self.figures))):
            figure["place_id"] = self.random.choice(PLACES)
            figure["note"] = f"Of another place, amended on {on}."
        if self.random.random() < 0.2 and self.figures:
            self.random.choice(self.figures).update(status="withdrawn", note=f"Of another war, withdrawn on {on}.")
        for _ in range(DOCUMENTS_A_DAY):
            self._document(on)

    def restrict(self) -> None:
        """Restrict the first figure, which every day so far has shown."""
        self.figures[0].update(visibility="restricted", sensitivity="high", sensitivity_reason="A witness.",
                               review_on="2027-01-01", note="Restricted.")  # fmt: skip

    def _document(self, on: date) -> None:
        document_id = f"{EPISODE}-{len(self.documents) + 1000}"
        self.documents.append({
            "document_id": document_id, "title": "A day", "language": "en", "publisher": "A paper",
            "sha256": f"{len(self.documents):064x}", "published_on": on.isoformat(), "published_on_basis": "stated",
            "retrieved_on": on.isoformat(), "file_name": f"{document_id}.txt",
        })  # fmt: skip
        for number in range(FIGURES_A_DOCUMENT):
            self.figures.append(self._figure(document_id, number, on))

    def _figure(self, document_id: str, number: int, on: date) -> dict[str, str]:
        measure, place = self.random.choice(MEASURES), self.random.choice(PLACES)
        toll = self.tolls[measure, place] = self.tolls.get((measure, place), 20) + self.random.randrange(1, 15)
        hedge = self.random.choice(("exact", "exact", "at_least", "more_than", "nearly", "about"))
        words = "" if hedge == "exact" else f"{hedge.replace('_', ' ')} "
        is_running = measure != "airstrikes"
        return {
            "figure_id": f"{document_id}-{number + 1:02}", "document_id": document_id, "paragraph": str(number + 1),
            "phrase": f"{words}{toll}", "source_id": self.random.choice(SOURCES), "measure_id": measure,
            "population_id": "all", "place_id": place, "counting": "cumulative" if is_running else "period",
            "period_start_on": (FIRST if is_running else on - timedelta(days=1)).isoformat(),
            "period_end_on": "" if is_running else on.isoformat(), "reported_on": on.isoformat(),
            "reported_on_basis": "stated", "hedge_id": hedge, "value": str(toll), "status": "validated",
            "visibility": "public", "coded_on": on.isoformat(), "checked_on": on.isoformat(),
        }  # fmt: skip

    def write(self) -> None:
        """Write the files of the episode."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for schema, rows in ((DOCUMENTS, self.documents), (FIGURES, self.figures)):
            names = list(dict.fromkeys([*schema.needed, *(name for row in rows for name in row)]))
            with (self.folder / schema.file_name).open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)


@contextmanager
def place(kept: Path | None) -> Iterator[Path]:
    """Lend the folder to work in: one that goes afterwards, unless it was named."""
    if kept:
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        yield kept
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def build(folder: Path, warehouse: str, published: str) -> float:
    """Build and publish; returns the seconds it took, raises RuntimeError with what dbt said."""
    started = time.monotonic()
    named = {"ON_RECORD_WAREHOUSE": str(folder / warehouse), "ON_RECORD_PUBLISHED": str(folder / published)}
    command = [DBT, "--quiet", "build", "--exclude-resource-type", "unit_test", "--no-write-json",
               "--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env=os.environ | named, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout[-3000:] + done.stderr[-2000:])
    return time.monotonic() - started


def differing(one: Path, other: Path) -> tuple[int, int, int]:
    """Return how many tables and rows two built warehouses have, and how many rows are in one of them alone."""
    tables = rows = alone = 0
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(one))} as one (read_only)")
        connection.execute(f"attach {literal(str(other))} as other (read_only)")
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'one' and schema_name = 'main' order by all"
        ).fetchall():
            ours, theirs = f"one.main.{identifier(table)}", f"other.main.{identifier(table)}"
            ((count,),) = connection.execute(f"select count(*) from {ours}").fetchall()
            ((beside,),) = connection.execute(
                f"select (select count(*) from (from {ours} except all from {theirs})) "
                f"+ (select count(*) from (from {theirs} except all from {ours}))"
            ).fetchall()
            tables, rows, alone = tables + 1, rows + count, alone + beside
    return tables, rows, alone


def year(folder: Path, days: int, every: int, seed: int) -> dict[str, float]:
    """Live through the year; returns what is told."""
    desk, warehouse = Desk(folder / "figures", seed), folder / "warehouse.duckdb"
    builds: list[float] = []
    loads: list[float] = []
    load_days = [FIRST + timedelta(days=number) for number in range(days)]
    for number, on in enumerate(load_days, start=1):
        desk.day(on)
        if number == days // 2:
            desk.restrict()
        desk.write()
        record, problems = read_record([desk.folder])
        if problems:
            raise RuntimeError(f"the record made is no record: {problems[0]}")
        started = time.monotonic()
        load_record(record, warehouse, loaded_at=datetime(on.year, on.month, on.day, 12))
        loads.append(time.monotonic() - started)
        if number % every == 0 or number == days:
            builds.append(build(folder, warehouse.name, "published"))
            print(f"{on}: {len(desk.figures):,} figures, build {builds[-1]:.1f} s", file=sys.stderr, flush=True)
    raw = folder / "from-nothing.duckdb"
    copy_of_raw(warehouse, raw, is_strict=False)
    whole = build(folder, raw.name, "published-from-nothing")
    tables, rows, alone = differing(warehouse, raw)
    files = sorted(recorded_folder(folder / "published").glob("*.duckdb"))
    newest = max(file.stat().st_size for file in files)
    kept = len(kept_days(load_days, ()))
    sizes = [file.stat().st_size for file in files]
    return {
        "load_days": days, "documents": len(desk.documents), "figures": len(desk.figures), "builds": len(builds),
        "last_load_seconds": loads[-1], "first_build_seconds": builds[0], "last_build_seconds": builds[-1],
        "build_from_nothing_seconds": whole, "tables": tables, "rows": rows, "rows_that_differ": alone,
        "recorded_files": len(files), "recorded_bytes": sum(sizes), "newest_bytes": newest,
        "built_daily_files": kept, "built_daily_bytes": kept * newest, "kept_for_ever_bytes": days * newest,
        "warehouse_bytes": warehouse.stat().st_size,
    }  # fmt: skip


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--days", type=int, default=240, help="load days; default 240")
    options.add_argument("--every", type=int, default=6, help="load days between two builds; default 6")
    options.add_argument("--seed", type=int, default=2025)
    options.add_argument("--keep", type=Path, metavar="FOLDER", help="keep warehouse and publications there")
    options.add_argument("--json", action="store_true", help="for a program")
    chosen = options.parse_args()
    with place(chosen.keep) as folder:
        found = year(folder, chosen.days, chosen.every, chosen.seed)
    if chosen.json:
        print(json.dumps(found, indent=2))
    else:
        print(machine(commit()))
        for name, value in found.items():
            is_size = name.endswith("_bytes")
            shown = (
                f"{value / 1e6:,.1f} MB" if is_size else f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
            )
            print(f"{name.removesuffix('_bytes').replace('_', ' '):<28}{shown:>14}")
    is_fine = found["rows_that_differ"] == 0 and found["built_daily_bytes"] <= MOST_BYTES
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(main())
