"""A desk's year: load days, amendments, withdrawals, releases of data sets, builds, and what it leaves on the disk.

Makes an episode day by day: documents with figures of running tolls, each load at noon of its day, some figures
amended, some withdrawn, one restricted in the middle of the year; four releases of three data sets, the last of which
changes what the first one said. Builds every so many load days, as `make build` does but for its tests of rules, and
leaves a build out where the year is behind the time it may take: how many is told. At the end the warehouse that went
through all of it is held against one built from nothing out of the same raw, table by table and row by row, and what is
on the disk is told.

With --upgrade-from the first days are loaded and published by that commit, in an environment of its own; then today's
code goes on with its warehouse and its published folder, and builds its days anew, as `make history` does.

Examples:
  python bench/year.py                                250 load days, a build every sixth, in about 40 minutes
  python bench/year.py --days 30 --every 3            quickly
  python bench/year.py --upgrade-from 811064c         begun by an earlier version
  python bench/year.py --keep target/year             keep the folder, to serve it: a busy desk

Exit code 1 where a row differs, a day of the earlier version is not built anew, or a year of days as it is kept would
take more than 0.6 GB.

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
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import duckdb

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.measured import machine  # noqa: E402
from bench.old_version import OldVersion, old_version  # noqa: E402
from bench.two_commands import commit  # noqa: E402
from common.layout import recorded_folder  # noqa: E402
from common.quoting import identifier, literal  # noqa: E402
from ingest.curation.check import read_record  # noqa: E402
from ingest.datasets import load as dataset_load  # noqa: E402
from ingest.datasets.registry.reader import read_reader  # noqa: E402
from ingest.record.columns import DOCUMENTS, FIGURES  # noqa: E402
from ingest.warehouse.backup import write_backup  # noqa: E402
from ingest.warehouse.load import load_record  # noqa: E402
from ingest.warehouse.load_days import State, copy_raw, kept_days, recorded_days  # noqa: E402
from ingest.warehouse.ours import copy_of_raw  # noqa: E402

EPISODE = "aleppo-2024"
FIRST = date(2025, 1, 1)
SOURCES = ("sohr", "ocha", "unattributed", "un", "russian_mod")
PLACES = ("SY", "SY02", "SY07", "SY05", "sy-northwest")
MEASURES = ("killed", "injured", "displaced", "airstrikes")
DOCUMENTS_A_DAY, FIGURES_A_DOCUMENT = 3, 9
MOST_BYTES = 600_000_000
DBT = Path(sys.executable).with_name("dbt")
SAMPLES = ROOT / "samples"
# Of which part of the year a release is loaded, which data set and version, and its file.
RELEASES = (
    (0.2, "ucdp_ged", "20.1-sample", SAMPLES / "ucdp_ged" / "ged_syria_extract.csv"),
    (0.4, "unhcr_population", "2025.12.1-sample", SAMPLES / "unhcr_population" / "population_syria.csv"),
    (0.6, "idmc_gidd", "2025-sample", SAMPLES / "idmc_gidd" / "conflict_idps_extract.csv"),
    (0.8, "ucdp_ged", "22.1-sample", SAMPLES / "ucdp_ged" / "ged_syria_extract.csv"),
)
# The last release counts every so many events higher than the one before, and drops as many others.
CHANGED_EVERY = 7
# Days that the earlier version publishes: enough to see, few to build anew.
OLD_DAYS = 3
WHAT = ("load", "release", "build", "history")


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


def build(folder: Path, warehouse: str, published: str, *options: str) -> float:
    """Build and publish; returns the seconds it took, raises RuntimeError with what dbt said."""
    started = time.monotonic()
    named = {"ON_RECORD_WAREHOUSE": str(folder / warehouse), "ON_RECORD_PUBLISHED": str(folder / published)}
    command = [DBT, "--quiet", "build", "--exclude-resource-type", "unit_test", "--no-write-json", *options,
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


@dataclass
class Year:
    """A year as it is lived through: where, the seconds that loads and builds took, and what was left out."""

    folder: Path
    desk: Desk
    took: dict[str, list[float]] = field(
        default_factory=lambda: {"load": [], "release": [], "build": [], "history": []}
    )
    left_out: int = 0
    upgraded: Counter[State] = field(default_factory=Counter)

    @property
    def warehouse(self) -> Path:
        """The working file."""
        return self.folder / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The folder of publications."""
        return self.folder / "published"

    def load(self, on: date, old: OldVersion | None = None) -> None:
        """Load the record as it is now, at noon of a day."""
        self.desk.write()
        at = datetime(on.year, on.month, on.day, 12)
        if old:
            self.took["load"].append(old.load(self.desk.folder, self.warehouse, at))
            return
        record, problems = read_record([self.desk.folder])
        if problems:
            raise RuntimeError(f"the record made is no record: {problems[0]}")
        started = time.monotonic()
        load_record(record, self.warehouse, loaded_at=at)
        self.took["load"].append(time.monotonic() - started)

    def release(self, on: date, dataset_id: str, version: str, sample: Path) -> None:
        """Load a release of a data set, an hour after the record; one that follows another changes what that said."""
        at, file = datetime(on.year, on.month, on.day, 13), sample
        if version.startswith("22"):
            file = self.folder / "changed.csv"
            changed_events(sample, file)
        reader = read_reader(dataset_id)
        started = time.monotonic()
        with patch.object(dataset_load, "_moment", lambda: (at.strftime("%Y%m%dT%H%M%S%fZ"), at)):
            result = dataset_load.load_release(reader, reader.release(version, None), [file], self.warehouse, "1%")
        if result.refusal:
            raise RuntimeError(result.refusal)
        self.took["release"].append(time.monotonic() - started)

    def build(self, on: date) -> None:
        """Build what has changed, and publish."""
        self.took["build"].append(build(self.folder, self.warehouse.name, self.published.name))
        told = f"{on}: {len(self.desk.figures):,} figures, build {self.took['build'][-1]:.1f} s"
        print(told, file=sys.stderr, flush=True)

    def rebuild_days(self) -> None:
        """Build the days anew that an earlier version published, as `make history` does, and note how each stood."""
        days = recorded_days(self.warehouse, self.published)
        self.upgraded = Counter(day.state for day in days[:OLD_DAYS])
        past = self.folder / "history.duckdb"
        copy_raw(self.warehouse, past)
        for day in reversed([day for day in days if day.is_missing]):
            until = json.dumps({"recorded_until": day.recorded_on.isoformat()})
            self.took["history"].append(build(self.folder, past.name, self.published.name, "--vars", until))
        past.unlink()


