"""What the API asks of the history: the changes of our record, and corrections of published data.

`wanted` is queries_api.Wanted; only its filters count. Rows are paged by `key`, so revisions come oldest first.
"""

from datetime import date
from typing import Any

from dashboard import queries_revisions, words
from dashboard.reading import Cursor, frame, named

REVISION = (
    "revision_id", "record_table", "figure_id", "document_id", "episode_id", "load_id", "change", "column_name",
    "value_old", "value_new", "reason", "loaded_at",
)  # fmt: skip
CORRECTION = (
    "correction_id", "figure_id", "dataset_id", "row_key", "column_name", "value_published", "value_corrected",
    "reason", "url", "status",
)  # fmt: skip
COLUMNS = {queries_revisions.REVISIONS: REVISION, queries_revisions.CORRECTIONS: CORRECTION}


def absent(cursor: Cursor) -> str:
    """Return the start of a WITH that stands in for the tables a publication does not have, as empty ones."""
    missing = sorted(COLUMNS.keys() - queries_revisions.held(cursor))
    return "with " + "".join(f"{name} as ({_empty(name)}), " for name in missing)


def _empty(name: str) -> str:
    kinds = ((column, "timestamp" if column == "loaded_at" else "text") for column in COLUMNS[name])
    return f"select {', '.join(f'cast(null as {kind}) as {column}' for column, kind in kinds)} where false"


def _chosen(wanted: Any) -> str:
    """Return the condition that every filter asked for holds; its values are bound by the name of the column."""
    return " and ".join(f"list_contains(${column}, f.{column})" for column in wanted.chosen) or "true"


def revisions(wanted: Any) -> str:
    """Changes of our record by time; one row per change, one for each column changed."""
    key = "strftime(f.loaded_at, '%Y-%m-%d %H:%M:%S.%f') || ' ' || f.revision_id"
    return f"select f.*, {key} as key from fct_revisions as f where {_chosen(wanted)}"


def corrections(wanted: Any) -> str:
    """Corrections of published data; one row per correction and figure it touches."""
    key = "f.correction_id || ':' || coalesce(f.figure_id, '')"
    return f"select f.*, {key} as key from fct_corrections as f where {_chosen(wanted)}"


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


DRESSES = {
    "revisions": f"select {', '.join(f'f.{name}' for name in REVISION)}, f.key from page as f",
    "corrections": f"select {', '.join(f'f.{name}' for name in CORRECTION)}, f.key from page as f",
}
BASES = {"revisions": revisions, "corrections": corrections}
