"""Whether a peer's figures, reports and ranges are exactly ours, row by row and column by column."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pandas as pd

CONVENTION = "literal"
TWINS = ("lowest bigint", "highest bigint", "source_count bigint", "report_count bigint", "is_open_below boolean",
         "is_open_above boolean", "is_disputed boolean", "agreement_low bigint", "agreement_high bigint",
         "agreement_source_count bigint")  # fmt: skip
READING = ("low bigint", "value_stated bigint", "high bigint")
COLUMNS = {
    "figures": ("figure_id varchar", "report_id varchar", "voice_id varchar", "scope_id varchar", *READING,
                "is_relay boolean", "is_standing boolean", "superseded_on date"),
    "reports": ("report_id varchar", "voice_id varchar", "scope_id varchar", *READING, "figure_count bigint",
                "document_count bigint", "is_standing boolean", "is_withdrawn boolean", "reported_on date",
                "first_published_on date", "last_published_on date", "superseded_on date"),
    "ranges": ("scope_id varchar", "valid_from_on date", "valid_to_on date", *TWINS,
               *(each.replace(" ", "_without_party_claims ") for each in TWINS)),
}  # fmt: skip
OURS = {
    "figures": "main.fct_figures",
    "reports": "main.fct_reports",
    "ranges": f"(select * from main.range_reported where hedge_convention = '{CONVENTION}')",
}


def columns(table: str) -> str:
    """Return the select list that gives a table of either side the same columns and types."""
    pairs = (each.split() for each in COLUMNS[table])
    return ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in pairs)


def differences(warehouse: Path, frames: dict[str, pd.DataFrame] | Path) -> list[str]:
    """Return one sentence for each table that is not ours, with the first row that differs.

    `frames` is what a peer built: tables by name, a folder of Parquet files, or a SQLite file.
    """
    found = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for table, ours in OURS.items():
            _there(connection, table, frames)
            connection.execute(f"create or replace temp table ours as select {columns(table)} from {ours}")
            connection.execute(f"create or replace temp table peers as select {columns(table)} from given_{table}")
            found += _different(connection, table)
    return found


def _there(connection: duckdb.DuckDBPyConnection, table: str, frames: dict[str, pd.DataFrame] | Path) -> None:
    """Register what a peer built as given_<table>."""
    if isinstance(frames, dict):
        connection.register(f"given_{table}", frames[table])
    elif frames.suffix == ".sqlite":
        with closing(sqlite3.connect(frames)) as lite:
            frame = pd.read_sql_query(f"select * from {table}", lite, dtype_backend="numpy_nullable")
        connection.register(f"given_{table}", frame)
    else:
        connection.execute(f"create temp view given_{table} as from '{frames / table}.parquet'")


def _different(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    found = []
    for one, other in (("ours", "peers"), ("peers", "ours")):
        rows = connection.execute(f"from {one} except all from {other} order by all limit 1").fetchall()
        if rows:
            sizes = [connection.execute(f"select count(*) from {each}").fetchall()[0][0] for each in (one, other)]
            told = " | ".join(str(value) for value in rows[0])
            found.append(f"{table}: only in {one} ({sizes[0]:,} rows beside {sizes[1]:,}): {told}")
    return found
