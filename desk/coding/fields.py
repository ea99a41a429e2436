"""What a person types into a field, understood: an id, a name, or the beginning of either."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from common.layout import SEEDS
from ingest.places.gazetteer import gazetteer
from ingest.record.columns import FIGURES
from ingest.record.lookups import FIXED_LISTS, SEED_KEYS

# What the desk itself sets, or the phrase says.
SET_HERE = frozenset(
    {"figure_id", "document_id", "paragraph", "phrase", "status", "retracted_on", "coded_on", "checked_on"}
)
READ_HERE = frozenset({"hedge_id", "value"})
MEASURE = "measure_id"
# What an event has for all of its figures, and what the row before lends the next one.
EVENT = ("place_id", "cause_id", "actor_id", "period_start_on", "period_end_on", "reported_at", "incident_id")
AS_BEFORE = ("source_id", "source_original_id", *EVENT, "counting", "reported_on", "reported_on_basis")
# Other names of entries are lookups of their own, by the column that says whose they are.
OTHER_NAMES = {"sources": ("source_names.csv", "source_id"), "places": ("place_names.csv", "place_id")}
SHORT_DAY, MOST_DAYS_BACK = re.compile(r"(\d{1,2})(?:[./-](\d{1,2})(?:[./-](\d{2}(?:\d{2})?))?)?"), 366
LABELS = {
    "measure_id": "measure",
    "source_id": "source", "source_original_id": "source it cites", "population_id": "population",
    "place_id": "place", "cause_id": "cause", "actor_id": "actor", "counting": "counting",
    "period_start_on": "from", "period_end_on": "until", "reported_on": "reported on", "reported_on_basis": "basis",
    "reported_at": "hour", "incident_id": "incident", "part_of": "part of", "doubts": "in doubt",
    "visibility": "visibility", "low": "low", "high": "high", "note": "note",
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One entry of a list: its id and its name."""

    id: str
    name: str


@dataclass(frozen=True)
class FieldOfRow:
    """One column a person fills: its name, label, the list it chooses from (empty: none), and whether it must be."""

    name: str
    label: str
    choices: str
    kind: str
    is_required: bool


def fields_of_row() -> list[FieldOfRow]:
    """Return the columns of a figure that a person fills, in the order of the file; new columns come by themselves."""
    return [
        FieldOfRow(c.name, LABELS.get(c.name, c.name.replace("_", " ")), c.choices, c.kind, c.is_required)
        for c in FIGURES.columns
        if c.name not in SET_HERE | READ_HERE | {MEASURE}
    ]


def choices_of(list_name: str) -> list[Choice]:
    """Return the entries of a closed list, in its order."""
    if list_name in FIXED_LISTS:
        return [Choice(word, word) for word in FIXED_LISTS[list_name]]
    return _seed(list_name, SEEDS) if list_name in SEED_KEYS else []


def episode_of(episode_id: str) -> dict[str, str]:
    """Return the row of an episode in seeds/episodes.csv; nothing where it has none."""
    with (SEEDS / "episodes.csv").open(encoding="utf-8-sig", newline="") as file:
        return next((row for row in csv.DictReader(file) if row["episode_id"] == episode_id), {})


def forget_lists() -> None:
    """Read the lists anew: one of them has a new row."""
    _seed.cache_clear()
    _aliases.cache_clear()


