"""The chart over time: the first series large, the others small below it, each with an axis of numbers of its own.

Small multiples share one scale. The margins come from the widest label; names of sources stand at the ends of their
lines, on a phone and in small panels above them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import Any

from dashboard.charts.marks import escape
from dashboard.charts.ranges import WHOLE_LABELS, blank_layout, text_at
from dashboard.charts.series import axes, panel
from dashboard.charts.series.panel import Place, Voices
from dashboard.charts.theme import Sizes, Theme
from dashboard.text import findings
from dashboard.text.series import Line, Series

LARGE, LARGE_NARROW, SMALL = 380, 270, 170
LINE, AXIS, GAP = 18, 40, 26
# The least width of a chart that is not narrow: names beside it must have their room there too.
LEAST_WIDE = 930
# Pixels of the widest name at the end of a line, and the letters of one of its lines.
MOST_BESIDE, LETTERS = 190, 26
SYMBOLS = {
    "circle": "●", "square": "■", "triangle-up": "▲", "hexagon": "⬢", "star": "★", "cross": "✚", "pentagon": "⬟",
    "triangle-down": "▼", "diamond": "◆",
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """What all panels of a chart share: how it looks, the marks of voices, the day as known on, the measure's noun."""

    theme: Theme
    voices: Voices
    until: date
    noun: str


def names_beside(series: Series) -> dict[str, list[str]]:
    """Return the lines of text at the end of each source's line, by voice: its number, then its name."""
    return {
        line.voice_id: [f"<b>{findings.number(line.last)}</b>", *map(escape, _wrapped(line.name))]
        for line in series.lines
    }


def plain(text: str) -> str:
    """Return a label without its tags, as wide as it is drawn."""
    return text.replace("<b>", "").replace("</b>", "")


def _wrapped(name: str) -> list[str]:
    found = wrap(name, LETTERS)
    return found if len(found) < 3 else [found[0], found[1][: LETTERS - 1].rstrip() + "…"]


def chart(found: Sequence[Series], look: Look, *, is_shared: bool = False) -> dict[str, Any]:
    """Draw series: the first large where they are not small multiples (`is_shared`), which have one scale."""
    theme = look.theme
    if not found:
        return {"data": [], "layout": blank_layout(1, Sizes(0, 0, 0, 0, 0, 0), theme)}
    beside = _beside(found[0], theme, is_shared=is_shared)
    scaled = {id(each): panel.number_axis(found if is_shared else [each], theme.scale, _height(each is found[0] and
              not is_shared, theme)) for each in found}  # fmt: skip
    left = max(axes.margin(labels) for _, _, labels in scaled.values())
    # Half of a label of days: the last one stands at the edge.
    right = 28
    names = axes.margin([plain(line) for lines in beside.values() for line in lines]) if beside else 0
    columns = _columns(theme, is_shared=is_shared)
    rows = _rows(found, columns, is_first_large=not is_shared)[: 1 if theme.is_first else None]
    width = theme.pixels - left - right
    letters = {id(each): _letters(theme, _of_row(each, found, columns, is_shared), width) for each in found}
    bare = None if is_shared else found[0]
    heads = [
        max(len(_heading(each, look, letters[id(each)], is_bare=each is bare)) for each in row) for row in rows
    ]  # fmt: skip
    bodies = [_height(row[0] is found[0] and not is_shared, theme) for row in rows]
    heights = [head * LINE + body + AXIS + GAP + 8 for head, body in zip(heads, bodies, strict=True)]
    total = sum(heights)
    layout = blank_layout(total, Sizes(left, right, 0, 0, 0, 0), theme)
    layout |= {"barmode": "overlay", "bargap": 0, "hovermode": "closest", "hoverdistance": 40}
    data: list[dict[str, Any]] = []
    start, end = panel.day_window(found, look.until) if is_shared else (look.until, look.until)
    top, number = 0, 0
    for row, head, body, height in zip(rows, heads, bodies, heights, strict=True):
        of_row = _of_row(row[0], found, columns, is_shared)
        gap = (left + 16) / width
        share = (1 - gap * (of_row - 1)) / of_row
        for at, series in enumerate(row):
            number += 1
            axis = "" if number == 1 else str(number)
            ends, ticks, labels = scaled[id(series)]
            first, last = (start, end) if is_shared else panel.day_window([series], look.until)
            is_bare = series is found[0] and not is_shared
            kept = names / (LEAST_WIDE - left - right) if is_bare else 0
            place = Place(
                axis, first, last, look.until, ends, (round((share - kept) * width), body), theme, look.voices
            )  # fmt: skip
            across = (at * (share + gap), at * (share + gap) + share - kept)
            down = (1 - (top + head * LINE + 8 + body) / total, 1 - (top + head * LINE + 8) / total)
            layout |= _axes(place, ticks, labels, across, down)
            lines = _heading(series, look, letters[id(series)], is_bare=is_bare)
            shift = 8 - left if at == 0 else -left + 8
            layout["annotations"] += [
                text_at(text, left=True, y=1 - (top + (n + 0.5) * LINE) / total, shift=shift, size=14 if not n else 13,
                        colour=theme.colours.text) | {"x": across[0]} for n, text in enumerate(lines)
            ]  # fmt: skip
            if is_bare and beside:
                layout["annotations"] += _names(series, place, beside, total, (across[1], *down))
            data += panel.traces(series, place)
        top += height
    return {"data": data, "layout": layout, "rows": heights}


