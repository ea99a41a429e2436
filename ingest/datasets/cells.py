"""Every row of a data set's files judged before a reader's SQL sees it, by what the .yml says of its columns.

A cell that is not of its column's type, a day outside of the window and a row without its country are rejected by the
file's own column; a row that adds up others is left out and counted. What is left is ``file_rows``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from common.quoting import literal
from ingest.datasets.files.names import identifier
from ingest.datasets.registry.reader import Reader, Release
from ingest.datasets.registry.types import NO_VALUE, TYPES, create_macros, is_spreadsheet_error
from ingest.datasets.totals import is_total
from ingest.errors import counted, quoted

SHOWN_NAMES = 5


@dataclass(frozen=True)
class CellRule:
    """What must not hold of a cell of a column, and the expression that says why."""

    column: str
    is_wrong: str
    reason: str


def judge_rows(
    connection: duckdb.DuckDBPyConnection, reader: Reader, release: Release, tables: Sequence[str]
) -> list[str]:
    """Make ``file_rows`` what of ``all_rows`` a reader may see; add to ``file_rejects``. Returns remarks to print.

    ``tables`` are those read from the files: they are looked through first, since rows are in order most of the time.
    """
    connection.execute(f"SET VARIABLE published_on = DATE {literal(release.published_on.isoformat())}")
    connection.execute(f"SET VARIABLE version = {literal(release.version)}")
    for statement in create_macros():
        connection.execute(statement)
    connection.execute("CREATE TEMP TABLE left_out (line BIGINT, name VARCHAR)")
    remarks = _leave_out_totals(connection, reader, tables)
    rules = list(cell_rules(reader, release))
    if rules and _has(connection, tables, " OR ".join(rule.is_wrong for rule in rules)):
        _reject(connection, rules)
    if reader.key_is_unique:
        _reject_repeated(connection, reader.key)
    cast = [(identifier(name), TYPES[kind].cast) for name, kind in reader.types.items() if TYPES[kind].cast]
    # What was judged is cast here and nowhere else; of a row left out nothing is read.
    columns = ", ".join(f"try_cast({name} AS {kind}) AS {name}" for name, kind in cast)
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW file_rows AS SELECT *{f' REPLACE ({columns})' if cast else ''} FROM all_rows"
        + (" WHERE line NOT IN (SELECT line FROM left_out)" if _has(connection, ["left_out"], "true") else "")
    )
    return remarks


def cell_rules(reader: Reader, release: Release) -> Iterator[CellRule]:
    """Yield the rules of a reader's columns: types, the window of its days, and the country a row must have."""
    first, last = reader.first_day, reader.last_day(release)
    too_early = f"is before {first}, the first day {reader.dataset_id} can tell of"
    too_late = f"is after {last}, the last day this release can tell of"
    for name, kind in reader.types.items():
        cell, described = identifier(name), TYPES[kind]
        if not described.day:
            yield CellRule(name, f"({cell} IS NOT NULL AND {described.is_wrong(cell)})", described.reason(cell))
            continue
        day = described.day(cell)
        # A year is in the window from the day on which it begins.
        lowest = first.replace(month=1, day=1) if kind == "year" else first
        reason = (
            f"CASE WHEN {described.is_wrong(cell)} THEN {described.reason(cell)} "
            f"WHEN {day} > '{last}' THEN {literal(too_late)} ELSE {literal(too_early)} END"
        )
        outside = f"{described.is_wrong(cell)} OR {day} < '{lowest}' OR {day} > '{last}'"
        yield CellRule(name, f"({cell} IS NOT NULL AND ({outside}))", reason)
    for name in reader.filled:
        yield CellRule(name, f"{identifier(name)} IS NULL", literal("must not be empty"))
    no_country = "must not be empty: a row without its country (where cells were merged, fill each of them)"
    for group in reader.countries:
        cell = identifier(group[0])
        yield CellRule(group[0], f"{cell} IS NULL", literal(no_country))
        if group[0] not in reader.types:
            is_no_name = f"NOT regexp_matches({cell}, '\\p{{L}}')"
            yield CellRule(group[0], is_no_name, literal("is not the name of a country"))
    for name in (name for name in (*reader.required, *reader.optional) if name not in reader.types):
        yield CellRule(name, is_spreadsheet_error(identifier(name)), literal(NO_VALUE))


def _has(connection: duckdb.DuckDBPyConnection, tables: Sequence[str], condition: str) -> bool:
    return any(connection.execute(f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1").fetchall() for table in tables)


def _reject(connection: duckdb.DuckDBPyConnection, rules: Sequence[CellRule]) -> None:
    """Reject each cell at fault; the rows at fault are gathered by one scan, since the rules are many."""
    found = " OR ".join(rule.is_wrong for rule in rules)
    connection.execute(
        f"CREATE TEMP TABLE faulty_rows AS FROM all_rows WHERE ({found}) AND line NOT IN (SELECT line FROM left_out)"
    )
    for rule in rules:
        connection.execute(
            f"INSERT INTO file_rejects SELECT line, 0, {literal(rule.column)}, left({identifier(rule.column)}, 200), "
            f"{rule.reason} FROM faulty_rows WHERE {rule.is_wrong}"
        )
    connection.execute("INSERT INTO left_out SELECT line, NULL FROM faulty_rows")


def _reject_repeated(connection: duckdb.DuckDBPyConnection, key: Sequence[str]) -> None:
    """Reject the later of two rows of one key: added up they would count the same people twice."""
    columns = ", ".join(identifier(name) for name in key)
    connection.execute(
        f"CREATE TEMP TABLE repeated_rows AS SELECT line, first_line, concat_ws(', ', {columns}) AS shown "
        f"FROM (SELECT line, min(line) OVER (PARTITION BY {columns}) AS first_line, {columns} FROM all_rows "
        "WHERE line NOT IN (SELECT line FROM left_out)) WHERE line > first_line"
    )
    connection.execute(
        f"INSERT INTO file_rejects SELECT line, 0, {literal(', '.join(key))}, left(shown, 200), "
        "'is already on line ' || first_line FROM repeated_rows"
    )
    connection.execute("INSERT INTO left_out SELECT line, NULL FROM repeated_rows")


def _leave_out_totals(connection: duckdb.DuckDBPyConnection, reader: Reader, tables: Sequence[str]) -> list[str]:
    """Gather the rows whose place is the sum of other rows' places, and say so."""
    named = []
    for column in (identifier(name) for group in reader.countries for name in group):
        names = {
            str(name)
            for table in tables
            for (name,) in connection.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall()
            if name is not None and is_total(str(name))
        }
        if names:
            named.append(f"CASE WHEN {column} IN ({', '.join(map(literal, sorted(names)))}) THEN {column} END")
    if not named:
        return []
    connection.execute(
        f"INSERT INTO left_out SELECT line, name FROM (SELECT line, coalesce({', '.join(named)}) AS name "
        "FROM all_rows) WHERE name IS NOT NULL"
    )
    found = connection.execute(
        "SELECT name, count(*), min(line) FROM left_out GROUP BY name ORDER BY min(line)"
    ).fetchall()
    if not found:
        return []
    shown = ", ".join(quoted(str(name)) for name, _, _ in found[:SHOWN_NAMES])
    shown += f" and {len(found) - SHOWN_NAMES:,} more" if len(found) > SHOWN_NAMES else ""
    count = sum(int(each) for _, each, _ in found)
    first = f"the first on line {int(found[0][2]):,}"
    return [f"{counted(count, 'row')} of totals ({shown}; {first}) left out: their parts are rows of their own."]
