"""A source or a place that the lookups do not know yet, added by the person who met it in a text.

Whether a source is a party to the war of this episode has to be answered; yes needs the side it is on.
"""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from common.layout import SEEDS
from desk.episode.files import EVERYBODYS, write_whole
from ingest.errors import CannotRunError
from ingest.files import locked, read_bytes
from ingest.record.lookups import read_vocabulary
from ingest.record.seed_rules import seed_problems
from ingest.record.values import ID

SOURCE_NEEDS = ("source_id", "name", "kind", "is_party")
PLACE_NEEDS = ("place_id", "name", "kind", "parent_id")
HAND_MADE = "On Record"


def add_source(cells: Mapping[str, str], episode_id: str, seeds: Path = SEEDS) -> str:
    """Add a source, and the side it is on where it is a party here; return its id.

    CannotRunError with what is missing or wrong; then nothing was written.
    """
    _need(cells, SOURCE_NEEDS)
    if cells["is_party"] not in ("yes", "no"):
        raise CannotRunError("Is it a party here? Answer yes or no.")
    if cells["is_party"] == "yes" and not cells.get("side", "").strip():
        raise CannotRunError("Of which side is it? A party has a side: government, opposition …")
    source_id = _new_id(cells["source_id"], "sources")
    rows = {
        "sources.csv": {"source_id": source_id, **_told(cells, "name", "kind", "parent_id", "description", "reference")}
    }
    if cells["is_party"] == "yes":
        side = {"episode_id": episode_id, "dimension": "source", "member_id": source_id}
        rows["parties.csv"] = (
            side | _told(cells, "side", "description") | {"name": cells.get("side_name") or cells["side"]}
        )
    _append(rows, seeds)
    return source_id


def add_place(cells: Mapping[str, str], seeds: Path = SEEDS) -> str:
    """Add a place within another one; return its id. CannotRunError with what is missing or wrong."""
    _need(cells, PLACE_NEEDS)
    vocabulary = read_vocabulary(seeds)
    if objection := vocabulary.objection("places", cells["parent_id"]):
        raise CannotRunError(f"It lies within a place that is not known: {objection}.")
    place_id = _new_id(cells["place_id"], "places")
    told = _told(cells, "name", "kind", "parent_id", "latitude", "longitude", "description", "reference")
    _append({"places.csv": {"place_id": place_id, "scheme": HAND_MADE, **told}}, seeds)
    return place_id


def _need(cells: Mapping[str, str], names: tuple[str, ...]) -> None:
    missing = [name for name in names if not cells.get(name, "").strip()]
    if missing:
        raise CannotRunError(f"Still to be answered: {', '.join(missing)}.")


def _told(cells: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: cells.get(name, "").strip() for name in names}


def _new_id(text: str, list_name: str) -> str:
    word = text.strip()
    if not ID.fullmatch(word):
        raise CannotRunError(f"{word} is no id: small letters and digits, joined by - or _.")
    if word in read_vocabulary().lists[list_name]:
        raise CannotRunError(f"{word} is in seeds/{list_name}.csv already.")
    return word


def _append(rows: Mapping[str, Mapping[str, str]], seeds: Path) -> None:
    """Add a row to each file; put all of them back where the lookups would then have a problem."""
    with locked([seeds]):
        before = {name: read_bytes(seeds / name) for name in rows}
        known = {str(problem) for problem in seed_problems(seeds)}
        for name, row in rows.items():
            write_whole(seeds / name, _with_line(before[name], row), EVERYBODYS)
        read_vocabulary.cache_clear()
        new = [problem for problem in seed_problems(seeds) if str(problem) not in known]
        if new:
            for name, content in before.items():
                write_whole(seeds / name, content, EVERYBODYS)
            read_vocabulary.cache_clear()
            raise CannotRunError(f"{new[0].field}: {new[0].message}. Nothing was added.")


def _with_line(content: bytes, row: Mapping[str, str]) -> bytes:
    header = next(csv.reader([content.decode("utf-8-sig").split("\n", 1)[0].rstrip("\r")]))
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n" if b"\r\n" in content else "\n").writerow(
        [row.get(name, "") for name in header]
    )
    return (content if content.endswith(b"\n") else content + b"\n") + text.getvalue().encode()
