"""Countries counted in one way, their classes and what the map of them says in words. Pure.

A class is a power of ten of the low end: what several sources in a range all say at the least. Countries whose newest
count is much older than the newest of all are outlined and not tinted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from dashboard import wording
from dashboard.text import findings, formatting

Row = Mapping[str, Any]
# A source that counts once a year has not stopped, a year and a month after.
OLD = timedelta(days=400)
MOST_CLASSES = 6
# Fewer countries are no map of the world: their places are drawn one by one.
FEWEST = 4
# Whom a map is of before others, where enough countries count them.
PEOPLE = ("all", "civilians", "idps", "refugees")
ATTRIBUTION = (
    "Outlines: Natural Earth 1:110 million (public domain), as controlled on the ground; they say nothing about the "
    "course of any border or the status of any territory."
)
HOW = (
    "Tint: the low end of each country’s newest range. Hatched: no such count here. Dashed: counted more than a year "
    "before the newest of all. Squares: too small for an outline."
)


@dataclass(frozen=True)
class World:
    """The newest ranges of countries that are counted in one way, the largest low end first; `rows` are named ranges.

    `other_count` ranges of countries count otherwise, and are not on the map.
    """

    rows: tuple[Row, ...]
    other_count: int = 0

    @cached_property
    def newest_on(self) -> Any:
        """The day up to which the newest range counts."""
        return max(row["counted_to_on"] for row in self.rows)

    def is_old(self, row: Row) -> bool:
        """Whether a range counts up to a day long before the newest."""
        return bool(row["counted_to_on"] < self.newest_on - OLD)

    @cached_property
    def current(self) -> list[Row]:
        """The ranges that are tinted."""
        return [row for row in self.rows if not self.is_old(row)]

    @cached_property
    def starts(self) -> list[int]:
        """Where each class begins: 0 or powers of ten, the last of them the highest."""
        lows = [int(row["lowest"]) for row in self.current]
        powers = sorted({10 ** (len(str(low)) - 1) if low > 0 else 0 for low in lows})
        if not powers:
            return [0]
        top = powers[-1]
        found = [top // 10**at for at in range(MOST_CLASSES) if top // 10**at >= max(1, powers[0])]
        # What lies below the lowest of so many classes is in it.
        return sorted(found)[:1] and [0, *sorted(found)[1:]]

    def class_of(self, row: Row) -> int:
        """Return the number of the class of a range."""
        return max(at for at, start in enumerate(self.starts) if start <= row["lowest"])

    def class_name(self, at: int) -> str:
        """Return a class in words: 1,000 – 9,999; the last is open."""
        starts = self.starts
        if at == len(starts) - 1:
            return f"{_short(starts[at])} or more"
        if not starts[at]:
            return f"below {_short(starts[at + 1])}"
        return f"{_short(starts[at])} – {_short(starts[at + 1])}"


def _short(value: int) -> str:
    return f"{value // 1_000_000:,} million" if value >= 1_000_000 else wording.number(value)


def chosen(rows: Sequence[Row]) -> World | None:
    """Return the way of counting that a map of countries is of; None where too few countries are counted in one way.

    Everyone before civilians, internally displaced people and refugees, where as many as a fifth of the countries are
    counted so; then what most countries have.
    """
    by_way: dict[tuple[Any, ...], dict[str, Row]] = {}
    names = ("population_id", "counting", "verification", "kind", "place_role", "cause_id", "actor_id")
    for row in rows:
        newest = by_way.setdefault(tuple(row[name] for name in names), {})
        held = newest.get(row["place_id"])
        if held is None or (row["counted_to_on"], row["lowest"]) > (held["counted_to_on"], held["lowest"]):
            newest[row["place_id"]] = row
    most = max((len(each) for each in by_way.values()), default=0)

    def order(way: tuple[Any, ...]) -> tuple[Any, ...]:
        people = PEOPLE.index(way[0]) if way[0] in PEOPLE else len(PEOPLE)
        limits = (way[5] is not None, way[6] is not None, way[2] != "reported")
        return (people if len(by_way[way]) * 5 >= most else len(PEOPLE) + 1, *limits, -len(by_way[way]), str(way))

    if most < FEWEST:
        return None
    found = by_way[min(by_way, key=order)]
    if len(found) < FEWEST:
        return None
    in_order = sorted(found.values(), key=lambda row: (-row["lowest"], str(row["place_name"])))
    return World(tuple(in_order), len(rows) - len(in_order))


def span(row: Row) -> str:
    """Return a range in words."""
    return formatting.span(dict(row))


def finding(world: World, noun: str) -> str:
    """Return what the map shows in a sentence: where the low end is highest, of how many countries, up to when."""
    rows = world.current
    first = rows[0]
    whom = formatting.capitalised(findings.whom(dict(first), noun))
    days = wording.days(min(row["counted_to_on"] for row in rows), max(row["counted_to_on"] for row in rows))
    cause = formatting.cause(dict(first))
    return (
        f"{whom}{f' ({cause})' if cause else ''}: the low end is highest in {first['place_name']}, {span(first)}; "
        f"{wording.plural(len(rows), 'country')}, counted up to {days}."
    )


def beside(world: World) -> str:
    """Return what is not on the map, and whose outlines it has."""
    others = (
        f"{wording.number(world.other_count)} ranges that count otherwise, or up to an earlier day, are in "
        "the table of figures. "
    ) if world.other_count else ""  # fmt: skip
    return others + ATTRIBUTION


def line(row: Row) -> str:
    """Return a country as a line: its range, up to when, by how many sources."""
    parts = [span(row), formatting.counted(dict(row), short=True), formatting.sources(dict(row))]
    return f"{row['place_name']}: " + ", ".join(part for part in parts if part)


def in_words(world: World) -> list[str]:
    """Return the map as text: a sentence a country, the largest low end first."""
    return [f"{line(row)}{'; an older count' if world.is_old(row) else ''}." for row in world.rows]
