"""The reader's SQL applied to ``file_rows``: typed figures, and a reason for every line that gives a wrong one."""

from collections.abc import Callable

import duckdb

from common.quoting import literal
from ingest.datasets.registry.reader import Reader, Release
from ingest.datasets.registry.types import COORDINATE, full, is_day
from ingest.datasets.rules import Rule, Window, rules
from ingest.errors import CannotRunError, did_you_mean
from ingest.record.lookups import Vocabulary
from ingest.text_checks.numbers import sql_is_plain, sql_is_whole
from ingest.warehouse.dataset_columns import NEEDED, OUTPUTS, TYPED

# A source may contradict itself: kept as published, and marked, so that a person looks at it.
CONTRADICTIONS = {
    "low_above_high": "low > high",
    "best_below_low": "value < low",
    "best_above_high": "value > high",
}

# What is judged before any cast: half of what DuckDB takes for a number or a day was never meant as one.
JUDGED: dict[str, Callable[[str], str]] = {
    "BIGINT": sql_is_whole,
    "DECIMAL(20,4)": sql_is_plain,
    "DOUBLE": lambda name: full(name, COORDINATE),
    "DATE": is_day,
}


def read_figures(
    connection: duckdb.DuckDBPyConnection, reader: Reader, release: Release, vocabulary: Vocabulary
) -> None:
    """Make ``typed_figures`` from ``file_rows``, and add to ``file_rejects`` what breaks a rule of the record.

    It is a view: only what the reader gives is kept, and a rule about what no row has costs nothing.

    Raises CannotRunError where the SQL of the reader does not run, or gives other columns than docs/datasets.md lists.
    """
    given = _reader_view(connection, reader)
    typed = [f"{_typed(name, given[name])} AS {name}" for name in OUTPUTS if name in given]
    judged = [
        f"coalesce({JUDGED[kind](name)}, false) AS {name}_is_written"
        for name, kind in TYPED.items()
        if given.get(name) == "VARCHAR"
    ]
    unread = [f"{_unread(name, given[name])} AS {name}_unread" for name in TYPED if name in given]
    try:
        connection.execute(
            f"CREATE TEMP TABLE given_figures AS SELECT {', '.join(typed + unread)} "
            f"FROM (SELECT {', '.join(['*', *judged])} FROM reader_rows)"
        )
    except duckdb.Error as error:
        raise CannotRunError(f"{reader.dataset_id}.sql does not run: {str(error).splitlines()[0]}") from error
    columns = _described(set(given), reader, release)
    connection.execute(f"CREATE TEMP VIEW typed_figures AS SELECT {columns} FROM given_figures")
    for rule in rules(vocabulary, Window(reader.first_day, reader.last_day(release))):
        _reject(connection, rule)
    _reject_repeated(connection)
    _reject_lost_totals(connection)


def _reader_view(connection: duckdb.DuckDBPyConnection, reader: Reader) -> dict[str, str]:
    """Make the view ``reader_rows`` and return its columns, each with its type."""
    try:
        connection.execute(f"CREATE TEMP VIEW reader_rows AS {reader.sql}")
        given = {str(row[0]): str(row[1]) for row in connection.execute("DESCRIBE reader_rows").fetchall()}
    except duckdb.Error as error:
        raise CannotRunError(f"{reader.dataset_id}.sql does not run: {str(error).splitlines()[0]}") from error
    for name in given:
        if name not in OUTPUTS:
            raise CannotRunError(
                f"{reader.dataset_id}.sql gives {name}, which no figure has{did_you_mean(name, OUTPUTS)}."
            )
    missing = [name for name in NEEDED if name not in given]
    if missing:
        raise CannotRunError(f"{reader.dataset_id}.sql does not give {', '.join(missing)}.")
    return given


def _typed(name: str, given: str) -> str:
    """Return the value of an output: of a text that is written as its type is, and of no other."""
    kind = OUTPUTS[name]
    if kind == "VARCHAR":
        return f"nullif(CAST({name} AS VARCHAR), '')"
    cast = f"try_cast({name} AS {kind})"
    return f"CASE WHEN {name}_is_written THEN {cast} END" if given == "VARCHAR" else cast


def _unread(name: str, given: str) -> str:
    """Return the text of an output of which there is no value; NULL where there is one, or nothing to read."""
    if given != "VARCHAR":
        return f"CASE WHEN try_cast({name} AS {TYPED[name]}) IS NULL THEN CAST({name} AS VARCHAR) END"
    is_lost = f"CASE WHEN {name}_is_written THEN try_cast({name} AS {TYPED[name]}) IS NULL ELSE true END"
    return f"CASE WHEN {name} IS NOT NULL AND {is_lost} THEN nullif({name}, '') END"


def _described(given: set[str], reader: Reader, release: Release) -> str:
    """Return the columns of every figure: those given, those the release tells of all, and NULL for the others."""
    every = {name: name if name in given else f"CAST(NULL AS {kind})" for name, kind in OUTPUTS.items()}
    day = f"DATE {literal(release.published_on.isoformat())}"
    every |= {
        "source_id": f"coalesce({every['source_id']}, {literal(reader.text('source_id'))})",
        "reported_on": f"coalesce({every['reported_on']}, {every['published_on']}, {day})",
        "reported_on_basis": f"coalesce({every['reported_on_basis']}, 'inferred')",
        "flags_given": every.pop("flags"),
        "release_published_on": day,
    }
    unread = {f"{name}_unread": f"{name}_unread" if name in given else "CAST(NULL AS VARCHAR)" for name in TYPED}
    return ", ".join(f"{described} AS {name}" for name, described in (every | unread).items())


def _reject(connection: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    column = rule.column
    shown = f"coalesce(CAST({column} AS VARCHAR), {column}_unread)" if column in TYPED else f"CAST({column} AS VARCHAR)"
    connection.execute(
        f"INSERT INTO file_rejects SELECT line, 0, {literal(column)}, left({shown}, 200), "
        f"{rule.sql_reason or literal(rule.reason)} FROM typed_figures WHERE {rule.is_wrong}"
    )


def _reject_repeated(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse the later of two lines that give the same figure: nothing says which of them is right."""
    connection.execute(
        """
        CREATE TEMP TABLE repeated AS
        SELECT row_key, figure_key, min(line) AS first_line FROM typed_figures
        WHERE hash(row_key, figure_key) IN (
            SELECT hash(row_key, figure_key) AS h FROM typed_figures GROUP BY h HAVING count(*) > 1
        )
        GROUP BY row_key, figure_key HAVING count(*) > 1
        """
    )
    connection.execute(
        """
        INSERT INTO file_rejects
        SELECT t.line, 0, 'row_key', t.row_key || '-' || t.figure_key, 'is already on line ' || r.first_line
        FROM typed_figures AS t JOIN repeated AS r USING (row_key, figure_key)
        QUALIFY row_number() OVER (PARTITION BY t.row_key, t.figure_key ORDER BY t.line) > 1
        """
    )


def _reject_lost_totals(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        """
        INSERT INTO file_rejects
        SELECT p.line, 0, 'part_of_key', p.part_of_key, 'names no other figure of its row'
        FROM typed_figures AS p ANTI JOIN (
            SELECT line, row_key, figure_key FROM typed_figures
            WHERE figure_key IN (SELECT DISTINCT part_of_key FROM typed_figures)
        ) AS t ON t.line = p.line AND t.row_key = p.row_key AND t.figure_key = p.part_of_key
            AND p.figure_key <> p.part_of_key
        WHERE p.part_of_key IS NOT NULL
        """
    )
