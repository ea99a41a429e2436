"""How our record of figures changed, and where published data are corrected: a cursor in, rows out.

Publications made before there was a history have neither table; to them these questions have no rows.
"""

from typing import Any

from dashboard import words
from dashboard.reading import Cursor, frame, kept

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
    return {"revisions": revisions(cursor, figure_id), "corrections": corrections(cursor, figure_id)}


def revisions(cursor: Cursor, figure_id: str) -> list[dict[str, Any]]:
    """Select what changed in our record of one figure, oldest first. One row per change (and column changed)."""
    if REVISIONS not in held(cursor):
        return []
    sql = """select change, column_name, value_old, value_new, reason, loaded_at from fct_revisions
        where record_table = 'figures' and figure_id = $figure
        order by loaded_at, change <> 'added', change, column_name, revision_id limit $most"""
    return words.records(frame(cursor, sql, {"figure": figure_id, "most": MOST_OF_A_FIGURE}))


def corrections(cursor: Cursor, figure_id: str) -> list[dict[str, Any]]:
    """Select what is wrong in the published data behind one figure. One row per correction."""
    if CORRECTIONS not in held(cursor):
        return []
    sql = """select correction_id, dataset_id, row_key, column_name, value_published, value_corrected, reason, url,
            status
        from fct_corrections where figure_id = $figure order by correction_id limit $most"""
    return words.records(frame(cursor, sql, {"figure": figure_id, "most": MOST_OF_A_FIGURE}))


def latest(cursor: Cursor, episode_id: str) -> list[dict[str, Any]]:
    """Select the latest changes in our record of an episode, latest first, additions of a load together in one row.

    figure_count, document_count are those of an addition; is_there is whether the figure can be looked at.
    """
    if REVISIONS not in held(cursor):
        return []
    sql = """
        with ours as (select * from fct_revisions where episode_id = $episode),
        told as (
            select change, record_table, figure_id, document_id, column_name, value_old, value_new, reason, loaded_at,
                revision_id, null::bigint as figure_count, null::bigint as document_count
            from ours where change <> 'added'
            union all
            select 'added', null, null, null, null, null, null, null, max(loaded_at), max(revision_id),
                count(*) filter (where record_table = 'figures'), count(*) filter (where record_table = 'documents')
            from ours where change = 'added' group by load_id
        )
        select told.*, f.figure_id is not null as is_there
        from told left join fct_figures as f on told.figure_id = f.figure_id
        order by told.loaded_at desc, told.figure_id, told.column_name, told.revision_id limit $most
    """
    return words.records(frame(cursor, sql, {"episode": episode_id, "most": MOST_LATEST}))
