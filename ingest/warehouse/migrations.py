"""The tables of the schema raw as they came to be: ordered steps, each run once, in the transaction of a load.

Here alone is said which tables and columns raw has; a new warehouse takes all the steps too, so that an old one that
was carried along and a new one cannot differ. A step that was released never changes: what comes later is a step of
its own. Files written before there were steps hold the tables of the first four, in part or whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import duckdb

from common.quoting import identifier
from ingest.errors import CannotRunError

VERSIONS = "schema_version"
"""The table of raw with a row for each step taken."""


@dataclass(frozen=True)
class Migration:
    """One step: what it is for, and its SQL, in which the warehouse is attached as ``w``."""

    what: str
    sql: tuple[str, ...]


_DOCUMENT = """episode_id VARCHAR, document_id VARCHAR, publisher VARCHAR, title VARCHAR, language VARCHAR, url VARCHAR,
published_on DATE, published_on_basis VARCHAR, retrieved_on DATE, sha256 VARCHAR, file_name VARCHAR, note VARCHAR,
record_file VARCHAR, record_line INTEGER, load_id VARCHAR, loaded_at TIMESTAMP, removed_at TIMESTAMP"""
_FIGURE = """episode_id VARCHAR, figure_id VARCHAR, document_id VARCHAR, paragraph INTEGER, phrase VARCHAR,
source_id VARCHAR, measure_id VARCHAR, population_id VARCHAR, place_id VARCHAR, cause_id VARCHAR, actor_id VARCHAR,
counting VARCHAR, period_start_on DATE, period_end_on DATE, reported_on DATE, reported_on_basis VARCHAR,
hedge_id VARCHAR, value DECIMAL(20,4), low DECIMAL(20,4), high DECIMAL(20,4), part_of VARCHAR, incident_id VARCHAR,
status VARCHAR, visibility VARCHAR, coded_on DATE, checked_on DATE, note VARCHAR, record_file VARCHAR,
record_line INTEGER, load_id VARCHAR, loaded_at TIMESTAMP, removed_at TIMESTAMP"""
_LOAD = """load_id VARCHAR PRIMARY KEY, started_at TIMESTAMP, loaded_at TIMESTAMP, record_version VARCHAR,
episode_ids VARCHAR, figures_added BIGINT, figures_changed BIGINT, figures_unchanged BIGINT, figures_withdrawn BIGINT,
documents_added BIGINT, documents_changed BIGINT, documents_unchanged BIGINT, documents_withdrawn BIGINT"""
_DATASET_FIGURE = """figure_id VARCHAR, document_id VARCHAR, dataset_id VARCHAR, version VARCHAR, row_key VARCHAR,
source_id VARCHAR, source_original VARCHAR, phrase VARCHAR, measure_id VARCHAR, population_id VARCHAR,
place_id VARCHAR, place_name VARCHAR, place_precision VARCHAR, latitude DOUBLE, longitude DOUBLE, cause_id VARCHAR,
actor_id VARCHAR, counting VARCHAR, period_start_on DATE, period_end_on DATE, reported_on DATE,
reported_on_basis VARCHAR, published_on DATE, hedge_id VARCHAR, value DECIMAL(20,4), low DECIMAL(20,4),
high DECIMAL(20,4), part_of VARCHAR, incident_id VARCHAR, flags VARCHAR, note VARCHAR, record_file VARCHAR,
record_line BIGINT, load_id VARCHAR, loaded_at TIMESTAMP"""
_DATASET = """load_id VARCHAR PRIMARY KEY, dataset_id VARCHAR, version VARCHAR, document_id VARCHAR, title VARCHAR,
producer VARCHAR, source_id VARCHAR, citation VARCHAR, licence VARCHAR, licence_url VARCHAR, attribution VARCHAR,
page_url VARCHAR, download_url VARCHAR, language VARCHAR, published_on DATE, published_on_basis VARCHAR,
accessed_on DATE, file_names VARCHAR, sha256 VARCHAR, size_bytes BIGINT, reader_sha256 VARCHAR, line_count BIGINT,
header_line_count BIGINT, blank_line_count BIGINT, loaded_row_count BIGINT, rejected_row_count BIGINT,
empty_row_count BIGINT, figure_count BIGINT, flagged_figure_count BIGINT, correction_count BIGINT,
is_current BOOLEAN, loaded_at TIMESTAMP"""
_REJECT = """dataset_id VARCHAR, version VARCHAR, load_id VARCHAR, file VARCHAR, line BIGINT, column_name VARCHAR,
value VARCHAR, reason VARCHAR, loaded_at TIMESTAMP"""
_CORRECTION = """correction_id VARCHAR, dataset_id VARCHAR, version VARCHAR, row_key VARCHAR, column_name VARCHAR,
value_published VARCHAR, value_corrected VARCHAR, reason VARCHAR, url VARCHAR, status VARCHAR, load_id VARCHAR,
loaded_at TIMESTAMP"""
_KIND = dict.fromkeys(
    ("kind", "interval_kind", "place_role", "verification", "source_grade", "source_grade_scheme"), "VARCHAR"
) | {"interval_level": "DECIMAL(20,4)"}
_PLACE = """place_id VARCHAR, name VARCHAR, kind VARCHAR, scheme VARCHAR, parent_id VARCHAR, partition_id VARCHAR,
latitude DOUBLE, longitude DOUBLE, reference VARCHAR"""
_REPLACED = "replaced_by VARCHAR, replaced_at TIMESTAMP"


def _table(name: str, columns: str) -> str:
    return f"CREATE TABLE IF NOT EXISTS w.raw.{identifier(name)} ({columns})"


def _column(table: str, name: str, kind: str) -> tuple[str, str]:
    """Return the SQL that gives a column to a table of the record and to that of what it replaced."""
    # Whoever lost the table of steps takes them again.
    added = f"ADD COLUMN IF NOT EXISTS {identifier(name)} {kind}"
    return tuple(f"ALTER TABLE w.raw.{identifier(each)} {added}" for each in (table, f"replaced_{table}"))  # type: ignore[return-value]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "the record: loads, documents, figures",
        (_table("loads", _LOAD), _table("documents", _DOCUMENT), _table("figures", _FIGURE)),
    ),
    Migration(
        "what a load replaces",
        (
            _table("replaced_documents", f"{_DOCUMENT}, {_REPLACED}"),
            _table("replaced_figures", f"{_FIGURE}, {_REPLACED}"),
        ),
    ),
    Migration(
        "published data sets",
        (
            _table("dataset_figures", _DATASET_FIGURE),
            _table("datasets", _DATASET),
            _table("rejects", _REJECT),
            _table("corrections", _CORRECTION),
        ),
    ),
    Migration(
        "what a release said before it was read anew",
        (
            _table("replaced_dataset_figures", f"{_DATASET_FIGURE}, {_REPLACED}"),
            _table("replaced_corrections", f"{_CORRECTION}, {_REPLACED}"),
        ),
    ),
    Migration(
        "counts in time: the wire a document prints, the hour, whom a source cites, doubts, what a source took back",
        (
            *_column("documents", "agency", "VARCHAR"),
            *_column("figures", "reported_at", "TIMESTAMP"),
            *_column("figures", "source_original_id", "VARCHAR"),
            *_column("figures", "doubts", "VARCHAR"),
            *_column("figures", "retracted_on", "DATE"),
        ),
    ),
    Migration(
        "what kind of number: counts apart from estimates, roles of places, grades, rounding",
        tuple(
            sql
            for table, added in (("figures", _KIND), ("dataset_figures", {**_KIND, "rounded_to": "BIGINT"}))
            for name, kind in added.items()
            for sql in _column(table, name, kind)
        ),
    ),
    Migration(
        "how sensitive a figure is, and which rows of data sets are kept back",
        (
            *_column("figures", "sensitivity", "VARCHAR"),
            *_column("figures", "sensitivity_reason", "VARCHAR"),
            *_column("figures", "review_on", "DATE"),
            *_column("dataset_figures", "visibility", "VARCHAR"),
        ),
    ),
    Migration(
        "places of the gazetteer that figures name",
        (_table("places", _PLACE), _table("place_names", "place_id VARCHAR, name VARCHAR")),
    ),
    Migration(
        "days whose publication stays, whatever the rule of what is kept",
        (_table("pinned_days", "recorded_on DATE PRIMARY KEY"),),
    ),
)
NEWEST = len(MIGRATIONS)


def version_of(connection: duckdb.DuckDBPyConnection, database: str = "w") -> int:
    """Return the last step taken by an attached warehouse: 0 where it is new, or older than the steps."""
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND schema_name = 'raw' AND table_name = ?",
        [database, VERSIONS],
    ).fetchall()
    if not found:
        return 0
    place = f"{identifier(database)}.raw.{identifier(VERSIONS)}"
    ((version,),) = connection.execute(f"SELECT max(version) FROM {place}").fetchall()
    return int(version or 0)


def objection_to_version(version: int) -> str:
    """Return why a warehouse of this step cannot be worked with as it is, or nothing: the end of a sentence."""
    if version > NEWEST:
        return (
            f"was written by a newer version of this program (its tables are at step {version}, this one knows "
            f"{NEWEST}): update the program"
        )
    if version < NEWEST:
        return (
            f"was written by an earlier version of this program (its tables are at step {version} of {NEWEST}): load "
            "once more, which carries it along: on-record load"
        )
    return ""


def migrate(connection: duckdb.DuckDBPyConnection, name: str, to: int = NEWEST) -> Sequence[Migration]:
    """Take the steps that the warehouse attached as ``w`` has not taken, within the transaction that is open.

    Args:
        connection: a connection with the warehouse attached as ``w``.
        name: the file, as messages name it.
        to: the last step to take; an earlier one only to read what an earlier version wrote.

    Returns:
        The steps taken.

    Raises:
        CannotRunError: a newer version of this program wrote it.

    """
    before = version_of(connection)
    if before > NEWEST:
        raise CannotRunError(f"The warehouse {name} {objection_to_version(before)}.")
    connection.execute("CREATE SCHEMA IF NOT EXISTS w.raw")
    connection.execute(_table(VERSIONS, "version INTEGER, what VARCHAR, migrated_at TIMESTAMP"))
    taken = MIGRATIONS[before:to]
    for number, migration in enumerate(taken, start=before + 1):
        for statement in migration.sql:
            connection.execute(statement)
        moment = datetime.now(UTC).replace(tzinfo=None)
        connection.execute("INSERT INTO w.raw.schema_version VALUES (?, ?, ?)", [number, migration.what, moment])
    return taken


@cache
def raw_tables(version: int = NEWEST) -> dict[str, dict[str, str]]:
    """Return the tables of raw with their columns and types, in order, as they are after a step."""
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS w")
        migrate(connection, "", version)
        rows = connection.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'w' "
            "AND schema_name = 'raw' ORDER BY table_name, column_index"
        ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    return found


def other_columns(found: dict[tuple[str, str], str], version: int = NEWEST) -> str:
    """Return the first column of raw that these tables lack or have with another type, or nothing: "figures has no x".

    A table that is missing altogether is none of it.
    """
    there = {table for table, _ in found}
    for table, columns in raw_tables(version).items():
        for name, kind in columns.items() if table in there else ():
            if found.get((table, name)) != kind:
                return f"{table} has {'no ' + name if (table, name) not in found else f'{name} not as {kind}'}"
    return ""
