"""One series drawn in its place: bands and lines of each source, bars, what lies between sources, marks of revisions.

A step is the number as it stood until the next; a band reaches from low to high, hatched where a bound is by
convention, fading where it is open; dashes run from the day counted to; a hollow end is where a source fell silent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from dashboard import wording
from dashboard.charts.marks import escape
from dashboard.charts.series import axes
from dashboard.charts.theme import Theme
from dashboard.text import findings
from dashboard.text.series import RUNNING, Line, Point, Series, between, drops

# Lines with more numbers than these have no mark on each: a browser takes a while for every one.
MOST_MARKS, MOST_FADES, MOST_WHISKERS = 45, 24, 120
# What dashes after the day counted to may take of the width, and open ends of the height.
DASHED, FADING = 0.06, 0.16
Voices = Mapping[str, tuple[int, str]]
Trace = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a series is drawn: its axes, their ends, the pixels it has, how it looks and how voices are marked.

    `until` is the day as known on; `start` and `end` are the ends of the days.
    """

    axis: str
    start: date
    end: date
    until: date
    ends: tuple[float, float]
    pixels: tuple[int, int]
    theme: Theme
    voices: Voices

    @property
    def floor(self) -> float:
        """The lower end of the numbers."""
        return self.ends[0]

    def colour(self, line: Line) -> str:
        """Return the colour of a source."""
        return self.theme.colours.voices[self.voices.get(line.voice_id, (0, "circle"))[0]]

    def symbol(self, line: Line) -> str:
        """Return the symbol of a source."""
        return self.voices.get(line.voice_id, (0, "circle"))[1]

    def base(self, name: str, **more: Any) -> Trace:
        """Return the beginning of a trace."""
        return {"type": "scatter", "name": name, "xaxis": f"x{self.axis}", "yaxis": f"y{self.axis}",
                "showlegend": False, **more}  # fmt: skip

    def clipped(self, value: float) -> float:
        """Return a number within the axis: a log axis has no place for 0."""
        return max(value, self.floor)


