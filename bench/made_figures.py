"""A warehouse of as many figures as wanted, and the same input for those we are measured beside.

The record is there once. Copy n of the figures of the sample data sets has "~n" behind its figure and incident ids, and
every day it speaks of is moved by n modulo DAYS days: so most copies have scopes of their own. Of a release the copies
stay in one document. Made in SQL from the raw tables: nothing is read or validated again.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import duckdb

from common.quoting import identifier, literal

DAYS = 3650
IDS = ("figure_id", "part_of", "incident_id", "row_key")
REPEATED = "dataset_figures"
ADDED = 40


def shifted(name: str, kind: str) -> str:
    """Return one column of copy n."""
    if name in IDS:
        return f"t.{name} || '~' || n as {name}"
    if kind == "DATE":
        return f"t.{name} + cast(n % {DAYS} as integer) as {name}"
    return f"t.{name}"


def warehouse(original: Path, target: Path, figures: int) -> int:
    """Write a warehouse of at least `figures` figures of data sets and nothing built; returns how many there are."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach {literal(str(original))} as original (read_only)")
        connection.execute(f"attach {literal(str(target))} as made (storage_version 'v1.2.0')")
        connection.execute("create schema made.raw")
        ((count,),) = connection.execute(f"select count(*) from original.raw.{REPEATED}").fetchall()
        copies = -(-figures // count)
        tables = connection.execute(
            "select table_name, sql from duckdb_tables() where database_name = 'original' and schema_name = 'raw'"
        ).fetchall()
        connection.execute("use made")
        for table, definition in tables:
            connection.execute(definition)
            columns, source = "t.*", f"original.raw.{identifier(table)} as t"
            if table == REPEATED:
                described = connection.execute(f"describe original.raw.{identifier(table)}").fetchall()
                columns = ", ".join(shifted(name, kind) for name, kind, *_ in described)
                source += f", range({copies}) as copy(n)"
            connection.execute(f"insert into made.raw.{identifier(table)} select {columns} from {source}")
    return int(copies * count)


def add_document(target: Path, original: Path, number: int = 0) -> int:
    """Write one more document of ADDED figures into a warehouse, as a load would; returns how many figures.

    Its figures are those of the first documents of the record, with scopes that are there, told a day after all
    others; the document is called added-<number>.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(original))} as original (read_only)")
        connection.execute(f"attach {literal(str(target))} as made")
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


# What a peer is given: public figures as staging gives them, of the record and the data sets in one form, each with the
# place that its name was found to be; and documents with the days of the release before them and of the next, which
# took their place.
FIGURES = """
    select
        figures.* exclude (removed_at, row_key) replace (
            scoped.place_id as place_id,
            cast(figures.value_coded as double) as value_coded,
            cast(figures.low_coded as double) as low_coded,
            cast(figures.high_coded as double) as high_coded
        ),
        scoped.stated_place as scope_place
    from staging.stg_figures as figures
    left join staging.int_figures_scoped as scoped on figures.figure_id = scoped.figure_id
"""
DOCUMENTS = """
    select
        documents.document_id, documents.publisher, documents.agency, documents.title as document_title,
        documents.url as document_url, documents.published_on_basis, documents.published_on,
        releases.previous_published_on, releases.replaced_on
    from staging.stg_documents as documents
    left join staging.int_dataset_releases as releases on documents.document_id = releases.document_id
"""
PEERS_INPUT = {"figures": FIGURES, "documents": DOCUMENTS}
MODEL_OF_INPUT = "+int_figures_scoped"


def peers_input(built: Path, folder: Path) -> None:
    """Write figures and documents in the form each peer reads quickest: Parquet, and a SQLite file.

    `built` has what MODEL_OF_INPUT selects. Numbers become doubles, which every peer calculates with; SQLite gets
    whole numbers, rows in order and an index of ids.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with (
        duckdb.connect(str(built), read_only=True) as connection,
        closing(sqlite3.connect(folder / "raw.sqlite")) as lite,
    ):
        for table, source in PEERS_INPUT.items():
            connection.execute(f"copy ({source}) to {literal(f'{folder / table}.parquet')} (format parquet)")
            _into_sqlite(connection, lite, table, source)
        lite.commit()


def _into_sqlite(connection: duckdb.DuckDBPyConnection, lite: sqlite3.Connection, table: str, source: str) -> None:
    types = {name: kind for name, kind, *_ in connection.execute(f"describe {source}").fetchall()}
    kinds = {"INTEGER": "integer", "BIGINT": "integer", "DOUBLE": "numeric"}
    columns = ", ".join(f"{identifier(name)} {kinds.get(kind, 'text')}" for name, kind in types.items())
    lite.execute(f"create table {table} ({columns})")
    texts = ", ".join(
        f"cast({identifier(name)} as varchar) as {identifier(name)}"
        for name, kind in types.items()
        if kind in ("DATE", "TIMESTAMP")
    )
    key = identifier(next(iter(types)))
    found = connection.execute(f"select * replace ({texts}) from ({source}) order by {key}")
    while rows := found.fetchmany(50_000):
        lite.executemany(f"insert into {table} values ({', '.join('?' * len(types))})", rows)
    lite.execute(f"create unique index {table}_by_id on {table} ({key})")


def made(original: Path, folder: Path, figures: int) -> tuple[Path, int]:
    """Return the warehouse of that many figures of data sets and their count, written where it is not there yet."""
    target = folder / f"{REPEATED}-{figures}.duckdb"
    if not target.exists() or target.stat().st_mtime < original.stat().st_mtime:
        print(f"Writing {figures:,} figures …", file=sys.stderr)
        warehouse(original, target, figures)
    with duckdb.connect(str(target), read_only=True) as connection:
        ((count,),) = connection.execute(f"select count(*) from raw.{REPEATED}").fetchall()
    return target, int(count)
