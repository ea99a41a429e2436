"""One source against another: a dot where both have a number of the same, on two logarithmic axes. Pure.

On the line both say the same; the band is a tenth to either side. A dot has the colour of the source that says more.
"""

import math
from typing import Any

from dashboard import wording
from dashboard.charts.marks import escape
from dashboard.charts.ranges import WHOLE_LABELS, blank_layout
from dashboard.charts.series import axes
from dashboard.charts.series.chart import Look
from dashboard.charts.theme import Sizes
from dashboard.text import comparisons, findings
from dashboard.text.comparisons import NEAR, Dot, Pair

HEIGHT, HEIGHT_NARROW = 520, 380
# Dots that are named: those farthest from the line.
NAMED, NAMED_NARROW = 6, 3
BELOW = 62


def chart(pair: Pair, look: Look) -> dict[str, Any]:
    """Draw a pair of sources; the axes have one scale and the same ends."""
    theme = look.theme
    colours = theme.colours
    height = HEIGHT_NARROW if theme.is_narrow else HEIGHT
    dots = pair.drawn
    values = [value for dot in dots for value in (dot.x.value, dot.y.value)]
    low, high, ticks = axes.log_numbers(values, height)
    low, high = low / 1.15, high * 1.15
    labels = [wording.number(tick) for tick in ticks]
    left = axes.margin(labels) + 22
    layout = blank_layout(height + BELOW, Sizes(left, 14, 0, 0, 0, 0), theme)
    layout["margin"] |= {"b": BELOW, "t": 6}
    small = {"size": axes.SIZE, "color": colours.muted}
    shared = {"type": "log", "range": [math.log10(low), math.log10(high)], "tickmode": "array", "tickvals": ticks,
              "gridcolor": colours.grid, "zeroline": False, "tickfont": small, "fixedrange": True,
              **WHOLE_LABELS}  # fmt: skip
    across = [label if at in _spaced(labels, theme.pixels - left) else "" for at, label in enumerate(labels)]
    layout |= {
        "xaxis": shared | {"ticktext": across, "title": _title(pair.x_id, pair.x_name, look), "anchor": "y"},
        "yaxis": shared | {"ticktext": labels, "title": _title(pair.y_id, pair.y_name, look), "anchor": "x"},
    }
    layout["annotations"] += _names(pair, look, (low, high))
    return {"data": [*_lines(low, high, look), *_dots(pair, look)], "layout": layout, "rows": [height + BELOW]}


def _spaced(labels: list[str], pixels: float) -> set[int]:
    """Return which labels of the lower axis have room beside each other."""
    room = pixels / max(1, len(labels) - 1)
    by = max(1, math.ceil(max(axes.width_of(label) + 10 for label in labels) / room)) if labels else 1
    return set(range(0, len(labels), by))


def _title(voice: str, name: str, look: Look) -> dict[str, Any]:
    return {"text": f"<b>{escape(name)}</b>", "standoff": 8, "font": {"size": 13, "color": _colour(voice, look)}}


def _colour(voice: str, look: Look) -> str:
    return look.theme.colours.voices[look.voices.get(voice, (0, ""))[0]]


def _lines(low: float, high: float, look: Look) -> list[dict[str, Any]]:
    """Return the band of a tenth to either side, and the line on which both say the same."""
    colours, more = look.theme.colours, 1 + NEAR
    band = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False}
    return [
        {**band, "name": "within 10 %", "x": [low, high, high, low, low], "fill": "toself",
         "y": [low * more, high * more, high / more, low / more, low * more], "fillcolor": colours.between,
         "line": {"width": 0, "color": colours.between}},
        {**band, "name": "both say the same", "x": [low, high], "y": [low, high],
         "line": {"width": 1.2, "color": colours.muted}},
    ]  # fmt: skip


def _dots(pair: Pair, look: Look) -> list[dict[str, Any]]:
    """Return the dots: in the colour of who says more, near each other in grey; one count told twice is hollow."""
    colours = look.theme.colours
    near = [dot for dot in pair.drawn if dot.is_near]
    more_x = [dot for dot in pair.drawn if not dot.is_near and dot.x.value > dot.y.value]
    more_y = [dot for dot in pair.drawn if not dot.is_near and dot.y.value > dot.x.value]
    kinds = (
        ("near each other", near, colours.muted), (f"{pair.x_name} says more", more_x, _colour(pair.x_id, look)),
        (f"{pair.y_name} says more", more_y, _colour(pair.y_id, look)),
    )  # fmt: skip
    return [
        {
            "type": "scatter", "mode": "markers", "name": name, "showlegend": False,
            "x": [dot.x.value for dot in dots], "y": [dot.y.value for dot in dots],
            "marker": {"size": 8, "opacity": 0.85 if len(dots) > 60 else 1, "line": {"width": 1.5, "color": colour},
                       "color": [colours.back if dot.is_counted_twice else colour for dot in dots]},
            "hoverinfo": "text", "hovertext": [hover(dot, pair) for dot in dots],
            "customdata": [_report(dot) for dot in dots],
        }
        for name, dots, colour in kinds if dots
    ]  # fmt: skip


def _report(dot: Dot) -> str | None:
    """Return the report that a click opens: of who says more."""
    first, second = (dot.x, dot.y) if dot.x.value > dot.y.value else (dot.y, dot.x)
    return first.report_id or second.report_id


def hover(dot: Dot, pair: Pair) -> str:
    """Return what a dot says when it is pointed at."""
    twice = "<br>One count that both tell" if dot.is_counted_twice else ""
    return (f"<b>{escape(dot.title)}</b><br>{escape(pair.x_name)}: {escape(findings.number(dot.x))}<br>"
            f"{escape(pair.y_name)}: {escape(findings.number(dot.y))}{twice}")  # fmt: skip


def _names(pair: Pair, look: Look, ends: tuple[float, float]) -> list[dict[str, Any]]:
    """Return the names of the dots that are farthest from the line, each beside its dot; none over another."""
    low, high = (math.log10(end) for end in ends)
    height = HEIGHT_NARROW if look.theme.is_narrow else HEIGHT
    width = look.theme.pixels - 90
    taken: list[tuple[float, float, float, float]] = []
    found: list[dict[str, Any]] = []
    for dot in comparisons.apart(pair.drawn):
        if dot.is_near or len(found) == (NAMED_NARROW if look.theme.is_narrow else NAMED):
            break
        x = (math.log10(dot.x.value) - low) / (high - low) * width
        y = (math.log10(dot.y.value) - low) / (high - low) * height
        wide = axes.width_of(dot.title) + 12
        is_right = x + wide <= width and (x < width * 0.6 or x < wide)
        box = (x, y - 9, x + wide, y + 9) if is_right else (x - wide, y - 9, x, y + 9)
        if box[0] < 0 or any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in taken
        ):
            continue
        taken.append(box)
        found.append({
            "text": escape(dot.title), "x": math.log10(dot.x.value), "y": math.log10(dot.y.value), "xref": "x",
            "yref": "y", "showarrow": False, "xanchor": "left" if is_right else "right", "align": "left",
            "xshift": 8 if is_right else -8, "font": {"size": axes.SIZE, "color": look.theme.colours.text},
            "bgcolor": look.theme.colours.halo,
        })  # fmt: skip
    return found
