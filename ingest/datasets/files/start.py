"""The lines of a CSV file that are no row: above the header, blank ones and tags anywhere, and rows far too wide."""

import csv
import re
from dataclasses import dataclass, replace
from pathlib import Path

from common.quoting import literal
from ingest.datasets.files.source_file import CHUNK, LONGEST_HEADER, DataFile, Dialect
from ingest.errors import CannotRunError
from ingest.record.text import BYTE_ORDER_MARK

# No published table comes near; DuckDB takes some 80 KB for a column and 5 KB for a cell that has none.
MOST_COLUMNS = 1_000
MOST_WRONG_CELLS = 20_000
# Texts with separators of their own, in quotes: rows are counted only where there are many more.
USUAL_SHARE = 0.3
SEPARATOR_LINE = re.compile(r'"?sep=(.|\\t)?"?[,;|\s"]*', re.IGNORECASE)
BETWEEN = "\x1f"
TAG = f"\\s*(?:#[A-Za-z][^{BETWEEN}]*)?"
TAGS = f"{TAG}(?:{BETWEEN}{TAG})*"
_TAGS = re.compile(TAGS)


@dataclass(frozen=True)
class Above:
    """How many lines above the header are blank or of empty cells, name the separator to Excel, or are HXL tags."""

    blank: int = 0
    separators: int = 0
    tags: int = 0

    @property
    def lines(self) -> int:
        """How many lines they are together."""
        return self.blank + self.separators + self.tags


def without_lines_above(data: DataFile, dialect: Dialect, target: Path) -> tuple[DataFile, Above]:
    """Return the file from its header on, copied to ``target`` where lines stand above it, and what they were.

    Blank lines, rows of empty cells, the line ``sep=`` by which Excel is told the separator, and HXL tags. Anything
    else is taken for the header, and refused where it is none. The line count stays that of the whole file.
    """
    above, start = Above(), 0
    with data.path.open("rb") as file:
        while start < LONGEST_HEADER and (line := file.readline(LONGEST_HEADER)):
            kind = _kind(line, dialect)
            if not kind:
                break
            above = replace(above, **{kind: getattr(above, kind) + 1})
            start += len(line)
    if not start:
        return data, above
    with data.path.open("rb") as file, target.open("wb") as copy:
        file.seek(start)
        while chunk := file.read(CHUNK):
            copy.write(chunk)
    return replace(data, path=target, lines_above=above.lines), above


def _kind(line: bytes, dialect: Dialect) -> str:
    text = line.removeprefix(BYTE_ORDER_MARK).decode(dialect.encoding, errors="replace").rstrip("\r\n")
    if SEPARATOR_LINE.fullmatch(text):
        return "separators"
    cells = text.replace('"', "").replace(dialect.delimiter, BETWEEN)
    if not cells.replace(BETWEEN, "").strip():
        return "blank"
    return "tags" if _TAGS.fullmatch(cells) else ""


def sql_kind(columns: list[str]) -> str:
    """Return the expression that is ``blank`` or ``tags`` for a row of such cells, and NULL for one of data.

    Only a row that begins with nothing, a blank or a tag is looked at whole.
    """
    first = f"coalesce({', '.join(columns)})"
    cells = f"concat_ws(chr(31), {', '.join(columns)})"
    return (
        f"CASE WHEN {first} IS NULL THEN 'blank' WHEN ascii({first}) IN (9, 32, 35, 160) THEN {sql_kind_of(cells)} END"
    )


def sql_kind_of(cells: str) -> str:
    """Return the same for the text of all cells, joined by the character that separates units."""
    return (
        f"CASE WHEN regexp_full_match({cells}, '[\\s\\x1f]*') THEN 'blank' "
        f"WHEN regexp_full_match({cells}, {literal(TAGS)}) THEN 'tags' END"
    )


def refuse_wide(data: DataFile, dialect: Dialect, names: list[str]) -> None:
    """Refuse a file of more columns than any table has, or whose rows are of another shape than its header.

    DuckDB notes every cell too many or too few with the whole line: a few such rows would take all memory. The
    separators of the file are counted; only where their number is odd is the file read, up to where it is too much.
    """
    if len(names) > MOST_COLUMNS:
        said = f"the header has {len(names):,} columns, and no file of more than {MOST_COLUMNS:,} is read"
        raise CannotRunError(f"{data.header_place} {said}.")
    separators, mark = 0, dialect.delimiter.encode(dialect.encoding)
    with data.path.open("rb") as file:
        while chunk := file.read(CHUNK):
            separators += chunk.count(mark)
    expected = (data.line_count - data.lines_above) * (len(names) - 1)
    if abs(separators - expected) > MOST_WRONG_CELLS + USUAL_SHARE * expected:
        _count_cells(data, dialect, len(names))


def _count_cells(data: DataFile, dialect: Dialect, columns: int) -> None:
    """Count the cells rows have too many or too few; CannotRunError with the first such row where they are many."""
    wrong, first = 0, (0, 0)
    with data.path.open(encoding=dialect.encoding, errors="replace", newline="") as file:
        reader, line = csv.reader(file, delimiter=dialect.delimiter), 1
        try:
            for row in reader:
                if row and len(row) != columns:
                    first = first if wrong else (line, len(row))
                    wrong += abs(len(row) - columns)
                    if wrong > MOST_WRONG_CELLS:
                        break
                line = reader.line_num + 1
        except csv.Error:
            return  # judged with its line where the rows are placed
    if wrong > MOST_WRONG_CELLS:
        said = f"has {first[1]:,} cells under a header of {columns:,}, and more rows are of another shape"
        raise CannotRunError(f"{data.shown}:{data.lines_above + first[0]} {said}: is it the right separator?")
