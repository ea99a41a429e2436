"""An invented episode with two texts in a folder of its own: what the tests of the desk read and write."""

import hashlib
from pathlib import Path

from desk.coding.session import Session
from desk.episode.sheet import Sheet
from ingest.record.columns import DOCUMENTS, FIGURES

EPISODE = "aleppo-2024"
TEXTS = {
    "000_a.txt": "Strike hits the town\n"
    "At least 12 people were killed on Friday, among them three children, the Observatory said.\n"
    "Another 25 were wounded. Some 300 people had come to the market.\n",
    "001_b.txt": "The toll of the strike\nThe hospital counted 40 dead. His brother was killed.\n",
}
SCOPE = {
    "source_id": "sohr", "measure_id": "killed", "population_id": "all", "place_id": "sy-northwest",
    "counting": "cumulative", "period_start_on": "2024-11-27",
}  # fmt: skip
TWELVE = SCOPE | {"paragraph": "2", "phrase": "At least 12 people", "hedge_id": "at_least", "value": "12"}
FORTY = SCOPE | {"paragraph": "2", "phrase": "40 dead", "hedge_id": "exact", "value": "40"}


def make_episode(folder: Path, line_end: str = "\n") -> tuple[Path, Path]:
    """Write the episode and its texts; return both folders. figures.csv has its header alone."""
    episode, texts = folder / EPISODE, folder / "texts"
    episode.mkdir(parents=True)
    texts.mkdir()
    rows = [",".join(DOCUMENTS.names)]
    for number, (name, text) in enumerate(TEXTS.items()):
        (texts / name).write_text(text, encoding="utf-8")
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        cells = {
            "document_id": f"{EPISODE}-00{number}", "title": "A strike", "language": "en", "published_on": "2024-11-29",
            "published_on_basis": "stated", "sha256": sha256, "file_name": name,
        }  # fmt: skip
        rows.append(",".join(cells.get(column, "") for column in DOCUMENTS.names))
    (episode / "documents.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    header = ",".join(FIGURES.names) + line_end
    (episode / "figures.csv").write_bytes(header.encode())
    return episode, texts


def open_sheet(folder: Path, reading: int = 1) -> Sheet:
    """Open one reading of an episode made by make_episode."""
    return Sheet(folder / EPISODE, folder / "texts", reading)


def open_session(sheet: Sheet, number: int = 0, *, is_aided: bool = True) -> Session:
    """Open one of its two documents."""
    return Session(sheet, sheet.documents().rows[number], is_aided)


def number_of(session: Session, phrase: str) -> int:
    """Return the number of the proposal with this phrase."""
    return next(number for number, each in enumerate(session.proposals) if each.phrase == phrase and each.tier)
