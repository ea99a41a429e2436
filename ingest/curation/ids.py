"""The ids of new documents and figures: two coders who know nothing of each other's rows never give one twice.

A document's id follows from its text, so that one text has one id, whoever takes it in, and two texts have two. The ids
of its figures begin with its own. Only two coders of the same document can give one id twice, and `check` says so.
"""

import csv
from collections.abc import Collection, Iterable
from pathlib import Path

# Of two texts, one pair in ten thousand million gets the same number; then the one that comes later takes the next.
DIGITS = 10


def new_document_id(episode_id: str, sha256: str, taken: Collection[str] = ()) -> str:
    """Return the id of a text: its episode, and ten digits of its SHA-256 (64 hexadecimal digits).

    ``taken`` are the ids that other texts have: where this one is among them, the next free number is given.
    """
    number = int(sha256, 16)
    while (document_id := f"{episode_id}-{number % 10**DIGITS:0{DIGITS}}") in taken:
        number += 1
    return document_id


def next_figure_id(document_id: str, ids: Iterable[str], least: int = 1) -> str:
    """Return the next id of a document's figures: its own id, and one more than the highest number that they have.

    ``ids`` are figures of any documents; ``least`` is the lowest number that may be given.
    """
    numbers = [int(number) for stem, _, number in (each.rpartition("-") for each in ids)
               if stem == document_id and number.isdecimal()]  # fmt: skip
    return f"{document_id}-{max([*numbers, least - 1]) + 1:02}"


class FreeIds:
    """Ids that nobody has, each given once: what rows are to be called whose id another row has too."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        """Take the ids that are given, of documents or of figures."""
        self._taken = set(ids)
        self._last: dict[str, str] = {}
        for each in self._taken:
            stem, _, number = each.rpartition("-")
            known = self._last.get(stem, "").rpartition("-")[2]
            if number.isdecimal() and (not known or int(number) > int(known)):
                self._last[stem] = each

    def figure(self, document_id: str) -> str:
        """Return the next id of a document's figures."""
        self._last[document_id] = next_figure_id(document_id, [self._last.get(document_id, "")])
        return self._last[document_id]

    def document(self, episode_id: str, sha256: str) -> str:
        """Return an id for a text."""
        given = new_document_id(episode_id, sha256, self._taken)
        self._taken.add(given)
        return given


def document_with(sha256: str, figures: Path) -> str:
    """Return the id of the document of the record that has this SHA-256, or nothing."""
    for path in sorted(figures.glob("*/documents.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if row.get("sha256") == sha256:
                    return row.get("document_id") or path.parent.name
    return ""
