"""What the API asks of the history: the changes of our record, and corrections of published data.

`wanted` is queries_api.Wanted; only its filters and its page count. Rows are paged by `key`: oldest revisions first.
"""

from datetime import date
from typing import Any

import pandas as pd

from dashboard import queries_revisions, words
from dashboard.reading import Cursor, frame, made, named, rows

REVISION = (
    "revision_id", "record_table", "figure_id", "document_id", "episode_id", "load_id", "change", "column_name",
    "value_old", "value_new", "reason", "loaded_at",
)  # fmt: skip
CORRECTION = (
    "correction_id", "figure_id", "dataset_id", "row_key", "column_name", "value_published", "value_corrected",
    "reason", "url", "status",
)  # fmt: skip
COLUMNS = {queries_revisions.REVISIONS: REVISION, queries_revisions.CORRECTIONS: CORRECTION}


KEYS = {
    queries_revisions.REVISIONS: "strftime(f.loaded_at, '%Y-%m-%d %H:%M:%S.%f') || ' ' || f.revision_id",
    queries_revisions.CORRECTIONS: "f.correction_id || ':' || coalesce(f.figure_id, '')",
}


def _page(cursor: Cursor, table: str, wanted: Any) -> tuple[int, pd.DataFrame]:
    """Count the rows of a table and select a page of them; a publication without that table has none."""
    columns = [*COLUMNS[table], "key"]
    if table not in queries_revisions.held(cursor):
        return 0, made(columns, [])
    bound = {column: list(ids) for column, ids in wanted.chosen.items()}
    chosen = " and ".join(f"list_contains(${column}, f.{column})" for column in bound) or "true"
    ((count,),) = rows(cursor, f"select count(*) from {table} as f where {chosen}", bound)[1]
    names = ", ".join(f"f.{name}" for name in COLUMNS[table])
    sql = f"""select {names}, {KEYS[table]} as key from {table} as f
        where {chosen} {f"and {KEYS[table]} > $after" if wanted.after is not None else ""} order by key limit $limit"""
    after = {} if wanted.after is None else {"after": wanted.after}
    return int(count), frame(cursor, sql, bound | after | {"limit": wanted.limit})


def revisions(cursor: Cursor, wanted: Any) -> tuple[int, pd.DataFrame]:
    """Page changes of our record by time; one row per change, one for each column changed."""
    return _page(cursor, queries_revisions.REVISIONS, wanted)


def corrections(cursor: Cursor, wanted: Any) -> tuple[int, pd.DataFrame]:
    """Page corrections of published data; one row per correction and figure it touches."""
    return _page(cursor, queries_revisions.CORRECTIONS, wanted)


def changes(cursor: Cursor, wanted: Any, figures: str, bound: dict[str, Any]) -> list[dict[str, Any]]:
    """Select the latest changes of our record, additions aside, latest first; where figures are chosen, theirs alone.

    `figures` is the select of those figures as they are now, `bound` what it binds.
    """
    if queries_revisions.REVISIONS not in queries_revisions.held(cursor):
        return []
    is_narrowed = bool(wanted.chosen) or wanted.is_without_party_claims or wanted.known_on != date.max
    chosen = f"f.figure_id in (select figure_id from ({figures}))" if is_narrowed else "true"
    sql = f"""
        select f.*, now.figure_id is not null as is_there
        from fct_revisions as f left join fct_figures as now on f.figure_id = now.figure_id
        where f.change <> 'added' and {chosen}
        order by f.loaded_at desc, f.figure_id, f.column_name, f.revision_id limit $limit
    """
    return words.records(frame(cursor, sql, named(sql, bound)))
