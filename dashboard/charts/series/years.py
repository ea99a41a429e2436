"""Years by source: bars beside each other, what is between them shaded; and the places of one year in order. Pure.

The bars are numbers as stated, with low to high as a whisker; a row of the ranking has a mark for each source.
"""

import math
from collections.abc import Sequence
from typing import Any

from dashboard import wording
from dashboard.charts.marks import escape
from dashboard.charts.ranges import WHOLE_LABELS, blank_layout, text_at
from dashboard.charts.series import axes
from dashboard.charts.series.chart import AXIS, GAP, LARGE, LARGE_NARROW, LINE, SYMBOLS, Look
from dashboard.charts.series.panel import MOST_WHISKERS
from dashboard.charts.theme import PARTY_SYMBOL, Sizes
from dashboard.text import comparisons, findings
from dashboard.text.comparisons import Years
from dashboard.text.series import Line, Point

# Of the width of a chart that is not narrow what the bars take, of a year what its bars take, and letters of a place.
BARS, SLOT, LETTERS = 0.58, 0.84, 20
ROW, MOST_BESIDE = 27, 12


def chart(years: Years, look: Look) -> dict[str, Any]:
    """Draw years by source, with the ranking to the right, on a phone below."""
    theme = look.theme
    lines = _key(years, look)
    body = LARGE_NARROW if theme.is_narrow else LARGE
    most = max(point.highest for line in years.series.lines for point in line.points)
    ends, ticks = _numbers([point.value for line in years.series.lines for point in line.points], most, body, look)
    labels = [wording.number(tick) for tick in ticks]
    left, right = axes.margin(labels), 28
    head = (len(lines)) * LINE + 8
    bars = head + body + AXIS + GAP
    ranking = years.ranking[:MOST_BESIDE] if len(years.ranking) > 1 and not theme.is_first else ()
    below = LINE + 16 + len(ranking) * ROW + AXIS + GAP if ranking and theme.is_narrow else 0
    total = bars + below
    width = theme.pixels - left - right
    across = BARS if ranking and not theme.is_narrow else 1.0
    layout = blank_layout(total, Sizes(left, right, 0, 0, 0, 0), theme)
    layout |= {"barmode": "overlay", "bargap": 0, "hovermode": "closest"}
    layout["annotations"] = [
        text_at(text, left=True, y=1 - (at + 0.5) * LINE / total, shift=8 - left, size=13, colour=theme.colours.text)
        for at, text in enumerate(lines)
    ]
    down = (1 - (head + body) / total, 1 - head / total)
    layout |= _year_axes(years, look, (ends, ticks, labels), (across * width, down, across))
    data = [*_gaps(years, look, ends), *_bars(years, look, ends)]
    if ranking:
        top = bars if theme.is_narrow else head - LINE
        found, more = _ranking(years, look, top, total, left, width)
        data += found
        notes = more.pop("annotations")
        layout |= more
        layout["annotations"] += notes
    return {"data": data, "layout": layout, "rows": [bars, below] if below else [total]}


def _numbers(values: Sequence[float], most: float, pixels: int, look: Look) -> tuple[tuple[float, float], list[int]]:
    """Return the ends of an axis of numbers, and its ticks."""
    if look.theme.scale == "log":
        low, high, ticks = axes.log_numbers([*values, most], pixels)
        return (low, high), ticks
    top, ticks = axes.numbers(most, pixels)
    return (0.0, top), ticks


def _mark(voice: str, look: Look) -> tuple[str, str]:
    """Return the colour and the symbol of a source."""
    colour, symbol = look.voices.get(voice, (0, "circle"))
    return look.theme.colours.voices[colour], symbol


def _key(years: Years, look: Look) -> list[str]:
    """Return the sources in their colours, as many to a line as there is room for."""
    room = 38 if look.theme.is_narrow else 66
    lines, left = [""], room
    for line in years.series.lines:
        colour, symbol = _mark(line.voice_id, look)
        name = line.name if len(line.name) < room - 6 else line.name[: room - 7] + "…"
        if lines[-1] and len(name) + 5 > left:
            lines.append("")
            left = room
        lines[-1] += ("   " if lines[-1] else "") + (
            f"<span style='color:{colour}'>{SYMBOLS.get(symbol, '●')} <b>{escape(name)}</b></span>")  # fmt: skip
        left -= len(name) + 5
    return lines