def changed_events(sample: Path, target: Path) -> None:
    """Write a later release of UCDP GED: some events count one more of unknown side, as many others are dropped."""
    with sample.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [row for number, row in enumerate(rows) if number % CHANGED_EVERY != 1]
    for row in kept[::CHANGED_EVERY]:
        row["deaths_unknown"], row["best"] = str(int(row["deaths_unknown"]) + 1), str(int(row["best"]) + 1)
        row["high"] = str(max(int(row["high"]), int(row["best"])))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def year(folder: Path, days: int, every: int, seed: int, minutes: float, old: OldVersion | None) -> dict[str, float]:
    """Live through the year; returns what is told."""
    lived = Year(folder, Desk(folder / "figures", seed))
    load_days = [FIRST + timedelta(days=number) for number in range(days)]
    releases = {max(OLD_DAYS + 1, round(part * days)): (name, version, file) for part, name, version, file in RELEASES}
    started = time.monotonic()
    for number, on in enumerate(load_days, start=1):
        lived.desk.day(on)
        if number == days // 2:
            lived.desk.restrict()
        if old and number <= OLD_DAYS:
            lived.load(on, old)
            lived.took["build"].append(old.build(lived.warehouse, lived.published))
            continue
        lived.load(on)
        if number in releases:
            lived.release(on, *releases[number])
        is_first = old is not None and number == OLD_DAYS + 1
        if is_first:
            lived.build(on)
            lived.rebuild_days()
        elif number % every == 0 or number == days:
            # What is left of the time is for the rest of the year, and a tenth for the build from nothing.
            is_in_time = time.monotonic() - started <= minutes * 60 * 0.9 * number / days
            if is_in_time or number == days:
                lived.build(on)
            else:
                lived.left_out += 1
    return told_of(lived, load_days, is_upgraded=old is not None)


