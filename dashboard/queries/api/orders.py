"""In which order the rows of a resource are paged, and which of them a filter lets through: a bit a row, kept.

To find the first hundred of a million ids that meet a condition takes DuckDB up to 50 ms, since it reads every id. Here
the order of the row numbers is worked out once for each publication (4 bytes a row), and so is, of each part of a
filter by itself (parts.py), which rows it lets through. A filter never asked before is known parts put
together, in a fraction of a millisecond; the day as known on which is any, so days are kept as numbers and compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import numpy as np

from dashboard.errors import DashboardError
from dashboard.publication.cache import Cursor, arrays, kept, marked, rows
from dashboard.queries.api.bases import Wanted
from dashboard.queries.api.parts import Filter, Fixed, Part

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]
Places = np.ndarray[Any, np.dtype[np.int32]]
# A bit for each place in an order, in whole words of 64.
Bits = np.ndarray[Any, np.dtype[np.uint8]]
WORD = 8
LONGEST_PLACE = 12
# The day of a row that has none: later than any. Days outside of our calendar are as the one before or after it.
NEVER = 2**31 - 1
FIRST_DAY, DAY_AFTER_ALL = "date '0001-01-01'", "date '10000-01-01'"
# How many bytes of bits are looked through at first for a page; then twice as many, and so on.
LOOKED_AT = 512


class UnusableCursorError(DashboardError):
    """The place after which a page begins is none that a page gave."""


@dataclass(frozen=True)
class Order:
    """The rows of a table in an order; of a table with conventions, those of one."""

    table: str
    by: str
    convention: str | None = None


FIGURES = Order("fct_figures", "f.figure_id")


def after(wanted: Wanted) -> int:
    """Return the place at which a page begins; raises UnusableCursorError."""
    text = wanted.after
    if text is None:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) < LONGEST_PLACE):
        raise UnusableCursorError("This cursor is not one that a page gave. Begin without a cursor.")
    return int(text) + 1


def _size(cursor: Cursor, table: str) -> int:
    ((size,),) = rows(cursor, f"select coalesce(max(rowid) + 1, 0) from {table}")[1]
    return int(size)


def size(cursor: Cursor, table: str) -> int:
    """Return how many row numbers a table has."""
    return kept(cursor, _size, table)


def flags(cursor: Cursor, table: str, condition: str, bound: dict[str, Any]) -> Flags:
    """Return for every row number whether a condition holds of that row."""
    (numbers,) = arrays(cursor, f"select f.rowid as number from {table} as f where {condition}", bound)
    found = np.zeros(size(cursor, table), dtype=bool)
    found[numbers] = True
    return found


def _ordered(cursor: Cursor, order: Order) -> Places:
    where = "true" if order.convention is None else "f.hedge_convention = $convention"
    sql = f"select f.rowid as number from {order.table} as f where {where} order by {order.by}"
    (found,) = arrays(cursor, sql, {} if order.convention is None else {"convention": order.convention})
    return found.astype(np.int32)


def ordered(cursor: Cursor, order: Order) -> Places:
    """Return the row numbers of an order, one after the other."""
    return kept(cursor, _ordered, order)


def _places(cursor: Cursor, order: Order) -> Places:
    numbers = ordered(cursor, order)
    found = np.full(size(cursor, order.table), -1, dtype=np.int32)
    found[numbers] = np.arange(len(numbers), dtype=np.int32)
    return found


def places_of(cursor: Cursor, order: Order, numbers: Numbers) -> Numbers:
    """Return the places of some row numbers; -1 stays."""
    found = _places(cursor, order)[numbers].astype(np.int64)
    found[numbers < 0] = -1
    return found


def _days(cursor: Cursor, order: Order, column: str) -> Places:
    day = f"least(greatest(f.{column}, {FIRST_DAY}), {DAY_AFTER_ALL}) - date '1970-01-01'"
    # DuckDB's least and greatest pass over what is empty.
    known = f"case when f.{column} is null then {NEVER} else {day} end"
    sql = f"select f.rowid as number, {known} as day from {order.table} as f"
    numbers, found = arrays(cursor, sql)
    by_number = np.full(size(cursor, order.table), NEVER, dtype=np.int32)
    by_number[numbers] = found
    return by_number[ordered(cursor, order)]


def days(cursor: Cursor, order: Order, column: str) -> Places:
    """Return a column of days in an order, as days since 1970."""
    return kept(cursor, _days, order, column)


def packed(is_wanted: Flags) -> Bits:
    """Return flags as bits."""
    found = np.packbits(is_wanted)
    return np.append(found, np.zeros(-len(found) % WORD, dtype=np.uint8))


def unpacked(bits: Bits | None, count: int) -> Flags:
    """Return the bits of so many places as flags; all up where there are none."""
    return np.ones(count, dtype=bool) if bits is None else np.unpackbits(bits, count=count).view(bool)


def _fixed(cursor: Cursor, order: Order, part: Fixed) -> Bits:
    bound = {name: list(value) if isinstance(value, tuple) else value for name, value in part.bound}
    return packed(flags(cursor, order.table, part.sql, bound)[ordered(cursor, order)])


def _of_part(cursor: Cursor, order: Order, part: Part, known_on: date) -> Bits:
    if isinstance(part, Fixed):
        return marked(cursor, _fixed, order, part)
    on = known_on.toordinal() - date(1970, 1, 1).toordinal()
    each = days(cursor, order, part.column)
    return packed(each > on if part.is_not else each <= on)


def bits(cursor: Cursor, order: Order, filters: Sequence[Filter], known_on: date) -> Bits | None:
    """Return which places of an order all filters let through; None for all."""
    found = [
        reduce(np.bitwise_or, [reduce(np.bitwise_and, [_of_part(cursor, order, part, known_on) for part in parts])
                               for parts in one])
        for one in filters
    ]  # fmt: skip
    return reduce(np.bitwise_and, found) if found else None


def count(found: Bits) -> int:
    """Return how many bits are up."""
    return int(np.bitwise_count(found.view(np.uint64)).sum())


def first(found: Bits, start: int, limit: int) -> list[int]:
    """Return the first so many places from `start` on whose bit is up."""
    places: list[int] = []
    at, length = start // 8, LOOKED_AT
    while at < len(found) and len(places) < limit:
        here = np.flatnonzero(np.unpackbits(found[at : at + length])) + at * 8
        places += here[np.searchsorted(here, start) :].tolist()
        at, length = at + length, length * 2
    return places[:limit]


def page(
    cursor: Cursor, order: Order, filters: Sequence[Filter], wanted: Wanted, also: Bits | None = None
) -> tuple[int, list[int], list[int]]:
    """Count the rows that all filters let through, and return row numbers and places of a page of them.

    Of places whose bits `also` are down there is none. Raises UnusableCursorError.
    """
    start, numbers = after(wanted), ordered(cursor, order)
    found = bits(cursor, order, filters, wanted.known_on)
    if also is not None:
        found = also if found is None else found & also
    if found is None:
        here = numbers[start : start + wanted.limit]
        return len(numbers), here.tolist(), list(range(start, start + len(here)))
    places = first(found, start, wanted.limit)
    return count(found), numbers[places].tolist(), places


@dataclass(frozen=True)
class Pairs:
    """Which row numbers of another table belong to a row number: pairs, in the order of the first."""

    left: Places
    right: Places

    def of(self, numbers: Sequence[int]) -> tuple[list[int], list[int]]:
        """Return the pairs of some row numbers."""
        # Of the same type: numpy would make all pairs anew in another one.
        wanted = np.array(numbers, dtype=self.left.dtype)
        first_at, last_at = (np.searchsorted(self.left, wanted, side) for side in ("left", "right"))
        places = [place for start, end in zip(first_at, last_at, strict=True) for place in range(start, end)]
        return self.left[places].tolist(), self.right[places].tolist()


def pairs(left: Numbers, right: Numbers) -> Pairs:
    """Return pairs in their order."""
    order = np.argsort(left, kind="stable")
    return Pairs(left.astype(np.int32)[order], right.astype(np.int32)[order])
