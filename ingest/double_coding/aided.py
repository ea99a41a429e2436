"""Agreement told apart by how the second reading was made: aided by proposals, or unaided.

A finder that shows both readers the same phrases lets them agree more, also on what it overlooks. The desk notes in
figures/<episode>/readings.csv which reading was which; readings made otherwise are in neither group.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.double_coding.second_coding import SecondReading, compared
from ingest.record.lookups import Vocabulary
from ingest.record.table import Row

READINGS = "readings.csv"
GROUPS = {"yes": "aided", "no": "unaided"}


@dataclass(frozen=True)
class Group:
    """The documents of one group: figures in both readings, in one of them alone, and the share of cells that agree.

    ``agreement_pct`` is over all compared columns of all pairs, in percent; None where there is no pair.
    """

    name: str
    document_count: int
    pair_count: int
    alone_count: int
    agreement_pct: float | None


def groups_of(folder: Path, figures: Sequence[Row], second: SecondReading, vocabulary: Vocabulary) -> list[Group]:
    """Return the agreement of each group of documents that has any, as the readings were noted in the folder."""
    aided = _second_readings(folder)
    found = []
    for value, name in GROUPS.items():
        documents = {document for document, told in aided.items() if told == value}
        ours = [row for row in figures if row.text("document_id") in documents]
        theirs = [row for row in second.figures.rows if row.text("document_id") in documents]
        if not documents or not (ours or theirs):
            continue
        laid = compared(ours, replace(second, figures=replace(second.figures, rows=theirs)), vocabulary)
        cells, equal = (
            sum(getattr(each, count) for each in laid.agreements) for count in ("pair_count", "equal_count")
        )
        alone = len(laid.only_first) + len(laid.only_second)
        found.append(Group(name, len(documents), len(laid.pairs), alone, 100 * equal / cells if cells else None))
    return found


def _second_readings(folder: Path) -> dict[str, str]:
    path = folder / READINGS
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["document_id"]: row["aided"] for row in csv.DictReader(file) if row.get("reading") == "2"}
