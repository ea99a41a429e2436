"""Which physical line of the file a row stands on, though rows may hold line breaks and some lines cannot be read."""

import csv
from dataclasses import dataclass

import duckdb

from common.quoting import literal
from ingest.datasets.files.source_file import DataFile, Dialect, Header
from ingest.datasets.files.start import sql_kind_of
from ingest.errors import CannotRunError, counted

REASONS = {
    "MISSING COLUMNS": "has fewer cells than the header",
    "TOO MANY COLUMNS": "has more cells than the header",
    "UNQUOTED VALUE": "a quote is opened and not closed, or closed within a cell",
    "INVALID ENCODING": "holds bytes that are not UTF-8",
    "LINE SIZE OVER MAXIMUM": "is longer than two million characters",
}
LONGEST_CELL = 1 << 24
BREAKS_IN_TEXT = "length(text) - length(replace(text, chr(10), ''))"


@dataclass(frozen=True)
class LeftOut:
    """How many physical lines below the header are blank or of empty cells, and how many are HXL tags."""

    blank: int
    tags: int


def place_rows(
    connection: duckdb.DuckDBPyConnection,
    data: DataFile,
    dialect: Dialect,
    header: Header,
    number: int,
    before: int,
) -> LeftOut:
    """Make the view ``placed_N`` (``parsed_N`` with ``position`` and ``physical_line``); add to ``file_rejects``.

    Returns what says nothing of its own. Raises CannotRunError where a line is in neither.
    """
    table, view = f"parsed_{number}", f"placed_{number}"
    _gather_bad_rows(connection, dialect)
    found = connection.execute(
        f"SELECT (SELECT count(*) + coalesce(sum(breaks), 0) FROM {table}), "
        f"(SELECT count(*) + coalesce(sum({BREAKS_IN_TEXT}), 0) FROM bad_rows)"
    ).fetchall()
    blank = data.line_count - data.lines_above - header.line_count - int(sum(found[0]))
    # Within a transaction the row ids of a new table begin anywhere; they are in the order of the file all the same.
    start = connection.execute(f"SELECT coalesce(min(rowid), 0) FROM {table}").fetchall()[0][0]
    position = f"rowid - {start} + 1 AS position"
    if blank < 0:
        raise CannotRunError(f"{data.shown}: its lines end in bare carriage returns; save it with line feeds.")
    if blank:
        _place_by_hand(connection, data, dialect, table, view, blank)
    else:
        _place_by_ordinal(connection, header, f"(SELECT {position}, breaks FROM {table})", view)
    connection.execute(
        f"CREATE TEMP VIEW {view} AS SELECT p.*, l.physical_line "
        f"FROM (SELECT *, {position} FROM {table}) AS p JOIN {view}_lines AS l USING (position)"
    )
    reasons = " ".join(f"WHEN '{kind}' THEN '{reason}'" for kind, reason in REASONS.items())
    connection.execute(
        f"INSERT INTO file_rejects SELECT physical_line + {before + data.lines_above}, 1 + {BREAKS_IN_TEXT}, "
        f"column_name, left(text, 200), CASE error_type {reasons} ELSE lower(error_type) END "
        "FROM bad_rows WHERE kind IS NULL"
    )
    lines = connection.execute(
        f"SELECT kind, CAST(sum(lines) AS BIGINT) FROM (SELECT kind, 1 + breaks AS lines FROM {table} "
        f"UNION ALL SELECT kind, 1 + {BREAKS_IN_TEXT} FROM bad_rows) WHERE kind IS NOT NULL GROUP BY kind"
    ).fetchall()
    of_kind = {str(kind): int(count) for kind, count in lines}
    return LeftOut(blank + of_kind.get("blank", 0), of_kind.get("tags", 0))


