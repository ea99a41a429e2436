"""A small RFC 4180 reader that knows the line and the column at which every cell starts.

Why not the csv module: it gives no columns, and one unclosed quote makes it swallow the rows that follow without a
word. Here every physical line belongs to exactly one row or is blank, and the reader says so at the end. Blank lines
are skipped, wherever they stand; a line of commas alone is an error, since a spreadsheet leaves it for a deleted row.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ingest.errors import Problem, counted
from ingest.record.text import is_damaged

QUOTE_MESSAGE = "this quote is not closed where the cell ends (a quote inside a quoted cell is written twice)"


@dataclass(frozen=True)
class Cell:
    """One cell: its text without quotes and the place where it starts; ``is_damaged`` where a problem was reported."""

    text: str
    line: int
    column: int
    is_damaged: bool = False


@dataclass(frozen=True)
class CsvRow:
    """The cells of one row, its first and last physical line, and whether it was read to its end."""

    cells: list[Cell]
    first_line: int
    last_line: int
    is_whole: bool = True


@dataclass
class _Scan:
    """Where the reader stands in a row: line and position from 0; problems found on the way."""

    line: int
    position: int = 0
    cells: list[Cell] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_whole: bool = True


class CsvReader:
    """Reads rows from physical lines; quoted cells run over several lines in the free-text columns only."""

    def __init__(self, file: str, lines: Sequence[str], row_start: re.Pattern[str]) -> None:
        """Take the lines of ``file``; a line that matches ``row_start`` always begins a row."""
        self.file = file
        self.lines = lines
        self.row_start = row_start
        self.cell_count = 0
        self.free_text: frozenset[int] = frozenset()

    def header(self) -> tuple[list[Cell], list[Problem], int]:
        """Return the cells of the first line that is not blank, their problems, and the index of the next line."""
        start = next((index for index, line in enumerate(self.lines) if line.strip()), len(self.lines))
        scan = self._scan_row(start) if start < len(self.lines) else _Scan(line=0)
        return scan.cells, scan.problems, start + 1

    def rows(
        self, start: int, columns: Sequence[str], free_text: Collection[str]
    ) -> tuple[list[CsvRow], list[Problem]]:
        """Return every row from line index ``start``, under a header of these columns."""
        self.cell_count = len(columns)
        self.free_text = frozenset(index for index, name in enumerate(columns) if name in free_text)
        rows: list[CsvRow] = []
        problems: list[Problem] = []
        index = start
        while index < len(self.lines):
            if not self.lines[index].strip():
                index += 1
                continue
            row, found = self._read_row(index)
            rows.append(row)
            problems += found
            index = row.last_line  # counts from 1, so it is the index of the next line
        return rows, problems + self._lines_lost(rows, start)

    def _read_row(self, index: int) -> tuple[CsvRow, list[Problem]]:
        scan = self._scan_row(index)
        wrong_shape = self._shape_problem(scan) if scan.is_whole else None
        is_whole = scan.is_whole and wrong_shape is None
        row = CsvRow(scan.cells, index + 1, scan.line + 1, is_whole)
        return row, scan.problems + ([wrong_shape] if wrong_shape else [])

    def _shape_problem(self, scan: _Scan) -> Problem | None:
        cells, line = scan.cells, scan.line + 1
        if not any(cell.text for cell in cells):
            return Problem(self.file, cells[0].line, 1, "", "every cell of this line is empty: delete the line")
        if len(cells) == self.cell_count:
            return None
        message = f"{counted(len(cells), 'cell')} where {self.cell_count} are expected"
        if len(cells) < self.cell_count:
            place, message = len(self.lines[scan.line]) + 1, f"{message}: is a comma missing?"
            return Problem(self.file, line, place, "", message)
        surplus = cells[self.cell_count]
        message = f"{message}: a cell that holds a comma is put in quotes"
        return Problem(self.file, surplus.line, surplus.column, "", message)

    def _scan_row(self, index: int) -> _Scan:
        """Read cells until a line ends outside quotes, or a quote is found never to close."""
        scan = _Scan(line=index)
        while scan.is_whole:
            quoted = self.lines[scan.line].startswith('"', scan.position)
            cell = self._quoted_cell(scan) if quoted else self._plain_cell(scan)
            scan.cells.append(cell)
            if scan.position >= len(self.lines[scan.line]):
                break
            scan.position += 1  # the comma
        return scan

    def _plain_cell(self, scan: _Scan) -> Cell:
        line, start = self.lines[scan.line], scan.position
        end = line.find(",", start)
        end = len(line) if end < 0 else end
        text = line[start:end]
        stray = text.find('"')
        if stray >= 0:
            message = "a quote inside a cell that does not begin with one (quote the cell, write the quote twice)"
            scan.problems.append(Problem(self.file, scan.line + 1, start + stray + 1, "", message))
        scan.position = end
        return Cell(text, scan.line + 1, start + 1, stray >= 0 or is_damaged(text))

    def _quoted_cell(self, scan: _Scan) -> Cell:
        opened_line, opened_at = scan.line, scan.position
        may_run_on = len(scan.cells) in self.free_text
        pieces: list[str] = []
        end, line_index, position = -1, opened_line, opened_at + 1
        while True:
            piece, end = _until_quote(self.lines[line_index], position)
            pieces.append(piece)
            if end >= 0 or not may_run_on or not self._runs_on(line_index + 1):
                break
            line_index, position = line_index + 1, 0
        line = self.lines[line_index]
        if end < 0 or (end < len(line) and line[end] != ","):
            return self._unclosed(scan, opened_line, opened_at, pieces[0])
        scan.line, scan.position = line_index, end
        text = "\n".join(pieces)
        return Cell(text, opened_line + 1, opened_at + 1, is_damaged(text))

    def _unclosed(self, scan: _Scan, opened_line: int, opened_at: int, text: str) -> Cell:
        scan.problems.append(Problem(self.file, opened_line + 1, opened_at + 1, "", QUOTE_MESSAGE))
        scan.is_whole = False
        scan.line, scan.position = opened_line, len(self.lines[opened_line])
        return Cell(text, opened_line + 1, opened_at + 1, is_damaged=True)

    def _runs_on(self, index: int) -> bool:
        """Say whether a quoted cell may run on into this line: there is one, and it does not look like a row."""
        if index >= len(self.lines):
            return False
        line = self.lines[index]
        return not self.row_start.match(line) and _cell_count(line) != self.cell_count

    def _lines_lost(self, rows: Sequence[CsvRow], start: int) -> list[Problem]:
        """Reconcile: a line that is neither blank nor in exactly one row is a problem, never a silence."""
        owners = [0] * len(self.lines)
        for row in rows:
            for index in range(row.first_line - 1, row.last_line):
                owners[index] += 1
        message = "this line was read into no row, or into two: a fault of the reader, please report it"
        return [
            Problem(self.file, index + 1, 1, "", message)
            for index in range(start, len(self.lines))
            if owners[index] != 1 and (self.lines[index].strip() or owners[index] > 1)
        ]


def _until_quote(line: str, start: int) -> tuple[str, int]:
    """Return the text up to the closing quote and the position after it, or the rest of the line and -1."""
    position = start
    while (found := line.find('"', position)) >= 0:
        if not line.startswith('""', found):
            return line[start:found].replace('""', '"'), found + 1
        position = found + 2
    return line[start:].replace('""', '"'), -1


def _cell_count(line: str) -> int:
    """Return how many cells the line has when read by itself; -1 where a quote stands wrong, so that it is no row."""
    count, position = 0, 0
    while True:
        count += 1
        if line.startswith('"', position):
            _, position = _until_quote(line, position + 1)
            if position < 0:
                return count  # its last cell runs on into the next line
            if position < len(line) and line[position] != ",":
                return -1
        else:
            comma = line.find(",", position)
            end = len(line) if comma < 0 else comma
            if '"' in line[position:end]:
                return -1
            position = end
        if position >= len(line):
            return count
        position += 1