def see_through(colour: str, share: float) -> str:
    """Return a colour that lets what is behind it through."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


def day_window(series: Sequence[Series], until: date) -> tuple[date, date]:
    """Return the first and last day to draw for some series: from the first spoken of, with dashes up to `until`.

    Bars end with their last span; dashes take no more than a small part of the width.
    """
    start = min(each.first_on for each in series)
    last = max(each.counted_to_on for each in series)
    if any(each.is_lines for each in series):
        spare = timedelta(days=max(1, round((last - start).days * DASHED)))
        return start, max(last, min(until, last + spare)) if until > last else last
    return start, last + timedelta(days=1)


def hover(line: Line, point: Point, series: Series) -> str:
    """Return what a number says when it is pointed at."""
    when = findings.moment(point, series.span)
    until = f"counted up to {when}" if series.is_lines else when
    several = f", {wording.plural(point.report_count, 'report')} of events" if series.counting == "incident" else ""
    return f"<b>{escape(line.name)}</b>: {escape(findings.number(point))}<br>{escape(until)}{several}"


def traces(series: Series, place: Place) -> list[Trace]:
    """Return everything that is drawn of a series, the paler below."""
    if not series.is_lines:
        return _bars(series, place)
    found = _between(series, place) if len(series.lines) > 1 else []
    for line in reversed(series.lines):
        found += _band(series, line, place)
    for line in reversed(series.lines):
        found += _line(series, line, place)
    return found + _corrections(series, place)


def _shape(series: Series) -> str:
    return "hv" if series.counting == RUNNING else "linear"


def _between(series: Series, place: Place) -> list[Trace]:
    """Return the pale band between the lowest and the highest source of each day."""
    found, run = [], list[tuple[date, float, float]]()
    for each in [*between(series), (series.counted_to_on, float("nan"), float("nan"))]:
        if each[1] == each[1]:
            run.append(each)
            continue
        if run:
            # A step stands until the day on which fewer than two are left; a joined line ends with its last number.
            until = [(each[0], *run[-1][1:])] if series.counting == RUNNING and each[0] > run[-1][0] else []
            found.append(_filled([*run, *until], series, place))
        run = []
    return found


def _filled(run: Sequence[tuple[date, float, float]], series: Series, place: Place) -> Trace:
    outline = _corners(run, is_stepped=series.counting == RUNNING)
    fill = place.theme.colours.between
    return place.base(
        "between sources", mode="lines", x=[x for x, _ in outline], y=[place.clipped(y) for _, y in outline],
        fill="toself", fillcolor=fill, line={"width": 0, "color": fill}, hoverinfo="skip",
    )  # fmt: skip


def _corners(run: Sequence[tuple[date, float, float]], *, is_stepped: bool) -> list[tuple[str, float]]:
    """Return the outline of a band: along its upper edge and back along the lower one."""
    upper = [(day, high) for day, _, high in run]
    lower = [(day, low) for day, low, _ in run]
    if is_stepped:
        upper, lower = _stepped(upper), _stepped(lower)
    return [(day.isoformat(), value) for day, value in [*upper, *reversed(lower)]]


def _stepped(points: Sequence[tuple[date, float]]) -> list[tuple[date, float]]:
    """Return points with a corner before each next one."""
    found = list(points[:1])
    for (_, before), (day, value) in pairwise(points):
        found += [(day, before), (day, value)]
    return found


def _band(series: Series, line: Line, place: Place) -> list[Trace]:
    """Return what reaches from low to high of a source, hatched where by convention; and open ends, which fade."""
    colour = place.colour(line)
    found: list[Trace] = []
    if any(point.highest > point.lowest for point in line.points):
        run = [(point.end, point.lowest, point.highest) for point in line.points]
        outline = _corners(_until(run, series, line, place), is_stepped=series.counting == RUNNING)
        fill: dict[str, Any] = {"fillcolor": see_through(colour, 0.22)}
        if any(point.has_convention for point in line.points):
            fill = {"fillpattern": {"shape": "/", "fgcolor": see_through(colour, 0.75), "bgcolor": see_through(
                colour, 0.12), "size": 6, "solidity": 0.22, "fillmode": "overlay"}, **fill}  # fmt: skip
        found.append(place.base(
            "low to high", mode="lines", x=[x for x, _ in outline], y=[place.clipped(y) for _, y in outline],
            fill="toself", line={"width": 0, "color": colour}, hoverinfo="skip", **fill,
        ))  # fmt: skip
    fades = [at for at, point in enumerate(line.points) if point.high is None]
    return found + ([_fade(series, line, at, place) for at in fades] if len(fades) <= MOST_FADES else [])


def _until(
    run: list[tuple[date, float, float]], series: Series, line: Line, place: Place
) -> list[tuple[date, float, float]]:
    """Return a band with its last number for as long as a mark is wide, so that a single one is seen."""
    last = run[-1]
    width = max(1, round((place.end - place.start).days * 0.008))
    if series.counting == RUNNING and len(run) >= 1 and last[0] < place.end:
        return [*run, (min(last[0] + timedelta(days=width), place.end), last[1], last[2])]
    return run


def _fade(series: Series, line: Line, at: int, place: Place) -> Trace:
    """Return the open end above a number: a box that fades upwards."""
    point, colour = line.points[at], place.colour(line)
    last = at + 1 >= len(line.points)
    width = timedelta(days=max(1, round((place.end - place.start).days * 0.012)))
    right = min(point.end + width, place.end) if last else line.points[at + 1].end
    low = place.clipped(point.value)
    floor, top = place.ends
    high = low * (top / floor) ** FADING if place.theme.scale == "log" else low + (top - floor) * FADING
    high = min(high, top)
    scale = [[0, see_through(colour, 0.38)], [1, see_through(colour, 0)]]
    x = [day.isoformat() for day in (point.end, right, right, point.end)]
    return place.base(
        "or more", mode="lines", x=x, y=[low, low, high, high], fill="toself",
        fillcolor=see_through(colour, 0.12), fillgradient={"type": "vertical", "colorscale": scale},
        line={"width": 0, "color": colour}, hoverinfo="skip",
    )  # fmt: skip


def _line(series: Series, line: Line, place: Place) -> list[Trace]:
    """Return the numbers of a source, its end, hollow where it fell silent, and dashes after the day counted to."""
    colour, points = place.colour(line), line.points
    few = len(points) <= MOST_MARKS
    x, y = [point.end.isoformat() for point in points], [place.clipped(point.value) for point in points]
    found = [place.base(
        line.name, mode="lines+markers" if few else "lines", x=x, y=y,
        line={"color": colour, "width": 2.5, "shape": _shape(series)},
        marker={"size": 7, "color": colour, "symbol": place.symbol(line)},
        hovertext=[hover(line, point, series) for point in points], hoverinfo="text",
        customdata=[point.report_id for point in points], meta={"voice_id": line.voice_id},
    )]  # fmt: skip
    found.append(_end(series, line, place))
    if not series.is_silent(line) and line.last.end < place.end and place.until > line.last.end:
        found.append(place.base(
            "no later count", mode="lines", x=[line.last.end.isoformat(), place.end.isoformat()], y=[y[-1], y[-1]],
            line={"color": colour, "width": 2, "dash": "dot"}, hoverinfo="skip",
        ))  # fmt: skip
    fell = drops(line) if series.counting == RUNNING else []
    if fell:
        found.append(_marks_of_drops(fell, line, place))
    return found


def _end(series: Series, line: Line, place: Place) -> Trace:
    """Return the mark at the end of a source's line."""
    is_silent = series.is_silent(line)
    colour = place.colour(line)
    what = "fell silent" if is_silent else "latest"
    return place.base(
        what, mode="markers", x=[line.last.end.isoformat()], y=[place.clipped(line.last.value)], hoverinfo="skip",
        cliponaxis=False, meta={"voice_id": line.voice_id},
        marker={"size": 10, "symbol": place.symbol(line), "opacity": 1,
                "color": place.theme.colours.back if is_silent else colour, "line": {"color": colour, "width": 2.5}},
    )  # fmt: skip


