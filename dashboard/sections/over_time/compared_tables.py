"""The tables under charts that set numbers beside each other: every number leads to its figure or its figures. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import wording
from dashboard.charts.world import tints
from dashboard.charts.world.tints import World
from dashboard.components import page_frame
from dashboard.components.parts import aria
from dashboard.request.view import View, address
from dashboard.sections.over_time.compared import Compared
from dashboard.text import comparisons, findings, formatting
from dashboard.text.comparisons import Dot, Pair, Stack, Years
from dashboard.text.series import Point

MOST_ROWS = 300
APART, TOTAL = "Apart", "In all, as stated"


def tables(found: Compared, view: View) -> list[Any]:
    """Return the tables of what a tab sets beside each other; none where there is nothing."""
    if isinstance(found, Years):
        return _years(found, view)
    if isinstance(found, Pair):
        return _pair(found, view)
    return [_stack(each, view) for each in found or ()]


def _number(point: Point | None, view: View, narrowed: Mapping[str, str | None]) -> Any:
    """Return a number that leads to its figure, or where several reports make it up to them."""
    if point is None:
        return "–"
    changes: dict[str, str | None] = {"figure": point.report_id} if point.report_id else {**narrowed, "tab": "table"}
    return html.A(findings.number(point), href=address(view, **changes), className="soft")


def _of_days(point: Point, row: Mapping[str, Any], voice: str) -> dict[str, str | None]:
    """Return by what a view is narrowed to what a source says of some days in a scope."""
    return {
        "place": row["place_id"], "population": row["population_id"], "counting": row["counting"], "source": voice,
        "period": f"{point.start.isoformat()}..{point.end.isoformat()}",
    }  # fmt: skip


def _years(years: Years, view: View) -> list[Any]:
    lines, row = years.series.lines, years.series.row
    heads = ("Year", *(line.name for line in lines), APART)
    by_year: dict[int, dict[str, Point]] = {}
    for line in lines:
        for point in line.points:
            by_year.setdefault(point.start.year, {})[line.voice_id] = point
    gaps = {gap.year: gap.size for gap in comparisons.gaps(years.series)}
    rows = []
    for year, points in sorted(by_year.items(), reverse=True):
        told = [
            _number(said, view, _of_days(said, row, line.voice_id)) if (said := points.get(line.voice_id)) else "–"
            for line in lines
        ]
        rows.append(page_frame.row(heads, [str(year), *told, wording.number(gaps.get(year))]))
    parts = [page_frame.table(f"{years.series.title}, by year.", heads, rows)]
    return parts + ([_ranking(years, view)] if len(years.ranking) > 1 else [])


def _ranking(years: Years, view: View) -> Any:
    voices = list(dict.fromkeys([*years.names, *(voice for each in years.ranking for voice in each.points)]))
    heads = ("Place", *(years.names.get(voice, voice) for voice in voices), APART)
    rows = []
    for each in years.ranking:
        said = [point.value for point in each.points.values()]
        apart = wording.number(max(said) - min(said)) if len(said) > 1 else "–"
        name = html.A(str(each.row["place_name"] or each.row["place_id"]), className="soft",
                      href=address(view, place=each.row["place_id"], figure=None))  # fmt: skip
        told = [
            _number(point, view, _of_days(point, each.row, voice)) if (point := each.points.get(voice)) else "–"
            for voice in voices
        ]
        rows.append(page_frame.row(heads, [name, *told, apart]))
    return page_frame.table(f"{comparisons.ranking_title(years)}. A place’s name shows its years.", heads, rows)


def _stack(stack: Stack, view: View) -> Any:
    columns = (*stack.names, TOTAL) if stack.has_total else stack.names
    heads = ("When", *columns)
    told: dict[Any, dict[str, Any]] = {}
    points: dict[Any, Point] = {}
    for part, name, narrowed in zip(stack.parts, stack.names, stack.narrowed, strict=True):
        for point, where in zip(part.lines[0].points, narrowed, strict=True):
            points[point.start] = point
            told.setdefault(point.start, {})[name] = _number(point, view, where)
    if stack.has_total:
        for point in stack.line.points:
            points[point.start] = point
            told.setdefault(point.start, {})[TOTAL] = findings.number(point)
    in_order = sorted(told, reverse=True)
    rows = [
        page_frame.row(heads, [findings.moment(points[day], stack.total.span),
                               *(told[day].get(name, "–") for name in columns)])
        for day in in_order[:MOST_ROWS]
    ]  # fmt: skip
    cut = f" The latest {MOST_ROWS:,} of {len(in_order):,}; files have all." if len(in_order) > MOST_ROWS else ""
    return page_frame.table(f"{stack.line.name}: {stack.total.title}, events added up.{cut}", heads, rows)


def _pair(pair: Pair, view: View) -> list[Any]:
    heads = ("Where and when", "What is counted", pair.x_name, pair.y_name, "Times")
    in_order = comparisons.apart(pair.dots)
    rows = [page_frame.row(heads, _dot(dot, pair, view)) for dot in in_order[:MOST_ROWS]]
    cut = f" The first {MOST_ROWS:,} of {len(in_order):,}; files have all." if len(in_order) > MOST_ROWS else ""
    caption = f"What both say, those farthest apart first; “times” is how many times the lower the higher is.{cut}"
    return [*_others(pair, view), page_frame.table(caption, heads, rows)]


def _dot(dot: Dot, pair: Pair, view: View) -> Sequence[Any]:
    times = "one says nobody" if dot.ratio == float("inf") else f"{dot.ratio:,.2f}"
    twice = " (one count, told by both)" if dot.is_counted_twice else ""
    ends = ((dot.x, pair.x_id), (dot.y, pair.y_id))
    numbers = [_number(point, view, {**_of_days(point, dot.row, voice), "against": None}) for point, voice in ends]
    return [dot.title, str(dot.row["population_name"] or dot.row["measure_name"]), *numbers, times + twice]


def countries(world: World, view: View) -> Any:
    """Return the table under the map of countries: the range of each, the largest low end first."""
    heads = ("Country", "Range", "Counted up to", "Sources")
    rows = []
    for row in world.rows:
        narrowed: dict[str, str | None] = {"place": row["place_id"], "population": row["population_id"],
                                           "counting": row["counting"], "tab": "chart"}  # fmt: skip
        name = html.A(str(row["place_name"]), href=address(view, **narrowed), className="soft")
        days = wording.days(row["counted_from_on"], row["counted_to_on"], short=True)
        old = " (an older count)" if world.is_old(row) else ""
        rows.append(page_frame.row(heads, [name, tints.span(row), f"{days}{old}", formatting.sources(dict(row))]))
    caption = f"{formatting.scope({**world.rows[0], 'place_name': None})}: the newest range of each country."
    return page_frame.table(f"{caption} A country’s name shows who says so.", heads, rows)


def _others(pair: Pair, view: View) -> list[Any]:
    """Return the pairs of sources that may be asked for, as links; nothing where there is one alone."""
    if len(pair.others) < 2:
        return []
    links = [
        html.A(
            names,
            href=address(view, source=one, against=other, figure=None),
            className="soft",
            **aria(current="true" if {one, other} == {pair.x_id, pair.y_id} else "false"),
        )
        for one, other, names in pair.others
    ]
    parts = [html.Span("Sources", id="pairs-legend"), html.Div(links, className="choices")]
    return [html.Div(parts, role="group", className="pairs controls", **aria(labelledby="pairs-legend"))]
