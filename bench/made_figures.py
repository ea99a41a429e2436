"""A warehouse of as many figures as wanted, and the same input for those we are measured beside.

Copy n of the real record, or of the figures of the sample data sets, has "~n" behind its figure, document and incident
ids, and every day it speaks of is moved by n modulo DAYS days: so most copies have scopes of their own, and what is
counted since no stated day becomes a series over ten years. Of a release the copies stay in one document. Made in SQL
from the raw tables: nothing is read or validated again.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import duckdb

DAYS = 3650
IDS = ("figure_id", "document_id", "part_of", "incident_id", "row_key")
RECORD = ("figures", "documents")
DATA_SETS = ("dataset_figures",)
# When we read a text has nothing to do with when it was printed.
OUR_DAYS = ("coded_on", "checked_on", "retrieved_on")
ADDED = 40


def shifted(name: str, kind: str, table: str) -> str:
    """Return one column of copy n."""
    if name in IDS and (name != "document_id" or table in RECORD):
        return f"t.{name} || '~' || n as {name}"
    if kind == "DATE" and name not in OUR_DAYS:
        return f"t.{name} + cast(n % {DAYS} as integer) as {name}"
    return f"t.{name}"


def described(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    """Return names and types of the columns of a raw table of the original."""
    return [(name, kind) for name, kind, *_ in connection.execute(f"describe original.raw.{table}").fetchall()]


def warehouse(original: Path, target: Path, figures: int, repeated: Sequence[str] = RECORD) -> int:
    """Write a warehouse with raw tables of at least `figures` figures and nothing built; returns how many there are.

    They are copies of the rows of `repeated`, RECORD or DATA_SETS, whose figures come first.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach '{original}' as original (read_only)")
        connection.execute(f"attach '{target}' as made (storage_version 'v1.5.0')")
        connection.execute("create schema made.raw")
        ((count,),) = connection.execute(f"select count(*) from original.raw.{repeated[0]}").fetchall()
        copies = -(-figures // count)
        tables = connection.execute(
            "select table_name, sql from duckdb_tables() where database_name = 'original' and schema_name = 'raw'"
        ).fetchall()
        connection.execute("use made")
        for table, definition in tables:
            connection.execute(definition)
            columns, source = "t.*", f"original.raw.{table} as t"
            if table in repeated:
                columns = ", ".join(shifted(name, kind, table) for name, kind in described(connection, table))
                source += f", range({copies}) as copy(n)"
            connection.execute(f"insert into made.raw.{table} select {columns} from {source}")
    return int(copies * count)


def add_document(target: Path, original: Path, number: int = 0) -> int:
    """Write one more document of ADDED figures into a warehouse, as a load would; returns how many figures.

    Its figures are those of the first documents of the record, with scopes that are there, told a day after all
    others; the document is called added-<number>.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{original}' as original (read_only)")
        connection.execute(f"attach '{target}' as made")
        document = f"added-{number}"
        loaded = f"'{document}' as load_id, t.loaded_at + interval {number + 1} day as loaded_at"
        connection.execute(
            f"insert into made.raw.documents select t.* replace ("
            f"'{document}' as document_id, t.published_on + {DAYS} as published_on, {loaded}) "
            "from original.raw.documents as t order by document_id limit 1"
        )
        connection.execute(
            "insert into made.raw.figures select t.* replace ("
            f"'{document}-' || row_number() over (order by figure_id) as figure_id, '{document}' as document_id, "
            f"null as part_of, t.reported_on + {DAYS} as reported_on, {loaded}) "
            f"from original.raw.figures as t where hedge_id <> 'share' order by t.figure_id limit {ADDED}"
        )
        connection.execute(
            f"insert into made.raw.loads select t.* replace ({loaded}) from original.raw.loads as t limit 1"
        )
        ((count,),) = connection.execute(
            f"select count(*) from made.raw.figures where document_id = '{document}'"
        ).fetchall()
    return int(count)


def peers_input(made: Path, folder: Path) -> None:
    """Write the raw figures and documents in the form each peer reads quickest: Parquet, and a SQLite file.

    Numbers become doubles, which every one of them calculates with; SQLite gets whole numbers and a key.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with (
        duckdb.connect(str(made), read_only=True) as connection,
        closing(sqlite3.connect(folder / "raw.sqlite")) as lite,
    ):
        for table in RECORD:
            types = {name: kind for name, kind, *_ in connection.execute(f"describe raw.{table}").fetchall()}
            doubles = ", ".join(f"cast({name} as double) as {name}" for name in types if "DECIMAL" in types[name])
            replaced = f"replace ({doubles})" if doubles else ""
            source = f"select * {replaced} from raw.{table} as t"
            connection.execute(f"copy ({source}) to '{folder / table}.parquet' (format parquet)")
            _into_sqlite(connection, lite, table, source, types)
        lite.commit()


def _into_sqlite(
    connection: duckdb.DuckDBPyConnection, lite: sqlite3.Connection, table: str, source: str, types: dict[str, str]
) -> None:
    key = {"figures": "figure_id", "documents": "document_id"}[table]
    kinds = {"VARCHAR": "text", "DATE": "text", "TIMESTAMP": "text", "INTEGER": "integer"}
    columns = ", ".join(f"{name} {kinds.get(kind, 'numeric')}" for name, kind in types.items())
    lite.execute(f"create table {table} ({columns}, primary key ({key})) without rowid")
    texts = ", ".join(
        f"cast({name} as varchar) as {name}" for name, kind in types.items() if kind in ("DATE", "TIMESTAMP")
    )
    found = connection.execute(f"select * replace ({texts}) from ({source}) order by {key}")
    while rows := found.fetchmany(50_000):
        lite.executemany(f"insert into {table} values ({', '.join('?' * len(types))})", rows)


def made(original: Path, folder: Path, figures: int, repeated: Sequence[str] = RECORD) -> tuple[Path, int]:
    """Return the warehouse of that many figures and its count, written where it is not there yet."""
    target = folder / f"{repeated[0]}-{figures}.duckdb"
    if not target.exists() or target.stat().st_mtime < original.stat().st_mtime:
        print(f"Writing {figures:,} figures …", file=sys.stderr)
        warehouse(original, target, figures, repeated)
    with duckdb.connect(str(target), read_only=True) as connection:
        ((count,),) = connection.execute(f"select count(*) from raw.{repeated[0]}").fetchall()
    return target, int(count)
