"""Events of one source added up by week or month, its parts on top of each other; a panel a source. Pure.

A part is told by its hatching, in the colour of its source: a colour stands for one source on every tab.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dashboard import wording
from dashboard.charts.marks import escape
from dashboard.charts.ranges import WHOLE_LABELS, blank_layout, text_at
from dashboard.charts.series import axes, panel
from dashboard.charts.series.chart import AXIS, GAP, LINE, Look, lines_of_heading
from dashboard.charts.theme import Sizes
from dashboard.text import comparisons, findings
from dashboard.text.comparisons import Stack
from dashboard.text.series import Point

HEIGHT, HEIGHT_NARROW = 300, 230
# How each part is filled, and the sign of it in the key; the last one is pale.
FILLS = (("", "■"), ("/", "▨"), ("-", "▤"), ("+", "▦"), ("|", "▥"), (".", "□"))


def chart(stacks: Sequence[Stack], look: Look) -> dict[str, Any]:
    """Draw stacks, a panel each; of the first the page itself says what it shows."""
    theme = look.theme
    shown = stacks[:1] if theme.is_first else stacks
    body = HEIGHT_NARROW if theme.is_narrow else HEIGHT
    tops = [axes.numbers(_highest(stack), body) for stack in shown]
    labels = [[wording.number(tick) for tick in ticks] for _, ticks in tops]
    left, right = max(axes.margin(each) for each in labels), 28
    width = theme.pixels - left - right
    letters = max(24, int((theme.pixels - 24) / 8.4))
    heads = [_heading(stack, look, letters, is_first=not at) for at, stack in enumerate(shown)]
    heights = [len(head) * LINE + 8 + body + AXIS + GAP for head in heads]
    total = sum(heights)
    layout = blank_layout(total, Sizes(left, right, 0, 0, 0, 0), theme)
    layout |= {"barmode": "stack", "bargap": 0, "hovermode": "closest"}
    data: list[dict[str, Any]] = []
    top = 0
    small = {"size": axes.SIZE, "color": theme.colours.muted}
    for at, (stack, head, height) in enumerate(zip(shown, heads, heights, strict=True)):
        axis = "" if not at else str(at + 1)
        begins = top + len(head) * LINE + 8
        # Its own days: a source that counted in other years would leave the others no room.
        start, end = panel.day_window([stack.total, *stack.parts], look.until)
        days, written = axes.days(start, end, width)
        layout |= {
            f"xaxis{axis}": {
                "domain": [0, 1], "anchor": f"y{axis}", "type": "date", "range": [start.isoformat(), end.isoformat()],
                "tickmode": "array", "tickvals": [day.isoformat() for day in days], "ticktext": written,
                "showgrid": False, "linecolor": theme.colours.rule, "showline": True, "tickfont": small,
                "fixedrange": True, **WHOLE_LABELS,
            },
            f"yaxis{axis}": {
                "domain": [1 - (begins + body) / total, 1 - begins / total], "anchor": f"x{axis}",
                "range": [0, tops[at][0]], "tickmode": "array", "tickvals": tops[at][1], "ticktext": labels[at],
                "gridcolor": theme.colours.grid, "zeroline": False, "tickfont": small, "fixedrange": True,
                **WHOLE_LABELS,
            },
        }  # fmt: skip
        layout["annotations"] += [
            text_at(text, left=True, y=1 - (top + (n + 0.5) * LINE) / total, shift=8 - left, size=13,
                    colour=theme.colours.text) for n, text in enumerate(head)
        ]  # fmt: skip
        data += _parts(stack, look, axis)
        data += [_total(stack, look, axis, width * _slot(stack, (end - start).days))] if stack.has_total else []
        top += height
    return {"data": data, "layout": layout, "rows": heights}


def _slot(stack: Stack, days: int) -> float:
    """Return what share of the width a span takes."""
    return {"day": 1, "week": 7, "month": 30, "year": 365}[stack.total.span] / max(1, days)


def _highest(stack: Stack) -> float:
    """Return how high a stack reaches: where its parts are highest together, and its total with its high end."""
    together: dict[Any, float] = {}
    for part in stack.parts:
        for point in part.lines[0].points:
            together[point.start] = together.get(point.start, 0) + point.value
    totals = [point.highest for point in stack.line.points] if stack.has_total else []
    return max([*together.values(), *totals, 1])


def _heading(stack: Stack, look: Look, letters: int, *, is_first: bool) -> list[str]:
    """Return the lines above a panel: its finding where the page does not say it, and the key of its parts."""
    said = (
        [] if is_first else lines_of_heading(comparisons.of_stack(stack, look.noun), stack.total.title, look, letters)
    )
    colour = look.theme.colours.voices[look.voices.get(stack.line.voice_id, (0, ""))[0]]
    lines, room = [f"<b><span style='color:{colour}'>{escape(stack.line.name)}</span></b>"], letters - len(
        stack.line.name)  # fmt: skip
    signs = [(sign, name) for (_, sign), name in zip(FILLS, stack.names, strict=False)]
    for sign, name in [*signs, *([("━", "total as stated")] if stack.has_total else [])]:
        if len(name) + 5 > room:
            lines.append("")
            room = letters
        tint = look.theme.colours.text if sign == "━" else colour
        lines[-1] += ("   " if lines[-1] else "") + f"<span style='color:{tint}'>{sign}</span> {escape(name)}"
        room -= len(name) + 5
    return [*said, *lines]


def _fill(at: int, colour: str, back: str) -> dict[str, Any]:
    """Return how a part is filled: solid, hatched or pale."""
    shape = FILLS[at][0]
    if not shape:
        return {"color": colour, "line": {"width": 0}}
    return {"color": colour, "line": {"width": 0.8, "color": colour}, "pattern": {
        "shape": shape, "fgcolor": colour, "bgcolor": back, "size": 5, "solidity": 0.42 if shape != "." else 0.12,
        "fillmode": "overlay"}}  # fmt: skip


def _parts(stack: Stack, look: Look, axis: str) -> list[dict[str, Any]]:
    """Return the bars of each part, on top of each other."""
    colours = look.theme.colours
    colour = colours.voices[look.voices.get(stack.line.voice_id, (0, ""))[0]]
    found = []
    for at, (part, name) in enumerate(zip(stack.parts, stack.names, strict=True)):
        points = part.lines[0].points
        slots = [panel.slot(point, stack.total.span) for point in points]
        found.append({
            "type": "bar", "name": name, "xaxis": f"x{axis}", "yaxis": f"y{axis}", "showlegend": False,
            "x": [(start + end) // 2 for start, end in slots], "y": [point.value for point in points],
            "width": [round((end - start) * 0.9) for start, end in slots], "hoverinfo": "text",
            "marker": _fill(at, colour, colours.back),
            "hovertext": [_hover(stack, name, point) for point in points],
            "customdata": [f"?{urlencode(each)}" for each in stack.narrowed[at]],
            "meta": {"voice_id": stack.line.voice_id},
        })  # fmt: skip
    return found


def _hover(stack: Stack, name: str, point: Point) -> str:
    events = wording.plural(point.report_count, "event")
    return (f"<b>{escape(name)}</b>: {escape(findings.number(point))}<br>"
            f"{findings.moment(point, stack.total.span)}, {events}<br>{escape(stack.line.name)}")  # fmt: skip


def _total(stack: Stack, look: Look, axis: str, pixels: float) -> dict[str, Any]:
    """Return a mark at the sum as the source has it, with low to high: parts need not make up all of it."""
    points, text = stack.line.points, look.theme.colours.text
    slots = [panel.slot(point, stack.total.span) for point in points]
    mark: dict[str, Any] = {
        "type": "scatter", "mode": "markers", "name": "total as stated", "xaxis": f"x{axis}", "yaxis": f"y{axis}",
        "x": [(start + end) // 2 for start, end in slots], "y": [point.value for point in points],
        "showlegend": False, "hoverinfo": "text", "hovertext": [_hover(stack, "Total", point) for point in points],
        "marker": {"symbol": "line-ew", "size": max(4, min(16, pixels * 0.8)), "color": text,
                   "line": {"width": 2, "color": text}},
    }  # fmt: skip
    if any(point.highest > point.lowest for point in points) and len(points) <= panel.MOST_WHISKERS:
        mark["error_y"] = {
            "type": "data", "symmetric": False, "color": text, "thickness": 1.2, "width": 0,
            "array": [max(0, point.highest - point.value) for point in points],
            "arrayminus": [max(0, point.value - point.lowest) for point in points],
        }  # fmt: skip
    return mark