def _of_row(series: Series, found: Sequence[Series], columns: int, is_shared: bool) -> int:
    """Return how many panels are side by side where a series is."""
    return 1 if series is found[0] and not is_shared else columns


def _columns(theme: Theme, *, is_shared: bool) -> int:
    if theme.is_narrow:
        return 1
    return 3 if is_shared else 2


def _rows(found: Sequence[Series], columns: int, *, is_first_large: bool) -> list[list[Series]]:
    first = [[found[0]]] if is_first_large else []
    rest = list(found[1:] if is_first_large else found)
    return first + [rest[at : at + columns] for at in range(0, len(rest), columns)]


def _height(is_large: bool, theme: Theme) -> int:
    if not is_large:
        return SMALL
    return LARGE_NARROW if theme.is_narrow else LARGE


def _letters(theme: Theme, columns: int, width: int) -> int:
    """Return how many letters a line of a heading has room for."""
    whole = theme.pixels if columns == 1 else width / columns
    return max(24, int((whole - 24) / 8.4))


def _beside(first: Series, theme: Theme, *, is_shared: bool) -> dict[str, list[str]]:
    """Return the names at the ends of the lines of the large panel; none where there is no room for them."""
    if is_shared or theme.is_narrow or not first.is_lines:
        return {}
    room = LARGE // (3 * 15)
    named = [line for line in first.lines if not _is_inside(first, line)]
    return names_beside(first) if len(named) <= room and len(first.lines) <= 2 * room else {}


def _is_inside(series: Series, line: Line) -> bool:
    """Whether a source fell silent so long before the others that its name has its place at its own end."""
    length = (series.counted_to_on - series.first_on).days
    return series.is_silent(line) and (series.counted_to_on - line.last.end).days > 0.3 * length


def _heading(series: Series, look: Look, letters: int, *, is_bare: bool) -> list[str]:
    """Return the lines above a panel: its finding, what is counted, its sources; the page says the first's itself."""
    lines: list[str] = []
    if not is_bare:
        lines += lines_of_heading(findings.finding(series, look.noun), findings.subtitle(series), look, letters)
    if not (is_bare and _beside(series, look.theme, is_shared=False)):
        lines += key(series, look, letters)
    return lines


def lines_of_heading(finding: str, subtitle: str, look: Look, letters: int) -> list[str]:
    """Return the lines that say above a panel what it shows, and paler what is counted."""
    muted = f"<span style='color:{look.theme.colours.muted}'>{{}}</span>"
    return [
        *(f"<b>{escape(line)}</b>" for line in wrap(finding, letters)),
        *(muted.format(escape(line)) for line in wrap(subtitle, letters)),
    ]


def key(series: Series, look: Look, letters: int) -> list[str]:
    """Return the sources of a panel in their colours, as many to a line as there is room for."""
    lines, room = [""], letters
    for line in series.lines:
        colour, symbol = look.voices.get(line.voice_id, (0, "circle"))
        number = f" {findings.number(line.last)}" if series.is_lines else ""
        room_for_name = letters - len(number) - 6
        name = line.name if len(line.name) <= room_for_name else line.name[: room_for_name - 1] + "…"
        text = f"<span style='color:{look.theme.colours.voices[colour]}'>{SYMBOLS.get(symbol, '●')} <b>{escape(name)}"
        text += f"</b>{number}</span>"
        taken = len(name) + len(number) + 5
        if lines[-1] and taken > room:
            lines.append("")
            room = letters
        lines[-1] += ("   " if lines[-1] else "") + text
        room -= taken
    return lines