@cache
def _seed(list_name: str, seeds: Path) -> list[Choice]:
    key, found = SEED_KEYS[list_name], dict[str, str]()
    with (seeds / f"{list_name}.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row[key], row.get("name") or row[key])
    return [Choice(each, name) for each, name in found.items()]


@cache
def _aliases(list_name: str, seeds: Path = SEEDS) -> dict[str, str]:
    """Return other names of entries, in small letters and without an article."""
    if list_name not in OTHER_NAMES:
        return {}
    file_name, key = OTHER_NAMES[list_name]
    with (seeds / file_name).open(encoding="utf-8-sig", newline="") as file:
        return {row["name"].casefold().removeprefix("the "): row[key] for row in csv.DictReader(file)}


def resolved(list_name: str, text: str, country_id: str = "") -> str:
    """Return the id that is meant by an id, a name, another name, or the one beginning of a word of either.

    Where a country is given, a place may be any of the world: one in it by name, another one as "Kassala, Sudan". What
    is not one entry is returned as it was typed: the check then says what is wrong with it.
    """
    wanted = text.strip().casefold()
    entries = choices_of(list_name)
    if not wanted or not entries:
        return text.strip()
    exact = [each.id for each in entries if wanted in (each.id.casefold(), each.name.casefold())]
    if exact:
        return exact[0]
    if wanted in _aliases(list_name):
        return _aliases(list_name)[wanted]
    if list_name == "places" and country_id and (place_id := _place_of_the_world(text, country_id)):
        return place_id
    starts = [each.id for each in entries if each.id.casefold().startswith(wanted)]
    starts += [each.id for each in entries if each.name.casefold().startswith(wanted) and each.id not in starts]
    if len(starts) == 1:
        return starts[0]
    words = [each.id for each in entries if any(word.startswith(wanted) for word in _words(each))]
    return words[0] if len(words) == 1 and not starts else text.strip()


def _place_of_the_world(text: str, country_id: str) -> str:
    """Return the one place of the gazetteer that is called so in a country, or where the text itself says; or nothing.

    A name alone never means a place of another country: Raya is a city of Tigray, and of India.
    """
    world = gazetteer()
    named = world.named(text.strip())
    found = [each.place_id for each in named if "," in text or world.country_of(each.place_id) == country_id]
    return found[0] if len(found) == 1 else ""


def name_of(list_name: str, entry: str) -> str:
    """Return the name of an entry by its id, of a place of the world with what it lies in; nothing where none is."""
    if name := next((choice.name for choice in choices_of(list_name) if choice.id == entry), ""):
        return name
    above = gazetteer().above(entry) if list_name == "places" and entry else []
    return ", ".join(each.name for each in above)


def _words(entry: Choice) -> list[str]:
    return [*entry.name.casefold().replace("(", " ").split(), *entry.id.casefold().replace("_", "-").split("-")]


def understood(cells: Mapping[str, str], published_on: str = "", country_id: str = "") -> dict[str, str]:
    """Return the cells a person typed with every choice resolved to its id, and short days to whole ones.

    ``country_id`` is where the war is: a name of a place means one there.
    """
    fields = {field.name: field for field in fields_of_row()}
    found: dict[str, str] = {}
    for name, text in cells.items():
        list_name = "measures" if name == MEASURE else fields[name].choices if name in fields else ""
        is_day = name in fields and fields[name].kind == "day"
        found[name] = day_meant(text, published_on) if is_day else resolved(list_name, text, country_id)
    return found


def day_meant(text: str, published_on: str) -> str:
    """Return the day meant by "27", "27.11" (the last such up to the day of the text) or "27.11.24"; else the text."""
    short = SHORT_DAY.fullmatch(text.strip())
    if not short or not published_on:
        return text.strip()
    try:
        day = date.fromisoformat(published_on)
        if short[3]:
            return date(int(f"{day.year // 100}{short[3]}"[-4:]), int(short[2]), int(short[1])).isoformat()
        for _ in range(MOST_DAYS_BACK):
            if day.day == int(short[1]) and (not short[2] or day.month == int(short[2])):
                return day.isoformat()
            day -= timedelta(days=1)
    except (ValueError, OverflowError):
        pass
    return text.strip()


def unanswered(cells: Mapping[str, str], needed: Sequence[str] = ()) -> list[str]:
    """Return the labels of the fields that must be filled and are not."""
    required = [field.name for field in fields_of_row() if field.is_required] + list(needed)
    return [LABELS.get(name, name) for name in required if not cells.get(name)]
