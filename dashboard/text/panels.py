"""Like with like: figures grouped by scope, in the order in which chart, table and words all show them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dashboard.text import formatting

Row = dict[str, Any]

COUNTING_ORDER = {"cumulative": 0, "stock": 1, "period": 2, "incident": 3}
FAR = date.max
UNNAMED_PART = ".part."
"""Within the id of a scope of its own: the part of a total that nothing tells from it (macros/scope_id.sql)."""


@dataclass(frozen=True)
class Panel:
    """One scope: its words, its figures (rows of queries_room.figures) and its standing range (None for shares)."""

    facet_id: str
    title: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    range: dict[str, Any] | None = None

    @property
    def is_headline(self) -> bool:
        """Whether this is the scope that answers "how many in all?"."""
        return bool(self.rows and self.rows[0]["is_headline"])

    @property
    def is_whole(self) -> bool:
        """Whether this is a total of somebody somewhere since the episode began, of every cause, and has a range."""
        if not self.rows or self.range is None:
            return False
        row = self.rows[0]
        limits = (row["cause_id"], row["actor_id"], row["period_end_on"])
        return row["counting"] == "cumulative" and not row["is_background"] and limits == (None, None, None)

    @property
    def is_unnamed_part(self) -> bool:
        """Whether nothing tells what it counts from what its total does: it is in no range (rule 10)."""
        return bool(self.rows and UNNAMED_PART in str(self.rows[0].get("scope_id")))

    @property
    def is_share(self) -> bool:
        """Whether its numbers are percent."""
        return bool(self.rows and self.rows[0]["is_share"])


def placed_on(row: formatting.Row, by: str) -> tuple[Any, Any]:
    """Return the first and last day at which a row is placed: its report, or the period it speaks of."""
    if by == "reported":
        return row["reported_on"], row["reported_on"]
    return row["period_start_on"], row["period_end_on"] or row["reported_on"]


def _row_order(row: formatting.Row, by: str) -> tuple[Any, ...]:
    start, end = placed_on(row, by)
    return (end or FAR, start or FAR, row["published_on"] or FAR, row["voice_name"] or "", row["figure_id"])


def _facet_order(panel: Panel, by: str) -> tuple[Any, ...]:
    """Headline first, background last; between them by counting and by how many sources meet, or by period.

    What else is alike begins with the latest days.
    """
    row = panel.rows[0]
    voices = len({each["voice_id"] for each in panel.rows})
    when = placed_on(row, by)[::-1] if by == "period" else (0, 0)
    start, end = (day or FAR if by == "period" else 0 for day in when)
    kind = COUNTING_ORDER.get(row["counting"], 9) if by == "reported" else 0
    # By title alone 23 December would come before 3 March, and the oldest of many years first.
    latest = row["period_end_on"] or row["period_start_on"] if row["counting"] != "cumulative" else None
    newest_first = -latest.toordinal() if latest else 0
    widest = (kind, -voices, -len(panel.rows))
    return (not row["is_headline"], row["is_background"], start, end, *widest, newest_first, panel.title)


def group(figures: Sequence[Row], ranges: Sequence[Row], by: str = "reported") -> list[Panel]:
    """Facets of figures (rows of queries_room) and of the ranges standing on the day; every figure is in just one."""
    standing = {row["facet_id"]: row for row in ranges}
    rows_of: dict[str, list[dict[str, Any]]] = {}
    for row in figures:
        rows_of.setdefault(row["facet_id"], []).append(row)
    panels = [
        Panel(key, formatting.scope(rows[0]), sorted(rows, key=lambda row: _row_order(row, by)), standing.get(key))
        for key, rows in rows_of.items()
    ]
    return sorted(panels, key=lambda panel: _facet_order(panel, by))
