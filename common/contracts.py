"""The tables of a publication, as the project's own YAML declares them, and what a file lacks of them.

Whoever opens a publication relies on this: a file with a build row and without our tables is damaged, however whole it
looks, and an earlier one is served.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb
import yaml

from common.layout import ROOT
from common.quoting import identifier, literal

MODELS = ROOT / "models"
VIEWS = "views"
FOLDERS = ("facts", "ranges", "checks", VIEWS)
TYPES = {
    "string": "VARCHAR", "bigint": "BIGINT", "integer": "INTEGER", "double": "DOUBLE", "boolean": "BOOLEAN",
    "date": "DATE", "timestamp": "TIMESTAMP",
}  # fmt: skip
# The table that the macro `publish` writes last (macros/publish.sql).
BUILD_SAYS = "What this file is: which version wrote it, when, and by which reading of vague words. One row."
# Column: its type, and what it is.
BUILD_COLUMNS = {
    "build_id": ("string", "The build that wrote the file."),
    "on_record_version": ("string", "The version of On Record that wrote it."),
    "hedge_convention": (
        "string", "The convention by which `fct_figures` and the views read vague words. Where a table has a row for "
        "each convention, take this one: `where hedge_convention = (select hedge_convention from build)`.",
    ),
    "figure_count": ("bigint", "How many figures it holds."),
    "document_count": ("bigint", "How many documents."),
    "known_until_on": ("date", "The day of the newest document: what stands, stands on that day."),
    "loaded_at": ("timestamp", "When the newest of the figures was loaded, UTC."),
    "recorded_until_at": ("timestamp", "When the last load that it holds ended, UTC."),
    "recorded_on": ("date", "The day of that load, UTC: the file says what was recorded by then."),
    "published_at": ("timestamp", "When the file was written, UTC."),
    "tables_fingerprint": ("string", "SHA-256 over all names and types of columns that this version has."),
}  # fmt: skip
BUILD = {name: TYPES[kind] for name, (kind, _) in BUILD_COLUMNS.items()}
# Publications of earlier versions say less in it.
BUILD_ADDED_LATER = frozenset({"recorded_until_at", "recorded_on", "tables_fingerprint"})
# Columns that publications of earlier versions have and ours have not.
EARLIER = {
    "fct_figures": {"place_name": "VARCHAR"}, "check_unresolved_places": {"place_name": "VARCHAR"},
    "dim_hedges": {"words": "VARCHAR"}, "dim_measures": {"is_reversible": "BOOLEAN"},
    "fct_incident_totals": {"longer_incident_count": "BIGINT"},
}  # fmt: skip

# What no page can do without. A file with a view of ours was written by `dbt build`, and must hold the whole contract;
# one without was put together by hand or by an early version, and must hold these with their keys.
CORE = (
    "build", "dim_episodes", "dim_documents", "dim_sources", "dim_voices", "dim_measures", "dim_populations",
    "dim_places", "dim_causes", "dim_actors", "dim_hedges", "fct_figures", "fct_figure_counts", "fct_readings",
    "fct_reports", "range_reported",
)  # fmt: skip
# Counts of other rows, which a file may work out when it is asked.
COUNTED = frozenset({"fct_figure_counts"})


@dataclass(frozen=True)
class Contract:
    """A table or view of a publication: its columns with their types in DuckDB, in order."""

    name: str
    columns: dict[str, str]
    is_view: bool


def described(*folders: str) -> dict[str, dict[str, Any]]:
    """Return the models of these folders by name: each as its YAML describes it, and the ``path`` of its SQL.

    Most have a file of their own beside their SQL; slices of one measure share models/slices.yml.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    models: dict[str, dict[str, Any]] = {}
    for path in (*MODELS.glob("*.yml"), *(path for folder in folders for path in (MODELS / folder).glob("*.yml"))):
        # A model's unit tests are in a file of their own.
        if not path.stem.endswith("_rules"):
            described_here = yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506
            models |= {model["name"]: model for model in described_here.get("models", [])}
    written = [path for folder in folders for path in sorted((MODELS / folder).glob("*.sql"))]
    return {path.stem: {**models[path.stem], "path": path} for path in written}


