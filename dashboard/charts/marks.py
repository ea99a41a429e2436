"""One figure as one mark: lowest, stated, highest; arrows for open ends; hollow for a relay; pale once superseded."""

import html
from dataclasses import dataclass
from functools import lru_cache
from textwrap import wrap
from typing import Any

from dashboard import wording
from dashboard.charts.theme import PARTY_SYMBOL, Theme
from dashboard.text import formatting, sentences

CAP, ARROW_RIGHT, ARROW_LEFT = "line-ns", "triangle-right", "triangle-left"
PALE = 0.55
# Names, days and phrases come again and again, and a chart has hundreds of them.
escape = lru_cache(maxsize=4096)(html.escape)


@lru_cache(maxsize=4096)
def _wrapped(text: str, width: int) -> tuple[str, ...]:
    """Return a text as escaped lines; remembered, since wrapping costs more than all else of a mark."""
    return tuple(escape(line) for line in wrap(text, width))


def hover(row: formatting.Row, title: str, *, width: int = 62) -> str:
    """Everything about a figure that a reader checks first, as escaped lines for a hover box."""
    lines = [f"<b>{escape(row['speaker_name'] or row['source_name'] or row['source_id'])}</b>"]
    for text in (f"“{row['phrase']}”", f"Read as {reading(row)}: {why(row)}", title, f"In: {document(row)}"):
        lines += _wrapped(text, width)
    if row["counted_until_on"]:
        lines.append(f"Counted up to {wording.day(row['counted_until_on'])}")
    for clock, name in (("reported_on", "Reported"), ("published_on", "Published")):
        inferred = " (inferred)" if row[f"{clock}_basis"] == "inferred" else ""
        lines.append(f"{name} {wording.day(row[clock])}{inferred}")
    said = [badge for badge in sentences.badges(row) if badge != "date inferred"]
    standing = "standing report" if row["is_standing"] else ""
    lines.append(escape(", ".join(part for part in (standing, *said) if part)))
    return "<br>".join(line for line in lines if line)


def reading(row: formatting.Row) -> str:
    """Return the figure as an interval in words."""
    return sentences.figure_reading(row)


def why(row: formatting.Row) -> str:
    """Where both ends of the reading come from: "low by convention, high by the meaning of the word"."""
    low, high = (formatting.BASIS.get(row[f"{end}_basis"], row[f"{end}_basis"]) for end in ("low", "high"))
    return f"both ends {low}" if low == high else f"low {low}, high {high}"


def document(row: formatting.Row) -> str:
    """Return the document by publisher and title."""
    return f"{row['publisher'] or 'publisher unknown'}, {row['document_title']}"


def symbol(row: formatting.Row, of_voice: str) -> str:
    """Return the voice's symbol; a diamond for a party claim; hollow for a relay."""
    return (PARTY_SYMBOL if row["is_party_claim"] else of_voice) + ("-open" if row["is_relay"] else "")


def points(row: formatting.Row, of_voice: str, edges: tuple[float, float]) -> list[tuple[float, str]]:
    """Return where a figure's symbols stand and which they are, lowest first.

    An end is a cap, an open end an arrow at the edge of the axis, the stated (or only) number the voice's symbol.
    """
    low, stated, high = row["reading_low"], row["reading_stated"], row["reading_high"]
    main = symbol(row, of_voice)
    start, end = edges
    if low is not None and low == high and stated in (None, low):
        return [(low, main)]
    ends = [(start, ARROW_LEFT) if low is None else (max(low, start), CAP)]
    # Beside its own stated number an end one off ("more than 200" is 201 or more) only blurs the symbol.
    if stated is not None and low is not None and abs(low - stated) <= 1:
        ends = []
    middle = [(stated, main)] if stated is not None else []
    if stated is not None and high is not None and abs(high - stated) <= 1:
        return ends + middle
    return ends + middle + [(end, ARROW_RIGHT) if high is None else (high, CAP)]


@dataclass(frozen=True)
class Spot:
    """Where a figure is drawn: its height and axis, the ends of that axis, and its voice's colour number and symbol."""

    height: float
    axis: str
    edges: tuple[float, float]
    voice: tuple[int, str]


def trace(row: formatting.Row, spot: Spot, theme: Theme, title: str) -> dict[str, Any]:
    """Return the plotly trace of one figure; its meta holds the reading itself, so that it can be read back."""
    colour = theme.colours.voices[spot.voice[0]]
    drawn = points(row, spot.voice[1], spot.edges)
    chosen = row["figure_id"] == theme.selected
    small = (CAP, ARROW_RIGHT, ARROW_LEFT)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [x for x, _ in drawn],
        "y": [spot.height] * len(drawn),
        "xaxis": f"x{spot.axis}",
        "yaxis": f"y{spot.axis}",
        "opacity": PALE if row["is_superseded"] or row["is_withdrawn"] else 1,
        "line": {"color": colour, "width": 3.5 if chosen else 2, "dash": "dot" if row["is_relay"] else "solid"},
        "marker": {
            "symbol": [mark for _, mark in drawn],
            "size": [11 if mark in small else 15 if chosen else 12 for _, mark in drawn],
            "color": colour,
            "opacity": 1,
            "line": {"width": 2, "color": colour},
        },
        "customdata": [row["figure_id"]] * len(drawn),
        # One text for all points of the mark, and no template, which would read "%{x}" in a phrase as its own.
        "hovertext": hover(row, title, width=40 if theme.is_narrow else 62),
        "hoverinfo": "text",
        "name": escape(row["speaker_name"] or row["voice_name"] or row["voice_id"]),
        "showlegend": False,
        "cliponaxis": False,
        "meta": {key: row[key] for key in ("figure_id", "reading_low", "reading_stated", "reading_high")},
    }
