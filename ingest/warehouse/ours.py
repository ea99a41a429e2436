"""What of a database file is ours: known tables with known columns and types, and nothing that runs when it is read.

A backup comes from anywhere. Nothing of its files is kept but the rows of our tables, copied by SQL into new files.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import duckdb
import yaml

from common.contracts import EARLIER, FOLDERS, MODELS, Contract, contracts
from common.foreign import open_beside
from common.layout import SEEDS
from common.models_sql import written_out
from common.quoting import identifier, literal
from common.table_macros import DEFINITIONS, as_written, comments, definitions, statements
from ingest.errors import quoted
from ingest.warehouse.migrations import (
    NEWEST,
    VERSIONS,
    migrate,
    objection_to_version,
    other_columns,
    raw_tables,
    version_of,
)

# The views of a publication, as this project's own models write them.
#
# A backup's file is not believed what its views are: they are made again from models/ and macros/.

CONVENTIONS = frozenset({"literal", "acled"})


def views_of(hedge_convention: str) -> list[tuple[str, str]]:
    """Return name and SQL of each view of a publication, each after those it reads.

    Args:
        hedge_convention: that of the build, one of CONVENTIONS.

    """
    views = {path.stem: written_out(path.read_text(encoding="utf-8"), hedge_convention=hedge_convention)
             for path in _files() if contracts()[path.stem].is_view}  # fmt: skip
    return sorted(views.items(), key=lambda view: _depth(view[0], views))


def _files() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (MODELS / folder).glob("*.sql"))


def _depth(name: str, views: dict[str, str]) -> int:
    read = [other for other in re.findall(r"main\.(\w+)", views[name]) if other in views]
    return 1 + max((_depth(other, views) for other in read), default=0)


# What a build makes in the working file beside the schema raw. It is never taken: the next build works it out anew.
DERIVED = re.compile(
    r"(stg|int|dim|fct|range|check)_[a-z0-9_]+|built_from|built_nodes|building_from|published_as|affected_(sources|figures)"
)
# Everything in a file that may run or refer to something when the file is read, by the name a person knows it under.
RUNNING = {
    "trigger": "SELECT schema_name, trigger_name FROM duckdb_triggers() WHERE database_name = $1",
    "macro": "SELECT schema_name, function_name FROM duckdb_functions() WHERE database_name = $1 AND NOT internal",
    "type": "SELECT schema_name, type_name FROM duckdb_types() WHERE database_name = $1 AND NOT internal",
    "sequence": "SELECT schema_name, sequence_name FROM duckdb_sequences() WHERE database_name = $1",
    "index": "SELECT schema_name, index_name FROM duckdb_indexes() WHERE database_name = $1",
    "check": "SELECT schema_name, table_name FROM duckdb_constraints() WHERE database_name = $1 "
    "AND constraint_type NOT IN ('PRIMARY KEY', 'UNIQUE', 'NOT NULL')",
    "generated column or default": "SELECT schema_name, table_name || '.' || column_name FROM duckdb_columns() "
    "WHERE database_name = $1 AND NOT internal AND (is_generated OR column_default IS NOT NULL)",
}
SCHEMAS = "SELECT schema_name, schema_name FROM duckdb_schemas() WHERE database_name = $1 AND NOT internal"
TABLES = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = $1 AND NOT internal"
VIEWS = "SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = $1 AND NOT internal"
COLUMNS = (
    "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = $1 "
    "AND NOT internal AND NOT is_generated ORDER BY schema_name, table_name, column_index"
)
# The last step whose tables were written before steps were counted.
BEFORE_STEPS = 4
Table = tuple[str, str]
Rows = dict[str, int]


class NotOursError(Exception):
    """A file holds what no file of ours holds, or not what ours must; the text goes on from the file's name."""


