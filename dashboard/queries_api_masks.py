"""Which figures of a publication are wanted, as one flag for each: what a join over a million ids would cost a second.

A figure is known by its row number in fct_figures, which never changes in a publication.
"""

from typing import Any

import numpy as np

from dashboard.queries_api_bases import Wanted, all_of, values
from dashboard.reading import Cursor, arrays, kept, named, rows

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]


def _size(cursor: Cursor) -> int:
    ((size,),) = rows(cursor, "select coalesce(max(rowid) + 1, 0) from fct_figures")[1]
    return int(size)


def size(cursor: Cursor) -> int:
    """Return how many row numbers there are."""
    return kept(cursor, _size)


def numbers(cursor: Cursor, conditions: list[str], wanted: Wanted) -> Numbers:
    """Return the row numbers of the figures that meet all conditions, in order."""
    sql = f"select f.rowid as number from fct_figures as f where {all_of(conditions)}"
    (found,) = arrays(cursor, sql, named(sql, values(cursor, wanted)))
    return found


def flags(cursor: Cursor, conditions: list[str], wanted: Wanted) -> Flags:
    """Return for every row number whether that figure meets all conditions."""
    found = np.zeros(size(cursor), dtype=bool)
    found[numbers(cursor, conditions, wanted)] = True
    return found


def codes(cursor: Cursor, column: str) -> tuple[list[str], np.ndarray[Any, np.dtype[np.int32]]]:
    """Return the values of a column of fct_figures in order, and for every row number which of them it has."""
    listed = f"select distinct {column} as id from fct_figures where {column} is not null"
    found = [one for (one,) in rows(cursor, f"{listed} order by 1")[1]]
    sql = f"""select f.rowid as number, cast(c.code as integer) as code from fct_figures as f
        inner join (select id, row_number() over (order by id) - 1 as code from ({listed})) as c on f.{column} = c.id"""
    number, code = arrays(cursor, sql)
    coded = np.full(size(cursor), -1, dtype=np.int32)
    coded[number] = code
    return found, coded