def _gather_bad_rows(connection: duckdb.DuckDBPyConnection, dialect: Dialect) -> None:
    """One row per rejected row. Its ``ordinal`` counts rows, blank lines too, from the header, which is 1."""
    cells = f"replace(replace(text, '\"', ''), {literal(dialect.delimiter)}, chr(31))"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE bad_rows AS
        SELECT *, {sql_kind_of(cells)} AS kind FROM (
        SELECT line AS ordinal, coalesce(min_by(error_type, column_idx), any_value(error_type)) AS error_type,
            CAST(NULL AS VARCHAR) AS column_name,
            coalesce(trim(any_value(csv_line), chr(10) || chr(13)), '') AS text, CAST(NULL AS BIGINT) AS physical_line
        FROM bad_cells GROUP BY line)
        """
    )


def _place_by_ordinal(connection: duckdb.DuckDBPyConnection, header: Header, rows: str, view: str) -> None:
    """Make ``placed_N_lines``, where each row stands.

    Rows read fill the ordinals between those rejected; then the breaks within the rows before are added. ``rows`` are
    positions and breaks alone: to line up whole rows sorts every cell of the file.
    """
    gaps, shifts = f"{view}_gaps", f"{view}_shifts"
    connection.execute(
        f"CREATE TEMP TABLE {gaps} AS SELECT ordinal - 1 - n AS after, max(n) AS skipped "
        "FROM (SELECT ordinal, row_number() OVER (ORDER BY ordinal) AS n FROM bad_rows) GROUP BY after"
    )
    ordinals = (
        f"SELECT p.*, p.position + 1 + coalesce(g.skipped, 0) AS ordinal "
        f"FROM {rows} AS p ASOF LEFT JOIN {gaps} AS g ON p.position > g.after"
    )
    connection.execute(
        f"CREATE TEMP TABLE {shifts} AS SELECT ordinal, CAST(sum(breaks) OVER (ORDER BY ordinal) AS BIGINT) AS shift "
        f"FROM (SELECT ordinal, breaks FROM ({ordinals}) WHERE breaks > 0 "
        f"UNION ALL SELECT ordinal, {BREAKS_IN_TEXT} FROM bad_rows)"
    )
    lines = f"ordinal + coalesce(s.shift, 0) + {header.line_count - 1}"
    connection.execute(
        f"CREATE TEMP TABLE {view}_lines AS SELECT o.position, o.{lines} AS physical_line "
        f"FROM ({ordinals}) AS o ASOF LEFT JOIN {shifts} AS s ON o.ordinal > s.ordinal"
    )
    connection.execute(
        f"UPDATE bad_rows SET physical_line = found.line FROM (SELECT b.ordinal AS key, b.{lines} AS line "
        f"FROM bad_rows AS b ASOF LEFT JOIN {shifts} AS s ON b.ordinal > s.ordinal) AS found "
        "WHERE found.key = bad_rows.ordinal"
    )


def _place_by_hand(
    connection: duckdb.DuckDBPyConnection, data: DataFile, dialect: Dialect, table: str, view: str, blank: int
) -> None:
    """Make ``placed_N_lines`` where blank lines lie between the rows: Python's reader says where each row starts.

    Slow (a million rows in a few seconds), and few files need it. CannotRunError where the two readers part ways: then
    an unclosed quote has swallowed lines, and nobody can say which.
    """
    ordinals, lines, blank_seen = _starts(data, dialect)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE starts AS "
        "SELECT unnest(CAST(? AS BIGINT[])) AS ordinal, unnest(CAST(? AS BIGINT[])) AS physical_line",
        [ordinals, lines],
    )
    connection.execute(
        f"CREATE TEMP TABLE {view}_lines AS SELECT row_number() OVER (ORDER BY ordinal) AS position, ordinal, "
        "physical_line FROM starts WHERE ordinal > 1 AND ordinal NOT IN (SELECT ordinal FROM bad_rows)"
    )
    connection.execute(
        "UPDATE bad_rows SET physical_line = s.physical_line FROM starts AS s WHERE s.ordinal = bad_rows.ordinal"
    )
    agreed = connection.execute(
        f"SELECT (SELECT count(*) FROM {table}) = (SELECT count(*) FROM {view}_lines) "
        "AND (SELECT count(*) = count(physical_line) FROM bad_rows)"
    ).fetchall()
    # A line is blank because it was seen to be, not because nothing else accounts for it.
    if not agreed[0][0] or blank_seen != blank:
        first = connection.execute("SELECT min(ordinal) FROM bad_rows").fetchall()
        where = f"; look at row {first[0][0]:,}" if first[0][0] else ""
        raise CannotRunError(
            f"{data.shown}: of its {counted(data.line_count, 'line')} some are in no row, as where a quote is opened "
            f"and not closed{where}. Nothing was loaded."
        )


def _starts(data: DataFile, dialect: Dialect) -> tuple[list[int], list[int], int]:
    """Return ordinal and physical line of every row that is not blank, the header included, and how many are blank."""
    ordinals: list[int] = []
    lines: list[int] = []
    blank = 0
    csv.field_size_limit(LONGEST_CELL)
    with data.path.open(encoding=dialect.encoding, errors="surrogateescape", newline="") as file:
        reader, line = csv.reader(file, delimiter=dialect.delimiter), 1
        try:
            for ordinal, row in enumerate(reader, 1):
                if row:
                    ordinals.append(ordinal)
                    lines.append(line)
                blank += not row
                line = reader.line_num + 1
        except csv.Error as error:
            raise CannotRunError(f"{data.shown}:{data.lines_above + line} cannot be read: {error}.") from error
    return ordinals, lines, blank
