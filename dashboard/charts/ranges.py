"""The charts: frames in, a plain plotly figure (a dictionary) out; no input or output of any other kind.

A chart of ranges is a column of panels, one per scope, each with an x axis of its own, since unlike scopes must not be
compared by eye. A row is one figure; the band behind is the range reported now, the darker band what sources agree on.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from textwrap import wrap
from typing import Any

from dashboard import wording
from dashboard.charts import marks
from dashboard.charts.marks import escape
from dashboard.charts.theme import NARROW, WIDE, Sizes, Theme
from dashboard.text import formatting, sentences
from dashboard.text.panels import Panel, placed_on

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
Voices = Mapping[str, tuple[int, str]]


# The room of labels is reckoned with already; plotly would measure each of them, half of the work of a chart.
WHOLE_LABELS = {"ticklabeloverflow": "allow"}
# A browser draws so many rows at a time: each has two labels and a mark.
MOST_ROWS = 8


def numbers(panel: Panel) -> list[float]:
    """Every number a panel shows: the bounds of its figures and of its range."""
    keys = ("reading_low", "reading_stated", "reading_high")
    found = [row[key] for row in panel.rows for key in keys]
    if panel.range:
        found += [panel.range["lowest"], panel.range["highest"]]
    return [float(value) for value in found if value is not None] or [1.0]


def edges(found: Sequence[float], scale: str) -> tuple[float, float]:
    """Return the ends of the axis of such numbers: from 0, or on a log scale from below the lowest, room for arrows."""
    if scale == "linear":
        return 0.0, max(found) * 1.22 or 1.0
    positive = [value for value in found if value > 0] or [1.0]
    return min(positive) / 1.8, max(positive) * 2.2


def _band(low: float, high: float, colour: str, line: str, axis: str) -> dict[str, Any]:
    return {
        "type": "rect", "layer": "below", "xref": f"x{axis}", "yref": f"y{axis} domain",
        "x0": low, "x1": high, "y0": 0, "y1": 1, "fillcolor": colour, "line": {"color": line, "width": 1},
    }  # fmt: skip


def bands(panel: Panel, axis: str, ends: tuple[float, float], theme: Theme) -> list[dict[str, Any]]:
    """Return the range reported now, to the edge where it is open above, and in it the interval sources agree on."""
    row, colours = panel.range, theme.colours
    if row is None or row["lowest"] is None:
        return []
    start, end = ends
    high = end if row["is_open_above"] else row["highest"]
    shapes = [_band(max(row["lowest"], start), high, colours.band, colours.band_line, axis)]
    if not formatting.is_counted(row) and high > max(row["lowest"], start):
        shapes.append(hatched(max(row["lowest"], start), high, colours.band_line, axis, theme.scale))
    if row["source_count"] > 1 and row["agreement_low"] is not None:
        agreed = end if row["agreement_high"] is None else row["agreement_high"]
        shapes.append(_band(max(row["agreement_low"], start), agreed, colours.agreement, colours.band_line, axis))
    return shapes


HATCHES = 24


def hatched(low: float, high: float, line: str, axis: str, scale: str) -> dict[str, Any]:
    """Return slanting lines over a band: the mark of an estimate, which is in no range of counts."""
    is_log = scale == "log" and low > 0
    ends = [math.log10(low), math.log10(high)] if is_log else [low, high]
    step = (ends[1] - ends[0]) / HATCHES
    places = [10 ** (ends[0] + at * step) if is_log else ends[0] + at * step for at in range(HATCHES + 1)]
    path = " ".join(f"M {start},0 L {end},1" for start, end in pairwise(places))
    return {
        "type": "path", "path": path, "layer": "below", "xref": f"x{axis}", "yref": f"y{axis} domain",
        "line": {"color": line, "width": 1}, "name": "estimate",
    }  # fmt: skip


def text_at(text: str, *, left: bool, y: float, shift: int, size: int, colour: str) -> dict[str, Any]:
    """Return a line of text at height `y` of the paper, `shift` pixels from the left or the right edge of the plot."""
    return {
        "text": text, "xref": "paper", "yref": "paper", "x": 0 if left else 1, "y": y, "xshift": shift,
        "xanchor": "left", "yanchor": "middle", "align": "left", "showarrow": False,
        "font": {"size": size, "color": colour},
    }  # fmt: skip


@lru_cache(maxsize=4096)
def _wrapped(text: str, characters: int) -> tuple[str, ...]:
    return tuple(wrap(text, characters))


def heading(panel: Panel, theme: Theme, sizes: Sizes) -> list[str]:
    """Return the lines above a panel: the scope in words, then the range standing now; one line where both fit."""
    standing = sentences.standing(panel)
    titles = [f"<b>{escape(line)}</b>" for line in _wrapped(panel.title, sizes.title_characters)]
    muted = f"<span style='color:{theme.colours.muted}'>{{}}</span>"
    if len(panel.title) + len(standing) < sizes.title_characters:
        return [f"{titles[0]}   {muted.format(escape(standing))}"]
    return titles + [muted.format(escape(line)) for line in _wrapped(standing, sizes.title_characters)]


def row_lines(row: formatting.Row, theme: Theme, sizes: Sizes) -> tuple[str, str, str]:
    """Return the words beside a mark: source, when and what kind, and the reading in words."""
    start, end = placed_on(row, theme.by)
    badges = [badge for badge in sentences.badges(row, short=True) if badge != "date inferred"]
    until = formatting.counted(row, short=True) if theme.by == "reported" else ""
    detail = " · ".join([until or wording.days(start, end, short=True), *badges])
    name = _shorten(row["speaker_name"] or row["voice_name"] or row["voice_id"], sizes.name_characters)
    return escape(name), escape(detail), escape(marks.reading(row))


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def row_texts(row: formatting.Row, y: float, per_pixel: float, theme: Theme, sizes: Sizes) -> list[dict[str, Any]]:
    """Labels of one row whose mark is at `y`: left and right of it on a wide chart, above it on a narrow one.

    Two lines are one label: a browser takes as long for each label as for a mark.
    """
    source, detail, reading = row_lines(row, theme, sizes)
    second = f"<br><span style='font-size:12px;color:{theme.colours.muted}'>{{}}</span>"
    colour = theme.colours.text
    if theme.is_narrow:
        above = y + 25 * per_pixel
        text = source + second.format(f"<b>{reading}</b> · {detail}")
        return [text_at(text, left=True, y=above, shift=0, size=13, colour=colour)]
    phrase = escape(_shorten(f"“{row['phrase']}”", 33))
    of_reading = f"<b>{reading}</b>{second.format(phrase)}"
    return [
        text_at(source + second.format(detail), left=True, y=y, shift=-sizes.left, size=13, colour=colour),
        text_at(of_reading, left=False, y=y, shift=14, size=13, colour=colour),
    ]


def log_ticks(start: float, end: float, most: int = 6) -> list[float]:
    """Whole numbers 1, 2, 5, 10, 20 … between two ends; only the powers of ten where those are too many."""
    powers = [10**power for power in range(12)]
    fine = [times * power for power in powers for times in (1, 2, 5) if start <= times * power <= end]
    return fine if len(fine) <= most else [tick for tick in fine if tick in powers]


def axes(
    panel: Panel, axis: str, domain: tuple[float, float], found: Sequence[float], theme: Theme, rows: int
) -> dict[str, Any]:
    """Return the x and y axis of some rows of a panel of such numbers; ticks are whole, the y axis only holds rows."""
    colours = theme.colours
    start, end = edges(found, theme.scale)
    is_log = theme.scale == "log"
    few = max(found) <= 5 and not is_log
    across: dict[str, Any] = {
        "type": theme.scale, "range": [math.log10(start), math.log10(end)] if is_log else [start, end],
        "anchor": f"y{axis}", "tickformat": ",d", "ticksuffix": " %" if panel.is_share else "",
        "nticks": 4 if theme.is_narrow else 7, "showgrid": True, "gridcolor": colours.grid, "zeroline": False,
        "showline": True, "linecolor": colours.rule, "tickfont": {"size": 12, "color": colours.muted},
        "fixedrange": True, **WHOLE_LABELS,
    }  # fmt: skip
    if few:
        across["dtick"] = 1
    if is_log:
        ticks = log_ticks(start, end)
        written = [formatting.amount(tick, is_share=panel.is_share) for tick in ticks]
        across |= {"tickmode": "array", "tickvals": ticks, "ticktext": written}
    down = {
        "domain": list(domain), "range": [0, rows], "anchor": f"x{axis}", "visible": False, "fixedrange": True,
    }  # fmt: skip
    return {f"xaxis{axis}": across, f"yaxis{axis}": down}


@dataclass(frozen=True)
class Canvas:
    """A chart being drawn: what all its panels share, and the figure they add to. `height` is in pixels."""

    theme: Theme
    sizes: Sizes
    voices: Voices
    height: int
    data: list[dict[str, Any]]
    layout: dict[str, Any]

    def up(self, top: float) -> float:
        """Return the place on the paper (1 at the top, 0 at the bottom) that is `top` pixels below its upper edge."""
        return 1 - top / self.height


def range_chart(panels: Sequence[Panel], voices: Voices, theme: Theme) -> dict[str, Any]:
    """Draw lowest – stated – highest of every figure, by source and date, one panel per scope.

    `voices` is from looks.voice_marks; a voice it does not know gets the first mark.
    """
    sizes = NARROW if theme.is_narrow else WIDE
    parts = [part for panel in panels for part in _parts(panel, heading(panel, theme, sizes))]
    heights = [part.height(sizes) for part in parts]
    canvas = Canvas(theme, sizes, voices, sum(heights) or 1, [], blank_layout(sum(heights) or 1, sizes, theme))
    top = 0
    for number, (part, height) in enumerate(zip(parts, heights, strict=True), start=1):
        _part(canvas, part, number, top)
        top += height
    return {"data": canvas.data, "layout": canvas.layout, "rows": heights}


@dataclass(frozen=True)
class Part:
    """Some rows of a panel: a long panel is drawn part by part. The first has its heading, the last its ticks."""

    panel: Panel
    lines: Sequence[str]
    rows: Sequence[formatting.Row]
    is_last: bool

    def body(self, sizes: Sizes) -> int:
        """Return how far below its upper edge its rows begin."""
        return len(self.lines) * sizes.line + 4 if self.lines else 0

    def height(self, sizes: Sizes) -> int:
        """Return its height in pixels."""
        below = sizes.axis + sizes.gap - 4 if self.is_last else 0
        return self.body(sizes) + len(self.rows) * sizes.row + below


def _parts(panel: Panel, lines: Sequence[str]) -> list[Part]:
    starts = range(0, len(panel.rows), MOST_ROWS)
    return [
        Part(panel, [] if at else lines, panel.rows[at : at + MOST_ROWS], at == starts[-1]) for at in starts
    ]  # fmt: skip


def _open(band: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a band of a part: it has sides and no ends, since it goes on in the next."""
    if band["type"] != "rect":
        return [band]
    low, high = band["x0"], band["x1"]
    sides = {"type": "path", "path": f"M {low},0 L {low},1 M {high},0 L {high},1"}
    kept = {name: band[name] for name in ("layer", "xref", "yref", "line")}
    return [band | {"line": {"width": 0}}, sides | kept]


