"""What the API asks of the history: the changes of our record, and corrections of published data.

`wanted` is queries_api.Wanted; only its filters and its page count. Rows are paged by `key`: oldest revisions first.
"""

from datetime import date
from typing import Any

import pandas as pd

from dashboard.publication import cache
from dashboard.publication.cache import Cursor, frame, kept, made, named, rows

# How our record of figures changed, and where published data are corrected: a cursor in, rows out.
#
# Publications made before there was a history have neither table; to them these questions have no rows.

REVISIONS, CORRECTIONS = "fct_revisions", "fct_corrections"
MOST_OF_A_FIGURE, MOST_LATEST = 200, 20


def _held(cursor: Cursor) -> frozenset[str]:
    sql = """select table_name as name from duckdb_tables() where schema_name = 'main'
        union all select view_name from duckdb_views() where schema_name = 'main' and not internal"""
    return frozenset(frame(cursor, sql)["name"]) & {REVISIONS, CORRECTIONS}


def held(cursor: Cursor) -> frozenset[str]:
    """Return which of the two tables a publication has; asked once for each."""
    return kept(cursor, _held)


def of_figure(cursor: Cursor, figure_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return `revisions` of a figure, oldest first, and `corrections` of it."""
    return {
        "revisions": revisions_of_figure(cursor, figure_id),
        "corrections": corrections_of_figure(cursor, figure_id),
    }


def revisions_of_figure(cursor: Cursor, figure_id: str) -> list[dict[str, Any]]:
    """Select what changed in our record of one figure, oldest first. One row per change (and column changed)."""
    if REVISIONS not in held(cursor):
        return []
    sql = """select change, column_name, value_old, value_new, reason, loaded_at from fct_revisions
        where record_table = 'figures' and figure_id = $figure
        order by loaded_at, change <> 'added', change, column_name, revision_id limit $most"""
    return cache.records(frame(cursor, sql, {"figure": figure_id, "most": MOST_OF_A_FIGURE}))


def corrections_of_figure(cursor: Cursor, figure_id: str) -> list[dict[str, Any]]:
    """Select what is wrong in the published data behind one figure. One row per correction."""
    if CORRECTIONS not in held(cursor):
        return []
    sql = """select correction_id, dataset_id, row_key, column_name, value_published, value_corrected, reason, url,
            status
        from fct_corrections where figure_id = $figure order by correction_id limit $most"""
    return cache.records(frame(cursor, sql, {"figure": figure_id, "most": MOST_OF_A_FIGURE}))


def latest(cursor: Cursor, episode_id: str) -> list[dict[str, Any]]:
    """Select the latest changes in our record of an episode, latest first, additions of a load together in one row.

    figure_count, document_count are those of an addition; is_there is whether the figure can be looked at.
    """
    if REVISIONS not in held(cursor):
        return []
    sql = """
        with ours as (select * from fct_revisions where episode_id = $episode),
        changes as (
            select change, record_table, figure_id, document_id, column_name, value_old, value_new, reason, loaded_at,
                revision_id, null::bigint as figure_count, null::bigint as document_count
            from ours where change <> 'added'
            union all
            select 'added', null, null, null, null, null, null, null, max(loaded_at), max(revision_id),
                count(*) filter (where record_table = 'figures'), count(*) filter (where record_table = 'documents')
            from ours where change = 'added' group by load_id
        )
        select changes.*, f.figure_id is not null as is_there
        from changes left join fct_figures as f on changes.figure_id = f.figure_id
        order by changes.loaded_at desc, changes.figure_id, changes.column_name, changes.revision_id limit $most
    """
    return cache.records(frame(cursor, sql, {"episode": episode_id, "most": MOST_LATEST}))


REVISION = (
    "revision_id", "record_table", "figure_id", "document_id", "episode_id", "load_id", "change", "column_name",
    "value_old", "value_new", "reason", "loaded_at",
)  # fmt: skip
CORRECTION = (
    "correction_id", "figure_id", "dataset_id", "row_key", "column_name", "value_published", "value_corrected",
    "reason", "url", "status",
)  # fmt: skip
COLUMNS = {REVISIONS: REVISION, CORRECTIONS: CORRECTION}


KEYS = {
    REVISIONS: "strftime(f.loaded_at, '%Y-%m-%d %H:%M:%S.%f') || ' ' || f.revision_id",
    CORRECTIONS: "f.correction_id || ':' || coalesce(f.figure_id, '')",
}


def _page(cursor: Cursor, table: str, wanted: Any) -> tuple[int, pd.DataFrame]:
    """Count the rows of a table and select a page of them; a publication without that table has none."""
    columns = [*COLUMNS[table], "key"]
    if table not in held(cursor):
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
    return _page(cursor, REVISIONS, wanted)


def corrections(cursor: Cursor, wanted: Any) -> tuple[int, pd.DataFrame]:
    """Page corrections of published data; one row per correction and figure it touches."""
    return _page(cursor, CORRECTIONS, wanted)


def changes(cursor: Cursor, wanted: Any, figures: str, bound: dict[str, Any]) -> list[dict[str, Any]]:
    """Select the latest changes of our record, additions aside, latest first; where figures are chosen, theirs alone.

    `figures` is the select of those figures as they are now, `bound` what it binds.
    """
    if REVISIONS not in held(cursor):
        return []
    is_narrowed = bool(wanted.chosen) or wanted.is_without_party_claims or wanted.known_on != date.max
    chosen = f"f.figure_id in (select figure_id from ({figures}))" if is_narrowed else "true"
    sql = f"""
        select f.*, now.figure_id is not null as is_there
        from fct_revisions as f left join fct_figures as now on f.figure_id = now.figure_id
        where f.change <> 'added' and {chosen}
        order by f.loaded_at desc, f.figure_id, f.column_name, f.revision_id limit $limit
    """
    return cache.records(frame(cursor, sql, named(sql, bound)))
