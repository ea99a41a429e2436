"""A small invented record in a temporary folder, for tests that change one thing and look at what is said."""

import csv
import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

from ingest.curation.check import read_record
from ingest.files import shown_path
from ingest.record.columns import DOCUMENTS, FIGURES

ROOT = Path(__file__).resolve().parents[2]
EPISODE = "aleppo-2024"
TEXTS = {
    "one.txt": "A day at the market\n\nThe monitor counted at least 40 dead, 12 children among them.\n15 were hurt.\n",
    "two.txt": "Dozens of families left, some say.\nBetween 20 and 30 people fled the camp, half of them girls.\n",
}
# As files are that were written before the later columns; a test that sets one has it behind the others.
FIGURE = dict.fromkeys(FIGURES.needed, "") | {
    "source_id": "sohr",
    "measure_id": "killed",
    "population_id": "all",
    "place_id": "SY",
    "counting": "cumulative",
    "reported_on": "2024-11-28",
    "reported_on_basis": "stated",
    "hedge_id": "exact",
    "status": "validated",
    "visibility": "public",
    "coded_on": "2024-12-02",
    "checked_on": "2024-12-03",
}


class SmallRecord:
    """Two documents and six figures in order; a test changes cells or lines, then asks for the problems."""

    def __init__(self, folder: Path, prefix: str = "d") -> None:
        self.folder = folder
        self.prefix = prefix
        self.documents = [self._document("01", "one.txt"), self._document("02", "two.txt")]
        self.figures = [
            self.figure("01-01", "2", "at least 40 dead", hedge_id="at_least", value="40"),
            self.figure("01-02", "2", "12 children", value="12", part_of="01-01"),
            self.figure("01-03", "3", "15 were hurt", measure_id="injured", value="15"),
            self.figure("02-01", "1", "Dozens of families", measure_id="displaced", hedge_id="dozens"),
            self.figure("02-02", "2", "Between 20 and 30 people", hedge_id="between", low="20", high="30"),
            self.figure("02-03", "2", "half of them", hedge_id="share", value="50", part_of="02-02"),
        ]

    def _document(self, number: str, file_name: str) -> dict[str, str]:
        cells = dict.fromkeys(DOCUMENTS.needed, "")
        sha256 = hashlib.sha256(TEXTS[file_name].encode()).hexdigest()
        told = {"document_id": f"{self.prefix}-{number}", "title": "A day", "language": "en", "sha256": sha256}
        days = {"published_on": "2024-11-29", "published_on_basis": "stated", "retrieved_on": "2024-12-01"}
        return cells | told | days | {"file_name": file_name}

    def figure(self, number: str, paragraph: str, phrase: str, **cells: str) -> dict[str, str]:
        """Return a validated figure; its number and ``part_of`` come without the prefix."""
        figure_id = f"{self.prefix}-{number}"
        named = {"figure_id": figure_id, "document_id": figure_id[:-3], "paragraph": paragraph, "phrase": phrase}
        if "part_of" in cells:
            cells["part_of"] = f"{self.prefix}-{cells['part_of']}"
        return FIGURE | named | cells

    def write(self) -> Path:
        """Write both files and return the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "documents.csv").write_text(
            sheet_text(names_of(DOCUMENTS.needed, self.documents), self.documents), encoding="utf-8"
        )
        (self.folder / "figures.csv").write_text(
            sheet_text(names_of(FIGURES.needed, self.figures), self.figures), encoding="utf-8"
        )
        return self.folder

    def problems(self) -> list[str]:
        """Write the record and return its problems as they are printed, with bare file names."""
        self.write()
        return problems_of(self.folder)


def small_record(tmp_path: Path) -> SmallRecord:
    """Return the record under a folder with the name of an episode of the seeds."""
    return SmallRecord(tmp_path / EPISODE)


def names_of(needed: list[str], rows: list[dict[str, str]]) -> list[str]:
    """The columns of a file: those that every file has, and what a row has beside them."""
    return list(dict.fromkeys([*needed, *(name for row in rows for name in row)]))


def sheet_text(names: list[str], rows: list[dict[str, str]]) -> str:
    """Return a CSV file; cells are quoted only where they must be."""
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def problems_of(*folders: Path, seeds: Path = ROOT / "seeds") -> list[str]:
    """Read the folders as they are and return the printed problems, without the folder where it is the only one."""
    _, problems = read_record(folders, seeds)
    base = folders[0] if len(folders) == 1 else folders[0].parent
    return [str(problem).removeprefix(f"{shown_path(base)}/") for problem in problems]


def place_of(row: dict[str, str], name: str, line: int) -> str:
    """Return ``line:column`` of a cell in a row without quotes, counted on the written line."""
    before = list(row.values())[: list(row).index(name)]
    return f"{line}:{sum(len(cell) + 1 for cell in before) + 1}"


def write_texts(folder: Path) -> Path:
    """Write the invented texts and return their folder."""
    folder.mkdir(exist_ok=True)
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(*arguments: str, warehouse: Path | None = None, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run ``python -m ingest`` as a user does."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    if warehouse:
        environment["ON_RECORD_WAREHOUSE"] = str(warehouse)
    command = [sys.executable, "-m", "ingest", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=environment, timeout=600)
