"""The table under a chart over time: the latest number of every source, drawn or not, in the order of places. Pure."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard import wording
from dashboard.components import page_frame
from dashboard.request.view import View, address
from dashboard.sections.over_time.measure_series import Found
from dashboard.text import findings
from dashboard.text.series import INCIDENT, Listed, Series, scope_of

HEADS = ("What is counted", "Source", "Latest number", "Counted up to", "Numbers")
MOST_ROWS = 300


def tables(found: Found, view: View) -> list[Any]:
    """Return the table of what is drawn and the table of what is not; each where there is some of it."""
    parts: list[Any] = []
    if found.drawn:
        rows = [row for each in found.drawn for row in _drawn(each, view)]
        parts.append(page_frame.table("What is drawn: the latest number of each source.", HEADS, rows))
    others = sorted(found.others, key=lambda each: (each.row["place_order"], found.listed.index(each)))
    if others:
        rows = [row for each in others for row in _listed(each, view)]
        cut = f" The first {MOST_ROWS:,} of {len(rows):,}; files have all." if len(rows) > MOST_ROWS else ""
        caption = f"Also reported, in the order of places, not drawn: lone numbers and what there was no room for.{cut}"
        parts.append(page_frame.table(caption, HEADS, rows[:MOST_ROWS]))
    return parts


def _link(text: str, row: Any, view: View) -> Any:
    """Return a link to the same page narrowed to a series."""
    narrowed: dict[str, str | None] = {"place": row["place_id"], "population": row["population_id"],
                                       "counting": row["counting"], "rows": None}  # fmt: skip
    return html.A(text, href=address(view, **narrowed), className="soft")


def _drawn(each: Series, view: View) -> Sequence[Any]:
    return [
        page_frame.row(HEADS, [
            _link(each.title, each.row, view), line.name, findings.number(line.last),
            findings.moment(line.last, each.span), f"{len(line.points):,}",
        ])
        for line in each.lines
    ]  # fmt: skip


def _listed(each: Listed, view: View) -> Sequence[Any]:
    rows = []
    for row in each.rows:
        told = findings.lone(row)
        is_of_events = each.row["counting"] == INCIDENT
        count = wording.plural(row["report_count"], "event") if is_of_events else f"{row['point_count']:,}"
        link = _link(scope_of(each.row), each.row, view)
        rows.append(page_frame.row(HEADS, [link, row["voice_name"], told["number"], told["days"], count]))
    return rows
