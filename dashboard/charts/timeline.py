"""The range of each scope over the days it stood, as steps: frames in, a plain plotly figure (a dictionary) out.

A panel is one scope with a y axis of its own; all share the days. A step lasts from the day on which something changed
to the next, and the last through the day as known on; dashed after the day up to which it counts. Arrows say that a
range is open; nothing is joined across days.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

from dashboard import wording
from dashboard.charts.ranges import WHOLE_LABELS, blank_layout, heading, log_ticks, text_at
from dashboard.charts.theme import Sizes, Theme
from dashboard.odd_cells import EARLY
from dashboard.text import formatting
from dashboard.text.panels import Panel

OPEN_ABOVE, OPEN_BELOW = "triangle-up", "triangle-down"
WIDE = Sizes(left=62, right=14, title_characters=66, name_characters=0, row=150, mark_at=0, axis=42, gap=22)
NARROW = Sizes(left=58, right=12, title_characters=40, name_characters=0, row=140, mark_at=0, axis=42, gap=20)
SMALL = Sizes(left=62, right=14, title_characters=42, name_characters=0, row=130, mark_at=0, axis=42, gap=22)
PER_LETTER = 6.4
# Between two panels side by side, as a share of the width: room for the numbers of the right one.
BETWEEN = 0.09
# Scopes with more steps than these have no marks at them, only what they say when pointed at: a browser takes a while
# for every mark, and so many would cover the steps.
MOST_MARKED = 45


@dataclass(frozen=True)
class History:
    """One scope and its ranges in the order of their days (rows of queries_room.ranges)."""

    panel: Panel
    steps: list[dict[str, Any]]


def histories(panels: Iterable[Panel], ranges: Sequence[dict[str, Any]]) -> list[History]:
    """Give each scope its ranges, in the order of the scopes; a scope without any, as of shares, is left out."""
    steps: dict[str, list[dict[str, Any]]] = {}
    for row in ranges:
        steps.setdefault(row["facet_id"], []).append(row)
    return [History(panel, steps[panel.facet_id]) for panel in panels if panel.facet_id in steps]


def _day(value: Any) -> date:
    """Return a day to draw at; a row whose day the file does not tell is drawn before all others."""
    return date(value.year, value.month, value.day) if value else date(EARLY, 1, 1)


def edges(shown: Sequence[History], scale: str) -> tuple[float, float]:
    """Return the ends of a y axis for some histories: from 0, or on a log scale from below the lowest, room above."""
    keys = ("lowest", "highest", "agreement_low", "agreement_high")
    steps = [row for history in shown for row in history.steps]
    found = [float(row[key]) for row in steps for key in keys if row[key] is not None] or [1.0]
    if scale == "linear":
        return 0.0, max(found) * 1.4 or 1.0
    positive = [value for value in found if value > 0] or [1.0]
    return min(positive) / 1.8, max(positive) * 2.4


@dataclass(frozen=True)
class Strip:
    """A history where it is drawn: its axis, the ends of both axes (`after` is the day behind the last), the look.

    `pixels` is about how wide it will be: the page alone knows.
    """

    history: History
    axis: str
    start: date
    after: date
    theme: Theme
    edges: tuple[float, float]
    pixels: int

    def span(self, row: formatting.Row) -> tuple[date, date]:
        """Return the days between which a step is drawn."""
        return _day(row["valid_from_on"]), _day(row["valid_to_on"]) if row["valid_to_on"] else self.after

    def middle(self, row: formatting.Row) -> str:
        """Return the middle of a step, to the hour."""
        start, end = self.span(row)
        hours = (end - start).days * 12
        return (start + timedelta(days=hours // 24)).isoformat() + (" 12:00" if hours % 24 else "")


Box = tuple[date, date, float, float]


def _boxes(strip: Strip, boxes: Sequence[Box], name: str, fill: str, line: dict[str, Any]) -> dict[str, Any]:
    """Return one trace of filled boxes, each five corners and a gap; of very many those that touch as one outline."""
    x: list[str | None] = []
    y: list[float | None] = []
    for run in _runs(boxes) if len(boxes) > MOST_MARKED else [[box] for box in boxes]:
        lower = [(day, low) for start, end, low, _ in run for day in (start, end)]
        upper = [(day, high) for start, end, _, high in reversed(run) for day in (end, start)]
        corners = [*lower, *upper, lower[0]]
        x += [*(day.isoformat() for day, _ in corners), None]
        y += [*(value for _, value in corners), None]
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": x, "y": y, "xaxis": f"x{strip.axis}",
        "yaxis": f"y{strip.axis}", "fill": "toself", "fillcolor": fill, "line": line, "hoverinfo": "skip",
        "showlegend": False, "meta": {"facet_id": strip.history.panel.facet_id},
    }  # fmt: skip


def _runs(boxes: Sequence[Box]) -> list[list[Box]]:
    """Return boxes in runs of those that begin where the one before ends: plotly makes an element of each outline."""
    runs: list[list[Box]] = []
    for box in boxes:
        if runs and runs[-1][-1][1] == box[0]:
            runs[-1].append(box)
        else:
            runs.append([box])
    return runs


def _turn(strip: Strip, row: formatting.Row) -> date:
    """Return the day from which a step says nothing new: the one after that up to which it counts, within the step."""
    start, end = strip.span(row)
    counted = row.get("counted_to_on")
    return min(max(_day(counted) + timedelta(days=1), start), end) if counted else end


def range_boxes(strip: Strip, *, is_stale: bool = False) -> list[Box]:
    """Return lowest to highest of every step: of the days it counts up to, or (`is_stale`) of those after them."""
    floor, boxes = strip.edges[0], []
    for row in strip.history.steps:
        (start, end), turn = strip.span(row), _turn(strip, row)
        days = (turn, end) if is_stale else (start, turn)
        if days[0] < days[1]:
            boxes.append((*days, max(row["lowest"], floor), max(row["highest"], floor)))
    return boxes


def open_boxes(strip: Strip) -> list[Box]:
    """Return what lies above a range that is open above: from its highest number to the edge."""
    top = strip.edges[1]
    return [(*strip.span(row), row["highest"], top) for row in strip.history.steps if row["is_open_above"]]


def agreement_boxes(strip: Strip) -> list[Box]:
    """Return the interval that most sources agree on, where several stand; to the edge where it has no end."""
    floor, top = strip.edges
    boxes = []
    for row in strip.history.steps:
        low, high = row["agreement_low"], row["agreement_high"]
        if row["source_count"] > 1 and not (low is None and high is None):
            boxes.append((*strip.span(row), floor if low is None else max(low, floor), top if high is None else high))
    return boxes


def told(row: formatting.Row) -> str:
    """Return one step in words: "258 – 299, counted up to 29 – 30 Nov 2024, 2 sources, both fit 277"."""
    span = formatting.span(row)
    parts = [
        span, formatting.counted(row, short=True), formatting.sources(row), formatting.agreement(row),
        formatting.earlier(row), formatting.overtaken(row),
    ]  # fmt: skip
    return ", ".join(part for part in parts if part)


def _marks(strip: Strip) -> dict[str, Any]:
    """Return the ends of each step as marks in its middle: dots, or arrows where they are open; words on hovering."""
    floor, top = strip.edges
    drawn: list[tuple[str, float, str, str, str]] = []
    for row in strip.history.steps:
        hover = f"<b>From {wording.day(row['valid_from_on'])}</b><br>{escape(told(row))}"
        below = bool(row["is_open_below"])
        low, high = max(row["lowest"], floor), max(row["highest"], floor)
        drawn.append((strip.middle(row), low, OPEN_BELOW if below else "circle", _label(strip, row, low, high), hover))
        if high != low:
            drawn.append((strip.middle(row), high, "circle", _label(strip, row, high, high), hover))
        if row["is_open_above"]:
            edge = top / 1.06 if strip.theme.scale == "log" else top * 0.96
            drawn.append((strip.middle(row), edge, OPEN_ABOVE, "", hover))
    x, y, symbols, labels, hovers = zip(*drawn, strict=True)
    colours = strip.theme.colours
    looks: dict[str, Any] = {"mode": "lines", "line": {"width": 0, "color": "rgba(0,0,0,0)"}}
    if len(strip.history.steps) <= MOST_MARKED:
        looks = {
            "mode": "markers+text", "text": list(labels), "textposition": "top center",
            "textfont": {"size": 12, "color": colours.text}, "cliponaxis": False,
            "marker": {
                "symbol": list(symbols), "color": colours.voices[0], "opacity": 1,
                "size": [11 if symbol in (OPEN_ABOVE, OPEN_BELOW) else 7 for symbol in symbols],
            },
        }  # fmt: skip
    return {
        "type": "scatter", "name": "ends", "x": list(x), "y": list(y), "xaxis": f"x{strip.axis}",
        "yaxis": f"y{strip.axis}", "hovertext": list(hovers), "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False, **looks,
        "meta": {"facet_id": strip.history.panel.facet_id, "steps": [_read_back(row) for row in strip.history.steps]},
    }  # fmt: skip


def _label(strip: Strip, row: formatting.Row, at: float, high: float) -> str:
    """Return the number written above a step's highest mark; nothing where the step is too short for it."""
    start, end = strip.span(row)
    text = formatting.span(row)
    measure_page = strip.pixels * (end - start).days / (strip.after - strip.start).days
    return text if at == high and len(text) * PER_LETTER <= measure_page else ""


