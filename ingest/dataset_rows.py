"""The rows of a CSV or JSON file as the relation ``file_rows``: every column text, every line accounted for.

DuckDB reads in bulk, with a stated dialect and never by sniffing: with sniffing on, a dirty file has been seen to give
no rows and no error. What it cannot read goes to ``file_rejects``; every physical line of the file is in one or the
other, or the load is refused.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from common import foreign
from common.foreign import literal
from ingest.dataset_file import DataFile, Dialect, Header, plain_file, read_header, separator_seen
from ingest.dataset_lines import place_rows
from ingest.dataset_reader import Reader
from ingest.errors import CannotRunError, did_you_mean, quoted

ENCODINGS = ("utf-8", "latin-1")
LARGEST_JSON_OBJECT = 1 << 28


@dataclass(frozen=True)
class ReadFile:
    """What one file gave, in physical lines: a row with a line break inside a cell takes two.

    ``line_count`` is that of the file; of JSON, which has no lines of its own, the number of objects.
    """

    data: DataFile
    line_count: int
    header_line_count: int
    blank_line_count: int
    has_tags: bool


def read_files(
    connection: duckdb.DuckDBPyConnection, reader: Reader, files: list[Path], folder: Path
) -> list[ReadFile]:
    """Make ``file_rows`` and fill ``file_rejects`` from all files; a later file's lines count on from the earlier's.

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
        data = plain_file(path, folder, number)
        of_format = _read_json if reader.text("format") == "json" else _read_csv
        result, part = of_format(connection, reader, data, number, before)
        read.append(result)
        parts.append(part)
        span = [data.shown, before + 1, before + result.line_count]
        connection.execute("INSERT INTO file_spans VALUES (?, ?, ?)", span)
    connection.execute(f"CREATE TEMP VIEW file_rows AS {' UNION ALL '.join(parts)}")
    return read


def identifier(column: str) -> str:
    """Return a column of the file as SQL quotes it; its own ``line`` is ``line_in_file``, since ``line`` is ours."""
    return foreign.identifier("line_in_file" if column == "line" else column)


def require_columns(reader: Reader, shown: str, names: list[str], delimiter: str = ",") -> None:
    """Refuse a file without a required column, naming all of them and what is nearest; order and extras are free."""
    missing = [name for name in reader.required if name not in names]
    twice = sorted({name for name in [*reader.required, *reader.optional] if names.count(name) > 1})
    if missing:
        foreign = separator_seen(names, reader.required, delimiter)
        if foreign:
            raise CannotRunError(f"{shown}:1 {foreign}, and {reader.dataset_id} is read with {quoted(delimiter)}.")
        told = ", ".join(f"{name}{did_you_mean(name, names)}" for name in missing)
        raise CannotRunError(f"{shown}:1 is no file of {reader.dataset_id}: the header lacks {told}.")
    if twice:
        raise CannotRunError(f"{shown}:1 the header has {', '.join(twice)} twice.")


def _read_csv(
    connection: duckdb.DuckDBPyConnection, reader: Reader, data: DataFile, number: int, before: int
) -> tuple[ReadFile, str]:
    dialect = Dialect(reader.delimiter, (reader.text("encoding") or "utf-8").lower())
    if dialect.encoding not in ENCODINGS:
        known = ", ".join(ENCODINGS)
        raise CannotRunError(f"{reader.dataset_id}.yml: the encoding {dialect.encoding} is none of {known}.")
    header = read_header(data, dialect)
    header = replace(header, names=reader.names_of(header.names))
    require_columns(reader, data.shown, header.names, dialect.delimiter)
    table = f"parsed_{number}"
    _parse(connection, data, dialect, header, table, [*reader.required, *reader.optional])
    blank = place_rows(connection, data, dialect, header, number, before)
    wanted = ", ".join(identifier(name) for name in [*reader.required, *reader.optional])
    tags = "WHERE position > 1" if header.has_tags else ""
    part = f"SELECT {wanted}, physical_line + {before} AS line FROM placed_{number} {tags}"
    return ReadFile(data, data.line_count, header.line_count + header.has_tags, blank, header.has_tags), part