def copy_of_raw(source: Path, target: Path, *, is_strict: bool) -> tuple[Rows, list[str]]:
    """Write the rows of the schema raw into a new warehouse, and nothing else.

    Args:
        source: a warehouse, of ours or from anywhere.
        target: the new file.
        is_strict: refuse what is not ours rather than leave it out.

    Returns:
        The rows by ``schema.table``, and what was left out, in words.

    Raises:
        NotOursError: what is not ours, where that is refused; a table of ours that lacks a column.
        duckdb.Error, OSError: the one cannot be read, or the other not be written.

    """
    with open_beside(source, target) as connection:
        kinds = _columns(connection)
        foreign = _foreign_in_warehouse(connection, kinds)
        if foreign and is_strict:
            raise NotOursError(f"holds {foreign[0]}, which no warehouse of ours does")
        there = {name for schema, name in _named(connection, TABLES) if schema == "raw"}
        of_raw = {
            (table, name): kind
            for (schema, table), columns in kinds.items()
            for name, kind in columns.items()
            if schema == "raw" and table in there
        }
        version = _version_of(connection, there)
        if other := other_columns(of_raw, version):
            raise NotOursError(f"is no warehouse of step {version} of this program: raw.{other}")
        # As it was first, so that the rows meet their own columns, and then along the steps that came since.
        migrate(connection, target.name, version)
        rows = {}
        for table, columns in raw_tables(version).items():
            if table == VERSIONS and table in there:
                connection.execute(f"DELETE FROM w.raw.{identifier(table)}")
            if table in there:
                names = ", ".join(map(identifier, columns))
                place = f"raw.{identifier(table)}"
                connection.execute(f"INSERT INTO w.{place} ({names}) SELECT {names} FROM source.{place}")
            if table != VERSIONS:
                # A later version takes more steps, and has lost nothing by it.
                rows[f"raw.{table}"] = _count(connection, "raw", table)
        migrate(connection, target.name)
        connection.execute("CHECKPOINT w")
    return rows, foreign


def _version_of(connection: duckdb.DuckDBPyConnection, tables: set[str]) -> int:
    """Return the step a warehouse is at; those before there were steps lack the newest tables, but no column."""
    version = version_of(connection, "source") or (BEFORE_STEPS if tables else NEWEST)
    if not BEFORE_STEPS <= version <= NEWEST:
        raise NotOursError(objection_to_version(version))
    return version


def _foreign_in_warehouse(connection: duckdb.DuckDBPyConnection, kinds: Mapping[Table, Mapping[str, str]]) -> list[str]:
    raw = raw_tables()
    derived = {("main", name) for name in contracts()} | {("staging", name) for name in _seed_names()}

    def is_ours(schema: str, name: str, is_view: bool) -> bool:
        if schema == "raw":
            return name in raw and not is_view
        # A user's own models (models/mine/): the next build works them out anew.
        if schema == "mine":
            return True
        return (schema, name) in derived or (schema in ("main", "staging") and bool(DERIVED.fullmatch(name)))

    found = _running(connection, frozenset({"raw", "staging", "mine"}))
    for kind, sql in (("table", TABLES), ("view", VIEWS)):
        found += [
            _words(kind, table) for table in _named(connection, sql) if not is_ours(*table, is_view=kind == "view")
        ]
    for (schema, table), columns in kinds.items():
        if schema == "raw" and table in raw:
            found += [_words("column", (schema, f"{table}.{name}")) for name in columns if name not in raw[table]]
    return found


def _seed_names() -> list[str]:
    described = yaml.safe_load((SEEDS / "_seeds.yml").read_text(encoding="utf-8"))
    return [str(seed["name"]) for seed in described["seeds"]]


def copy_of_publication(source: Path, target: Path) -> Rows:
    """Write the rows of a publication's tables into a new file, with our own views of them and its data dictionary.

    Returns:
        The rows by ``schema.table``.

    Raises:
        NotOursError: it holds something else, or has no row in ``build``.
        duckdb.Error, OSError: the one cannot be read, or the other not be written.

    """
    with open_beside(source, target) as connection:
        kinds = _columns(connection)
        if foreign := foreign_in_publication(connection, "source"):
            raise NotOursError(f"holds {foreign[0]}, which no publication of ours does")
        tables = sorted(_named(connection, TABLES))
        if ("main", "build") not in tables:
            raise NotOursError("has no table build, so it is no publication")
        for schema, table in tables:
            # Its row in build is what makes a publication whole, so that comes last.
            if table != "build":
                _copy_table(connection, schema, table, kinds[schema, table])
        _make_views(connection)
        _copy_table(connection, "main", "build", kinds["main", "build"])
        _copy_comments(connection)
        rows = {f"{schema}.{table}": _count(connection, schema, table) for schema, table in tables}
        if rows["main.build"] != 1:
            raise NotOursError("has not one row in its table build, so it is no whole publication")
        connection.execute("CHECKPOINT w")
    return rows


