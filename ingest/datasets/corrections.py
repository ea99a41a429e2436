"""``figures/corrections.csv``: what a published data set has wrong, what is right, and the wrong value expected there.

A correction is applied to the row as published, before the reader sees it. Its expected value is a promise: where the
file no longer holds it, the load fails with a sentence, so that a correction outlives its cause by one release at most.
"""

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from common.layout import FIGURES
from common.quoting import literal
from ingest.datasets.files.names import identifier
from ingest.datasets.registry.entries import reader_ids
from ingest.datasets.registry.reader import Reader, Release, read_reader
from ingest.errors import Problem, did_you_mean, quoted
from ingest.files import read_bytes, shown_path
from ingest.record.columns import MOST_IN_A_NOTE, Column, TableSchema
from ingest.record.lookups import read_vocabulary
from ingest.record.table import Row, TableRows, read_table

PATH = FIGURES / "corrections.csv"
STATUSES = ("open", "reported", "fixed_upstream")
CORRECTIONS = TableSchema(
    "corrections.csv",
    (
        Column("correction_id", "id"),
        Column("dataset_id", "id"),
        Column("row_key", "text"),
        Column("column_name", "text"),
        Column("value_published", "text", is_required=False),
        Column("value_corrected", "text", is_required=False),
        Column("reason", "text", may_break_lines=True, most_characters=MOST_IN_A_NOTE),
        Column("url", "url"),
        Column("status", "id"),
    ),
    re.compile(r'"?[a-z0-9][a-z0-9_-]*"?,[a-z_]+,'),
)


def read_corrections(path: Path = PATH) -> TableRows:
    """Read the file and judge every cell and row; a file that is not there holds no corrections."""
    try:
        content = read_bytes(path)
    except FileNotFoundError:
        return TableRows(CORRECTIONS, shown_path(path))
    rows = read_table(CORRECTIONS, shown_path(path), content, read_vocabulary())
    return dataclasses.replace(rows, problems=[*rows.problems, *_row_problems(rows.rows)])


def _row_problems(rows: Sequence[Row]) -> list[Problem]:
    problems: list[Problem] = []
    ids: dict[str, int] = {}
    cells: dict[tuple[str | None, ...], int] = {}
    known = reader_ids()
    for row in rows:
        correction_id, dataset_id = row.text("correction_id") or "", row.text("dataset_id") or ""
        if ids.setdefault(correction_id, row.line) != row.line:
            problems.append(row.problem("correction_id", f"{correction_id} is already on line {ids[correction_id]}"))
        if dataset_id and dataset_id not in known:
            hint = did_you_mean(dataset_id, known)
            problems.append(row.problem("dataset_id", f"{quoted(dataset_id)} is no data set that is read here{hint}"))
        else:
            problems += _column_problems(row, dataset_id)
        status = row.text("status")
        if status and status not in STATUSES:
            message = f"{quoted(status)} is not one of {', '.join(STATUSES)}{did_you_mean(status, STATUSES)}"
            problems.append(row.problem("status", message))
        cell = (dataset_id, row.text("row_key"), row.text("column_name"))
        if cells.setdefault(cell, row.line) != row.line:
            problems.append(row.problem("column_name", f"the same cell is corrected on line {cells[cell]}"))
        if row.knows("value_published", "value_corrected") and row.text("value_published") == row.text(
            "value_corrected"
        ):
            problems.append(row.problem("value_corrected", "is what is published"))
    return problems


def _column_problems(row: Row, dataset_id: str) -> list[Problem]:
    column = row.text("column_name")
    if not dataset_id or column is None:
        return []
    reader = read_reader(dataset_id)
    names = [*reader.required, *reader.optional]
    if column in reader.key:
        # Its figures would be of another row, and neither they nor a second correction would find this one.
        return [row.problem("column_name", f"{quoted(column)} names the row, and what names a row is not corrected")]
    if column in names:
        return []
    message = f"{quoted(column)} is no column that {dataset_id} reads{did_you_mean(column, names)}"
    return [row.problem("column_name", message)]


