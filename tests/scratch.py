"""Where a test or a trial has its files: a warehouse and publications in a folder of its own."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The sample record as the tests know it: whoever adds episodes or corrections of their own to figures/ breaks no test.
RECORD = ROOT / "tests" / "fixtures" / "record"
# Copyright keeps the texts of the documents out of the project: they lie beside it, or nowhere.
DOCUMENTS = ROOT.parent / "shared" / "documents"
SAMPLE = RECORD / "aleppo-2024"


@dataclass
class Scratch:
    """A warehouse and a folder of publications in one folder."""

    folder: Path

    @property
    def warehouse(self) -> Path:
        """The working file."""
        return self.folder / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The folder of publications."""
        return self.folder / "published"

    @property
    def publications(self) -> list[Path]:
        """The published files, oldest first."""
        return sorted(self.published.glob("[0-9]*.duckdb"))
