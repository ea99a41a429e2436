"""The marts of a build on Spark, brought home into a published DuckDB file, which the dashboard serves like any other.

Rows, raw and words come from that one build: its tables, the export that it read, this project's models. Nothing is
published unless all of it stood and nothing was loaded since.
"""

from pathlib import Path

import duckdb

from common.contracts import contracts
from common.layout import WAREHOUSE
from common.quoting import identifier, literal
from ingest.engines.compared import select_from_spark
from ingest.engines.parquet import in_utc, is_current, read_manifest
from ingest.engines.spark_build import Places, objection, relations, run_dbt_on_duckdb
from ingest.errors import CannotRunError
from ingest.files import shown_path
from ingest.warehouse.connection import open_warehouse
from ingest.warehouse.migrations import VERSIONS, raw_tables
from ingest.warehouse.publish import objection_to_folder

PUBLISHED_SCHEMA = "main"


def publish_from_spark(places: Places, warehouse: Path, published: Path) -> None:
    """Publish what a build on Spark made of a warehouse.

    Args:
        places: those of the build.
        warehouse: the working file whose raw it was made of; nothing is written into it.
        published: the folder of publications.

    Raises:
        CannotRunError: the build is no whole one, something was loaded since, or the folder cannot be written.

    """
    if reason := objection_to_folder(str(published)) or objection(places):
        raise CannotRunError(f"{reason.rstrip('.')}. Nothing was published.")
    home = places.folder / WAREHOUSE
    home.unlink(missing_ok=True)
    _bring_raw(places, home)
    views = _bring_tables(places, home)
    # What is a view of tables beside it is made by DuckDB, as a publication holds it; stg_loads says up to when it is.
    run_dbt_on_duckdb(places, home, published, ["run", "--select", "stg_loads", *views])
    if not is_current(warehouse, places.raw):
        raise CannotRunError(
            f"Something was loaded into {shown_path(warehouse)} while Spark built; build once more. "
            "Nothing was published."
        )
    run_dbt_on_duckdb(places, home, published, ["run-operation", "write_publication"])
    home.unlink()


def _bring_raw(places: Places, home: Path) -> None:
    """Write a warehouse of what was exported for the build: it says what is restricted, and what was loaded when."""
    manifest = read_manifest(places.raw)
    with open_warehouse(home) as connection:
        for table, columns in raw_tables().items():
            if table == VERSIONS:
                continue
            files = ", ".join(literal(str(places.raw / name)) for name in manifest.files if name.split("/")[0] == table)
            names = ", ".join(map(identifier, columns))
            cells = ", ".join(in_utc(name, kind) for name, kind in columns.items())
            connection.execute(
                f"insert into w.raw.{identifier(table)} ({names}) select {cells} from read_parquet([{files}])"
            )


def _bring_tables(places: Places, home: Path) -> list[str]:
    """Write the published tables as Spark made them; returns the names of those that are views."""
    known, views = contracts(), []
    with duckdb.connect(str(home)) as connection:
        for schema, name, is_view in relations(places):
            if schema != PUBLISHED_SCHEMA:
                continue
            if is_view:
                views.append(name)
                continue
            rows = select_from_spark(places, schema, name, known[name].columns)
            connection.execute(f"create table main.{identifier(name)} as {rows}")
    return views
