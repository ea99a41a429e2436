"""The filters that bases.py says in SQL, in parts of which each can be remembered (orders.py).

A part is one condition on one row, and either about the day as known on or the same on every day. A filter lets through
any of its alternatives; of an alternative all parts must hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard.queries.api.bases import NONE, RANGE_IN_PERIOD, VOICES, Wanted
from dashboard.queries.measure import IN_PERIOD
from dashboard.queries.names import TREES, below, exact, roots


@dataclass(frozen=True)
class Known:
    """On the day as known on, the day in a column has come; where `is_not`, it has not, or there is none."""

    column: str
    is_not: bool = False


@dataclass(frozen=True)
class Fixed:
    """A condition in SQL on `f` that holds of the same rows on every day, with what it binds by name."""

    sql: str
    bound: tuple[tuple[str, Any], ...] = ()


Part = Known | Fixed
Filter = tuple[tuple[Part, ...], ...]

OUT = Fixed("not f.is_party_claim")
STANDING: dict[str, tuple[Part, ...]] = {
    "standing": (Fixed("not f.is_withdrawn"), Known("superseded_on", is_not=True)),
    "superseded": (Fixed("not f.is_withdrawn"), Known("superseded_on")),
    "withdrawn": (Fixed("f.is_withdrawn"),),
}
RANGE_STANDING: dict[str, tuple[Part, ...]] = {
    "standing": (Known("valid_to_on", is_not=True),),
    "superseded": (Known("valid_to_on"),),
}


def _one_of(column: str, an_id: str) -> Fixed:
    if an_id == NONE:
        return Fixed(f"f.{column} is null")
    return Fixed(f"f.{column} = $value", (("value", an_id),))


def chosen(wanted: Wanted, leave_out: Sequence[str] = ()) -> list[Filter]:
    """One filter for each column asked for; `none` lets the empty value in."""
    found: list[Filter] = []
    for column, ids in wanted.chosen.items():
        if column not in leave_out:
            plain = exact(ids) if column in TREES else ids
            parts = [_one_of(column, one) for one in plain]
            if column in TREES:
                within = f"f.{column} in {below(column)}"
                parts += [Fixed(within, ((f"within_{column}", (root,)),)) for root in roots(ids)]
            found.append(tuple((part,) for part in parts))
    return found


def told(wanted: Wanted, published: str = "published_on") -> list[Filter]:
    """Return what figures and reports have in common: known by the day, standing as asked, party claims in or out."""
    known: list[Filter] = [((Known(published),),)] if wanted.known_on != date.max else []
    standing: list[Filter] = [tuple(STANDING[one] for one in wanted.standing)] if wanted.standing else []
    spoken = _in_period(IN_PERIOD, wanted)
    return [*known, *standing, *spoken, *([((OUT,),)] if wanted.is_without_party_claims else [])]


def _in_period(condition: str, wanted: Wanted) -> list[Filter]:
    """Return the filter on what speaks of a day within a period, where one is asked for."""
    if wanted.period is None:
        return []
    first, last = wanted.period
    return [((Fixed(condition, (("period_from", first), ("period_to", last))),),)]


def ranges(wanted: Wanted) -> list[Filter]:
    """Return the filters of ranges begun by the day, but not who stands behind them."""
    known: list[Filter] = [((Known("valid_from_on"),),)] if wanted.known_on != date.max else []
    standing: list[Filter] = [tuple(RANGE_STANDING[one] for one in wanted.standing)] if wanted.standing else []
    out: Filter = ((Fixed("f.source_count_without_party_claims > 0"),),)
    spoken = _in_period(RANGE_IN_PERIOD, wanted)
    return [*known, *standing, *chosen(wanted, VOICES), *spoken, *([out] if wanted.is_without_party_claims else [])]
