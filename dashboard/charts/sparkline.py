"""A small chart of one range over time: lowest and highest as steps, dashed after the last day they count.

A triangle says that the range is open above.

A plain plotly figure (a dictionary); its words come from `in_words`, so the chart says nothing to the eye alone.
"""

from collections.abc import Sequence
from datetime import timedelta
from html import escape
from typing import Any

from dashboard import wording
from dashboard.charts.ranges import FONT
from dashboard.charts.theme import Theme
from dashboard.text import formatting

HEIGHT = 120
HOVER = "%{text}<extra></extra>"


def span(row: formatting.Row) -> str:
    """Return a range in words: 258 – 299 or more."""
    return formatting.span(row)


def moments(rows: Sequence[formatting.Row]) -> list[str]:
    """Return each step in words: "28 Nov 2024: 201 or more, 1 source"."""
    return [
        f"{wording.day(row['valid_from_on'], short=True)}: "
        + ", ".join(filter(None, [span(row), formatting.counted(row, short=True), formatting.sources(row)]))
        for row in rows
    ]


def in_words(rows: Sequence[formatting.Row]) -> str:
    """Return the chart as one sentence, for those who do not see it."""
    return f"As known on {'; on '.join(moments(rows))}." if rows else "No range stands."


def _after(day: Any, count: int) -> str:
    """Return the day `count` days after one, in ISO form; the day itself where the calendar of the computer ends."""
    try:
        return str((day + timedelta(days=count)).isoformat())
    except OverflowError:
        return str(day.isoformat())


def _line(rows: Sequence[formatting.Row], end: str, last: Any, theme: Theme) -> dict[str, Any]:
    """Draw one end of the range (`lowest` or `highest`) as steps to the end of the day `last`; nulls leave a gap."""
    colour = theme.colours.voices[0]
    days = [row["valid_from_on"].isoformat() for row in rows] + [_ends_on(rows[-1], last)]
    texts = [escape(text) for text in moments(rows)]
    return {
        "type": "scatter", "mode": "lines+markers", "name": end, "x": days,
        "y": [row[end] for row in rows] + [rows[-1][end]], "line": {"shape": "hv", "color": colour, "width": 2},
        # Said, since plotly makes marks of several sizes see-through and gives them a white rim.
        "marker": {"size": [6] * len(rows) + [0], "color": colour, "opacity": 1, "line": {"width": 0}},
        "text": [*texts, texts[-1]], "hovertemplate": HOVER, "showlegend": False, "cliponaxis": False,
        "fill": "tonexty" if end == "highest" else "none", "fillcolor": theme.colours.agreement,
        "meta": {"scope_id": rows[0]["scope_id"]},
    }  # fmt: skip


def _ends_on(row: formatting.Row, last: Any) -> str:
    """Return where the last step ends: behind the day up to which it counts, if that lies within it."""
    counted = row.get("counted_to_on")
    if not counted or not row["valid_from_on"] <= counted < last:
        return _after(row["valid_from_on"] if counted and counted < row["valid_from_on"] else last, 1)
    return _after(counted, 1)


def _stale(rows: Sequence[formatting.Row], end: str, last: Any, theme: Theme) -> dict[str, Any]:
    """Draw one end from the day up to which the last step counts to the day shown, dashed: nobody counted later."""
    line = {"color": theme.colours.voices[0], "width": 1.5, "dash": "dash"}
    return {
        "type": "scatter", "mode": "lines", "name": "no later count", "x": [_ends_on(rows[-1], last), _after(last, 1)],
        "y": [rows[-1][end]] * 2, "line": line, "text": [escape(moments(rows)[-1])] * 2, "hovertemplate": HOVER,
        "showlegend": False, "cliponaxis": False,
    }  # fmt: skip


def _open(rows: Sequence[formatting.Row], theme: Theme) -> dict[str, Any]:
    """Mark the days since when a range is open above."""
    found = [(row, text) for row, text in zip(rows, moments(rows), strict=True) if row["is_open_above"]]
    return {
        "type": "scatter", "mode": "markers", "name": "or more",
        "x": [row["valid_from_on"].isoformat() for row, _ in found], "y": [row["highest"] for row, _ in found],
        "marker": {"symbol": "triangle-up", "size": 12, "color": theme.colours.voices[0], "opacity": 1},
        "text": [escape(text) for _, text in found], "hovertemplate": HOVER, "showlegend": False, "cliponaxis": False,
    }  # fmt: skip


def not_searched(until: Any, last: Any, theme: Theme) -> list[dict[str, Any]]:
    """Shade the days after the last that was searched: silence on them says nothing."""
    if until is None or until >= last:
        return []
    return [{
        "type": "rect", "layer": "below", "xref": "x", "yref": "paper", "x0": _after(until, 1), "x1": _after(last, 1),
        "y0": 0, "y1": 1, "fillcolor": theme.colours.grid, "line": {"width": 0}, "name": "not searched",
    }]  # fmt: skip


def chart(
    rows: Sequence[formatting.Row], first: Any, last: Any, theme: Theme, searched_until: Any = None
) -> dict[str, Any]:
    """Draw the ranges of one scope (rows of queries_pages.whole_ranges, oldest first) from day `first` to `last`.

    The y axis begins at nobody. Without rows the chart is empty. What lies after `searched_until` is shaded.
    """
    data = [_line(rows, "lowest", last, theme), _line(rows, "highest", last, theme), _open(rows, theme)] if rows else []
    if rows and _ends_on(rows[-1], last) < _after(last, 1):
        data += [_stale(rows, end, last, theme) for end in ("lowest", "highest")]
    most = max([row["highest"] or 0 for row in rows], default=0) or 1
    colours = theme.colours
    tick = {"size": 12, "color": colours.muted}
    return {
        "data": data,
        "layout": {
            "shapes": not_searched(searched_until, last, theme), "height": HEIGHT, "autosize": True,
            "margin": {"l": 4, "r": 14, "t": 10, "b": 22, "pad": 0},
            "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "showlegend": False,
            "font": {"family": FONT, "size": 12, "color": colours.text}, "dragmode": False, "hovermode": "closest",
            "hoverlabel": {
                "bgcolor": colours.hover, "bordercolor": colours.rule, "align": "left",
                "font": {"family": FONT, "size": 13, "color": colours.text},
            },
            "xaxis": {
                "type": "date", "fixedrange": True, "showgrid": False, "linecolor": colours.rule, "showline": True,
                "range": [f"{_after(first, -1)}T14:00", f"{_after(last, 1)}T06:00"],
                "tickmode": "array", "tickvals": sorted({first.isoformat(), last.isoformat()}), "tickfont": tick,
                "tickformat": "%-d %b",
            },
            "yaxis": {
                "fixedrange": True, "range": [0, most * 1.18], "showgrid": True, "gridcolor": colours.grid,
                "zeroline": False, "nticks": 4, "tickformat": ",d", "tickfont": tick, "automargin": True,
            },
        },
    }  # fmt: skip
