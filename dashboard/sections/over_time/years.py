"""A scope by year and source, and the places that are counted in the same way in one year. No SQL."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboard.publication.cache import Cursor, once
from dashboard.queries.names import WITHIN, names
from dashboard.queries.over_time import series as queries
from dashboard.request import period
from dashboard.request.view import View
from dashboard.sections.over_time import measure_series
from dashboard.text import series as text
from dashboard.text.comparisons import Ranked, Years, has_years, is_whole_year
from dashboard.text.series import INCIDENT, Listed, Point, Row, Series

MOST_PLACES = 12
SPAN = "year"
AT = text.KEY.index("place_id")


def read(cursor: Cursor, view: View) -> Years | None:
    """Return the scope of a view that its tab of years shows, with its ranking; None where no number is of a year."""
    return once(cursor, _read, measure_series.asked(view))


def is_offered(offered: Sequence[Row]) -> bool:
    """Whether figures by what filters ask about may be told by year."""
    return any(row["figure_count"] and has_years(row) for row in offered)


def _read(cursor: Cursor, view: View) -> Years | None:
    found = [each for each in measure_series.listed(cursor, view) if _is_of_years(each, view)]
    # Several sources first: to see them beside each other is what the tab is for.
    for each in sorted(found, key=lambda each: len({row["voice_id"] for row in each.rows}) < 2)[:8]:
        series = _yearly(measure_series.drawn(cursor, view, [each], SPAN))
        if series:
            return _ranked(cursor, view, series[0])
    return None


def _is_of_years(each: Listed, view: View) -> bool:
    """Whether a series is told by year; sums of years hold days outside of any other period."""
    is_cut = each.row["counting"] == INCIDENT and view.days is not None and not period.is_of_years(view.days)
    return has_years(each.row) and not is_cut


def _yearly(found: Sequence[Series]) -> list[Series]:
    """Return series without what is of less or more than one year; those of which nothing is left are left out."""
    kept = []
    for series in found:
        lines = [replace(line, points=tuple(filter(is_whole_year, line.points))) for line in series.lines]
        lines = [line for line in lines if line.points]
        if lines:
            kept.append(replace(series, span=SPAN, lines=tuple(lines)))
    return kept


def _around(view: View) -> View:
    """Return a view of all places beside the one it is narrowed to."""
    return view if view.place is None or view.place.startswith(WITHIN) else replace(view, place=None)


def _alike(cursor: Cursor, view: View, series: Series) -> list[Listed]:
    """Return the series that differ from one in their place alone, of places of the same kind."""
    key, places = text.key_of(series.row), names(cursor).of["place"]

    def kind(row: Row) -> Any:
        return (places.get(row["place_id"]) or {}).get("kind")

    return [
        each
        for each in measure_series.listed(cursor, _around(view))
        if (*each.key[:AT], *each.key[AT + 1 :]) == (*key[:AT], *key[AT + 1 :]) and kind(each.row) == kind(series.row)
    ]


def _of_places(cursor: Cursor, view: View, alike: Sequence[Listed]) -> list[tuple[Listed, str, Point]]:
    """Return every yearly number of some series, with its series and whose it is."""
    by_key = {each.key: each for each in alike}
    spans = [(key, "window" if each.row["counting"] == text.WINDOW else SPAN) for key, each in by_key.items()]
    found = []
    for row in queries.points(cursor, _around(view), spans):
        each = by_key.get(text.key_of(row | {"episode_id": view.episode}))
        (line,) = text.lines_of([row], lambda _: "")
        if each and is_whole_year(line.last):
            found.append((each, row["voice_id"], line.last))
    return found


def _ranked(cursor: Cursor, view: View, series: Series) -> Years:
    """Return years with the places of the latest year in which most of its sources speak."""
    spoken: dict[int, int] = {}
    for line in series.lines:
        for year in {point.start.year for point in line.points}:
            spoken[year] = spoken.get(year, 0) + 1
    year = max(spoken, key=lambda year: (spoken[year], year))
    places: dict[tuple[Any, ...], tuple[Row, dict[str, Point]]] = {}
    for each, voice, point in _of_places(cursor, view, _alike(cursor, view, series)):
        if point.start.year == year:
            places.setdefault(each.key, (each.row, {}))[1][voice] = point
    known = {line.voice_id for line in series.lines}
    ranking = [Ranked(row, points) for row, points in places.values() if known & set(points)]
    ranking = sorted(ranking, key=lambda each: (-each.most, str(each.row["place_name"])))
    return Years(series, year, tuple(ranking[:MOST_PLACES]), len(ranking))


def rows(cursor: Cursor, view: View) -> list[dict[str, Any]]:
    """Return every yearly number of the scope shown, of every place that is counted in the same way, with its words."""
    asked = measure_series.asked(view)
    years = read(cursor, view)
    if years is None:
        return []
    known = names(cursor)
    alike = _alike(cursor, asked, years.series)
    found = _yearly(measure_series.drawn(cursor, _around(asked), alike, SPAN))
    return [
        measure_series.number_of(series, line, point, known)
        for series in found
        for line in series.lines
        for point in line.points
    ]
