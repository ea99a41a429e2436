"""The objects of a JSON file as rows of text, every number as it is written."""

import mmap
import re
from dataclasses import replace
from pathlib import Path

import duckdb

from common.quoting import literal
from ingest.datasets.files.names import identifier, missing_columns, require_columns, unknown_columns, written
from ingest.datasets.files.source_file import DataFile, ReadFile
from ingest.datasets.files.start import MOST_COLUMNS
from ingest.datasets.registry.reader import Reader
from ingest.errors import CannotRunError

LARGEST_JSON_OBJECT = 1 << 28
WRITTEN_OTHERWISE = re.compile(rb"[0-9][eE][+-]?[0-9]|[.]000(?![0-9])|[0-9.]{16}|-0(?![0-9.])")
STRING_OR_NUMBER = re.compile(rb'"(?:[^"\\]|\\.)*+"|(-?[0-9][0-9.eE+-]*+)', re.DOTALL)
WHOLE = re.compile(rb"-?[1-9][0-9]*|0")


def read_json(
    connection: duckdb.DuckDBPyConnection, reader: Reader, data: DataFile, folder: Path, number: int, before: int
) -> tuple[ReadFile, str]:
    """Read a list of objects, at ``record_path`` where one is given; ``line`` is the place in the list, from 1.

    Returns what the file gave and the SELECT of its rows. Raises CannotRunError where it is no such list.
    """
    data = _with_numbers_as_written(data, folder / f"numbers-{number}")
    table = f"parsed_{number}"
    wanted = [*reader.required, *reader.optional]
    path = _json_path(*(step for step in reader.text("record_path").split(".") if step))
    nothing = ", ".join(literal(value) for value in reader.null_values)
    cells = {name: f"json_extract_string(item, {_json_path(name)})" for name in wanted}
    keys = ", ".join(f"CASE WHEN {x} NOT IN ({nothing}) THEN {x} END AS {identifier(n)}" for n, x in cells.items())
    columns = ", ".join(f"{written(reader, name, identifier(name))} AS {identifier(name)}" for name in wanted)
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
        connection.execute(
            f"CREATE TEMP TABLE {table} AS SELECT {columns}, keys, CAST(NULL AS VARCHAR) AS kind "
            f"FROM (SELECT {keys}, json_keys(item) AS keys FROM {table}_items)"
        )
        _reject_no_objects(connection, table, before)
        _reject_repeated_keys(connection, table, before)
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
    if len(names) > MOST_COLUMNS:
        raise CannotRunError(
            f"{data.shown} has {len(names):,} keys, and no file of more than {MOST_COLUMNS:,} is read."
        )
    present = sorted(str(name) for (name,) in names)
    require_columns(reader, data.header_place, present)
    columns = ", ".join(identifier(name) for name in wanted)
    start = connection.execute(f"SELECT min(rowid) FROM {table}").fetchall()[0][0]
    part = f"SELECT {columns}, rowid - {start} + 1 + {before} AS line FROM {table}"
    unknown, missing = unknown_columns(reader, present), missing_columns(reader, present)
    return ReadFile(data, count, 0, 0, unknown_columns=unknown, missing_columns=missing), part


def _with_numbers_as_written(data: DataFile, target: Path) -> DataFile:
    """Put numbers that DuckDB would write otherwise into quotes: 7.25E+06, 1.000 and what no double holds."""
    with data.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if not WRITTEN_OTHERWISE.search(content):
            return data
        done = 0
        with target.open("wb") as copy:
            for found in STRING_OR_NUMBER.finditer(content):
                if found[1] and not WHOLE.fullmatch(found[1]):
                    copy.write(content[done : found.start()] + b'"' + found[1] + b'"')
                    done = found.end()
            copy.write(content[done:])
    return replace(data, path=target)


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


def _reject_repeated_keys(connection: duckdb.DuckDBPyConnection, table: str, before: int) -> None:
    """Refuse an object with a key twice: some programs take the first of its values, others the last."""
    connection.execute(
        f"INSERT INTO file_rejects SELECT place + {before}, 0, key, NULL, 'is in this object more than once' FROM ("
        f"SELECT place, key FROM (SELECT place, unnest(keys) AS key FROM "
        f"(SELECT keys, row_number() OVER (ORDER BY rowid) AS place FROM {table}) "
        "WHERE len(keys) > len(list_distinct(keys))) GROUP BY place, key HAVING count(*) > 1)"
    )


def _json_path(*steps: str) -> str:
    """Return the path to a key within a JSON value, as SQL quotes it."""
    return literal("$" + "".join('."' + step.replace('"', '\\"') + '"' for step in steps))
