"""What the rows of a table have in common, such as a voice, as one number for each of them."""

from typing import Any

import numpy as np

from dashboard.publication.cache import Cursor, arrays, rows
from dashboard.queries.api.orders import FIGURES, size


def codes(
    cursor: Cursor, column: str, table: str = FIGURES.table
) -> tuple[list[str], np.ndarray[Any, np.dtype[np.int32]]]:
    """Return the values of a column of a table in order, and for every row number which it has (-1: none)."""
    listed = f"select distinct {column} as id from {table} where {column} is not null"
    found = [one for (one,) in rows(cursor, f"{listed} order by 1")[1]]
    sql = f"""select f.rowid as number, cast(c.code as integer) as code from {table} as f
        inner join (select id, row_number() over (order by id) - 1 as code from ({listed})) as c on f.{column} = c.id"""
    number, code = arrays(cursor, sql)
    coded = np.full(size(cursor, table), -1, dtype=np.int32)
    coded[number] = code
    return found, coded