@cache
def contracts() -> dict[str, Contract]:
    """Return the tables and views of a publication by name, ``build`` included."""
    found = {"build": Contract("build", BUILD, is_view=False)}
    for name, model in described(*FOLDERS).items():
        columns = {column["name"]: TYPES[column["data_type"]] for column in model["columns"]}
        path = model["path"]
        is_view = path.parent.name == VIEWS or "materialized='view'" in path.read_text(encoding="utf-8")
        found[name] = Contract(name, columns, is_view)
    return found


def comments(schema: str) -> list[str]:
    """Return the statements that say in a file what its table ``build`` is; those of models come from their YAML.

    Args:
        schema: the schema of the table, as SQL writes it.

    """
    columns = (
        f"comment on column {schema}.build.{identifier(name)} is {literal(words)}"
        for name, (_, words) in BUILD_COLUMNS.items()
    )
    return [f"comment on table {schema}.build is {literal(BUILD_SAYS)}", *columns]


@cache
def fingerprint() -> str:
    """Return a fingerprint of the tables a publication of this version has: SHA-256 over names, columns and types.

    Each publication carries that of the version that wrote it, in its table `build`.
    """
    columns = (f"{each.name}.{name} {kind}" for each in contracts().values() for name, kind in each.columns.items())
    return hashlib.sha256("\n".join(sorted(columns)).encode()).hexdigest()


def other_version(connection: duckdb.DuckDBPyConnection) -> str:
    """Return why an open file is no publication with the tables of this version, or nothing.

    Stricter than `objection`, for a day as it was recorded: what another version wrote in other columns is written
    again rather than shown in part.

    Args:
        connection: a connection to the file, its own database being the current one.

    Returns:
        Words that go on from "this file": "was written by version 0.0.9, whose tables are others".

    """
    if reason := objection(connection):
        return reason
    told = connection.execute("select * from main.build")
    build = dict(zip((column[0] for column in told.description), told.fetchone() or (), strict=False))
    if build.get("tables_fingerprint") == fingerprint():
        return ""
    return f"was written by version {build.get('on_record_version')}, whose tables are others"


def objection(connection: duckdb.DuckDBPyConnection) -> str:
    """Return what an open file lacks to be a publication of this version, or nothing.

    Args:
        connection: a connection to the file, its own database being the current one.

    Returns:
        Words that go on from "this file": "has no table fct_figures".

    """
    of_file = "where database_name = current_database() and schema_name = 'main' and not internal"
    tables = connection.execute(f"select table_name from duckdb_tables() {of_file}").fetchall()
    views = connection.execute(f"select view_name from duckdb_views() {of_file}").fetchall()
    columns = connection.execute(
        f"select table_name, column_name, data_type from duckdb_columns() {of_file} and not is_generated"
    ).fetchall()
    found = Found(
        {name for (name,) in tables},
        {name for (name,) in views},
        {(table, name): kind for table, name, kind in columns},
    )
    return found.lacking()


@dataclass(frozen=True)
class Found:
    """What a file holds: its tables, its views, and the types of their columns."""

    tables: set[str]
    views: set[str]
    columns: dict[tuple[str, str], str]

    def lacking(self) -> str:
        """Return the first thing that is missing or odd, in words, or nothing."""
        known = contracts()
        is_built = any(known[name].is_view for name in self.views & set(known))
        for contract in known.values() if is_built else (known[name] for name in CORE):
            wanted = contract.columns if is_built else dict(list(contract.columns.items())[:1])
            if found := self._lacking_of(contract) or self._odd_columns(contract.name, wanted):
                return found
        return ""

    def _lacking_of(self, contract: Contract) -> str:
        is_there = contract.name in self.tables
        if contract.is_view or contract.name in COUNTED:
            is_there = is_there or contract.name in self.views
        return "" if is_there else f"has no {'view' if contract.is_view else 'table'} {contract.name}"

    def _odd_columns(self, table: str, wanted: dict[str, str]) -> str:
        for name, kind in wanted.items():
            found = self.columns.get((table, name))
            if found is None and not (table == "build" and name in BUILD_ADDED_LATER):
                return f"has no column {table}.{name}"
            if found is not None and found != kind:
                return f"has {table}.{name} as another type than {kind}"
        return ""
