"""The forms of an answer: JSON, CSV, Parquet, XLSX, and the metadata beside a file. Rows in, bytes out."""

import csv
import io
import json
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from dashboard.api.result import plain, plain_column
from dashboard.publication import cache
from dashboard.queries.api import lists
from dashboard.text.csv_escape import defused
from dashboard.text.json import JSON, as_json

TYPES = {
    "json": JSON,
    "metadata": JSON,
    "csv": "text/csv; charset=utf-8; header=present",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST_CELL = 32_767
AT_ONCE = 1_000


class Written(Protocol):
    """One table to write: its rows, the kind of every column, and what a file of them must say."""

    @property
    def name(self) -> str:
        """What the rows are called."""

    @property
    def rows(self) -> pd.DataFrame:
        """The rows."""

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of every column, in their order."""

    @property
    def about(self) -> dict[str, Any]:
        """Everything about the rows but the rows."""

    @property
    def links(self) -> dict[str, str | None]:
        """Absolute addresses of the same rows in every form."""

    @property
    def file_name(self) -> str:
        """A name without an ending."""

    @property
    def citation(self) -> str:
        """How to cite the rows."""

    @property
    def published_at(self) -> datetime:
        """When the publication was made, UTC."""


def raw_records(found: Written) -> Iterator[dict[str, Any]]:
    """Give the rows one by one; objects are made for a thousand at a time, since they cost ten times the frame."""
    for start in range(0, len(found.rows), AT_ONCE):
        yield from cache.records(found.rows.iloc[start : start + AT_ONCE])


def records(found: Written) -> Iterator[dict[str, Any]]:
    """Give the rows with every value as JSON has it."""
    kinds = list(found.kinds.items())
    for start in range(0, len(found.rows), AT_ONCE):
        raw = cache.records(found.rows.iloc[start : start + AT_ONCE])
        columns = zip(*(row.values() for row in raw), strict=True)
        told = [plain_column(column, kind) for column, (_, kind) in zip(columns, kinds, strict=True)]
        for row, values in zip(raw, zip(*told, strict=True), strict=True):
            row.update(zip(row, values, strict=True))
            yield row


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return defused(value)
    return "" if value is None else {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def to_json(found: Written) -> bytes:
    """Return the page with its metadata and links."""
    return as_json({"metadata": found.about, "links": found.links, "rows": list(records(found))})


def to_metadata(found: Written) -> bytes:
    """Return what goes beside a file: the metadata, the links, and name and kind of every column."""
    columns = [{"name": name, "kind": of_kind} for name, of_kind in found.kinds.items()]
    return as_json({"metadata": found.about, "links": found.links, "columns": columns})


def to_csv(found: Written) -> bytes:
    """Return RFC 4180, UTF-8: empty cells for missing values, ISO days, true and false, texts defused."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(found.kinds)
    writer.writerows([_cell(value) for value in row.values()] for row in records(found))
    return text.getvalue().encode()


def to_parquet(found: Written) -> bytes:
    """Return Parquet with one type per column and the metadata in the file, under the key `on_record`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        lists.write_parquet(found.rows, found.kinds, found.about, path)
        return path.read_bytes()


def to_xlsx(found: Written) -> bytes:
    """Return a workbook of one table and its metadata."""
    return workbook([found])


def workbook(tables: Sequence[Written]) -> bytes:
    """Return a workbook: each table on a sheet, the metadata on another. Texts are texts, never formulas or links."""
    import xlsxwriter  # noqa: PLC0415 — only this form needs it

    target, first = io.BytesIO(), tables[0]
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        made = first.published_at.replace(tzinfo=None)
        book.set_properties({"title": first.file_name, "comments": first.citation, "created": made})
        looks = {"bold": book.add_format({"bold": True}), "day": book.add_format({"num_format": "yyyy-mm-dd"})}
        for found in tables:
            _sheet(book.add_worksheet(found.name), found, looks)
        about = book.add_worksheet("metadata")
        about.set_column(0, 1, 28)
        for line, (name, value) in enumerate(first.about.items()):
            about.write_string(line, 0, name, looks["bold"])
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            about.write_string(line, 1, text[:LONGEST_CELL])
    return target.getvalue()


def _sheet(sheet: Any, found: Written, looks: dict[str, Any]) -> None:
    """Fill one sheet, line by line."""
    kinds = found.kinds
    for column, name in enumerate(kinds):
        sheet.write_string(0, column, name, looks["bold"])
    sheet.freeze_panes(1, 1)
    for line, row in enumerate(raw_records(found), start=1):
        for column, (name, value) in enumerate(row.items()):
            _write(sheet, (line, column), value, kinds[name], looks["day"])


def _write(sheet: Any, place: tuple[int, int], value: Any, of_kind: str, day: Any) -> None:
    """Write one cell of a workbook by its kind; a missing value leaves it blank."""
    if value is None:
        return
    if of_kind in ("integer", "number"):
        sheet.write_number(*place, value)
    elif of_kind == "boolean":
        sheet.write_boolean(*place, value)
    elif of_kind == "day":
        sheet.write_datetime(*place, value, day)
    else:
        sheet.write_string(*place, str(plain(value, of_kind))[:LONGEST_CELL])


WRITERS = {"json": to_json, "metadata": to_metadata, "csv": to_csv, "parquet": to_parquet, "xlsx": to_xlsx}
