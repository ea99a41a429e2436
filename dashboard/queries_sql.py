"""What the SQL page says of the publication: its tables and columns with their comments."""

import pandas as pd

from dashboard.reading import Cursor, frame


def columns(cursor: Cursor) -> pd.DataFrame:
    """List table_name, table_comment, column_name, data_type, comment in each table's order. One row per column."""
    return frame(
        cursor,
        """
        with tables as (
            select table_name as name, comment from duckdb_tables() where schema_name = 'main'
            union all
            select view_name as name, comment from duckdb_views() where schema_name = 'main' and not internal
        )
        select c.table_name, coalesce(t.comment, '') as table_comment, c.column_name, c.data_type,
            coalesce(c.comment, '') as comment
        from duckdb_columns() as c
        inner join tables as t on c.table_name = t.name
        where c.schema_name = 'main' and not c.internal
        order by c.table_name, c.column_index
        """,
    )