def _read_back(row: formatting.Row) -> dict[str, Any]:
    """Return a step as it was asked for, open ends as None, so that it can be read back from the chart."""
    keys = ("lowest", "highest", "agreement_low", "agreement_high", "source_count", "is_open_above")
    named = ("valid_from_on", "valid_to_on", "counted_to_on")
    days = {key: _day(row[key]).isoformat() if row.get(key) else None for key in named}
    return days | {key: row[key] for key in keys}


def day_ticks(start: date, after: date, most: int) -> list[date]:
    """Return at most `most` days, evenly spaced from the first."""
    every = max(1, math.ceil((after - start).days / most))
    return [start + timedelta(days=number) for number in range(0, (after - start).days, every)]


def axes(strip: Strip, across: tuple[float, float], up: tuple[float, float]) -> dict[str, Any]:
    """Return the axes of one panel: days from left to right, whole numbers upwards."""
    theme, axis, colours = strip.theme, strip.axis, strip.theme.colours
    ticks = day_ticks(strip.start, strip.after, 4)
    written = [
        f"{day.day} {wording.month_name(day, short=True)}" + (f"<br>{day.year}" if n == 0 else "")
        for n, day in enumerate(ticks)
    ]
    small = {"size": 12, "color": colours.muted}
    start, end = strip.edges
    is_log = theme.scale == "log"
    numbers: dict[str, Any] = {
        "domain": list(up), "anchor": f"x{axis}", "type": theme.scale, "tickformat": ",d", "nticks": 4,
        "range": [math.log10(start), math.log10(end)] if is_log else [start, end], "gridcolor": colours.grid,
        "zeroline": False, "tickfont": small, "fixedrange": True, **WHOLE_LABELS,
    }  # fmt: skip
    if is_log:
        marks = log_ticks(start, end, 4) or [round(end / 2)]
        numbers |= {"tickmode": "array", "tickvals": marks, "ticktext": [wording.number(mark) for mark in marks]}
    elif end <= 5:
        numbers["dtick"] = 1
    days = {
        "domain": list(across), "anchor": f"y{axis}", "type": "date", "fixedrange": True, "showgrid": False,
        "range": [strip.start.isoformat(), strip.after.isoformat()], "tickvals": [day.isoformat() for day in ticks],
        "ticktext": written, "tickfont": small, "ticks": "outside", "tickcolor": colours.rule, "showline": True,
        "linecolor": colours.rule, **WHOLE_LABELS,
    }  # fmt: skip
    return {f"xaxis{axis}": days, f"yaxis{axis}": numbers}