def foreign_in_publication(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    """Return in words what an attached publication holds that ours do not: tables, columns, types, what may run."""
    known = contracts()
    found = _running(connection, frozenset(), database)
    columns = _columns(connection, database)
    for schema, name in _named(connection, TABLES, database):
        if schema != "main" or name not in known:
            found.append(_words("table", (schema, name)))
        else:
            found += _odd_columns(known[name], columns.get((schema, name), {}))
    for schema, name in _named(connection, VIEWS, database):
        if schema != "main" or name not in known or not known[name].is_view:
            found.append(_words("view", (schema, name)))
    return found


def _odd_columns(contract: Contract, columns: Mapping[str, str]) -> list[str]:
    ours = contract.columns | EARLIER.get(contract.name, {})
    return [
        _words("column", ("main", f"{contract.name}.{name}")) + f" of the type {quoted(kind)}"
        for name, kind in columns.items()
        if ours.get(name) != kind
    ]


def _running(connection: duckdb.DuckDBPyConnection, schemas: frozenset[str], database: str = "source") -> list[str]:
    found = [_words("schema", (name, "")) for name, _ in _named(connection, SCHEMAS, database) if name not in schemas]
    ours = {("main", name) for name in _our_macros(connection, database)}
    for kind, sql in RUNNING.items():
        found += [
            _words(kind, each) for each in _named(connection, sql, database) if kind != "macro" or each not in ours
        ]
    return found


def _our_macros(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    """Return the macros of a file that read, word for word, as ours do."""
    there = connection.execute(DEFINITIONS, [database]).fetchall()
    names = [name for name, _ in there]
    # A name given twice has a second form with other parameters, which is none of ours.
    return [name for name, sql in there if as_written(sql) in definitions().get(name, ()) and names.count(name) == 1]


def _words(kind: str, name: Table) -> str:
    return f"the {kind} {quoted('.'.join(part for part in name if part))}"


def _named(connection: duckdb.DuckDBPyConnection, sql: str, database: str = "source") -> list[Table]:
    return [(str(schema), str(name)) for schema, name in connection.execute(sql, [database]).fetchall()]


def _columns(connection: duckdb.DuckDBPyConnection, database: str = "source") -> dict[Table, dict[str, str]]:
    found: dict[Table, dict[str, str]] = {}
    for schema, table, name, kind in connection.execute(COLUMNS, [database]).fetchall():
        found.setdefault((schema, table), {})[name] = kind
    return found


def _copy_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str, columns: Mapping[str, str]) -> None:
    names, place = ", ".join(map(identifier, columns)), f"{identifier(schema)}.{identifier(table)}"
    connection.execute(f"CREATE TABLE w.{place} AS SELECT {names} FROM source.{place}")


def _make_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the views that the file has, from this project's own models: the SQL in the file is not run."""
    wanted = {name for _, name in _named(connection, VIEWS)}
    if not wanted:
        return
    described = connection.execute("SELECT hedge_convention FROM source.main.build").fetchall()
    if len(described) != 1 or described[0][0] not in CONVENTIONS:
        raise NotOursError("has no convention of ours in its table build, so its views cannot be made")
    connection.execute("USE w")
    for name, sql in views_of(described[0][0]):
        if name in wanted:
            connection.execute(f"CREATE VIEW main.{identifier(name)} AS {sql}")
    if _our_macros(connection, "source"):
        for each in statements():
            connection.execute(f"CREATE MACRO main.{each}")
        for each in comments("main"):
            connection.execute(each)
    connection.execute("USE memory")


def _copy_comments(connection: duckdb.DuckDBPyConnection) -> None:
    """Copy what is said of tables, views and columns: the data dictionary travels with a publication."""
    views = {name for _, name in _named(connection, VIEWS, "w")}
    described = connection.execute(
        "SELECT table_name, NULL, comment FROM duckdb_tables() WHERE database_name = 'source' AND comment IS NOT NULL "
        "UNION ALL SELECT view_name, NULL, comment FROM duckdb_views() "
        "WHERE database_name = 'source' AND comment IS NOT NULL "
        "UNION ALL SELECT table_name, column_name, comment FROM duckdb_columns() "
        "WHERE database_name = 'source' AND comment IS NOT NULL"
    ).fetchall()
    ours = _columns(connection, "w")
    for name, column, comment in described:
        if ("main", name) in ours and (column is None or column in ours["main", name]):
            kind = "COLUMN" if column else "VIEW" if name in views else "TABLE"
            place = f"w.main.{identifier(name)}" + (f".{identifier(column)}" if column else "")
            connection.execute(f"COMMENT ON {kind} {place} IS {literal(comment)}")


def _count(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    found = connection.execute(f"SELECT count(*) FROM w.{identifier(schema)}.{identifier(table)}").fetchall()
    return int(found[0][0])