def _parse(
    connection: duckdb.DuckDBPyConnection,
    data: DataFile,
    dialect: Dialect,
    header: Header,
    table: str,
    columns_wanted: list[str],
) -> None:
    """Read the wanted columns as text into ``table``, with ``breaks``, the line breaks inside all cells of the row."""
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(header.names)))
    places = {name: f"c{header.names.index(name)}" for name in header.names}
    wanted = ", ".join(f"{places.get(name, 'CAST(NULL AS VARCHAR)')} AS {identifier(name)}" for name in columns_wanted)
    breaks = " + ".join(
        f"CASE WHEN contains(c{n}, chr(10)) THEN length(c{n}) - length(replace(c{n}, chr(10), '')) ELSE 0 END"
        for n in range(len(header.names))
    )
    for leftover in ("bad_cells", "bad_scans"):
        connection.execute(f"DROP TABLE IF EXISTS {leftover}")
    try:
        connection.execute(
            f"CREATE TEMP TABLE {table} AS SELECT {wanted}, {breaks} AS breaks FROM read_csv("
            f"{literal(str(data.path))}, columns = {{{columns}}}, auto_detect = false, header = true, "
            f"delim = {literal(dialect.delimiter)}, encoding = {literal(dialect.encoding)}, "
            "quote = '\"', escape = '\"', compression = 'none', strict_mode = true, null_padding = false, "
            "store_rejects = true, rejects_table = 'bad_cells', rejects_scan = 'bad_scans', rejects_limit = 0)"
        )
    except duckdb.Error as error:
        raise CannotRunError(f"{data.shown} cannot be read as CSV: {str(error).splitlines()[0]}") from error


def _read_json(
    connection: duckdb.DuckDBPyConnection, reader: Reader, data: DataFile, number: int, before: int
) -> tuple[ReadFile, str]:
    """Read a list of objects, at ``record_path`` where one is given; ``line`` is the place in the list, from 1."""
    table = f"parsed_{number}"
    wanted = [*reader.required, *reader.optional]
    path = _json_path(*(step for step in reader.text("record_path").split(".") if step))
    keys = ", ".join(f"json_extract_string(item, {_json_path(name)}) AS {identifier(name)}" for name in wanted)
    try:
        connection.execute(
            f"CREATE TEMP TABLE {table}_values AS SELECT json FROM read_json_objects({literal(str(data.path))}, "
            f"format = 'unstructured', maximum_object_size = {LARGEST_JSON_OBJECT}, compression = 'uncompressed')"
        )
        _refuse_several(connection, data, table)
        connection.execute(
            f"CREATE TEMP TABLE {table}_items AS "
            f"SELECT unnest(from_json(json_extract(json, {path}), '[\"JSON\"]')) AS item FROM {table}_values"
        )
        connection.execute(f"CREATE TEMP TABLE {table} AS SELECT {keys}, json_keys(item) AS keys FROM {table}_items")
        _reject_no_objects(connection, table, before)
    except duckdb.Error as error:
        said = str(error).splitlines()[0].replace(str(data.path), data.shown)
        raise CannotRunError(f"{data.shown} cannot be read as JSON: {said}") from error
    connection.execute(f"DROP TABLE {table}_values")
    connection.execute(f"DROP TABLE {table}_items")
    found = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    names = connection.execute(f"SELECT DISTINCT unnest(keys) FROM {table}").fetchall()
    count = int(found[0][0])
    if not count:
        raise CannotRunError(f"{data.shown} holds no list of objects at {path}.")
    require_columns(reader, data.shown, [name for (name,) in names])
    columns = ", ".join(identifier(name) for name in wanted)
    start = connection.execute(f"SELECT min(rowid) FROM {table}").fetchall()[0][0]
    part = f"SELECT {columns}, rowid - {start} + 1 + {before} AS line FROM {table}"
    return ReadFile(data, count, 0, 0, has_tags=False), part


def _refuse_several(connection: duckdb.DuckDBPyConnection, data: DataFile, table: str) -> None:
    """Refuse a file that goes on behind its JSON value: two lists in one file are two files, or one put together."""
    count = int(connection.execute(f"SELECT count(*) FROM {table}_values").fetchall()[0][0])
    if count > 1:
        raise CannotRunError(f"{data.shown} holds {count:,} JSON values one after the other, and must hold one.")


def _reject_no_objects(connection: duckdb.DuckDBPyConnection, table: str, before: int) -> None:
    """Refuse what stands in the list and has no keys: a number, a text, a list, null."""
    connection.execute(
        f"INSERT INTO file_rejects SELECT place + {before}, 0, NULL, left(CAST(item AS VARCHAR), 200), "
        f"'is no JSON object' FROM (SELECT item, row_number() OVER (ORDER BY rowid) AS place FROM {table}_items) "
        "WHERE coalesce(json_type(item), 'NULL') <> 'OBJECT'"
    )


def _json_path(*steps: str) -> str:
    """Return the path to a key within a JSON value, as SQL quotes it."""
    return literal("$" + "".join('."' + step.replace('"', '\\"') + '"' for step in steps))