def _traces(strip: Strip) -> list[dict[str, Any]]:
    """Return the range, what lies open above it, the agreement and the marks of one panel."""
    colours = strip.theme.colours
    none = {"width": 0, "color": colours.band_line}
    edge = {"width": 2, "color": colours.voices[0]}
    traces = [
        _boxes(strip, open_boxes(strip), "or more", colours.band, none),
        _boxes(strip, range_boxes(strip), "range", colours.band, edge),
        _boxes(
            strip,
            range_boxes(strip, is_stale=True),
            "no later count",
            colours.band,
            {**edge, "width": 1, "dash": "dash"},
        ),
        _boxes(strip, agreement_boxes(strip), "agreement", colours.agreement, {"width": 1, "color": colours.band_line}),
    ]
    return [trace for trace in traces if trace["x"]] + [_marks(strip)]


def over_time_chart(
    found: Sequence[History], until: Any, theme: Theme, *, is_shared: bool = False, searched_until: Any = None
) -> dict[str, Any]:
    """Draw the range of every scope over the days up to `until`, one panel each, the headline first.

    Small multiples, which share one scale (`is_shared`), are smaller and three in a row.
    """
    sizes, columns, pixels = (NARROW, 1, 290) if theme.is_narrow else (SMALL, 3, 280) if is_shared else (WIDE, 2, 440)
    lines = [heading(history.panel, theme, sizes) for history in found]
    rows = [range(at, min(at + columns, len(found))) for at in range(0, len(found), columns)]
    heads = [max(len(lines[at]) for at in row) * sizes.line + 8 for row in rows]
    heights = [head + sizes.row + sizes.axis + sizes.gap for head in heads]
    total = sum(heights) or 1
    layout = blank_layout(total, sizes, theme)
    if not found:
        return {"data": [], "layout": layout}
    start = min(_day(history.steps[0]["valid_from_on"]) for history in found)
    after = max([_day(until), *(_day(history.steps[-1]["valid_from_on"]) for history in found)]) + timedelta(days=1)
    width, data, top = (1 - BETWEEN * (columns - 1)) / columns, [], 0
    for row, head, height in zip(rows, heads, heights, strict=True):
        for column, at in enumerate(row):
            ends = edges(found if is_shared else found[at : at + 1], theme.scale)
            strip = Strip(found[at], "" if at == 0 else str(at + 1), start, after, theme, ends, pixels)
            left = column * (width + BETWEEN)
            body = top + head
            layout |= axes(strip, (left, left + width), (1 - (body + sizes.row) / total, 1 - body / total))
            layout["annotations"] += _heading(lines[at], left, top, total, theme, sizes)
            data += _traces(strip)
            layout["shapes"] += not_searched(searched_until, strip)
        top += height
    return {"data": data, "layout": layout, "rows": heights}


