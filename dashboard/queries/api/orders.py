"""In which order the rows of a resource are paged: by their ids, worked out once for each publication.

To find the first hundred of a million ids that meet a condition takes DuckDB up to 50 ms, since it reads every id. Here
the order of the row numbers is remembered (4 bytes a row), and of the latest conditions which rows meet them (a bit a
row); a page begins at a place in that order.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dashboard.errors import DashboardError
from dashboard.publication.cache import Cursor, arrays, kept, named, once, rows
from dashboard.queries.api.bases import Counted, Wanted, all_of, values

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]
LONGEST_PLACE = 12


class UnusableCursorError(DashboardError):
    """The place after which a page begins is none that a page gave."""


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


def numbers(cursor: Cursor, table: str, conditions: Sequence[str], wanted: Wanted) -> Numbers:
    """Return the row numbers of the rows that meet all conditions."""
    sql = f"select f.rowid as number from {table} as f where {all_of(conditions)}"
    (found,) = arrays(cursor, sql, named(sql, values(cursor, wanted)))
    return found


def flags(cursor: Cursor, table: str, conditions: Sequence[str], wanted: Wanted) -> Flags:
    """Return for every row number whether that row meets all conditions."""
    found = np.zeros(size(cursor, table), dtype=bool)
    found[numbers(cursor, table, conditions, wanted)] = True
    return found


def _order(cursor: Cursor, table: str, by: str, convention: str | None) -> np.ndarray[Any, np.dtype[np.int32]]:
    where = "true" if convention is None else "f.hedge_convention = $convention"
    sql = f"select f.rowid as number from {table} as f where {where} order by {by}"
    (found,) = arrays(cursor, sql, {} if convention is None else {"convention": convention})
    return found.astype(np.int32)


# Says which row numbers are wanted besides, by a convention.
Narrowing = Callable[[Cursor, Wanted, str], Numbers]


def _selected(
    cursor: Cursor, table: str, by: str, conditions: tuple[str, ...], of: Counted, convention: str | None,
    narrow: Narrowing | None,
) -> tuple[int, np.ndarray[Any, np.dtype[np.uint8]]]:  # fmt: skip
    """Count the rows wanted, and return a bit for each place in the order."""
    ordered = kept(cursor, _order, table, by, convention)
    is_wanted = np.zeros(size(cursor, table), dtype=bool)
    is_wanted[numbers(cursor, table, conditions, of.wanted) if conditions else ordered] = True
    if narrow:
        is_among = np.zeros(len(is_wanted), dtype=bool)
        is_among[narrow(cursor, of.wanted, str(convention))] = True
        is_wanted &= is_among
    in_order = is_wanted[ordered]
    return int(np.count_nonzero(in_order)), np.packbits(in_order)


def page(
    cursor: Cursor, table: str, by: str, conditions: Sequence[str], wanted: Wanted, convention: str | None = None,
    narrow: Narrowing | None = None,
) -> tuple[int, list[int], list[int]]:  # fmt: skip
    """Count the rows that meet all conditions, and return row numbers and places of a page of them in an order.

    Only those of a convention are in the order, where one is given. Raises UnusableCursorError.
    """
    start = after(wanted)
    ordered = kept(cursor, _order, table, by, convention)
    if not conditions and not narrow:
        found = ordered[start : start + wanted.limit]
        return len(ordered), found.tolist(), list(range(start, start + len(found)))
    total, bits = once(cursor, _selected, table, by, tuple(conditions), Counted(wanted), convention, narrow)
    is_wanted = np.unpackbits(bits, count=len(ordered))
    places = (np.flatnonzero(is_wanted[start:])[: wanted.limit] + start).tolist()
    return total, ordered[places].tolist(), places
