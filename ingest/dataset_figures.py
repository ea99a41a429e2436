"""The reader's SQL applied to ``file_rows``: typed figures, and a reason for every line that gives a wrong one."""

import duckdb

from ingest.dataset_columns import NEEDED, OUTPUTS, TYPED
from ingest.dataset_reader import Reader, Release
from ingest.dataset_rows import literal
from ingest.dataset_rules import rules
from ingest.errors import CannotRunError, did_you_mean
from ingest.vocabulary import Vocabulary

# A source may contradict itself: kept as published, and marked, so that a person looks at it.
CONTRADICTIONS = {
    "low_above_high": "low > high",
    "best_below_low": "value < low",
    "best_above_high": "value > high",
}


def read_figures(
    connection: duckdb.DuckDBPyConnection, reader: Reader, release: Release, vocabulary: Vocabulary
) -> None:
    """Make ``typed_figures`` from ``file_rows``, and add to ``file_rejects`` what breaks a rule of the record.

    Raises CannotRunError where the SQL of the reader does not run, or gives other columns than docs/datasets.md lists.
    """
    given = _reader_view(connection, reader, release)
    texts = [
        f"{_text(given, name)} AS {name}" if name in given else f"CAST(NULL AS {kind}) AS {name}"
        for name, kind in OUTPUTS.items()
        if name not in ("source_id", "reported_on", "reported_on_basis", "flags")
    ]
    unread = [
        f"CASE WHEN nullif(CAST({name} AS VARCHAR), '') IS NOT NULL AND try_cast({name} AS {kind}) IS NULL "
        f"THEN CAST({name} AS VARCHAR) END AS {name}_unread"
        if name in given
        else f"CAST(NULL AS VARCHAR) AS {name}_unread"
        for name, kind in TYPED.items()
    ]
    day = literal(release.published_on.isoformat())
    published = f"{_text(given, 'published_on')}" if "published_on" in given else "NULL"
    of_release = [
        f"coalesce({_or_null(given, 'source_id')}, {literal(reader.text('source_id'))}) AS source_id",
        f"coalesce({_or_null(given, 'reported_on')}, {published}, DATE {day}) AS reported_on",
        f"coalesce({_or_null(given, 'reported_on_basis')}, 'inferred') AS reported_on_basis",
        f"{_or_null(given, 'flags')} AS flags_given",
        f"DATE {day} AS release_published_on",
    ]
    try:
        connection.execute(
            f"CREATE TEMP TABLE typed_figures AS SELECT {', '.join(texts + of_release + unread)} FROM reader_rows"
        )
    except duckdb.Error as error:
        raise CannotRunError(f"{reader.dataset_id}.sql does not run: {str(error).splitlines()[0]}") from error
    for rule in rules(vocabulary):
        _reject(connection, rule.column, rule.is_wrong, rule.reason)
    _reject_repeated(connection)
    _reject_lost_totals(connection)


def _reader_view(connection: duckdb.DuckDBPyConnection, reader: Reader, release: Release) -> set[str]:
    """Make the view ``reader_rows`` and return its columns. The SQL may ask for the release by getvariable()."""
    connection.execute(f"SET VARIABLE published_on = DATE {literal(release.published_on.isoformat())}")
    connection.execute(f"SET VARIABLE version = {literal(release.version)}")
    try:
        connection.execute(f"CREATE TEMP VIEW reader_rows AS {reader.sql}")
        given = [str(row[0]) for row in connection.execute("DESCRIBE reader_rows").fetchall()]
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
    return set(given)


def _text(given: set[str], name: str) -> str:
    kind = OUTPUTS[name]
    return f"nullif(CAST({name} AS VARCHAR), '')" if kind == "VARCHAR" else f"try_cast({name} AS {kind})"


def _or_null(given: set[str], name: str) -> str:
    return _text(given, name) if name in given else "NULL"


def _reject(connection: duckdb.DuckDBPyConnection, column: str, is_wrong: str, reason: str) -> None:
    shown = f"coalesce(CAST({column} AS VARCHAR), {column}_unread)" if column in TYPED else f"CAST({column} AS VARCHAR)"
    connection.execute(
        f"INSERT INTO file_rejects SELECT line, 0, {literal(column)}, left({shown}, 200), {literal(reason)} "
        f"FROM typed_figures WHERE {is_wrong}"
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
