"""Whether a peer's figures, reports and ranges are exactly ours, row by row and column by column."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pandas as pd

from common.quoting import identifier, literal

OURS = {"figures": "main.fct_figures", "reports": "main.fct_reports", "ranges": "main.range_reported"}
# What parts and totals imply (rule 10) comes from models that no peer has.
IMPLIED = ("implied_low", "implied_high")
AT_ONCE = 100_000
Built = dict[str, pd.DataFrame] | Path


def differences(warehouse: Path, built: Built) -> list[str]:
    """Return one or two sentences for each table that is not ours, with the first row that differs.

    `built` is what a peer built: tables by name, a folder of Parquet files, or a SQLite file. Every column of ours is
    compared but those implied; a peer's is given our type first, and what it has beside them does not count.
    """
    found = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for table, ours in OURS.items():
            described = connection.execute(f"describe {ours}").fetchall()
            types = {name: kind for name, kind, *_ in described if name not in IMPLIED}
            connection.execute(
                f"create or replace temp table ours as select {', '.join(map(identifier, types))} from {ours}"
            )
            connection.execute("create or replace temp table peers as from ours limit 0")
            cast = ", ".join(f"cast({identifier(name)} as {kind})" for name, kind in types.items())
            for given in _given(connection, table, built):
                connection.execute(f"insert into peers select {cast} from {given}")
            found += _different(connection, table)
    return found


def _given(connection: duckdb.DuckDBPyConnection, table: str, built: Built) -> Iterator[str]:
    """Yield what a peer's rows can be read from, part by part: a SQLite file is too much for memory at once."""
    if isinstance(built, dict):
        connection.register("given", built[table])
        yield "given"
    elif built.suffix == ".sqlite":
        with closing(sqlite3.connect(built)) as lite:
            rows = pd.read_sql_query(f"select * from {table}", lite, chunksize=AT_ONCE, dtype_backend="numpy_nullable")
            for part in rows:
                connection.register("given", part)
                yield "given"
    else:
        yield literal(str(built / f"{table}.parquet"))


def _different(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    found = []
    for one, other in (("ours", "peers"), ("peers", "ours")):
        rows = connection.execute(f"from {one} except all from {other} order by all limit 1").fetchall()
        if rows:
            sizes = [connection.execute(f"select count(*) from {each}").fetchall()[0][0] for each in (one, other)]
            told = " | ".join(str(value) for value in rows[0])
            found.append(f"{table}: only in {one} ({sizes[0]:,} rows beside {sizes[1]:,}): {told}")
    return found
