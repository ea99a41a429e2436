"""The commands ``export`` and ``copy``."""

import argparse
from dataclasses import asdict
from pathlib import Path

from common.layout import published_folder
from ingest.cli.output import Add, print_json
from ingest.errors import counted
from ingest.files import warehouse_path

EXPORT = """\
Write what was loaded (the schema raw) as Parquet into the folder DIR, for engines that read no DuckDB file: one file
for each episode of the record and each release of a data set, numbers and days in types that DuckDB and Spark both
read, times in UTC, and manifest.json with the rows and the SHA-256 of each file. An earlier export is brought up to
date: what no load touched stays the same file. DIR is written whole or stays as it was, and is refused where it holds
anything that no export wrote.

An export holds restricted figures, since the warehouse does: only its owner can open the folder (mode 0700)."""
COPY = """\
Copy the newest publication into PostgreSQL (15 or newer), for people who keep their marts there: every table and view
as a plain table with its comments, and with the key that its tests prove; but for the ranges by the day
(range_deaths_daily), which are range_deaths joined with dim_days. All is one transaction in a schema of its own
(--schema, on_record): who reads meanwhile sees the tables as they were, and then as they are. Rights and views
upon a table stay. Restricted figures are in no publication; one that tells of a figure restricted since is not copied.

The address is postgres://USER@HOST:PORT/DATABASE. Its password is best not in it, where other people of this machine
may see it: leave it to PGPASSWORD or ~/.pgpass. It is never printed. The driver is not installed with the rest:
  .venv/bin/pip install --no-deps --require-hashes -r requirements-postgres.txt"""
EXPORT_EXAMPLES = ("on-record export --parquet /srv/on-record/raw", "on-record export --parquet target/raw --json")
COPY_EXAMPLES = (
    "on-record copy --to postgres://anna@db.example.org/marts",
    "on-record copy --to postgres:///marts --schema casualties --json",
)


def register(add: Add) -> None:
    """Add both commands to the command line."""
    export = add("export", "write what was loaded as Parquet", EXPORT, False, EXPORT_EXAMPLES)
    export.add_argument("--parquet", required=True, metavar="DIR", help="the folder: new, or of an earlier export")
    export.set_defaults(run=_export)
    copy = add("copy", "copy what is published into PostgreSQL", COPY, False, COPY_EXAMPLES)
    copy.add_argument("--to", required=True, metavar="ADDRESS", help="postgres://USER@HOST:PORT/DATABASE")
    copy.add_argument("--schema", default="on_record", metavar="NAME", help="the schema (default: on_record)")
    copy.set_defaults(run=_copy)


def _export(chosen: argparse.Namespace) -> int:
    # Here, so that the other commands start without DuckDB.
    from ingest.engines.parquet import export_raw, words  # noqa: PLC0415

    folder = Path(chosen.parquet)
    done = export_raw(warehouse_path(), folder)
    if chosen.json:
        print_json({"folder": str(folder), **asdict(done)})
    else:
        print(words(done, folder))
    return 0


def _copy(chosen: argparse.Namespace) -> int:
    from ingest.engines.postgres import copy_publication, place_of  # noqa: PLC0415

    done = copy_publication(published_folder(), warehouse_path(), place_of(chosen.to, chosen.schema))
    if chosen.json:
        print_json(asdict(done))
    else:
        rows, tables = counted(sum(done.rows.values()), "row"), counted(len(done.rows), "table")
        print(f"{done.to} has {done.publication} in its schema {done.schema}: {rows} in {tables}.")
    return 0