def told_of(lived: Year, load_days: list[date], *, is_upgraded: bool) -> dict[str, float]:
    """Build from nothing, compare, and weigh what is on the disk."""
    folder, took = lived.folder, lived.took
    raw = folder / "from-nothing.duckdb"
    copy_of_raw(lived.warehouse, raw, is_strict=False)
    raw_bytes = raw.stat().st_size
    whole = build(folder, raw.name, "published-from-nothing")
    tables, rows, alone = differing(lived.warehouse, raw)
    files = sorted(recorded_folder(lived.published).glob("*.duckdb"))
    newest = max(file.stat().st_size for file in files)
    kept = len(kept_days(load_days, ()))
    states = {day.recorded_on: day.state for day in recorded_days(lived.warehouse, lived.published)}
    anew = sum(states[on] is State.PUBLISHED for on in load_days[:OLD_DAYS])
    backup = folder / "backup.tar.gz"
    write_backup(backup, lived.warehouse, lived.published)
    upgrade = {
        "days_of_the_earlier_version": OLD_DAYS, "seen_as_of_another_version": lived.upgraded[State.OTHER_VERSION],
        "built_anew": anew, "seconds_each": sum(took["history"]) / max(1, len(took["history"])),
    }  # fmt: skip
    return {
        "load_days": len(load_days), "documents": len(lived.desk.documents), "figures": len(lived.desk.figures),
        "releases_of_data_sets": len(took["release"]), "builds": len(took["build"]),
        "builds_left_out_for_time": lived.left_out,
        "last_load_seconds": took["load"][-1], "first_build_seconds": took["build"][0],
        "last_build_seconds": took["build"][-1],
        "build_from_nothing_seconds": whole, "tables": tables, "rows": rows, "rows_that_differ": alone,
        "days_published": sum(state is State.PUBLISHED for state in states.values()),
        "recorded_files": len(files), "recorded_bytes": sum(file.stat().st_size for file in files),
        "newest_bytes": newest, "built_daily_files": kept, "built_daily_bytes": kept * newest,
        "kept_for_ever_bytes": len(load_days) * newest, "warehouse_bytes": lived.warehouse.stat().st_size,
        "raw_alone_bytes": raw_bytes, "backup_bytes": backup.stat().st_size, **(upgrade if is_upgraded else {}),
    }  # fmt: skip


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--days", type=int, default=250, help="load days; default 250")
    options.add_argument("--every", type=int, default=6, help="load days between two builds; default 6")
    options.add_argument("--minutes", type=float, default=40, help="about so long it may take; default 40")
    options.add_argument("--upgrade-from", metavar="COMMIT", help="an earlier version that begins the year")
    options.add_argument("--seed", type=int, default=2025)
    options.add_argument("--keep", type=Path, metavar="FOLDER", help="keep warehouse and publications there")
    options.add_argument("--json", action="store_true", help="for a program")
    chosen = options.parse_args()
    with place(chosen.keep) as folder, ExitStack() as stack:
        old = stack.enter_context(old_version(chosen.upgrade_from, folder)) if chosen.upgrade_from else None
        found = year(folder, chosen.days, chosen.every, chosen.seed, chosen.minutes, old)
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
    is_fine = is_fine and (not old or found["built_anew"] == found["seen_as_of_another_version"] == OLD_DAYS)
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(main())
