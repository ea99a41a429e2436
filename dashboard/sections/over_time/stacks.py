"""Events of one source added up by week or month, with parts of them that share nobody. No SQL.

Different sources are never stacked: they may count the same people. Parts are what a source tells apart itself: groups
of people that are cells of partitions, causes, whose hand, or places right below one place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from dashboard.publication.cache import Cursor, once
from dashboard.queries.measure import NO_CAUSE
from dashboard.queries.names import WITHIN, Names, names
from dashboard.queries.over_time import series as queries
from dashboard.request import period
from dashboard.request.view import ROWS, View
from dashboard.sections.over_time import measure_series
from dashboard.text import series as text
from dashboard.text.comparisons import Stack
from dashboard.text.series import ANYWHERE, INCIDENT, Listed, Point, Row, Series

MOST_STACKS = {ROWS[0]: 4, ROWS[1]: 12}
# Parts that can be told apart by tints of one colour.
MOST_PARTS = 6
# Of a part and its total all is alike but what they are told apart by.
ALIKE = ("voice_id", "verification", "kind", "place_role")


def read(cursor: Cursor, view: View) -> tuple[Stack, ...]:
    """Return the stacks of a view, the one of most events first."""
    return once(cursor, _read, measure_series.asked(view))


def is_offered(offered: Sequence[Row]) -> bool:
    """Whether among figures by what filters ask about are events that a source tells apart."""
    told: dict[tuple[Any, ...], set[tuple[Any, ...]]] = {}
    for row in offered:
        if row["figure_count"] and row["counting"] == INCIDENT:
            told.setdefault((row["source"],), set()).add((row["population"], row["cause"], row["place"]))
    return any(len(each) > 1 for each in told.values())


def disjoint(known: Names, one: str, other: str) -> bool:
    """Whether two populations share nobody: where their ways up meet, they are cells of one partition."""
    people = known.of["population"]

    def way(population: str) -> list[str]:
        found = [population]
        while (parent := (people.get(found[-1]) or {}).get("parent_id")) and parent not in found:
            found.append(parent)
        return found

    if one in known.above("population", [other]) or other in known.above("population", [one]):
        return False
    first, second = way(one), way(other)
    meeting = next((each for each in first if each in second), None)
    if meeting is None or meeting in (one, other):
        return False
    cells = [people[path[path.index(meeting) - 1]].get("partition_id") for path in (first, second)]
    return one != other and cells[0] is not None and cells[0] == cells[1]


def _read(cursor: Cursor, view: View) -> tuple[Stack, ...]:
    known = names(cursor)
    # Parts of places lie below the place asked for, which alone the view lets through.
    rows = [
        {**row, "episode_id": view.episode, "measure_id": view.measure}
        for row in queries.catalogue(cursor, view)
        if row["counting"] == INCIDENT and row["place_id"] != ANYWHERE
    ]
    found = sorted(_wholes(rows, known), key=lambda each: (-_count(each), str(text.key_of(each[0]))))
    chosen = []
    for whole in found:
        by, parts = _parts(whole, rows, known)
        if parts:
            chosen.append((whole[0], by, parts))
        if len(chosen) == MOST_STACKS.get(view.rows, MOST_STACKS[ROWS[0]]):
            break
    return tuple(_stack(cursor, view, *each) for each in chosen)


def _count(rows: Sequence[Row]) -> int:
    return sum(row["report_count"] for row in rows)


def _wholes(rows: Sequence[Row], known: Names) -> Iterator[list[Row]]:
    """Give the widest rows of each source: of the outermost places and the widest people, of every cause and hand."""
    by_voice: dict[tuple[Any, ...], dict[tuple[str, str], list[Row]]] = {}
    for row in rows:
        of_voice = by_voice.setdefault(tuple(row[name] for name in ALIKE), {})
        of_voice.setdefault((row["place_id"], row["population_id"]), []).append(row)
    for each in by_voice.values():
        places = {place for place, _ in each}
        for (place, population), whole in each.items():
            people = {other for there, other in each if there == place}
            inner = places & known.above("place", [place]) or people & known.above("population", [population])
            if not inner:
                yield sorted(whole, key=lambda row: (-row["report_count"], str(text.key_of(row))))


def _parts(whole: Sequence[Row], rows: Sequence[Row], known: Names) -> tuple[str, list[Row]]:
    """Return by what a source tells the events of a whole apart, and the rows of the parts; none where by nothing."""
    # An event has one cause and one hand: what is told of others are other events.
    for by in ("cause", "actor"):
        if len({row[f"{by}_id"] for row in whole}) > 1:
            other = "actor_id" if by == "cause" else "cause_id"
            return by, [row for row in whole if row[other] == whole[0][other]]
    total = whole[0]
    same = (*ALIKE, "cause_id", "actor_id")
    alike = [row for row in rows if all(row[name] == total[name] for name in same)]
    people: list[Row] = []
    for row in sorted(alike, key=lambda row: (-row["report_count"], row["population_id"])):
        is_part = row["population_id"] != total["population_id"] and row["place_id"] == total["place_id"]
        if is_part and all(disjoint(known, row["population_id"], each["population_id"]) for each in people):
            people.append(row)
    if len(people) > 1:
        return "population", people
    # Right below it, so that no part lies within another.
    below = {one for one, row in known.of["place"].items() if row.get("parent_id") == total["place_id"]}
    places = [row for row in alike if row["place_id"] in below and row["population_id"] == total["population_id"]]
    return ("place", places) if len(places) > 1 else ("", [])


def _listed(row: Row, known: Names) -> Listed:
    named = {**row, "voice_name": measure_series.name(known, row)}
    return Listed(text.key_of(row), measure_series.worded(known, named), (named,))


def _stack(cursor: Cursor, view: View, total: Row, by: str, parts: Sequence[Row]) -> Stack:
    known = names(cursor)
    in_order = sorted(parts, key=lambda row: (-row["report_count"], str(text.key_of(row))))
    shown = in_order[:MOST_PARTS]
    fits = {"is_of_months": not view.days or period.is_of_months(view.days),
            "is_of_years": not view.days or period.is_of_years(view.days)}  # fmt: skip
    whole = _listed(total, known)
    span = text.span_of(whole, view.days, **fits)
    series = partial(_series, cursor, view, total["voice_id"], span)
    found = [(row, series(_listed(row, known))) for row in shown]
    named = [(_called(row, by, known), each) for row, each in found if each]
    whole_series = series(whole) or named[0][1]
    if not has_total(by):
        unlimited = {"cause_id": None, "cause_name": None, "actor_id": None, "actor_name": None}
        whole_series = replace(whole_series, row={**whole_series.row, **unlimited})
    return Stack(
        whole_series, by, tuple(each for _, each in named), tuple(name for name, _ in named),
        len(in_order) - len(shown), has_total(by),
        tuple(tuple(_narrowed(each, point) for point in each.lines[0].points) for _, each in named),
    )  # fmt: skip


def has_total(by: str) -> bool:
    """Whether a source gives the sum of such parts itself; of events of every cause there is none."""
    return by in ("population", "place")


def _narrowed(part: Series, point: Point) -> dict[str, str]:
    """Return by what a view is narrowed to the figures that a number of a part is made of."""
    end = point.end if part.span == "day" else period.last_of(point.start, part.span)
    return {
        "tab": "table", "place": WITHIN + part.row["place_id"], "population": part.row["population_id"],
        "cause": part.row["cause_id"] or NO_CAUSE, "counting": INCIDENT, "source": part.lines[0].voice_id,
        "period": f"{point.start.isoformat()}..{end.isoformat()}",
    }  # fmt: skip


def _called(row: Row, by: str, known: Names) -> str:
    """Return what a part is called."""
    one = row[f"{by}_id"]
    if one is None:
        return "cause not stated" if by == "cause" else "by whose hand not stated"
    return known.name(by, one) or str(one)


def _series(cursor: Cursor, view: View, voice: str, span: str, each: Listed) -> Series | None:
    """Return a series of one source at a span."""
    for found in measure_series.drawn(cursor, view, [each], span):
        lines = tuple(line for line in found.lines if line.voice_id == voice)
        if lines:
            longer = tuple(row for row in found.longer if row["voice_id"] == voice)
            return replace(found, lines=lines, longer=longer)
    return None


def rows(cursor: Cursor, view: View) -> list[dict[str, Any]]:
    """Return every number of the stacks of a view, totals and parts, with its words."""
    known = names(cursor)
    return [
        measure_series.number_of(series, line, point, known)
        for stack in read(cursor, view)
        for series in ((stack.total, *stack.parts) if stack.has_total else stack.parts)
        for line in series.lines
        for point in line.points
    ]
