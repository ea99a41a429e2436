"""How entries of the lookups hang together: who is whose part, which place lies in which, who is a party here."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from common.layout import SEEDS
from ingest.record.lookups import read_vocabulary


def is_within(population_id: str, other_id: str) -> bool:
    """Whether everyone a population counts is counted by the other one; everyone is in ``all``."""
    above = {population_id}
    while more := {each for one in above for each in _populations_above().get(one, ())} - above:
        above |= more
    return other_id in above or other_id == "all"


def is_within_measure(measure_id: str, other_id: str) -> bool:
    """Whether a measure counts a part of another one, or is it."""
    return read_vocabulary().is_within_measure(measure_id, other_id)


def cause_of_measure(measure_id: str) -> str:
    """Return the cause that a measure itself says: of airstrikes; else nothing."""
    return {row["measure_id"]: row["cause_id"] for row in rows_of("measures")}.get(measure_id, "")


def parties(episode_id: str, dimension: str) -> list[str]:
    """Return who of a lookup (source, population, actor) is a party to an episode."""
    rows = [row for row in rows_of("parties") if row["episode_id"] == episode_id and row["dimension"] == dimension]
    return [row["member_id"] for row in rows]


def parent_of_place(place_id: str) -> str:
    """Return the place a place lies in, or nothing."""
    return _parents_of_places().get(place_id, "")


def is_in_place(place_id: str, other_id: str) -> bool:
    """Whether a place lies in another one, or is it."""
    while place_id and place_id != other_id:
        place_id = parent_of_place(place_id)
    return place_id == other_id


def place_within(place_id: str, whole_id: str) -> str:
    """Return a place that a text names, or the episode's where that one does not lie in it."""
    return place_id if not whole_id or is_in_place(place_id, whole_id) else whole_id


def forget_rows() -> None:
    """Read the lookups anew: one of them has a new row."""
    for each in (_rows, _populations_above, _parents_of_places):
        each.cache_clear()


def rows_of(name: str) -> list[Mapping[str, str]]:
    """Return the rows of a lookup, in its order."""
    return _rows(name, SEEDS)


@cache
def _rows(name: str, seeds: Path) -> list[Mapping[str, str]]:
    with (seeds / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _populations_above() -> dict[str, list[str]]:
    above = {row["population_id"]: [row["parent_id"], *row["also_within_id"].split()] for row in rows_of("populations")}
    return {entry: [each for each in ids if each] for entry, ids in above.items()}


@cache
def _parents_of_places() -> dict[str, str]:
    return {row["place_id"]: row["parent_id"] for row in rows_of("places")}
