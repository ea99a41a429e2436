"""Which rows of a resource are wanted, as conditions in SQL on one table `f`; values are bound by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dashboard.publication.cache import Cursor, frame, kept
from dashboard.queries import standing
from dashboard.queries.names import TREES, below, exact, roots

NONE = "none"
# The days that a range speaks of: up to which it counts, or its window (of figures: queries.measure.IN_PERIOD).
RANGE_IN_PERIOD = """(case when f.counting in ('cumulative', 'stock') then f.counted_to_on
    else coalesce(f.period_end_on, f.period_start_on) end >= $period_from
    and case when f.counting in ('cumulative', 'stock') then coalesce(f.counted_from_on, f.counted_to_on)
    else coalesce(f.period_start_on, f.period_end_on) end <= $period_to)"""
VOICES = ("source_id", "voice_id")


@dataclass(frozen=True)
class Wanted:
    """Which rows: by column the ids of which any may match (`none`: empty), standing, party claims, day, page.

    Words around numbers are read by `hedge_convention`, where that is None by the convention of the publication.
    """

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    standing: tuple[str, ...] = ()
    is_without_party_claims: bool = False
    hedge_convention: str | None = None
    known_on: date = date.max
    period: tuple[date, date] | None = None
    checks: tuple[str, ...] = ()
    after: str | None = None
    limit: int = 100

    @property
    def filters(self) -> tuple[Any, ...]:
        """Everything but the page, to remember a count by."""
        chosen = tuple(sorted((column, tuple(sorted(ids))) for column, ids in self.chosen.items()))
        return (chosen, tuple(sorted(self.standing)), self.is_without_party_claims, self.hedge_convention,
                self.known_on, self.period, tuple(sorted(self.checks)))  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """What a count is of: equal where the filters are, whatever the page."""

    wanted: Wanted

    def __hash__(self) -> int:
        """Hash the filters."""
        return hash(self.wanted.filters)

    def __eq__(self, other: object) -> bool:
        """Compare the filters."""
        return isinstance(other, Counted) and self.wanted.filters == other.wanted.filters


def bound(wanted: Wanted) -> dict[str, Any]:
    """Return every value that a query of `wanted` may bind, by name; a list is bound as one value."""
    lists: dict[str, Any] = {column: [one for one in ids if one != NONE] for column, ids in wanted.chosen.items()}
    for column in TREES.keys() & wanted.chosen:
        lists |= {column: exact(wanted.chosen[column]), f"within_{column}": roots(wanted.chosen[column])}
    if wanted.period:
        lists |= {"period_from": wanted.period[0], "period_to": wanted.period[1]}
    whole = {"known_on": wanted.known_on, "limit": wanted.limit, "checks": list(wanted.checks)}
    return lists | whole


def matches(wanted: Wanted, alias: str, leave_out: Sequence[str] = ()) -> list[str]:
    """One condition per filter; `none` among the ids lets the empty value in."""
    found = []
    for column, ids in wanted.chosen.items():
        if column not in leave_out:
            empty = f" or {alias}.{column} is null" if NONE in ids else ""
            within = f" or {alias}.{column} in {below(column)}" if column in TREES and roots(ids) else ""
            found.append(f"(list_contains(${column}, {alias}.{column}){empty}{within})")
    return found


def all_of(conditions: Sequence[str]) -> str:
    """Return the condition that all hold."""
    return " and ".join(conditions) or "true"


def any_of(conditions: Sequence[str]) -> str:
    """Return the condition that any holds, or none at all where there are none."""
    return f"({' or '.join(conditions)})" if conditions else "true"


def told(wanted: Wanted, published: str = "published_on") -> list[str]:
    """Return what figures and reports have in common: known by the day, standing as asked, party claims in or out.

    Nothing where everything is wanted: every row has a day.
    """
    known = [f"f.{published} <= $known_on"] if wanted.known_on != date.max else []
    stood = [any_of([standing.CONDITIONS[one] for one in wanted.standing])] if wanted.standing else []
    return [*known, *stood, *(["not f.is_party_claim"] if wanted.is_without_party_claims else [])]


def figures(wanted: Wanted) -> str:
    """Return the select of the figures wanted, whatever their page."""
    return f"select f.figure_id from fct_figures as f where {all_of([*told(wanted), *matches(wanted, 'f')])}"


def ranges(wanted: Wanted) -> list[str]:
    """Return the conditions of ranges begun by the day, but not who stands behind them."""
    conditions = ["f.hedge_convention = $convention"]
    conditions += ["f.valid_from_on <= $known_on"] if wanted.known_on != date.max else []
    conditions += [any_of([standing.RANGE_CONDITIONS[one] for one in wanted.standing])] if wanted.standing else []
    conditions += matches(wanted, "f", VOICES)
    conditions += [RANGE_IN_PERIOD] if wanted.period else []
    return conditions + (["f.source_count_without_party_claims > 0"] if wanted.is_without_party_claims else [])


def _own_convention(cursor: Cursor) -> str:
    return str(frame(cursor, "select hedge_convention from build")["hedge_convention"][0])


def own_convention(cursor: Cursor) -> str:
    """Return the convention by which a publication reads words around numbers where none is asked for."""
    return kept(cursor, _own_convention)


def _known_until(cursor: Cursor) -> date | None:
    found: date | None = frame(cursor, "select max(known_until_on) as day from build")["day"][0]
    return found


def values(cursor: Cursor, wanted: Wanted) -> dict[str, Any]:
    """Return `bound` and what it takes the publication to know: the convention, and whether the day is its latest."""
    own, until = own_convention(cursor), kept(cursor, _known_until)
    asked = wanted.hedge_convention or own
    # Parts read later move the implied bounds: before the last document they are not yet known. They are worked out by
    # the convention of the publication alone.
    is_latest = until is not None and wanted.known_on >= until and asked == own
    return bound(wanted) | {"convention": asked, "is_latest": is_latest}
