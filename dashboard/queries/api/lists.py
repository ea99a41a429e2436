"""The queries of what is served without Dash: a cursor and what is wanted in, a pandas frame out.

A page is chosen first by a narrow query of row numbers (bases.py), and then its rows alone are read, each
table by itself: every join of wide rows takes DuckDB 8 MB of memory, however few they are, and a millisecond to plan.
Names are put beside ids from memory. What the reader asked for is bound by name; column names are declarations of ours.
Everything is as known on a day: documents published by then, standing as of then, ranges valid then.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from dashboard.publication.cache import Cursor, frame, kept
from dashboard.queries import history
from dashboard.queries.api import bases, checks, pages, ranges, voices
from dashboard.queries.api.bases import NONE, Wanted
from dashboard.queries.names import TABLES, TREES, WITHIN

__all__ = ["NONE", "Wanted"]

# Where the ids on offer come from, by the column that holds them.
LISTS = {f"{name}_id": table for name, table in TABLES.items() if name != "hedge"} | {
    "hedge_convention": "(select distinct convention as hedge_convention, convention as name from dim_hedges)"
}
# Ids too many to list: looked up instead.
LOOKED_UP = {"scope_id": "fct_figures", "document_id": "dim_documents", "figure_id": "fct_figures"}
Page = tuple[int, pd.DataFrame]
PAGES: Mapping[str, Callable[[Cursor, Wanted], Page]] = {
    "figures": pages.figures,
    "reports": pages.reports,
    "ranges": ranges.page,
    "sources": voices.page,
    "checks": checks.page,
    "revisions": history.revisions,
    "corrections": history.corrections,
}


def page(cursor: Cursor, resource: str, wanted: Wanted) -> Page:
    """Count the rows of a resource over all its pages, and select at most `wanted.limit` after the key `wanted.after`.

    The frame has `key`, by which rows are in order and pages begin, as its last column.
    """
    return PAGES[resource](cursor, wanted)


def revisions(cursor: Cursor, wanted: Wanted) -> list[dict[str, Any]]:
    """Select the latest changes of our record of the figures wanted, latest first."""
    figures = bases.figures(wanted)
    return history.changes(cursor, wanted, figures, bases.bound(wanted))


def changes(cursor: Cursor, wanted: Wanted) -> pd.DataFrame:
    """Select the days on which the range of a scope changed, latest first; see ranges.changes."""
    return ranges.changes(cursor, wanted)


def _ids(cursor: Cursor, column: str) -> dict[str, str]:
    found = frame(cursor, f"select {column} as id, name from {LISTS[column]} order by 1")
    return {str(one): str(name) for one, name in zip(found["id"], found["name"], strict=True)}


def ids(cursor: Cursor, column: str) -> dict[str, str]:
    """List the ids that a filter on `column` may take, with their names, in the order of the ids."""
    return kept(cursor, _ids, column)


def offered(cursor: Cursor, column: str) -> dict[str, str]:
    """List those ids with their names as a person may choose them: beside each with others below it, all within it."""
    found = ids(cursor, column)
    if column not in TREES:
        return found
    parents = set(frame(cursor, f"select distinct parent_id as id from {TREES[column]}")["id"].dropna())
    wider = {one: {f"{WITHIN}{one}": f"{name} and all within"} if one in parents else {} for one, name in found.items()}
    return {value: text for one, name in found.items() for value, text in ({one: name} | wider[one]).items()}


def _days(cursor: Cursor, most: int) -> list[date]:
    sql = "select distinct published_on as day from fct_figures where published_on is not null order by 1 desc limit ?"
    return list(frame(cursor, sql, [most])["day"])


def days(cursor: Cursor, most: int = 31) -> list[date]:
    """List the last days on which a document was published, latest first: between them nothing changed."""
    return kept(cursor, _days, most)


def _exists(cursor: Cursor, column: str, value: str, tables: tuple[str, ...]) -> bool:
    found = " union all ".join(f"(select 1 from {name} where {column} = $value limit 1)" for name in tables)
    return bool(frame(cursor, f"select count(*) as n from ({found})", {"value": value})["n"][0])


def exists(cursor: Cursor, column: str, value: str, also: Sequence[str] = ()) -> bool:
    """Whether an id too many to list is in the publication; `also` are tables of its history to look it up in."""
    tables = (LOOKED_UP[column], *(name for name in also if name in history.held(cursor)))
    return kept(cursor, _exists, column, value, tables)


def document(cursor: Cursor, document_id: str) -> pd.DataFrame:
    """Select one document as it was read; no row where the id is unknown. One row per document."""
    return frame(cursor, "select * from dim_documents where document_id = $id", {"id": document_id})


def comments(cursor: Cursor) -> dict[str, str]:
    """Return what the publication says of its columns, by column name; facts and ranges go before dimensions."""
    sql = """select column_name, any_value(comment order by table_name desc) as comment from duckdb_columns()
        where comment is not null and schema_name = 'main' group by column_name"""
    found = frame(cursor, sql)
    return dict(zip(found["column_name"], found["comment"], strict=True))
