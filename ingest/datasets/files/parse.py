"""The rows of a CSV or JSON file as the relation ``file_rows``: every column text, every line accounted for.

DuckDB reads in bulk, with a stated dialect and never by sniffing: with sniffing on, a dirty file has been seen to give
no rows and no error. What it cannot read goes to ``file_rejects``; every physical line of the file is in one or the
other, or the load is refused.
"""

from dataclasses import replace
from pathlib import Path

import duckdb

from common.quoting import literal
from ingest.datasets.files.json import read_json
from ingest.datasets.files.line_numbers import place_rows
from ingest.datasets.files.names import identifier, missing_columns, require_columns, unknown_columns, written
from ingest.datasets.files.source_file import DataFile, Dialect, Header, ReadFile, plain_file, read_header
from ingest.datasets.files.start import refuse_wide, sql_kind, without_lines_above
from ingest.datasets.registry.reader import Reader
from ingest.errors import CannotRunError

ENCODINGS = ("utf-8", "latin-1")


def read_files(
    connection: duckdb.DuckDBPyConnection, reader: Reader, files: list[Path], folder: Path
) -> list[ReadFile]:
    """Make ``all_rows`` and fill ``file_rejects`` from all files; a later file's lines count on from the earlier's.

    ``file_rows`` is what a reader sees of them: all, until some are judged (``dataset_cells``).

    Also makes ``file_spans`` (file, first_line, last_line), which turns such a line back into file and line.

    Raises CannotRunError where a file is not what the reader reads: encoding, separator, columns, cut off.
    """
    connection.execute(
        "CREATE TEMP TABLE file_rejects (line BIGINT, line_count BIGINT, column_name VARCHAR, value VARCHAR, "
        "reason VARCHAR)"
    )
    connection.execute("CREATE TEMP TABLE file_spans (file VARCHAR, first_line BIGINT, last_line BIGINT)")
    read: list[ReadFile] = []
    parts: list[str] = []
    for number, path in enumerate(files):
        before = sum(each.line_count for each in read)
        data = plain_file(path, folder, number, reader.text("format") or "csv")
        if reader.text("format") == "json":
            result, part = read_json(connection, reader, data, folder, number, before)
        else:
            result, part = _read_csv(connection, reader, data, folder, number, before)
        read.append(result)
        parts.append(part)
        span = [data.shown, before + 1, before + result.line_count]
        connection.execute("INSERT INTO file_spans VALUES (?, ?, ?)", span)
    connection.execute(f"CREATE TEMP VIEW all_rows AS {' UNION ALL '.join(parts)}")
    connection.execute("CREATE TEMP VIEW file_rows AS FROM all_rows")
    return read


def _read_csv(
    connection: duckdb.DuckDBPyConnection, reader: Reader, data: DataFile, folder: Path, number: int, before: int
) -> tuple[ReadFile, str]:
    dialect = Dialect(reader.delimiter, (reader.text("encoding") or "utf-8").lower())
    if dialect.encoding not in ENCODINGS:
        known = ", ".join(ENCODINGS)
        raise CannotRunError(f"{reader.dataset_id}.yml: the encoding {dialect.encoding} is none of {known}.")
    data, above = without_lines_above(data, dialect, folder / f"start-{number}")
    header = read_header(data, dialect)
    header = replace(header, names=reader.names_of(header.names))
    require_columns(reader, data.header_place, header.names, dialect.delimiter)
    refuse_wide(data, dialect, header.names)
    table = f"parsed_{number}"
    _parse(connection, reader, data, dialect, header, table)
    left_out = place_rows(connection, data, dialect, header, number, before)
    wanted = ", ".join(identifier(name) for name in [*reader.required, *reader.optional])
    rows = f"SELECT {wanted}, physical_line + {before + data.lines_above} AS line FROM placed_{number}"
    has_others = bool(connection.execute(f"SELECT 1 FROM {table} WHERE kind IS NOT NULL LIMIT 1").fetchall())
    header_lines = header.line_count + left_out.tags + above.separators + above.tags
    result = ReadFile(
        data,
        data.line_count,
        header_lines,
        above.blank + left_out.blank,
        has_tags=bool(left_out.tags + above.tags),
        has_separator=bool(above.separators),
        unknown_columns=unknown_columns(reader, header.names),
        missing_columns=missing_columns(reader, header.names),
    )
    return result, f"{rows} WHERE kind IS NULL" if has_others else rows


def _parse(
    connection: duckdb.DuckDBPyConnection, reader: Reader, data: DataFile, dialect: Dialect, header: Header, table: str
) -> None:
    """Read the wanted columns as text into ``table``: what stands for nothing is NULL, and all is written one way.

    ``breaks`` are the line breaks inside all cells of the row, ``kind`` is that of a row without data.
    """
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(header.names)))
    places = {name: f"c{header.names.index(name)}" for name in header.names}
    wanted = ", ".join(
        f"{written(reader, name, places[name]) if name in places else 'CAST(NULL AS VARCHAR)'} AS {identifier(name)}"
        for name in [*reader.required, *reader.optional]
    )
    kind = sql_kind([f"c{number}" for number in range(len(header.names))])
    nothing = ", ".join(literal(value) for value in reader.null_values)
    breaks = " + ".join(
        f"CASE WHEN contains(c{n}, chr(10)) THEN length(c{n}) - length(replace(c{n}, chr(10), '')) ELSE 0 END"
        for n in range(len(header.names))
    )
    for leftover in ("bad_cells", "bad_scans"):
        connection.execute(f"DROP TABLE IF EXISTS {leftover}")
    try:
        connection.execute(
            f"CREATE TEMP TABLE {table} AS SELECT {wanted}, {breaks} AS breaks, {kind} AS kind FROM read_csv("
            f"{literal(str(data.path))}, columns = {{{columns}}}, auto_detect = false, header = true, "
            f"delim = {literal(dialect.delimiter)}, encoding = {literal(dialect.encoding)}, "
            f"nullstr = [{nothing}], "
            "quote = '\"', escape = '\"', compression = 'none', strict_mode = true, null_padding = false, "
            "store_rejects = true, rejects_table = 'bad_cells', rejects_scan = 'bad_scans', rejects_limit = 0)"
        )
    except duckdb.Error as error:
        raise CannotRunError(f"{data.shown} cannot be read as CSV: {str(error).splitlines()[0]}") from error
