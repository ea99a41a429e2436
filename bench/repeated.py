"""A publication of as many figures as wanted: the newest one repeated, each copy with ids and days of its own.

Copy n is the whole record with "~n" behind its figure, report, document, scope and incident ids and every day moved by
n modulo DAYS days; so it has scopes and ranges of its own, which no other copy supersedes. Tables are written in the
order in which dbt writes them.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from common.quoting import identifier, literal

DAYS = 730
IDS = ("figure_id", "report_id", "document_id", "scope_id", "incident_id", "part_of", "previous_report_id",
       "previous_figure_id", "lower_figure_id", "higher_figure_id", "lower_report_id", "higher_report_id",
       "part_figure_id", "whole_figure_id", "part_scope_id")  # fmt: skip
REPEATED = ("fct_figures", "fct_readings", "fct_reports", "fct_reworded_reports", "dim_documents", "range_reported",
            "range_agreements", "range_contradictions", "range_standing_reports", "check_decreasing_totals",
            "check_disjoint_reports", "check_low_above_high", "check_nested_reports",
            "check_parts_and_totals")  # fmt: skip
ORDERS = {
    "fct_figures": """episode_id, measure_id,
        case when population_id = 'all' and cause_id is null and actor_id is null then 0 else 1 end,
        case counting when 'cumulative' then 0 when 'stock' then 1 when 'period' then 2 else 3 end,
        case when counting <> 'incident' then period_end_on end desc nulls last, place_id, period_start_on desc,
        scope_id, published_on, figure_id""",
    "range_reported": """episode_id, measure_id, hedge_convention, population_id, place_id, period_start_on, scope_id,
        valid_from_on""",
}
COUNTS = """
    select episode_id, measure_id, population_id, place_id, cause_id, voice_id, counting, claim_about,
        count(*) as figure_count, is_party_claim, published_on
    from fct_figures group by all order by episode_id, measure_id, published_on
"""


def _shifted(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Return the select list of one table: ids and days of copy n, everything else as it is."""
    described = connection.execute(f"describe original.{identifier(table)}").fetchall()
    parts = []
    for name, kind, *_ in described:
        if name in IDS:
            parts.append(f"t.{identifier(name)} || '~' || n as {identifier(name)}")
        elif kind == "DATE" and name not in ("coded_on", "checked_on", "retrieved_on"):
            parts.append(f"t.{identifier(name)} + cast(n % {DAYS} as integer) as {identifier(name)}")
        else:
            parts.append(f"t.{identifier(name)}")
    return ", ".join(parts)


def _create_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the views of the original, a view that another one reads before it, whatever order they are listed in.

    Raises:
        duckdb.CatalogException: a view reads something that is not there at all.

    """
    views = [sql for (sql,) in connection.execute(
        "select sql from duckdb_views() where database_name = 'original' and not internal"
    ).fetchall()]  # fmt: skip
    while views:
        waiting = []
        for view in views:
            try:
                connection.execute(view)
            except duckdb.CatalogException:
                if len(waiting) + 1 == len(views):
                    raise
                waiting.append(view)
        views = waiting


def write(original: Path, target: Path, figures: int) -> int:
    """Write the publication `target` with at least `figures` figures; returns how many there are."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with duckdb.connect(str(target)) as connection:
        connection.execute("set preserve_insertion_order = true; set enable_progress_bar = false")
        connection.execute(f"attach {literal(str(original))} as original (read_only)")
        (count,) = connection.execute("select count(*) from original.fct_figures").fetchone() or (0,)
        copies = -(-figures // int(count))
        tables = [name for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'original' and table_name <> 'build'"
        ).fetchall()]  # fmt: skip
        for table in tables:
            if table == "fct_figure_counts":
                continue
            if table not in REPEATED:
                connection.execute(f"create table {identifier(table)} as select * from original.{identifier(table)}")
                continue
            order = f"order by {ORDERS[table]}" if table in ORDERS else ""
            connection.execute(
                f"create table {identifier(table)} as select {_shifted(connection, table)} "
                f"from original.{identifier(table)} as t, range({copies}) as copy(n) {order}"
            )
        connection.execute(f"create table fct_figure_counts as {COUNTS}")
        connection.execute(
            f"create table build as select * replace (known_until_on + {DAYS - 1} as known_until_on, "
            f"cast({copies * int(count)} as bigint) as figure_count) from original.build"
        )
        _create_views(connection)
    return copies * count