def _axes(
    place: Place, ticks: Sequence[int], labels: Sequence[str], across: tuple[float, float], down: tuple[float, float]
) -> dict[str, Any]:
    """Return the x and y axis of one panel."""
    colours, axis = place.theme.colours, place.axis
    small = {"size": axes.SIZE, "color": colours.muted}
    days, written = axes.days(place.start, place.end, place.pixels[0])
    low, high = place.ends
    is_log = place.theme.scale == "log"
    down_axis = {
        "domain": list(down), "anchor": f"x{axis}", "type": place.theme.scale,
        "range": [math.log10(low), math.log10(high)] if is_log else [low, high], "tickmode": "array",
        "tickvals": list(ticks), "ticktext": list(labels), "gridcolor": colours.grid, "zeroline": False,
        "tickfont": small, "fixedrange": True, **WHOLE_LABELS,
    }  # fmt: skip
    across_axis = {
        "domain": list(across), "anchor": f"y{axis}", "type": "date", "fixedrange": True, "showgrid": False,
        "range": [place.start.isoformat(), place.end.isoformat()], "tickmode": "array",
        "tickvals": [day.isoformat() for day in days], "ticktext": list(written), "tickfont": small,
        "ticks": "outside", "tickcolor": colours.rule, "showline": True, "linecolor": colours.rule, **WHOLE_LABELS,
    }  # fmt: skip
    if place.start == place.end:
        across_axis["range"] = [f"{place.start.isoformat()} 00:00", f"{place.start.isoformat()} 23:59"]
    return {f"xaxis{axis}": across_axis, f"yaxis{axis}": down_axis}


def _names(
    series: Series, place: Place, beside: dict[str, list[str]], total: int, edges: tuple[float, float, float]
) -> list[dict[str, Any]]:
    """Return the names at the ends of lines, none over another; of a source long silent at its own end."""
    height, (right, _, top) = place.pixels[1], edges
    share = _shares(place)
    inside = [line for line in series.lines if _is_inside(series, line)]
    outside = sorted((line for line in series.lines if line not in inside), key=lambda line: -share(line.last.value))
    sizes = [len(beside[line.voice_id]) * 15 + 5 for line in outside]
    middles = spread([height * (1 - share(line.last.value)) for line in outside], sizes, height)
    found = []
    for line, middle in zip(outside, middles, strict=True):
        found.append(_name(line, place, beside) | {
            "xref": "paper", "x": right, "xshift": 8, "yref": "paper", "yanchor": "middle",
            "y": top - middle / total,
        })  # fmt: skip
    for at, line in enumerate(inside):
        below = series.counting == "cumulative"
        found.append(_name(line, place, beside) | {
            "xref": f"x{place.axis}", "x": line.last.end.isoformat(), "xshift": 10, "yref": "paper",
            "y": top - height * (1 - share(line.last.value)) / total, "yanchor": "top" if below else "bottom",
            "yshift": (4 if below else -4) - at * 2, "bgcolor": place.theme.colours.halo,
        })  # fmt: skip
        if below and height * share(line.last.value) < 50:
            found[-1] |= {"yanchor": "bottom", "yshift": -6}
    return found


def _name(line: Line, place: Place, beside: dict[str, list[str]]) -> dict[str, Any]:
    text = "<br>".join(beside[line.voice_id])
    return {"text": text, "xanchor": "left", "align": "left", "showarrow": False,
            "font": {"size": axes.SIZE, "color": place.colour(line)}}  # fmt: skip


def _shares(place: Place) -> Callable[[float], float]:
    """Return at what share of the height a number is."""
    low, high = place.ends
    if place.theme.scale == "log":
        return lambda value: (math.log10(max(value, low)) - math.log10(low)) / (math.log10(high) - math.log10(low))
    return lambda value: (value - low) / (high - low)


def spread(wanted: Sequence[float], sizes: Sequence[int], height: int) -> list[float]:
    """Return middles for labels of some sizes, as near to those wanted as they can be without lying over each other.

    `wanted` is in order from the top; within the height where they all fit.
    """
    found: list[float] = []
    for at, (middle, size) in enumerate(zip(wanted, sizes, strict=True)):
        least = found[-1] + (sizes[at - 1] + size) / 2 if found else size / 2 - 8
        found.append(max(middle, least))
    over = found[-1] + sizes[-1] / 2 - height - 8 if found else 0
    for at in range(len(found) - 1, -1, -1):
        if over <= 0:
            break
        most = height + 8 - sizes[at] / 2 if at == len(found) - 1 else found[at + 1] - (sizes[at] + sizes[at + 1]) / 2
        found[at] = min(found[at], most)
    return found