def _marks_of_drops(fell: Sequence[tuple[Point, Point]], line: Line, place: Place) -> Trace:
    """Return a mark where a source told fewer than before: its own revision."""
    texts = [
        f"<b>{escape(line.name)}</b> revised its count down<br>from {escape(findings.number(before))} to "
        f"{escape(findings.number(after))}, {wording.day(after.end)}" for before, after in fell
    ]  # fmt: skip
    return place.base(
        "revised down", mode="markers", x=[after.end.isoformat() for _, after in fell],
        y=[place.clipped(after.value) for _, after in fell], hovertext=texts, hoverinfo="text",
        customdata=[after.report_id for _, after in fell],
        marker={"size": 11, "symbol": "triangle-down-open", "color": place.theme.colours.text,
                "line": {"width": 1.8, "color": place.theme.colours.text}},
    )  # fmt: skip


def _corrections(series: Series, place: Place) -> list[Trace]:
    """Return a mark for each number that a newer release of a data set told otherwise."""
    rows = [row for row in series.corrections if row["value_stated"] is not None]
    if not rows:
        return []
    texts = [
        f"Corrected by the data set on {wording.day(row['released_on'])}:<br>"
        f"{wording.number(row['previous_value_stated'])} became {wording.number(row['value_stated'])}, "
        f"{wording.day(row['counted_until_on'])}" for row in rows
    ]  # fmt: skip
    return [place.base(
        "corrected", mode="markers", x=[row["counted_until_on"].isoformat() for row in rows],
        y=[place.clipped(row["previous_value_stated"] or 0) for row in rows], hovertext=texts, hoverinfo="text",
        marker={"size": 9, "symbol": "x-thin", "color": place.theme.colours.text,
                "line": {"width": 2, "color": place.theme.colours.text}},
    )]  # fmt: skip


