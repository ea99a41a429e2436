"""The registry of formats. One more entry is one more format of every view, of the API and of the SQL console.

A writer takes tables and returns bytes: of one table, or of several where the format holds all of a view in one file.
"""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dashboard.formats.table import Table
from dashboard.odd_cells import LONGEST_TEXT
from dashboard.queries import parquet
from dashboard.text.json import JSON

# Rows of one answer: of a page that is read, of a file, of a workbook, which takes the most memory a row.
MOST_ON_A_PAGE, MOST_IN_A_FILE, MOST_IN_A_WORKBOOK = 1_000, 10_000, 5_000


@dataclass(frozen=True)
class Format:
    """One format: its name in addresses, which is its extension too; what links call it; its type, writer and limit.

    `limit` is how many rows the API gives in one answer. `is_file`: a browser saves it, and it holds all rows where no
    number is asked for. `is_whole`: it holds every table of a view.
    """

    name: str
    label: str
    media_type: str
    write: Callable[[Sequence[Table]], bytes]
    limit: int = MOST_IN_A_FILE
    is_file: bool = True
    is_whole: bool = False

    @property
    def holds_view(self) -> bool:
        """Whether one file of it holds every table of a view, and not only what is said of them."""
        return self.is_whole and self.is_file


def to_csv(tables: Sequence[Table]) -> bytes:
    """Return RFC 4180, UTF-8: empty cells for missing values, ISO days, true and false, texts defused."""
    (table,) = tables
    text = io.StringIO()
    csv.writer(text, lineterminator=table.line_end).writerows(table.lines())
    return text.getvalue().encode()


def to_json(tables: Sequence[Table]) -> bytes:
    """Return the rows with their metadata."""
    (table,) = tables
    return table.document()


def to_metadata(tables: Sequence[Table]) -> bytes:
    """Return what goes beside a file."""
    return tables[0].metadata()


def to_parquet(tables: Sequence[Table]) -> bytes:
    """Return Parquet with one type per column and the metadata in the file."""
    (table,) = tables
    typed = table.typed()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        parquet.write(typed.frame, typed.columns, typed.beside, path, typed.compression)
        return path.read_bytes()


def to_xlsx(tables: Sequence[Table]) -> bytes:
    """Return a workbook: each table on a sheet, the metadata on another. Texts are texts, never formulas or links."""
    import xlsxwriter  # noqa: PLC0415 — only this format needs it

    target, first = io.BytesIO(), tables[0]
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        made = {"created": first.published_at.replace(tzinfo=None)} if first.published_at else {}
        book.set_properties({"title": first.file_name, "comments": first.citation, **made})
        themes = {"bold": book.add_format({"bold": True}), "day": book.add_format({"num_format": "yyyy-mm-dd"})}
        for table in tables:
            _fill(book.add_worksheet(table.name), table, themes)
        about = book.add_worksheet("metadata")
        about.set_column(0, 1, 28)
        for line, (name, value) in enumerate(first.about.items()):
            about.write_string(line, 0, name, themes["bold"])
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            about.write_string(line, 1, text[:LONGEST_TEXT])
    return target.getvalue()


def _fill(sheet: Any, table: Table, themes: dict[str, Any]) -> None:
    """Fill one sheet, line by line."""
    for column, name in enumerate(table.heads):
        sheet.write_string(0, column, name[:LONGEST_TEXT], themes["bold"])
    sheet.freeze_panes(1, 1)
    for line, row in enumerate(table.cells(), start=1):
        for column, value in enumerate(row):
            _write(sheet, (line, column), value, themes["day"])


def _write(sheet: Any, place: tuple[int, int], value: Any, day: Any) -> None:
    """Write one cell of a workbook by its type; a missing value leaves it blank."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, int | float):
        sheet.write_number(*place, value)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, day)
    else:
        sheet.write_string(*place, str(value)[:LONGEST_TEXT])


FORMATS = {
    each.name: each
    for each in (
        Format("csv", "CSV", "text/csv; charset=utf-8; header=present", to_csv),
        Format("json", "JSON", JSON, to_json, limit=MOST_ON_A_PAGE, is_file=False),
        Format("parquet", "Parquet", "application/vnd.apache.parquet", to_parquet),
        Format("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx,
               limit=MOST_IN_A_WORKBOOK, is_whole=True),
        Format("metadata", "metadata", JSON, to_metadata, is_file=False, is_whole=True),
    )
}  # fmt: skip
