"""What the checks found, in words: a heading a check, a sentence a finding, its figures as links. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from dash import html

from dashboard import wording
from dashboard.components import page_frame
from dashboard.components.selection import Selection
from dashboard.text import datasets, formatting

# Each check: its name, and what it looks for.
CHECKS = {
    "disjoint_reports": (
        "Counts that cannot both hold",
        "Two counts up to one day, or a later one lower than an earlier one.",
    ),
    "parts_and_totals": (
        "Totals and their parts",
        "The parts of a total add up to more than the total itself says.",
    ),
    "nested_reports": (
        "Parts that are more than their whole",
        "What lies within something else, in place, group or time, can't be more than it; counted later, it says that "
        "the whole has grown.",
    ),
    "decreasing_totals": (
        "Running totals that fell",
        "A source gives a lower number than before for a count that can only grow: a revision, or a slip.",
    ),
    "low_above_high": (
        "Figures whose low is above their high",
        "A figure as recorded has no number that fits it. Its range reaches from the least to the most it says.",
    ),
    "copied_figures": (
        "Numbers carried forward, told twice, or the same within rounding",
        "To the last person the same for another year, or by another source: one count, though it stands there twice. "
        "Or two counts that differ by no more than one of them is rounded.",
    ),
    "unresolved_places": (
        "Places that are in no list",
        "A name nobody knows counts for its country, else for the world, in a scope of its own.",
    ),
}
# An overview shows some; the page of checks shows more.
MOST_OPEN = 12
# A publication that somebody changed may hold no text here; what else the finding says is shown all the same.
NO_SENTENCE = "(This finding has no sentence in the file.)"
NAMED = re.compile(r"\(([A-Za-z0-9._:-]{1,200})\)")


def named_ids(findings: Iterable[formatting.Row]) -> list[str]:
    """List every id in brackets in the sentences of findings; some may be no figures."""
    return sorted({found for row in findings for found in NAMED.findall(row["sentence"] or "")})


def linked(sentence: str | None, known: set[str], selection: Selection) -> list[Any]:
    """Return a sentence with each figure id of `known` in brackets as a link; all else stays text."""
    pieces = NAMED.split(sentence or NO_SENTENCE)
    parts: list[Any] = []
    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            parts.append(piece)
        else:
            parts += ["(", page_frame.figure_link(selection, piece) if piece in known else piece, ")"]
    return [part for part in parts if part]


def state(row: formatting.Row) -> str:
    """Return how a finding stands: open, over, or only worth a look; since when; and whether a party speaks."""
    if row["is_open"]:
        standing = "open contradiction"
    else:
        standing = "a contradiction no longer standing" if row["is_contradiction"] else "to look at, no contradiction"
    party = ", with a party claim" if row["has_party_claim"] else ""
    return f"{standing}, known since {wording.day(row['known_from_on'])}{party}"


def finding(row: formatting.Row, known: set[str], selection: Selection) -> Any:
    """Return one finding as a list item: its sentence with links, then how it stands."""
    said = html.Span(state(row), className="muted state")
    return html.Li([html.Span(linked(row["sentence"], known, selection)), " ", said])


def open_ones(findings: Sequence[formatting.Row], known: set[str], selection: Selection) -> list[Any]:
    """Return the open contradictions of a day as a list, or a sentence that there is none."""
    found = [row for row in findings if row["is_open"]]
    if not found:
        return [html.P(f"None is open, {selection.known}.")]
    items = html.Ul([finding(row, known, selection) for row in found[:MOST_OPEN]], className="findings")
    more = sum_of(found, "open_count") - MOST_OPEN
    return [items, html.P(f"And {more:,} more.")] if more > 0 else [items]


def sum_of(findings: Sequence[formatting.Row], name: str) -> int:
    """Return how many findings there are, those past the limit of each check too: a count is beside its rows."""
    counts = {row["check_id"]: row[name] for row in findings}
    return sum(counts.values())


def headline(findings: Sequence[formatting.Row], selection: Selection) -> str:
    """Count the findings in one sentence."""
    count, found = sum_of(findings, "check_count"), sum_of(findings, "open_count")
    said = f"{wording.plural(count, 'finding')}, of which {wording.plural(found, 'open contradiction')}"
    return f"{formatting.capitalised(selection.known)}: {said}." if findings else "The checks found nothing."


def by_check(findings: Sequence[formatting.Row], known: set[str], selection: Selection) -> list[Any]:
    """Return a section per check, also of those that found nothing."""
    return [
        _section(check, [row for row in findings if row["check_id"] == check], known, selection) for check in CHECKS
    ]


def _section(check: str, rows: Sequence[formatting.Row], known: set[str], selection: Selection) -> Any:
    name, what = CHECKS[check]
    items = html.Ul([finding(row, known, selection) for row in rows], className="findings")
    inside = items if rows else html.P("Nothing found.")
    count = sum_of(rows, "check_count")
    cut = html.P(f"The first {len(rows):,} are listed; SQL has all.", className="muted") if count > len(rows) else None
    return html.Section([html.H2(f"{name} ({count:,})"), html.P(what, className="muted"), cut, inside], id=check)


def compared(rows: Sequence[formatting.Row], selection: Selection) -> list[Any]:
    """Return running counts beside sums of single events, as a section; nothing where there are none."""
    if not rows:
        return []
    what = (
        "Unlike counts side by side, for orientation: they are no contradiction, never mixed into a range and never "
        "added up. A running count holds deaths nobody coded as an event; the events are those loaded here."
    )
    items = [
        html.Li([datasets.compared(row), " ", page_frame.figure_link(selection, row["report_id"])]) for row in rows
    ]
    heading = html.H2("Running counts beside sums of single events")
    inside = [heading, html.P(what, className="muted"), html.Ul(items, className="findings")]
    return [html.Section(inside, id="monthly_comparisons")]