def _part(canvas: Canvas, part: Part, number: int, top: int) -> None:
    """Add some rows of a panel, which begin `top` pixels below the upper edge: heading, axes, bands, marks."""
    sizes, theme, layout, panel = canvas.sizes, canvas.theme, canvas.layout, part.panel
    axis = "" if number == 1 else str(number)
    for at, text in enumerate(part.lines):
        y = canvas.up(top + (at + 0.5) * sizes.line)
        layout["annotations"].append(
            text_at(text, left=True, y=y, shift=-sizes.left, size=14, colour=theme.colours.text)
        )
    body = top + part.body(sizes)
    bottom = body + len(part.rows) * sizes.row
    found = numbers(panel)
    ends = edges(found, theme.scale)
    both = axes(panel, axis, (canvas.up(bottom), canvas.up(body)), found, theme, len(part.rows))
    if not part.is_last:
        both[f"xaxis{axis}"] |= {"showticklabels": False, "showline": False}
    layout |= both
    shapes = bands(panel, axis, ends, theme)
    layout["shapes"] += (
        shapes if len(part.rows) == len(panel.rows) else [each for band in shapes for each in _open(band)]
    )
    for at, row in enumerate(part.rows):
        y = canvas.up(body + at * sizes.row + sizes.mark_at)
        layout["annotations"] += row_texts(row, y, 1 / canvas.height, theme, sizes)
        spot = marks.Spot(
            height=len(part.rows) - at - sizes.mark_at / sizes.row,
            axis=axis,
            edges=ends,
            voice=canvas.voices.get(row["voice_id"], (0, "circle")),
        )
        canvas.data.append(marks.trace(row, spot, theme, panel.title))


def blank_layout(total: int, sizes: Sizes, theme: Theme) -> dict[str, Any]:
    """Return the layout of a chart that is `total` pixels high, without panels."""
    colours = theme.colours
    return {
        "height": total,
        "autosize": True,
        "margin": {"l": sizes.left, "r": sizes.right, "t": 0, "b": 0, "pad": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": colours.text},
        "hovermode": "closest",
        "hoverdistance": 24,
        "hoverlabel": {
            "bgcolor": colours.hover, "bordercolor": colours.rule, "align": "left",
            "font": {"family": FONT, "size": 13, "color": colours.text},
        },
        "dragmode": False,
        "showlegend": False,
        "annotations": [],
        "shapes": [],
    }  # fmt: skip