def _year_axes(
    years: Years, look: Look, scale: tuple[tuple[float, float], list[int], list[str]],
    room: tuple[float, tuple[float, float], float],
) -> dict[str, Any]:  # fmt: skip
    """Return the axis of years and the axis of numbers of the bars."""
    (ends, ticks, labels), (pixels, down, across), theme = scale, room, look.theme
    first = years.series.first_on.year
    last = max(point.start.year for line in years.series.lines for point in line.points)
    by = next((each for each in axes.YEARS if (last - first + 1) / each * axes.LABEL["year"] <= pixels), axes.YEARS[-1])
    # The last year is always named: it is what the sentence above speaks of.
    named = list(range(last, first - 1, -by))[::-1]
    small = {"size": axes.SIZE, "color": theme.colours.muted}
    is_log = theme.scale == "log"
    return {
        "xaxis": {
            "domain": [0, across], "anchor": "y", "range": [first - 0.5, last + 0.5], "tickmode": "array",
            "tickvals": named, "ticktext": [str(year) for year in named], "tickfont": small, "showgrid": False,
            "zeroline": False, "fixedrange": True, "linecolor": theme.colours.rule, "showline": True, **WHOLE_LABELS,
        },
        "yaxis": {
            "domain": list(down), "anchor": "x", "type": theme.scale, "tickmode": "array", "tickvals": ticks,
            "ticktext": labels, "gridcolor": theme.colours.grid, "zeroline": False, "fixedrange": True,
            "range": [math.log10(end) for end in ends] if is_log else list(ends), "tickfont": small, **WHOLE_LABELS,
        },
    }  # fmt: skip


def _gaps(years: Years, look: Look, ends: tuple[float, float]) -> list[dict[str, Any]]:
    """Return what is between the lowest and the highest source of each year, shaded over the width of the year."""
    x: list[float | None] = []
    y: list[float | None] = []
    found = [gap for gap in comparisons.gaps(years.series) if gap.size]
    for gap in found:
        low, high = max(gap.low[1].value, ends[0]), max(gap.high[1].value, ends[0])
        left, right = gap.year - SLOT / 2 - 0.03, gap.year + SLOT / 2 + 0.03
        x += [left, right, right, left, left, None]
        y += [low, low, high, high, low, None]
    if not found:
        return []
    fill, edge = look.theme.colours.between, {"width": 1, "color": look.theme.colours.muted}
    return [{
        "type": "scatter", "mode": "lines", "name": "between sources", "x": x[:-1], "y": y[:-1], "fill": "toself",
        "fillcolor": fill, "line": edge, "hoverinfo": "skip", "showlegend": False,
    }]  # fmt: skip


def _bars(years: Years, look: Look, ends: tuple[float, float]) -> list[dict[str, Any]]:
    """Return the bars of each source; on a log axis, which has no 0 for a bar to begin at, marks."""
    lines, found = years.series.lines, []
    slot = SLOT / len(lines)
    for at, line in enumerate(lines):
        colour, symbol = _mark(line.voice_id, look)
        bar: dict[str, Any] = {
            "type": "bar", "name": line.name, "showlegend": False, "meta": {"voice_id": line.voice_id},
            "x": [point.start.year - SLOT / 2 + slot * (at + 0.5) for point in line.points],
            "y": [max(point.value, ends[0]) for point in line.points], "width": [slot * 0.94] * len(line.points),
            "marker": {"color": colour, "line": {"width": 0}}, "hoverinfo": "text",
            "hovertext": [hover(line, point, years) for point in line.points],
            "customdata": [point.report_id for point in line.points],
        }  # fmt: skip
        if look.theme.scale == "log":
            bar |= {"type": "scatter", "mode": "markers", "marker": {"color": colour, "symbol": symbol, "size": 9}}
            bar.pop("width")
        if any(point.highest > point.lowest for point in line.points) and len(line.points) <= MOST_WHISKERS:
            bar["error_y"] = {
                "type": "data", "symmetric": False, "color": look.theme.colours.text, "thickness": 1.4, "width": 3,
                "array": [max(0, point.highest - point.value) for point in line.points],
                "arrayminus": [max(0, point.value - max(point.lowest, ends[0])) for point in line.points],
            }  # fmt: skip
        found.append(bar)
    return found


def hover(line: Line, point: Point, years: Years) -> str:
    """Return what a bar says when it is pointed at: its number, and how far the others of its year are from it."""
    year = point.start.year
    gap = next((each for each in comparisons.gaps(years.series) if each.year == year), None)
    apart = f"<br>{year}: apart by {wording.number(gap.size)}" if gap and gap.size else ""
    return f"<b>{escape(line.name)}</b>: {escape(findings.number(point))}<br>{findings.moment(point, 'year')}{apart}"