def _milliseconds(day: date) -> int:
    return int((datetime(day.year, day.month, day.day) - datetime(1970, 1, 1)).total_seconds() * 1000)


def _after(start: date, span: str, end: date) -> date:
    """Return the day after a span that begins on a day; of a window the day after its last."""
    if span == "window":
        return end + timedelta(days=1)
    if span == "month":
        return date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return date(start.year + 1, 1, 1) if span == "year" else start + timedelta(days=7 if span == "week" else 1)


def slot(point: Point, span: str) -> tuple[int, int]:
    """Return the days of a number as an axis of days counts: its first moment and that after its last."""
    return _milliseconds(point.start), _milliseconds(_after(point.start, span, point.end))


def _bars(series: Series, place: Place) -> list[Trace]:
    """Return a bar for each sum or window of each source, side by side, with low to high as a whisker on it."""
    found: list[Trace] = []
    count = len(series.lines)
    for at, line in enumerate(series.lines):
        colour, x, width, y = place.colour(line), list[int](), list[int](), list[float]()
        for point in line.points:
            start, end = slot(point, series.span)
            # A window of a day in a chart of years would be no bar at all.
            whole = max(end - start, (_milliseconds(place.end) - _milliseconds(place.start)) // 240)
            share = whole * 0.92 / count
            x.append(int(start + whole * 0.04 + share * (at + 0.5)))
            width.append(int(share * (0.94 if count > 1 else 1)))
            y.append(place.clipped(point.value))
        bar = place.base(
            line.name, x=x, y=y, width=width, hovertext=[hover(line, point, series) for point in line.points],
            hoverinfo="text", customdata=[point.report_id for point in line.points],
            marker={"color": colour, "line": {"width": 0}}, meta={"voice_id": line.voice_id},
        ) | {"type": "bar"}  # fmt: skip
        if place.theme.scale == "log":
            # A bar's length says how many only from 0, which a log axis has no place for.
            bar |= {"type": "scatter", "mode": "markers", "marker": {
                "color": colour, "symbol": place.symbol(line), "size": 8}}  # fmt: skip
            bar.pop("width")
        if any(point.highest > point.lowest for point in line.points) and len(line.points) <= MOST_WHISKERS:
            bar["error_y"] = {
                "type": "data", "symmetric": False, "color": place.theme.colours.text, "thickness": 1.4,
                "width": 2 if len(line.points) > 40 else 4,
                "array": [max(0, point.highest - point.value) for point in line.points],
                "arrayminus": [max(0, point.value - place.clipped(point.lowest)) for point in line.points],
            }  # fmt: skip
        found.append(bar)
    return found


def values(series: Series) -> list[float]:
    """Return every number that the axis of a series must have room for."""
    return [end for line in series.lines for point in line.points for end in (point.lowest, point.value, point.highest)]


def number_axis(series: Sequence[Series], scale: str, pixels: int) -> tuple[tuple[float, float], list[int], list[str]]:
    """Return the ends of a number axis for some series, its ticks and their labels."""
    found = [value for each in series for value in values(each)]
    if scale == "log":
        low, high, ticks = axes.log_numbers(found, pixels)
        return (low, high), ticks, [wording.number(tick) for tick in ticks]
    most = max(found, default=1.0)
    opens = any(point.high is None for each in series for line in each.lines for point in line.points)
    top, ticks = axes.numbers(most * (1 + FADING * 0.8) if opens else most, pixels)
    return (0.0, top), ticks, [wording.number(tick) for tick in ticks]
