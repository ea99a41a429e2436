"""A release read anew: figures that come out otherwise are replaced, and what they were is kept, set by set."""

from datetime import datetime

import duckdb

from ingest.dataset_columns import WHERE_READ, figure_columns


def compare_figures(connection: duckdb.DuckDBPyConnection, document_id: str) -> dict[str, int]:
    """Lay what ``read_anew`` gives beside the figures of a release; return how many are added, changed and so on."""
    said = [name for name in figure_columns() if name not in WHERE_READ]
    of_new, of_old = (f"row({', '.join(f'{a}.{name}' for name in said)})" for a in ("n", "o"))
    connection.execute(
        f"""
        CREATE TEMP TABLE figure_changes AS
        SELECT coalesce(n.figure_id, o.figure_id) AS figure_id, CASE
            WHEN o.figure_id IS NULL THEN 'added'
            WHEN n.figure_id IS NULL THEN 'withdrawn'
            WHEN {of_new} IS DISTINCT FROM {of_old} THEN 'changed'
            ELSE 'unchanged' END AS change
        FROM read_anew AS n
        FULL JOIN (SELECT * FROM w.raw.dataset_figures WHERE document_id = $1) AS o ON n.figure_id = o.figure_id
        """,
        [document_id],
    )
    found = connection.execute("SELECT change, count(*) FROM figure_changes GROUP BY change").fetchall()
    return {str(change): int(count) for change, count in found}


def replace_figures(connection: duckdb.DuckDBPyConnection, load_id: str, loaded_at: datetime) -> None:
    """Bring the figures that were compared to what ``read_anew`` gives.

    A figure that says the same keeps its load, one that does not moves to raw.replaced_dataset_figures with the load
    that replaced it, and so does one that is no longer given.
    """
    names = ", ".join(figure_columns())
    gone = "SELECT figure_id FROM figure_changes WHERE change IN ('changed', 'withdrawn')"
    connection.execute(
        f"INSERT INTO w.raw.replaced_dataset_figures ({names}, replaced_by, replaced_at) "
        f"SELECT {names}, ?, ? FROM w.raw.dataset_figures WHERE figure_id IN ({gone})",
        [load_id, loaded_at],
    )
    connection.execute(f"DELETE FROM w.raw.dataset_figures WHERE figure_id IN ({gone})")
    connection.execute(
        f"INSERT INTO w.raw.dataset_figures ({names}) SELECT {names} FROM read_anew "
        "WHERE figure_id IN (SELECT figure_id FROM figure_changes WHERE change IN ('added', 'changed'))"
    )
