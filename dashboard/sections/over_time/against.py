"""One source against another: which pairs a view has, and the numbers that both of a pair have. No SQL."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from dashboard.publication.cache import Cursor, once
from dashboard.queries import datasets
from dashboard.queries.names import Names, names
from dashboard.queries.over_time import pairs
from dashboard.queries.over_time import series as queries
from dashboard.request.view import View
from dashboard.sections.over_time import measure_series
from dashboard.text import series as text
from dashboard.text.comparisons import Dot, Pair
from dashboard.text.series import Point, Row

MOST_OTHERS = 12


def read(cursor: Cursor, view: View) -> Pair | None:
    """Return the two sources that a view sets against each other; None where no two have a number of the same."""
    return once(cursor, _read, measure_series.asked(view), view.against)


def is_offered(offered: Sequence[Row]) -> bool:
    """Whether two sources may have a number of the same, among figures by what filters ask about."""
    voices: dict[tuple[Any, ...], set[str]] = {}
    for row in offered:
        if row["figure_count"]:
            key = (row["population"], row["place"], row["cause"], row["counting"])
            voices.setdefault(key, set()).add(row["source"])
    return any(len(each) > 1 for each in voices.values())


def _shared(cursor: Cursor, view: View) -> list[tuple[str, str]]:
    """Return pairs of voices that have series in common, those with the most numbers in them first."""
    said: dict[tuple[Any, ...], dict[str, int]] = {}
    for row in queries.catalogue(cursor, replace(view, source=None)):
        said.setdefault(text.key_of(row), {})[row["voice_id"]] = row["point_count"]
    counts: dict[tuple[str, str], int] = {}
    for voices in said.values():
        for one, other in combinations(sorted(voices), 2):
            counts[one, other] = counts.get((one, other), 0) + min(voices[one], voices[other])
    return sorted(counts, key=lambda pair: (-counts[pair], pair))


def _read(cursor: Cursor, view: View, against: str | None) -> Pair | None:
    shared = _shared(cursor, view)
    wanted = {one for one in (view.source, against) if one}
    fitting = sorted(shared, key=lambda pair: -len(wanted & set(pair)))
    for x, y in fitting[:MOST_OTHERS]:
        # The source of the filter is to the right, whoever it is set against upwards.
        first, second = (y, x) if y == view.source or x == against else (x, y)
        dots, sources = _dots(cursor, view, first, second)
        if dots:
            others = tuple((one, other, _both(names(cursor), one, other)) for one, other in shared[:MOST_OTHERS])
            named = [_called(names(cursor), *each) for each in zip((first, second), sources, strict=True)]
            return Pair(first, second, named[0], named[1], tuple(dots), others)
    return None


def _both(known: Names, one: str, other: str) -> str:
    return f"{known.name('voice', one) or one} – {known.name('voice', other) or other}"


def _called(known: Names, voice: str, sources: set[str]) -> str:
    """Return who speaks: of a family of agencies the one that does, where it is one alone."""
    (source,) = sources if len(sources) == 1 else (None,)
    return measure_series.name(known, {"voice_id": voice, "source_id": source})


def _dots(cursor: Cursor, view: View, x: str, y: str) -> tuple[list[Dot], tuple[set[str], set[str]]]:
    """Return the numbers that both voices have, and the sources that speak for each."""
    known, twice = names(cursor), datasets.counted_twice(cursor)
    found = []
    rows = pairs.pairs(cursor, view, x, y)
    for row in rows:
        first, second = (_point(row, side) for side in ("x", "y"))
        named = measure_series.worded(known, {**row, "voice_id": y})
        is_twice = frozenset((first.report_id or "", second.report_id or "")) in twice
        found.append(Dot(named, row["span"], first, second, is_twice))
    in_order = sorted(found, key=lambda dot: (dot.row["place_order"], dot.y.end, str(text.key_of(dot.row))))
    return in_order, ({row["x_source_id"] for row in rows}, {row["y_source_id"] for row in rows})


def _point(row: Row, side: str) -> Point:
    told = {name: row[f"{side}_{name}"] for name in pairs.NUMBERS}
    return Point(
        told["span_start_on"], told["span_end_on"], told["low"], told["value_stated"], told["high"],
        told["report_count"] or 1, told["report_id"], bool(told["has_convention"]),
    )  # fmt: skip


def rows(cursor: Cursor, view: View) -> list[dict[str, Any]]:
    """Return every number that both sources have, as files tell it: the first's and the second's."""
    pair = read(cursor, view)
    if pair is None:
        return []
    told = {"first_voice_id": pair.x_id, "first_voice_name": pair.x_name, "second_voice_id": pair.y_id,
            "second_voice_name": pair.y_name}  # fmt: skip
    return [
        {**dot.row, **told, **_side("first", dot.x), **_side("second", dot.y), "span": dot.span,
         "is_counted_twice": dot.is_counted_twice, "is_within_a_tenth": dot.is_near,
         "span_start_on": dot.y.start, "span_end_on": dot.y.end}
        for dot in pair.dots
    ]  # fmt: skip


def _side(side: str, point: Point) -> dict[str, Any]:
    return {f"{side}_low": point.low, f"{side}_value_stated": point.stated, f"{side}_high": point.high,
            f"{side}_report_count": point.report_count, f"{side}_report_id": point.report_id}  # fmt: skip