def not_searched(until: Any, strip: Strip) -> list[dict[str, Any]]:
    """Shade the days after the last that was searched: silence on them says nothing."""
    first = _day(until) + timedelta(days=1) if until else strip.after
    if first >= strip.after:
        return []
    return [{
        "type": "rect", "layer": "below", "xref": f"x{strip.axis}", "yref": f"y{strip.axis} domain",
        "x0": max(first, strip.start).isoformat(), "x1": strip.after.isoformat(), "y0": 0, "y1": 1,
        "fillcolor": strip.theme.colours.grid, "line": {"width": 0}, "name": "not searched",
    }]  # fmt: skip


def _heading(
    lines: Sequence[str], left: float, top: int, total: int, theme: Theme, sizes: Sizes
) -> list[dict[str, Any]]:
    """Return the words above a panel that begins at `left` of the width and `top` pixels below the upper edge."""
    return [
        text_at(line, left=True, y=1 - (top + (at + 0.5) * sizes.line) / total, shift=-sizes.left + 8, size=14,
                colour=theme.colours.text) | {"x": left}
        for at, line in enumerate(lines)
    ]  # fmt: skip


def in_words(found: Sequence[History]) -> list[str]:
    """Return the chart as text, one sentence per scope: every step with the day from which it stood."""
    return [
        f"{history.panel.title}: "
        + "; ".join(f"from {wording.day(row['valid_from_on'])} {told(row)}" for row in history.steps)
        + "."
        for history in found
    ]


def left_out(panels: Sequence[Panel], found: Sequence[History]) -> str:
    """Say how many scopes of the view have no range to draw over time, or nothing where all have."""
    missing = len(panels) - len(found)
    shares = sum(panel.is_share for panel in panels)
    why = "shares of a total enter no range" if missing == shares else "no report of them stands in a range"
    return f"{wording.plural(missing, 'scope')} not drawn: {why}." if missing else ""


# Small multiples: of all scopes of a page the widest one for each population or place, so that like lies by like.


def _is_background(history: History) -> bool:
    """Whether a scope counts since before the episode: the toll of a whole war would flatten every other panel."""
    return bool(history.panel.rows[0]["is_background"])


def _is_single_event(history: History) -> bool:
    """Whether a scope is one of thousands of events of a data set: the first of them is nobody's widest."""
    row = history.panel.rows[0]
    return row["counting"] == "incident" and bool(row.get("release"))


def _order(history: History, number: int) -> tuple[bool, int]:
    """Totals before parts and windows; otherwise as in the measure page."""
    return (not history.panel.is_whole, number)


def widest(found: Sequence[History], by: str) -> list[History]:
    """Return one history for each population or place (`by`), in the order of the measure page.

    What counts since before the episode is left out, unless there is nothing else; single events of data sets always.
    """
    chosen: dict[str, tuple[tuple[bool, int], History]] = {}
    counts = [history for history in found if not _is_single_event(history)]
    of_episode = [history for history in counts if not _is_background(history)]
    for number, history in enumerate(of_episode or counts):
        key, order = history.panel.rows[0][f"{by}_id"], _order(history, number)
        if key not in chosen or order < chosen[key][0]:
            chosen[key] = (order, history)
    return [history for _, history in sorted(chosen.values(), key=lambda each: each[0])]


def not_drawn(found: Sequence[History], shown: Sequence[History], by: str) -> str:
    """Say how many scopes are not drawn, and why: a wider one of the same population or place is, or it is background.

    Nothing where all are drawn.
    """
    older = sum(_is_background(history) for history in found) - sum(_is_background(history) for history in shown)
    events = sum(map(_is_single_event, found))
    older -= sum(_is_single_event(history) and _is_background(history) for history in found)
    wider = len(found) - len(shown) - older - events
    said = [f"{wording.plural(wider, 'scope')} not drawn: a wider one of the same {by} is."] if wider else []
    if older:
        said.append(f"{wording.plural(older, 'scope')} not drawn, counted since before the episode: see “Over time”.")
    if events:
        said.append(f"{wording.plural(events, 'single event')} not drawn: none of them stands for its {by}.")
    return " ".join(said)
