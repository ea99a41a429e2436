"""Small invented episodes in a copy of the project that knows them, loaded and built by the project's own commands.

An episode here is a list of statements: who says how many, up to which day, and on which day that was told.
"""

import csv
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from scratch import ROOT

from ingest.record.columns import DOCUMENTS, FIGURES

COPIED = ("common", "dashboard", "ingest", "on_record", "models", "macros", "seeds", "dbt_project.yml", "profiles.yml")
BUILD = ("build", "--exclude", "resource_type:unit_test", "--quiet", "--no-write-json")
DOCUMENT = dict.fromkeys(DOCUMENTS.names, "") | {"language": "en", "published_on_basis": "stated"}
FIGURE = dict.fromkeys(FIGURES.names, "") | {
    "paragraph": "1",
    "measure_id": "killed",
    "population_id": "all",
    "place_id": "SY",
    "counting": "cumulative",
    "reported_on_basis": "stated",
    "hedge_id": "exact",
    "status": "validated",
    "visibility": "public",
    "coded_on": "2026-11-20",
    "checked_on": "2026-11-21",
}
SINCE = {"cumulative": "2024-11-27"}
"""The day a running count begins with, unless it says another."""
_numbers = count(1)


@dataclass
class Episode:
    """One folder of figures/, written statement by statement; each is read in a document of its own."""

    episode_id: str
    documents: list[dict[str, str]] = field(default_factory=list)
    figures: list[dict[str, str]] = field(default_factory=list)

    def says(
        self, source_id: str, value: object, *, on: str, to: str = "", read_on: str = "", publisher: str = "",
        agency: str = "", part_of: str = "", **cells: object,
    ) -> str:  # fmt: skip
        """Add what a source said on a day, up to another; returns its id.

        It stands in a document of its own, published when it was said; a part in that of its total.
        """
        if part_of:
            document_id = part_of.rsplit("-", 1)[0]
        else:
            document_id = f"{self.episode_id}-{len(self.documents) + 1:03}"
            self.documents.append(
                DOCUMENT
                | {"document_id": document_id, "title": "Told", "published_on": read_on or on, "publisher": publisher,
                   "agency": agency, "sha256": f"{next(_numbers):064x}", "file_name": f"{document_id}.txt"}
            )  # fmt: skip
        beside = sum(figure["document_id"] == document_id for figure in self.figures)
        figure_id = f"{document_id}-{beside + 1:02}"
        told = {"document_id": document_id, "figure_id": figure_id, "source_id": source_id, "reported_on": on,
                "value": value, "period_end_on": to, "part_of": part_of,
                "phrase": f"{value or 'so many'} dead"} | cells  # fmt: skip
        start = {"period_start_on": SINCE.get(str(told.get("counting", "cumulative")), "")}
        self.figures.append(FIGURE | {name: str(cell) for name, cell in (start | told).items()})
        return figure_id

    def write(self, figures: Path) -> None:
        """Write the folder."""
        folder = figures / self.episode_id
        folder.mkdir(parents=True)
        for name, sheet, rows in (("documents", DOCUMENTS, self.documents), ("figures", FIGURES, self.figures)):
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, sheet.names, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)


@dataclass
class Project:
    """A copy of the project in a folder, whose commands write the warehouse of a workshop."""

    folder: Path
    environment: dict[str, str]

    def begin(self) -> None:
        """Copy what the commands need; the record of the copy is empty."""
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, self.folder / name)

    def knows(self, episodes: list[Episode], start_on: str = "2010-01-01") -> None:
        """Write episodes into figures/ and name them in the seeds."""
        seed = self.folder / "seeds" / "episodes.csv"
        names = seed.read_text(encoding="utf-8").splitlines()[0].split(",")
        with seed.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
            for episode in episodes:
                cells = {"episode_id": episode.episode_id, "name": "Invented", "place_id": "SY", "start_on": start_on}
                writer.writerow(cells | {"description": "For a test."})
                episode.write(self.folder / "figures")

    def runs(self, *arguments: str) -> str:
        """Run a command of the project in its copy and return what it printed."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ON_RECORD_")}
        done = subprocess.run(
            [sys.executable, "-m", *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
            env=environment | self.environment,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout + done.stderr

    def builds(self) -> None:
        """Build with every test of the data."""
        self.runs("dbt.cli.main", *BUILD)
