"""What can be found by its name: places, sources, episodes, data sets, measures; and figures by their ids.

The index holds what figures name and nothing else, is made once for each publication, and is looked through in memory:
there are thousands of names, whatever the number of figures. Ids of figures are asked for in SQL.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.publication.cache import Cursor, dicts, kept
from dashboard.queries import datasets, measures
from dashboard.queries.names import Names, names

# In this order where two fit alike.
KINDS = ("place", "episode", "dataset", "measure", "source", "printed", "figure")
LONGEST = 100
# An id is asked for from so many characters on: shorter ones begin half of all ids.
SHORTEST_ID = 3
SIGNS = re.compile(r"[0-9_-]")
MOST_IDS = 5
SPELLED = {"place": "dim_place_names", "source": "dim_source_names"}
# How well a name fits: it is what was asked for, begins with it, has words that begin with its words, or holds it.
WHOLE, BEGINS, WORDS, WITHIN = range(4)


@dataclass(frozen=True)
class Entry:
    """One thing that can be found: what it is called, how many figures it has, and its names made plain.

    `episode` and `measure` are those of most of a source's figures; `place_id` is what a printed name counts for.
    """

    kind: str
    an_id: str
    name: str
    figure_count: int = 0
    keys: tuple[str, ...] = ()
    episode: str = ""
    measure: str = ""
    place_id: str = ""
    dataset_id: str = ""


def plain(text: object) -> str:
    """Return a text as it is compared: without case, accents and signs, one space between words."""
    bare = unicodedata.normalize("NFKD", str(text).casefold())
    letters = (character if character.isalnum() else " " for character in bare if not unicodedata.combining(character))
    return " ".join("".join(letters).split())


def _keys(texts: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for text in texts if text and (key := plain(text))))


def _spellings(cursor: Cursor, dimension: str) -> dict[str, list[str]]:
    """Return the names of places or sources by id; none of publications that do not hold them."""
    table = SPELLED[dimension]
    found: dict[str, list[str]] = {}
    if datasets.has(cursor, table):
        for row in dicts(cursor, f"select {dimension}_id as an_id, name from {table} order by name"):
            found.setdefault(row["an_id"], []).append(row["name"])
    return found


def place_names(cursor: Cursor) -> Mapping[str, list[str]]:
    """Return how places are spelled, by their ids."""
    return kept(cursor, _spellings, "place")


def places_called(cursor: Cursor, text: str) -> list[str]:
    """Return the ids of the widest places called so: by any spelling of theirs, a country by its three letters.

    Only places that have figures, or within which others have some: Idlib is the governorate before it is the city.
    """
    asked, known = plain(text), names(cursor)
    depths, spelled = known.depths("place"), place_names(cursor)

    def is_called(place: str) -> bool:
        row = known.of["place"].get(place) or {}
        code = row.get("iso3") if row.get("kind") == "country" else None
        return asked in _keys([row.get("name"), code, *spelled.get(place, ())])

    found = [place for place in counts_within(cursor) if is_called(place)]
    widest = min((depths.get(place, 0) for place in found), default=0)
    return [place for place in found if depths.get(place, 0) == widest]


def _counts(cursor: Cursor) -> list[dict[str, Any]]:
    sql = """select episode_id, measure_id, place_id, voice_id, cast(sum(figure_count) as bigint) as figure_count
        from fct_figure_counts group by all"""
    return dicts(cursor, sql)


def counts(cursor: Cursor) -> list[dict[str, Any]]:
    """Count figures. One row per episode, measure, place and voice."""
    return kept(cursor, _counts)


def _within(cursor: Cursor) -> dict[str, int]:
    known, found = names(cursor), dict[str, int]()
    own: dict[str, int] = {}
    for row in counts(cursor):
        own[row["place_id"]] = own.get(row["place_id"], 0) + row["figure_count"]
    for place, count in own.items():
        for each in {place, *known.above("place", [place])}:
            found[each] = found.get(each, 0) + count
    return found


def counts_within(cursor: Cursor) -> Mapping[str, int]:
    """Count the figures of each place and all within it, by place; places without any are not there."""
    return kept(cursor, _within)


def _places(cursor: Cursor, known: Names) -> list[Entry]:
    spelled = place_names(cursor)
    return [
        Entry("place", place, str(row["name"] or place), count, _keys([row["name"], *spelled.get(place, ()), place]))
        for place, count in counts_within(cursor).items()
        if (row := known.of["place"].get(place))
    ]


def _sources(cursor: Cursor, known: Names) -> list[Entry]:
    spelled = _spellings(cursor, "source")
    called: dict[str, list[str]] = {}
    for source, row in known.of["source"].items():
        # A family speaks with one voice: OCHA is found where the UN is.
        for each in (source, *_heads(known, source)):
            called.setdefault(each, []).extend([row["name"], source, *spelled.get(source, ())])
    of_voice: dict[str, dict[tuple[str, str], int]] = {}
    for row in counts(cursor):
        held = of_voice.setdefault(row["voice_id"], {})
        at = (row["episode_id"], row["measure_id"])
        held[at] = held.get(at, 0) + row["figure_count"]
    found = []
    for voice, held in of_voice.items():
        name = known.name("voice", voice) or voice
        episode, measure = max(held, key=lambda at: (held[at], at))
        keys = _keys([name, *called.get(voice, ())])
        found.append(Entry("source", voice, name, sum(held.values()), keys, episode, measure))
    return found


def _heads(known: Names, source: str) -> list[str]:
    """Return the sources that a source belongs to, the nearest first."""
    found: list[str] = []
    parent = known.of["source"][source].get("parent_id")
    while parent and parent not in found:
        found.append(parent)
        parent = (known.of["source"].get(parent) or {}).get("parent_id")
    return found


def summed(cursor: Cursor, column: str) -> dict[str, int]:
    """Count figures by a column of `counts`."""
    found: dict[str, int] = {}
    for row in counts(cursor):
        found[row[column]] = found.get(row[column], 0) + row["figure_count"]
    return found


def _others(cursor: Cursor, known: Names) -> list[Entry]:
    episodes, counted = summed(cursor, "episode_id"), summed(cursor, "measure_id")
    found = [
        Entry("episode", one, str(known.name("episode", one) or one), count, _keys([known.name("episode", one), one]))
        for one, count in episodes.items()
        if one != datasets.EPISODE
    ]
    found += [
        Entry("measure", each.path, each.page_name, counted[each.measure_id],
              _keys([each.page_name, each.name, each.measure_id]))
        for each in measures.pages(cursor).values()
        if each.measure_id in counted
    ]  # fmt: skip
    newest = {row["dataset_id"]: row for row in datasets.releases(cursor).values()}
    return found + [
        Entry("dataset", one, str(row["title"]), row["figure_count"] or 0,
              _keys([row["title"], one, row["producer"]]))
        for one, row in newest.items()
    ]  # fmt: skip


def _printed(cursor: Cursor) -> list[Entry]:
    return [
        Entry("printed", row["place_stated"], row["place_stated"], row["figure_count"], _keys([row["place_stated"]]),
              place_id=row["place_id"], dataset_id=row["dataset_id"])
        for row in datasets.printed_places(cursor)
    ]  # fmt: skip


def _index(cursor: Cursor) -> tuple[Entry, ...]:
    known = names(cursor)
    return (*_places(cursor, known), *_sources(cursor, known), *_others(cursor, known), *_printed(cursor))


def index(cursor: Cursor) -> tuple[Entry, ...]:
    """Return everything that can be found by its name."""
    return kept(cursor, _index)


def fit(key: str, asked: str) -> int | None:
    """Return how well a plain name fits a plain question (WHOLE is best), or None where it does not."""
    if key == asked:
        return WHOLE
    if key.startswith(asked):
        return BEGINS
    if all(f" {word}" in f" {key}" for word in asked.split()):
        return WORDS
    return WITHIN if asked in key else None


def _ids(cursor: Cursor, text: str) -> list[Entry]:
    """Return the figures whose ids are a text or begin with it; without a digit or a hyphen it is a name, and no id."""
    if len(text) < SHORTEST_ID or not SIGNS.search(text) or " " in text:
        return []
    sql = """select f.figure_id from fct_figures as f where f.figure_id >= $first and f.figure_id < $last
        order by f.figure_id limit $most"""
    bound = {"first": text, "last": text + "\U0010ffff", "most": MOST_IDS}
    return [Entry("figure", row["figure_id"], row["figure_id"]) for row in dicts(cursor, sql, bound)]


def search(cursor: Cursor, text: str, most: int) -> list[Entry]:
    """Return what fits a text best, at most so many: first by how well, then by kind, then by how many figures."""
    text = text.strip()[:LONGEST]
    asked = plain(text)
    if not asked:
        return []
    ranked = []
    for entry in index(cursor):
        fits = [each for key in entry.keys if (each := fit(key, asked)) is not None]
        if fits:
            ranked.append((min(fits), KINDS.index(entry.kind), -entry.figure_count, entry.name, entry.an_id, entry))
    ids = [(WHOLE if each.an_id == text else BEGINS, KINDS.index("figure"), 0, each.name, each.an_id, each)
           for each in _ids(cursor, text)]  # fmt: skip
    return [entry for *_, entry in sorted([*ranked, *ids], key=lambda each: each[:-1])[:most]]
