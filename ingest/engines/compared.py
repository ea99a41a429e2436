"""What a build on Spark made beside what DuckDB made of the same raw: every relation, row for row, both ways."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from common.quoting import identifier, literal
from ingest.engines.spark_build import Places, files_of, relations

# Where macros/spark/raw.sql writes out what each view says.
OF_VIEWS = "of_views"


@dataclass(frozen=True)
class Relation:
    """One relation on both engines: its rows there, and how many each has that the other has not."""

    name: str
    duckdb_rows: int
    spark_rows: int
    only_duckdb: int
    only_spark: int

    @property
    def is_equal(self) -> bool:
        """Whether both have the same rows, each as often."""
        return not (self.only_duckdb or self.only_spark or self.duckdb_rows != self.spark_rows)


def compare(places: Places, warehouse: Path, *, is_with_views: bool = True) -> list[Relation]:
    """Compare every table and view of a build with that of a DuckDB warehouse, of the same name.

    Every cell of Spark's is cast to DuckDB's type. What stands twice must stand there twice.

    Args:
        places: those of the build on Spark.
        warehouse: the working file of the build on DuckDB.
        is_with_views: whether the build wrote out its views too (macros/spark/raw.sql).

    Raises:
        duckdb.Error: a relation is missing on one side, or has other columns there.

    """
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(f"attach {literal(str(warehouse))} as theirs (read_only)")
        connection.execute("use theirs")
        wanted = [each for each in relations(places) if is_with_views or not each[2]]
        return [_compared(connection, places, *relation) for relation in wanted]


def _compared(connection: duckdb.DuckDBPyConnection, places: Places, schema: str, name: str, is_view: bool) -> Relation:
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() where database_name = 'theirs' and schema_name = $1 "
        "and table_name = $2 order by column_index",
        [schema, name],
    ).fetchall()
    names = ", ".join(identifier(column) for column, _ in columns)
    theirs = f"select {names} from theirs.{identifier(schema)}.{identifier(name)}"
    ours = select_from_spark(places, OF_VIEWS if is_view else schema, name, dict(columns))
    counts = [_count(connection, f"select count(*) from ({one})") for one in (theirs, ours)]
    only = [
        _count(connection, f"select count(*) from (({one}) except all ({other}))")
        for one, other in ((theirs, ours), (ours, theirs))
    ]
    return Relation(f"{schema}.{name}", *counts, *only)


def compare_publications(one: Path, other: Path) -> list[str]:
    """Return in words what of two publications differs: tables, columns, types, comments and rows, but their build.

    Raises:
        duckdb.Error: one of them cannot be read.

    """
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(f"attach {literal(str(one))} as one (read_only)")
        connection.execute(f"attach {literal(str(other))} as other (read_only)")
        described = [_described(connection, alias) for alias in ("one", "other")]
        found = [f"{name[0]}.{name[1]}" if name[1] else name[0]
                 for name in sorted({place for place, _ in described[0] ^ described[1]})]  # fmt: skip
        if found:
            return [f"described otherwise: {name}" for name in found]
        for name in sorted({place[0] for place, _ in described[0]} - {"build"}):
            for here, there in (("one", "other"), ("other", "one")):
                # A view means the tables of the database that is in use.
                rows = []
                for alias in (here, there):
                    connection.execute(f"use {alias}")
                    connection.execute(
                        f"create or replace temp table rows_of_{alias} as from {alias}.main.{identifier(name)}"
                    )
                    rows.append(f"(from rows_of_{alias})")
                if lost := _count(connection, f"select count(*) from ({rows[0]} except all {rows[1]})"):
                    found.append(f"{name}: {lost:,} rows of {here} are not in {there}")
        return found


def _described(connection: duckdb.DuckDBPyConnection, database: str) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    """Return each column of a publication with its type and what is said of it, and each table with what is."""
    tables = (
        "select table_name as name, '' as of_column, '' as kind, comment from duckdb_tables() where database_name = $1 "
        "union all select view_name, '', '', comment from duckdb_views() where database_name = $1 and not internal "
        "union all select table_name, column_name, data_type, comment from duckdb_columns() "
        "where database_name = $1 and not internal"
    )
    rows = connection.execute(tables, [database]).fetchall()
    return {((name, column), (kind, str(comment))) for name, column, kind, comment in rows}


def select_from_spark(places: Places, schema: str, table: str, columns: dict[str, str]) -> str:
    """Return a select of a table that Spark wrote, in DuckDB's types and in the order in which Spark stored it."""
    files = ", ".join(literal(path) for path in files_of(places, schema, table))
    cells = ", ".join(
        f"cast({identifier(name)} as timestamptz) at time zone 'UTC' as {identifier(name)}"
        if kind == "TIMESTAMP"
        else f"cast({identifier(name)} as {kind}) as {identifier(name)}"
        for name, kind in columns.items()
    )
    return f"select {cells} from read_parquet([{files}])"


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    ((count,),) = connection.execute(sql).fetchall()
    return int(count)


def as_table(found: list[Relation]) -> str:
    """Return the comparison as lines of text."""
    width = max(len(each.name) for each in found)
    lines = [f"{'relation':<{width}}  {'DuckDB':>9}  {'Spark':>9}  only DuckDB  only Spark"]
    lines += [
        f"{each.name:<{width}}  {each.duckdb_rows:>9,}  {each.spark_rows:>9,}  {each.only_duckdb:>11,}  "
        f"{each.only_spark:>10,}{'' if each.is_equal else '  differs'}"
        for each in found
    ]
    equal = sum(each.is_equal for each in found)
    return "\n".join([*lines, f"{equal} of {len(found)} relations are equal, row for row."])
