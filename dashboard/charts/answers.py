"""The answer to a question of SQL as a chart where its columns make one: lines of days and numbers, bars of names.

Only what the columns are decides, never what they are called, apart from `year`. Nothing is added up or left out: an
answer with more lines or bars than can be told apart has no chart. Where each name has one number, its day is no axis.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from itertools import cycle
from typing import Any

from dashboard.charts.theme import SCHEMES, SYMBOLS
from dashboard.formats.table import is_number_type

FEWEST_ROWS, MOST_ROWS, MOST_LINES, MOST_BARS = 2, 2_000, 10, 40
BAR_PIXELS = 26
YEAR = "year"
# In milliseconds, as axes count.
DAY = 86_400_000
FEW_DAYS = timedelta(days=8)

Columns = Sequence[tuple[str, str]]
Rows = Sequence[Sequence[Any]]


def answer_chart(columns: Columns, rows: Rows, scheme: str = "light") -> dict[str, Any] | None:
    """Return a plotly figure of an answer, or None where its columns make no chart.

    Args:
        columns: name and DuckDB type of each.
        rows: the cells, days as ISO texts, decimals as texts.
        scheme: light or dark.

    """
    if not FEWEST_ROWS <= len(rows) <= MOST_ROWS:
        return None
    days = [at for at, (name, kind) in enumerate(columns) if kind.startswith(("DATE", "TIMESTAMP")) or name == YEAR]
    numbers = [at for at, (name, kind) in enumerate(columns) if is_number_type(kind) and name != YEAR]
    texts = [at for at, (_, kind) in enumerate(columns) if kind == "VARCHAR"]
    numbers = [at for at in numbers if any(row[at] is not None for row in rows)]
    if not numbers:
        return None
    if days:
        return _lines(columns, rows, days[0], texts, numbers, scheme)
    return _bars(columns, rows, texts, numbers, scheme) if texts else None


def _number(value: Any) -> float | int | None:
    return float(value) if isinstance(value, str) else value


def _names(row: Sequence[Any], places: Sequence[int]) -> str:
    return " · ".join(escape(str(row[at])) for at in places if row[at] is not None)


def _lines(
    columns: Columns, rows: Rows, day: int, texts: Sequence[int], numbers: Sequence[int], scheme: str
) -> dict[str, Any] | None:
    # A column with another text in every row names nothing that could be a line.
    groups = [at for at in texts if len({row[at] for row in rows}) <= MOST_LINES]
    found: dict[str, tuple[list[str], list[float | int | None]]] = {}
    for row in sorted((row for row in rows if row[day] is not None), key=lambda row: str(row[day])):
        for at in numbers:
            name = " · ".join(filter(None, [_names(row, groups), escape(columns[at][0]) if len(numbers) > 1 else ""]))
            days, values = found.setdefault(name or escape(columns[at][0]), ([], []))
            days.append(str(row[day]))
            values.append(_number(row[at]))
    if len(found) > MOST_LINES:
        return None
    # Where a name was left out, two numbers of one day may be of two names, and marks would not tell of which.
    if len(groups) < len(texts) and any(len(set(days)) < len(days) for days, _ in found.values()):
        return None
    # Days that order nothing, such as the day of each source's newest number: names stand beside their numbers.
    if texts and all(len(days) == 1 for days, _ in found.values()):
        return _bars(columns, rows, texts, numbers, scheme)
    traces = [
        {
            "type": "scatter", "name": name, "x": days, "y": values, "line": {"color": colour, "width": 2},
            # Two numbers of one day stand beside each other: a line between them would tell of a change.
            "mode": "lines+markers" if len(set(days)) == len(days) else "markers",
            "marker": {"color": colour, "symbol": symbol, "size": 7}, "showlegend": True,
        }
        for (name, (days, values)), colour, symbol in zip(
            found.items(), cycle(SCHEMES[scheme].voices), cycle(SYMBOLS), strict=False
        )
    ]  # fmt: skip
    axis = _of_years(rows, day) if columns[day][0] == YEAR else _of_days(rows, day)
    return {"data": traces, "layout": _layout(scheme) | {"xaxis": _axis(scheme) | axis, "yaxis": _axis(scheme) | {
        "rangemode": "tozero"}, "height": 380}}  # fmt: skip


def _of_years(rows: Rows, year: int) -> dict[str, Any]:
    """Return an axis of whole years, about eight of which are written."""
    years = [int(row[year]) for row in rows if row[year] is not None]
    return {"tickformat": "d", "dtick": max(1, (max(years) - min(years)) // 8) if years else 1}


def _of_days(rows: Rows, day: int) -> dict[str, Any]:
    """Return an axis of days. Left to itself, one of a few days would name hours."""
    days = sorted(str(row[day])[:10] for row in rows if row[day] is not None)
    try:
        is_short = date.fromisoformat(days[-1]) - date.fromisoformat(days[0]) <= FEW_DAYS
    except (IndexError, ValueError):
        is_short = False
    return {"type": "date"} | ({"dtick": DAY, "tickformat": "%-d %b %Y"} if is_short else {})


def _bars(
    columns: Columns, rows: Rows, texts: Sequence[int], numbers: Sequence[int], scheme: str
) -> dict[str, Any] | None:
    distinguishing = [at for at in texts if len({row[at] for row in rows}) > 1]
    names = [_names(row, distinguishing) for row in rows]
    if len(rows) > MOST_BARS or len(set(names)) < len(names) or len(numbers) > len(SYMBOLS):
        return None
    traces = [
        {
            "type": "bar", "orientation": "h", "name": escape(columns[at][0]), "y": names,
            "x": [_number(row[at]) for row in rows], "marker": {"color": colour}, "showlegend": True,
        }
        for at, colour in zip(numbers, cycle(SCHEMES[scheme].voices), strict=False)
    ]  # fmt: skip
    height = 120 + BAR_PIXELS * len(rows) * min(len(numbers), 3)
    return {"data": traces, "layout": _layout(scheme) | {
        "xaxis": _axis(scheme) | {"rangemode": "tozero"}, "height": height, "barmode": "group",
        "yaxis": _axis(scheme) | {"autorange": "reversed", "type": "category"},
    }}  # fmt: skip


def _axis(scheme: str) -> dict[str, Any]:
    colours = SCHEMES[scheme]
    return {"gridcolor": colours.grid, "linecolor": colours.rule, "automargin": True, "separatethousands": True,
            "exponentformat": "none", "fixedrange": True}  # fmt: skip


def _layout(scheme: str) -> dict[str, Any]:
    colours = SCHEMES[scheme]
    return {
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "font": {"color": colours.text, "size": 13},
        "margin": {"l": 60, "r": 20, "t": 20, "b": 50}, "legend": {"orientation": "h", "y": 1.08, "yanchor": "bottom"},
        "hoverlabel": {"bgcolor": colours.hover, "font": {"color": colours.text}},
    }  # fmt: skip
