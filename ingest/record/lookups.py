"""The closed lists: the lookups of ``seeds/`` and the few words fixed by the design."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from common.layout import SEEDS
from ingest.errors import CannotRunError, did_you_mean, quoted
from ingest.files import shown_path
from ingest.places.gazetteer import GazetteerPlace, gazetteer, key

FIXED_LISTS: dict[str, tuple[str, ...]] = {
    "counting": ("cumulative", "period", "incident", "stock"),
    "basis": ("stated", "inferred"),
    "status": ("draft", "validated", "withdrawn", "retracted"),
    "visibility": ("public", "restricted"),
    # How a number came to be; empty is a count. COUNTED are those that meet in one range.
    "kind": ("count", "register", "list", "survey", "modelled", "remote_sensed"),
    "interval_kind": ("confidence", "credible", "other"),
    "place_role": ("from", "to", "own"),
    "verification": ("reported", "verified", "preliminary"),
    # IASC (2023) Operational guidance on data responsibility: low or none, moderate, high, severe.
    "sensitivity": ("low", "moderate", "high", "severe"),
}
COUNTED = ("count", "register")
SEED_KEYS = {
    "sources": "source_id",
    "source_kinds": "source_kind_id",
    "measures": "measure_id",
    "populations": "population_id",
    "places": "place_id",
    "causes": "cause_id",
    "actors": "actor_id",
    "hedges": "hedge_id",
    "episodes": "episode_id",
    "grade_schemes": "scheme_id",
}
HEDGE_NEEDS = ("value", "nothing", "bounds")


@dataclass(frozen=True)
class Vocabulary:
    """Every closed list; of hedges what each needs and its rows; of measures the unit and the parent.

    ``grades`` are the pairs of a scheme and a grade of it; ``measures_with_roles`` count people who left or came;
    ``sources_by_name`` has the sources by what texts call them, without case, accents and article, and
    ``places_by_name`` those places that are rows of ours; ``episodes_of_side`` says in which episodes a population or
    an actor is one of a side.
    """

    lists: dict[str, frozenset[str]]
    hedge_needs: dict[str, str]
    unit_of_measure: dict[str, str]
    parent_of_measure: dict[str, str]
    hedges: tuple[dict[str, str], ...]
    grades: frozenset[tuple[str, str]] = frozenset()
    measures_with_roles: frozenset[str] = frozenset()
    sources_by_name: Mapping[str, frozenset[str]] = field(default_factory=dict)
    episodes_of_side: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    parent_of_population: Mapping[str, str] = field(default_factory=dict)
    parent_of_place: Mapping[str, str] = field(default_factory=dict)
    places_by_name: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def is_within_measure(self, measure_id: str, other_id: str) -> bool:
        """Whether everyone the first measure counts is counted by the second: killed is within killed_or_injured."""
        while measure_id and measure_id != other_id:
            measure_id = self.parent_of_measure.get(measure_id, "")
        return measure_id == other_id

    def side_objection(self, dimension: str, word: str, episode_id: str) -> str | None:
        """Return why a population or an actor cannot be one of this episode: it is a side of another war.

        A group within one that is a side is of that side: what lies within it, as the tree of populations has it.
        """
        member, seen = word, {""}
        while member not in seen and (dimension, member) not in self.episodes_of_side:
            seen.add(member)
            member = self.parent_of_population.get(member, "") if dimension == "population" else ""
        episodes = self.episodes_of_side.get((dimension, member), frozenset())
        if not episodes or episode_id in episodes:
            return None
        within = "" if member == word else f" is within {member}, which"
        return (
            f"{quoted(word)}{within} is a side of {', '.join(sorted(episodes))} and no side of {episode_id} "
            f"(seeds/parties.csv); to make it one: on-record new side {episode_id} SIDE --{dimension} {member}"
        )

    def sources_called(self, name: str) -> list[str]:
        """Return the sources that texts call so, in any language: "the Observatory" is sohr. An article is no part."""
        found = self.sources_by_name.get(_source_key(name), frozenset())
        return sorted(found)

    def places_called(self, name: str) -> list[GazetteerPlace]:
        """Return the places that a name means: rows of ours by any spelling, then those of the gazetteer."""
        own = sorted(self.places_by_name.get(key(name), frozenset()) - gazetteer().places.keys())
        return [self._own_place(each, name) for each in own] + gazetteer().named(name)

    def _own_place(self, place_id: str, name: str) -> GazetteerPlace:
        return GazetteerPlace(place_id, name, "place of ours", "", self.parent_of_place.get(place_id, ""), "", "", "")

    def country_of(self, place_id: str) -> str:
        """Return the id of the country that a place lies in; nothing where it lies in none."""
        seen: set[str] = set()
        while place_id not in gazetteer().places and place_id in self.parent_of_place and place_id not in seen:
            seen.add(place_id)
            place_id = self.parent_of_place[place_id]
        return gazetteer().country_of(place_id)

    def objection(self, list_name: str, word: str) -> str | None:
        """Return why the word is not in the list, with the nearest one that is; None where it is."""
        choices = self.lists[list_name]
        if word in choices:
            return None
        if list_name in FIXED_LISTS:
            return not_one_of(word, FIXED_LISTS[list_name])
        if list_name == "source_kinds":
            return not_one_of(word, sorted(choices))
        if list_name == "places":
            return self._place_objection(word)
        if list_name == "sources" and (called := self.sources_called(word)):
            return f"{quoted(word)} is not in seeds/sources.csv (did you mean {' or '.join(map(quoted, called))}?)"
        return f"{quoted(word)} is not in seeds/{list_name}.csv{did_you_mean(word, choices)}"

    def _place_objection(self, word: str) -> str | None:
        """A place is a row of the seed, or any place of the gazetteer by its id; of a name its ids are told."""
        if word in gazetteer().places:
            return None
        named = ", ".join(f"{place.place_id} ({place.name}, {place.kind})" for place in self.places_called(word)[:3])
        hint = f" (did you mean {named}?)" if named else did_you_mean(word, self.lists["places"])
        return f"{quoted(word)} is not in seeds/places.csv{hint}"


def _source_key(name: str) -> str:
    return key(name).removeprefix("the ")


def not_one_of(word: str, choices: Sequence[str]) -> str:
    """Return that a word is none of a short list, with the list and the nearest one."""
    return f"{quoted(word)} is not one of {', '.join(choices)}{did_you_mean(word, choices)}"


@cache
def read_vocabulary(seeds: Path = SEEDS) -> Vocabulary:
    """Read the seeds; CannotRunError where one is missing, unreadable or without its columns."""
    tables = {name: _read_seed(seeds / f"{name}.csv", key) for name, key in SEED_KEYS.items()}
    lists = {name: frozenset(row[SEED_KEYS[name]] for row in rows) for name, rows in tables.items()}
    lists |= {name: frozenset(words) for name, words in FIXED_LISTS.items()}
    needs = {row["hedge_id"]: row.get("needs", "") for row in tables["hedges"]}
    for hedge_id, need in needs.items():
        if need not in HEDGE_NEEDS:
            raise CannotRunError(
                f"seeds/hedges.csv: {hedge_id} needs {quoted(need)}, not one of {', '.join(HEDGE_NEEDS)}."
            )
    units = {row["measure_id"]: row.get("unit_id", "") for row in tables["measures"]}
    parents = {row["measure_id"]: row.get("parent_id", "") for row in tables["measures"]}
    grades = frozenset((row["scheme_id"], row.get("grade", "")) for row in tables["grade_schemes"])
    with_roles = frozenset(row["measure_id"] for row in tables["measures"] if row.get("has_place_role") == "true")
    called: dict[str, set[str]] = {}
    for row in _read_seed(seeds / "source_names.csv", "source_id") + tables["sources"]:
        called.setdefault(_source_key(row.get("name", "")), set()).add(row["source_id"])
    sides: dict[tuple[str, str], set[str]] = {}
    for row in _read_seed(seeds / "parties.csv", "episode_id"):
        if row.get("dimension") in ("population", "actor"):
            sides.setdefault((row["dimension"], row.get("member_id", "")), set()).add(row["episode_id"])
    of_sides = {member: frozenset(episodes) for member, episodes in sides.items()}
    groups = {row["population_id"]: row.get("parent_id", "") for row in tables["populations"]}
    by_name = {name: frozenset(ids) for name, ids in called.items()}
    places: dict[str, set[str]] = {}
    for row in _read_seed(seeds / "place_names.csv", "place_id") + tables["places"]:
        places.setdefault(key(row.get("name", "")), set()).add(row["place_id"])
    return Vocabulary(
        lists, needs, units, parents, tuple(tables["hedges"]), grades, with_roles, by_name, of_sides, groups,
        {row["place_id"]: row.get("parent_id", "") for row in tables["places"]},
        {name: frozenset(ids) for name, ids in places.items()},
    )  # fmt: skip


def _read_seed(path: Path, key: str) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [{name: value or "" for name, value in row.items() if name} for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CannotRunError(f"{shown_path(path)} cannot be read: {error}.") from error
    if not rows or key not in rows[0]:
        raise CannotRunError(f"{shown_path(path)} has no rows, or no column {key}.")
    return rows
