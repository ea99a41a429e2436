"""Cells of a CSV file changed in place: every byte outside the cells concerned stays as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.errors import Problem
from ingest.record.columns import TableSchema
from ingest.record.csv_reader import CsvReader, CsvRow
from ingest.record.text import BYTE_ORDER_MARK, read_lines

MUST_BE_QUOTED = frozenset(',"\r\n')


@dataclass(frozen=True)
class EditableTable:
    """The bytes of a file with the place of every cell; ``problems`` where cells cannot be told apart for certain.

    ``starts`` holds the byte at which each line begins, ``lines`` the lines without their ends.
    """

    content: bytes
    names: list[str]
    rows: list[CsvRow]
    lines: list[str]
    starts: list[int]
    problems: list[Problem]

    def span(self, row: CsvRow, name: str) -> tuple[int, int]:
        """Return the first byte of a cell, its quotes included, and the byte after its last one."""
        index = self.names.index(name)
        cell = row.cells[index]
        start = self._offset(cell.line - 1, cell.column - 1)
        if index + 1 == len(row.cells):
            return start, self._offset(row.last_line - 1, len(self.lines[row.last_line - 1]))
        following = row.cells[index + 1]
        return start, self._offset(following.line - 1, following.column - 2)  # the comma before it

    def with_cells(self, row: CsvRow, texts: Mapping[str, str]) -> bytes:
        """Return the file with these cells of one row holding these texts; a cell in quotes keeps them."""
        spans = sorted(((*self.span(row, name), text) for name, text in texts.items()), reverse=True)
        content = self.content
        for start, end, text in spans:
            is_quoted = content[start : start + 1] == b'"'
            content = content[:start] + self._written(text, is_quoted) + content[end:]
        return content

    def with_row_after(self, row: CsvRow, texts: Mapping[str, str]) -> bytes:
        """Return the file with one more row below this one; it is in quotes throughout where this one is."""
        all_quoted = all(self.content[self.span(row, name)[0] :].startswith(b'"') for name in self.names)
        line = b",".join(self._written(texts.get(name, ""), all_quoted) for name in self.names)
        end = self.span(row, self.names[-1])[1]
        return self.content[:end] + self._line_end.encode() + line + self.content[end:]

    def with_row_at_end(self, texts: Mapping[str, str]) -> bytes:
        """Return the file with one more row at its end, also where it holds no row yet; no other byte changes."""
        if self.rows:
            return self.with_row_after(self.rows[-1], texts)
        line = b",".join(self._written(texts.get(name, ""), is_quoted=False) for name in self.names)
        header = self.content.rstrip(b"\r\n")
        return header + self._line_end.encode() + line + self._line_end.encode()

    def without_row(self, row: CsvRow) -> bytes:
        """Return the file without this row and the line end before it (of the first row, the one behind it)."""
        start, end = self.starts[row.first_line - 1], self.span(row, self.names[-1])[1]
        if row is self.rows[0]:
            behind = self.content[end:]
            return self.content[:start] + behind[len(behind) - len(behind.lstrip(b"\r\n")) :]
        previous = self.rows[self.rows.index(row) - 1]
        return self.content[: self.span(previous, self.names[-1])[1]] + self.content[end:]

    @property
    def _line_end(self) -> str:
        return "\r\n" if b"\r\n" in self.content else "\n"

    def _offset(self, line: int, characters: int) -> int:
        return self.starts[line] + len(self.lines[line][:characters].encode("utf-8", errors="surrogateescape"))

    def _written(self, text: str, is_quoted: bool) -> bytes:
        text = text.replace("\n", self._line_end)
        if is_quoted or MUST_BE_QUOTED & set(text):
            text = '"' + text.replace('"', '""') + '"'
        return text.encode("utf-8", errors="surrogateescape")


def editable(schema: TableSchema, file: str, content: bytes) -> EditableTable:
    """Read where the cells of a file stand; its problems are those of characters and shape, not of what cells say."""
    text = read_lines(file, content)
    reader = CsvReader(file, text.lines, schema.row_start)
    header, header_problems, next_line = reader.header()
    names = [cell.text for cell in header]
    free_text = {column.name for column in schema.columns if column.may_break_lines}
    rows, row_problems = reader.rows(next_line, names, free_text)
    problems = text.problems + header_problems + row_problems
    return EditableTable(content, names, rows, text.lines, _line_starts(content), problems)


def _line_starts(content: bytes) -> list[int]:
    start = len(BYTE_ORDER_MARK) if content.startswith(BYTE_ORDER_MARK) else 0
    starts, position = [start], content.find(b"\n")
    while position >= 0:
        starts.append(position + 1)
        position = content.find(b"\n", position + 1)
    return starts


def row_of(edited: EditableTable, key: str, wanted: str) -> CsvRow | None:
    """Return the first row whose key is this one; None where there is none."""
    index = edited.names.index(key) if key in edited.names else -1
    return next((row for row in edited.rows if row.is_whole and index >= 0 and _text(row, index) == wanted), None)


def _text(row: CsvRow, index: int) -> str:
    return row.cells[index].text if index < len(row.cells) else ""


def cells_changed(before: EditableTable, after: EditableTable) -> Sequence[tuple[int, str]]:
    """Return (row from 0, column) of every cell that differs; both files have the same rows and columns."""
    pairs = zip(before.rows, after.rows, strict=True)
    return [
        (number, name)
        for number, (old, new) in enumerate(pairs)
        for name, one, other in zip(before.names, old.cells, new.cells, strict=True)
        if one.text != other.text
    ]
