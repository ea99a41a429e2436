"""How each document was read: figures/<episode>/readings.csv, one row a document and reading, without names."""

import csv
import io
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from desk.episode.files import EVERYBODYS, write_whole
from ingest.double_coding.aided import READINGS
from ingest.files import locked


@dataclass(frozen=True)
class Reading:
    """One reading of one document: aided by proposals or not, on which day, and what became of them."""

    document_id: str
    reading: int
    aided: str
    day: str
    minutes: float
    proposed: int
    accepted: int
    corrected: int
    refused: int
    added: int


COLUMNS = [each.name for each in fields(Reading)]


def note_reading(folder: Path, reading: Reading) -> None:
    """Write how a document was read; a reading that is finished again takes the place of its row."""
    path = folder / READINGS
    with locked([folder]):
        rows = _rows(path)
        key = (reading.document_id, str(reading.reading))
        kept = [row for row in rows if (row["document_id"], row["reading"]) != key]
        kept.append(dict(zip(COLUMNS, map(str, astuple(reading)), strict=True)))
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(kept, key=lambda row: (row["document_id"], row["reading"])))
        write_whole(path, text.getvalue().encode(), EVERYBODYS)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
