"""The rows of a view or of an endpoint as the writers of every format take them (dashboard/formats)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import pandas as pd

from dashboard.api.result import plain, plain_column
from dashboard.formats.table import Typed
from dashboard.odd_cells import as_texts
from dashboard.publication import cache
from dashboard.text.csv_escape import defused
from dashboard.text.json import as_json

AT_ONCE = 1_000
SQL_TYPES = {"day": "date", "moment": "timestamp", "integer": "bigint", "number": "double", "boolean": "boolean"}


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


class Rows:
    """Rows of ours as a Table: every value by the kind of its column."""

    line_end = "\r\n"

    def __init__(self, found: Written) -> None:
        self.found = found
        self.name, self.file_name, self.citation = found.name, found.file_name, found.citation
        self.published_at: datetime | None = found.published_at

    @property
    def heads(self) -> Sequence[str]:
        """The names of the columns."""
        return list(self.found.kinds)

    @property
    def about(self) -> Mapping[str, Any]:
        """Everything about the rows but the rows."""
        return self.found.about

    def lines(self) -> Iterator[Sequence[Any]]:
        """Give heads and rows as CSV has them."""
        yield self.heads
        for row in records(self.found):
            yield [_cell(value) for value in row.values()]

    def cells(self) -> Iterator[Sequence[Any]]:
        """Give the rows as a workbook has them."""
        kinds = self.found.kinds
        for row in raw_records(self.found):
            yield [_typed(value, kinds[name]) for name, value in row.items()]

    def document(self) -> bytes:
        """Return the page with its metadata and links."""
        return as_json({"metadata": self.about, "links": self.found.links, "rows": list(records(self.found))})

    def metadata(self) -> bytes:
        """Return the metadata, the links, and name and kind of every column."""
        columns = [{"name": name, "kind": of_kind} for name, of_kind in self.found.kinds.items()]
        return as_json({"metadata": self.about, "links": self.found.links, "columns": columns})

    def typed(self) -> Typed:
        """Return the rows with one SQL type per column; the metadata is kept under the key `on_record`."""
        rows, kinds = self.found.rows, self.found.kinds
        columns = [(str(name), SQL_TYPES.get(kinds[name], "varchar")) for name in rows]
        return Typed(as_texts(rows), columns, {"on_record": json.dumps(self.about, ensure_ascii=False)}, "zstd")


def _typed(value: Any, of_kind: str) -> Any:
    """Return a value as a cell of a workbook by its kind."""
    return value if value is None or of_kind in ("integer", "number", "boolean", "day") else str(plain(value, of_kind))