def apply_corrections(
    connection: duckdb.DuckDBPyConnection, reader: Reader, rows: Sequence[Row], tables: Sequence[str]
) -> tuple[list[Row], list[Problem], list[str]]:
    """Correct the rows of this data set in the tables read from its files.

    Returns the corrections applied, the problems that refuse the load, and remarks to print.
    """
    applied: list[Row] = []
    problems: list[Problem] = []
    remarks: list[str] = []
    for row in rows:
        if row.text("dataset_id") != reader.dataset_id:
            continue
        found = _cells(connection, reader, row, tables)
        problem, remark = _judgement(row, found)
        problems += [problem] if problem else []
        remarks += [remark] if remark else []
        if found and problem is None and found != [row.text("value_corrected")]:
            _write(connection, reader, row, tables)
            applied.append(row)
    return applied, problems, remarks


def _key_is(reader: Reader) -> str:
    return f"concat_ws('-', {', '.join(identifier(name) for name in reader.key)}) = ?"


def _cells(connection: duckdb.DuckDBPyConnection, reader: Reader, row: Row, tables: Sequence[str]) -> list[str | None]:
    """Return the cell as the files hold it: one value where the key names one row, none where it names no row."""
    column, key = identifier(row.text("column_name") or ""), row.text("row_key")
    found: list[str | None] = []
    for table in tables:
        rows = connection.execute(f"SELECT {column} FROM {table} WHERE {_key_is(reader)}", [key]).fetchall()
        found += [None if value in (None, "") else str(value) for (value,) in rows]
    return found


def _judgement(row: Row, found: list[str | None]) -> tuple[Problem | None, str]:
    name, published, corrected = row.text("correction_id"), row.text("value_published"), row.text("value_corrected")
    shown = [quoted(value) if value is not None else "nothing" for value in (published, corrected)]
    if not found:
        return None, f"The correction {name} is about the row {row.text('row_key')}, which these files do not hold."
    if len(found) > 1:
        return row.problem("row_key", f"{row.text('row_key')} names {len(found)} rows of the file, not one"), ""
    if found[0] == published:
        is_fixed = row.text("status") == "fixed_upstream"
        said = (
            f"The correction {name} is marked fixed_upstream, and this release still holds {shown[0]}; it is applied."
        )
        return None, said if is_fixed else ""
    if found[0] == corrected and row.text("status") == "fixed_upstream":
        return None, ""
    if found[0] == corrected:
        said = f"the file already holds {shown[1]}: it was corrected upstream. Remove the correction {name}"
        return row.problem("value_published", f"{said}, or set its status to fixed_upstream"), ""
    there = quoted(found[0]) if found[0] is not None else "nothing"
    said = f"the file holds {there} and not {shown[0]}: what was wrong is gone. Remove the correction {name}"
    return row.problem("value_published", f"{said}, or look at it again"), ""


def _write(connection: duckdb.DuckDBPyConnection, reader: Reader, row: Row, tables: Sequence[str]) -> None:
    column = identifier(row.text("column_name") or "")
    for table in tables:
        connection.execute(
            f"UPDATE {table} SET {column} = ? WHERE {_key_is(reader)}",
            [row.text("value_corrected"), row.text("row_key")],
        )


def store_corrections(
    connection: duckdb.DuckDBPyConnection, reader: Reader, release: Release, applied: Sequence[Row], load_id: str
) -> None:
    """Replace what raw.corrections says of this release by what this load applied, and keep what it said."""
    of_release = [reader.dataset_id, release.version]
    connection.execute(
        "INSERT INTO w.raw.replaced_corrections SELECT c.*, d.load_id, d.loaded_at FROM w.raw.corrections AS c, "
        "w.raw.datasets AS d WHERE c.dataset_id = ? AND c.version = ? AND d.load_id = ?",
        [*of_release, load_id],
    )
    connection.execute("DELETE FROM w.raw.corrections WHERE dataset_id = ? AND version = ?", of_release)
    for row in applied:
        names = [column.name for column in CORRECTIONS.columns]
        values = [*(row.text(name) for name in names), release.version, load_id]
        marks = ", ".join("?" for _ in values)
        connection.execute(
            f"INSERT INTO w.raw.corrections ({', '.join(names)}, version, load_id, loaded_at) "
            f"SELECT {marks}, loaded_at FROM w.raw.datasets WHERE load_id = {literal(load_id)}",
            values,
        )
