"""One CSV file to rows with typed values: characters, header, shape of the lines, and each cell by itself."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from ingest.errors import Problem, did_you_mean, quoted
from ingest.files import read_bytes, shown_path
from ingest.record.columns import TableSchema
from ingest.record.csv_reader import Cell, CsvReader, CsvRow
from ingest.record.lookups import Vocabulary
from ingest.record.text import read_lines
from ingest.record.values import UnreadableCellError, Value, read_value


@dataclass(frozen=True)
class Row:
    """A row: its cells by column, and the values of those that could be read (None where a cell may be empty).

    A column absent from ``values`` had a problem of its own, and no rule across cells judges it again.
    """

    file: str
    line: int
    cells: Mapping[str, Cell]
    values: Mapping[str, Value | None]

    def knows(self, *names: str) -> bool:
        """Say whether all of these cells were read."""
        return all(name in self.values for name in names)

    def text(self, name: str) -> str | None:
        """Return a cell read as text or id; None where empty or not read."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def day(self, name: str) -> date | None:
        """Return a cell read as a day; None where empty or not read."""
        value = self.values.get(name)
        return value if isinstance(value, date) and not isinstance(value, datetime) else None

    def number(self, name: str) -> Decimal | None:
        """Return a cell read as a number; None where empty or not read."""
        value = self.values.get(name)
        return value if isinstance(value, Decimal) else None

    def whole(self, name: str) -> int | None:
        """Return a cell read as a whole number; None where empty or not read."""
        value = self.values.get(name)
        return value if isinstance(value, int) else None

    def problem(self, name: str, message: str) -> Problem:
        """Return a problem at the place of a cell."""
        cell = self.cells.get(name)
        # A column that came later may not be in the file: then the line is meant.
        line, column = (cell.line, cell.column) if cell else (self.line, 1)
        return Problem(self.file, line, column, name, message)


@dataclass(frozen=True)
class TableRows:
    """What one file holds: its rows in order, the SHA-256 of its bytes, and the problems of reading it."""

    schema: TableSchema
    file: str
    sha256: str = ""
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_table_file(
    schema: TableSchema, path: Path, vocabulary: Vocabulary, read: Callable[[Path], bytes] = read_bytes
) -> TableRows:
    """Read a file of the record; a missing one is a problem of its own.

    CannotRunError where it is there and cannot be read.
    """
    try:
        content = read(path)
    except FileNotFoundError:
        missing = Problem(shown_path(path), 1, 1, "", "the file is missing: put it back, if only with its header")
        return TableRows(schema, shown_path(path), problems=[missing])
    return read_table(schema, shown_path(path), content, vocabulary)


def read_table(schema: TableSchema, file: str, content: bytes, vocabulary: Vocabulary) -> TableRows:
    """Read one file of the record; every problem of its characters, header, lines and cells, never only the first."""
    sha256 = hashlib.sha256(content).hexdigest()
    text = read_lines(file, content)
    if not text.lines:
        empty = [] if text.problems else [Problem(file, 1, 1, "", "the file is empty: its first line is the header")]
        return TableRows(schema, file, sha256, problems=text.problems + empty)
    reader = CsvReader(file, text.lines, schema.row_start)
    header, header_problems, next_line = reader.header()
    names = [cell.text for cell in header]
    header_problems = header_problems or _header_problems(schema, file, header)
    if not set(names) & set(schema.names):
        return TableRows(schema, file, sha256, problems=text.problems + header_problems)
    free_text = {column.name for column in schema.columns if column.may_break_lines}
    csv_rows, row_problems = reader.rows(next_line, names, free_text)
    rows: list[Row] = []
    for csv_row in csv_rows:
        row, found = _read_row(schema, file, names, csv_row, vocabulary)
        rows.append(row)
        row_problems += found
    return TableRows(schema, file, sha256, rows, text.problems + header_problems + row_problems)


def _header_problems(schema: TableSchema, file: str, header: Sequence[Cell]) -> list[Problem]:
    """Name the columns that are duplicated, unknown or missing; their order is free, since rows are read by name."""
    names = [cell.text for cell in header]
    line = header[0].line if header else 1
    if not set(names) & set(schema.names):
        return [Problem(file, line, 1, "", _no_header(schema, names))]
    missing = [name for name in schema.names if name not in names]
    needed = set(schema.needed)
    problems: list[Problem] = []
    for index, cell in enumerate(header):
        if cell.is_damaged:
            continue
        if cell.text not in schema.names:
            hint = did_you_mean(cell.text, missing)
            # A misspelt column is one problem, not an unknown column and a missing one.
            missing = [name for name in missing if quoted(name) not in hint]
            problems.append(Problem(file, line, cell.column, "", f"the column {quoted(cell.text)} is unknown{hint}"))
        elif cell.text in names[:index]:
            problems.append(Problem(file, line, cell.column, "", f"the column {quoted(cell.text)} is there twice"))
    if missing := [name for name in missing if name in needed]:
        add = "add each to the header and its cell, empty or not, to every line"
        problems.append(Problem(file, line, 1, "", f"columns are missing: {', '.join(missing)} ({add})"))
    return problems


def _no_header(schema: TableSchema, names: Sequence[str]) -> str:
    """Say what the first line must be, or what stands between its cells where that alone is wrong."""
    for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if set(mark.join(names).split(mark)) & set(schema.names):
            return f"the cells are separated by {word}: save the file as CSV with commas"
    return f"this is not the header: make the first line {','.join(schema.names)}"


def _read_row(
    schema: TableSchema, file: str, names: Sequence[str], csv_row: CsvRow, vocabulary: Vocabulary
) -> tuple[Row, list[Problem]]:
    cells = dict(zip(names, csv_row.cells, strict=False))
    values: dict[str, Value | None] = {}
    row = Row(file, csv_row.first_line, cells, values)
    problems: list[Problem] = []
    for column in schema.columns:
        cell = cells.get(column.name)
        if cell is None and column.may_be_missing and column.name not in names:
            values[column.name] = None
        if cell is None or cell.is_damaged:
            continue
        # Of a line cut short or grown too long only the key is trusted, so that references to it still hold.
        if not csv_row.is_whole and column.name != schema.key:
            continue
        try:
            values[column.name] = read_value(column, cell.text, vocabulary)
        except UnreadableCellError as reason:
            if csv_row.is_whole:
                problems.append(row.problem(column.name, str(reason)))
    return row, problems
