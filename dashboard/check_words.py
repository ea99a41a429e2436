"""What the checks found, in words: a heading a check, a sentence a finding, its figures as links. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from dash import html

from dashboard import frame, words
from dashboard.asked import Asked
from dashboard.queries_pages import MOST_FIGURES

# Each check: its name, and what it looks for.
CHECKS = {
    "disjoint_reports": (
        "Sources that cannot both be right",
        "Two reports of one scope, standing on the same day, with no number in common.",
    ),
    "parts_and_totals": (
        "Totals and their parts",
        "The parts of a total add up to more than the total itself says.",
    ),
    "decreasing_totals": (
        "Running totals that fell",
        "A source gives a lower number than before for a count that can only grow: a revision, or a slip.",
    ),
    "low_above_high": (
        "Figures whose low is above their high",
        "A figure as recorded has no number that fits it.",
    ),
}
NAMED = re.compile(r"\(([A-Za-z0-9._:-]{1,200})\)")


def named_ids(findings: Iterable[words.Row]) -> list[str]:
    """List every id in brackets in the sentences of findings; some may be no figures."""
    return sorted({found for row in findings for found in NAMED.findall(row["sentence"])})


def linked(sentence: str, known: set[str], asked: Asked) -> list[Any]:
    """Return a sentence with each figure id of `known` in brackets as a link; all else stays text."""
    pieces = NAMED.split(sentence)
    parts: list[Any] = []
    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            parts.append(piece)
        else:
            parts += ["(", frame.figure_link(asked, piece) if piece in known else piece, ")"]
    return [part for part in parts if part]


def state(row: words.Row) -> str:
    """Return how a finding stands: open, over, or only worth a look; since when; and whether a party speaks."""
    if row["is_open"]:
        standing = "open contradiction"
    else:
        standing = "a contradiction no longer standing" if row["is_contradiction"] else "to look at, no contradiction"
    party = ", with a party claim" if row["has_party_claim"] else ""
    return f"{standing}, known since {words.day(row['known_from_on'])}{party}"


def finding(row: words.Row, known: set[str], asked: Asked) -> Any:
    """Return one finding as a list item: its sentence with links, then how it stands."""
    said = html.Span(state(row), className="muted state")
    return html.Li([html.Span(linked(row["sentence"], known, asked)), " ", said])


def open_ones(findings: Sequence[words.Row], known: set[str], asked: Asked) -> list[Any]:
    """Return the open contradictions of a day as a list, or a sentence that there is none."""
    found = [row for row in findings if row["is_open"]]
    if not found:
        return [html.P(f"None is open, {asked.known}.")]
    return [html.Ul([finding(row, known, asked) for row in found], className="findings")]


def headline(findings: Sequence[words.Row], asked: Asked) -> str:
    """Count the findings in one sentence."""
    found = sum(row["is_open"] for row in findings)
    said = (
        f"{frame.counted(len(findings), 'finding', MOST_FIGURES)}, of which {words.plural(found, 'open contradiction')}"
    )
    return f"{words.capitalised(asked.known)}: {said}." if findings else "The checks found nothing."


def by_check(findings: Sequence[words.Row], known: set[str], asked: Asked) -> list[Any]:
    """Return a section per check, also of those that found nothing."""
    return [_section(check, [row for row in findings if row["check_id"] == check], known, asked) for check in CHECKS]


def _section(check: str, rows: Sequence[words.Row], known: set[str], asked: Asked) -> Any:
    name, what = CHECKS[check]
    items = html.Ul([finding(row, known, asked) for row in rows], className="findings")
    inside = items if rows else html.P("Nothing found.")
    return html.Section([html.H2(f"{name} ({len(rows)})"), html.P(what, className="muted"), inside], id=check)