def _ranking(
    years: Years, look: Look, top: int, total: int, left: int, width: float
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the traces of the ranking and its axes: a row a place, a mark a source, what is between them shaded."""
    theme, ranked = look.theme, years.ranking[:MOST_BESIDE]
    names = [_short(str(each.row["place_name"] or each.row["place_id"])) for each in ranked]
    room = axes.margin(names) - left if theme.is_narrow else axes.margin(names)
    start = max(0.0, room / width) if theme.is_narrow else BARS + (room + 22) / width
    values = [point.value for each in ranked for point in each.points.values()]
    pixels = (1 - start) * width
    ends, ticks = _numbers(values, max(values), round(pixels / 1.9), look)
    high, low = top + LINE + 10, top + LINE + 10 + len(ranked) * ROW
    small = {"size": axes.SIZE, "color": theme.colours.muted}
    is_log = theme.scale == "log"
    x: list[float | None] = []
    y: list[float | None] = []
    for at, each in enumerate(ranked):
        said = [max(point.value, ends[0]) for point in each.points.values()]
        x, y = [*x, min(said), max(said), None], [*y, at, at, None]
    data: list[dict[str, Any]] = [{
        "type": "scatter", "mode": "lines", "name": "between sources", "x": x[:-1], "y": y[:-1], "xaxis": "x2",
        "yaxis": "y2", "line": {"width": 9, "color": theme.colours.between}, "hoverinfo": "skip", "showlegend": False,
    }]  # fmt: skip
    for voice in dict.fromkeys(voice for each in ranked for voice in each.points):
        colour, symbol = _mark(voice, look)
        told = [(at, each, each.points[voice]) for at, each in enumerate(ranked) if voice in each.points]
        name = years.names.get(voice, voice)
        data.append({
            "type": "scatter", "mode": "markers", "name": name, "xaxis": "x2", "yaxis": "y2", "showlegend": False,
            "x": [max(point.value, ends[0]) for _, _, point in told], "y": [at for at, _, _ in told],
            "marker": {"color": colour, "symbol": symbol, "size": 10, "opacity": 1,
                       "line": {"width": 1.5, "color": theme.colours.back if symbol != PARTY_SYMBOL else colour}},
            "customdata": [point.report_id for _, _, point in told], "hoverinfo": "text",
            "hovertext": [f"<b>{escape(str(each.row['place_name']))}</b>, {years.year}<br>{escape(name)}: "
                          f"{escape(findings.number(point))}" for _, each, point in told],
            "meta": {"voice_id": voice, "places": [each.row["place_id"] for _, each, _ in told]},
        })  # fmt: skip
    here = years.series.row["place_id"]
    shown = [f"<b>{escape(name)}</b>" if each.row["place_id"] == here else escape(name)
             for name, each in zip(names, ranked, strict=True)]  # fmt: skip
    title = text_at(
        escape(comparisons.ranking_title(years)), left=True, y=1 - (top + LINE / 2) / total,
        shift=(8 - left) if theme.is_narrow else -round(room), size=13, colour=theme.colours.text,
    )  # fmt: skip
    return data, {
        "xaxis2": {
            "domain": [start, 1], "anchor": "y2", "type": theme.scale, "tickmode": "array", "tickvals": ticks,
            "ticktext": [_compact(tick) for tick in ticks], "tickfont": small, "gridcolor": theme.colours.grid,
            "range": [math.log10(end) for end in ends] if is_log else list(ends), "zeroline": False,
            "fixedrange": True, **WHOLE_LABELS,
        },
        "yaxis2": {
            "domain": [1 - low / total, 1 - high / total], "anchor": "x2", "range": [len(ranked) - 0.5, -0.5],
            "tickmode": "array", "tickvals": list(range(len(ranked))), "ticktext": shown, "zeroline": False,
            "tickfont": {"size": axes.SIZE, "color": theme.colours.text}, "showgrid": False, "fixedrange": True,
            **WHOLE_LABELS,
        },
        "annotations": [title | {"x": 0 if theme.is_narrow else start}],
    }  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= LETTERS else name[: LETTERS - 1].rstrip() + "…"


def _compact(value: int) -> str:
    """Return a number of a narrow axis: 2,000,000 as "2 m", 500,000 as "500,000"."""
    return f"{value // 1_000_000} m" if value and value % 1_000_000 == 0 else wording.number(value)
