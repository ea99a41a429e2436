"""What every writer of a format takes: one table, whoever made it, with all that a file must say of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pandas as pd

# An interval and a list of numbers are none.
NUMBER = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL(\(\d+,\s?\d+\))?|BIGNUM")


def is_number_type(kind: str) -> bool:
    """Return whether a column of this DuckDB type holds numbers."""
    return NUMBER.fullmatch(kind) is not None


@dataclass(frozen=True)
class Typed:
    """A table for Parquet: a frame, name and SQL type of each column, texts kept beside, how it is packed."""

    frame: pd.DataFrame
    columns: Sequence[tuple[str, str]]
    beside: Mapping[str, str]
    compression: str = ""


class Table(Protocol):
    """One table to write. What differs between a view and an answer in SQL is here: no writer asks whose it is."""

    @property
    def name(self) -> str:
        """What the rows are called."""

    @property
    def heads(self) -> Sequence[str]:
        """The names of the columns, in their order."""

    @property
    def file_name(self) -> str:
        """A name without an ending."""

    @property
    def citation(self) -> str:
        """How to cite the rows."""

    @property
    def published_at(self) -> datetime | None:
        """When the publication was made, UTC, where that is known."""

    @property
    def about(self) -> Mapping[str, Any]:
        """Everything about the rows but the rows."""

    @property
    def line_end(self) -> str:
        """What ends a line of CSV."""

    def lines(self) -> Iterator[Sequence[Any]]:
        """Give the rows as CSV has them, the heads first; no text is a formula."""

    def cells(self) -> Iterator[Sequence[Any]]:
        """Give the rows as a workbook has them: numbers, booleans, days and texts, None for nothing."""

    def document(self) -> bytes:
        """Return rows and all about them as JSON."""

    def metadata(self) -> bytes:
        """Return what goes beside a file as JSON."""

    def typed(self) -> Typed:
        """Return the rows for Parquet."""
