"""The columns of the two files of the record, in order: the one place that says what each cell may hold.

``kind`` names the reader of a cell (``ingest/record/values.py``); ``choices`` names a closed list, either one of ours
or a file of ``seeds/`` (``ingest/record/lookups.py``).
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text",
    "id",
    "figure_id",
    "choice",
    "day",
    "moment",
    "doubts",
    "paragraph",
    "number",
    "phrase",
    "sha256",
    "file_name",
    "url",
    "language",
]


# The longest title known here has 59 characters, the longest note 385; a cell of a million is a file in a cell, and
# would be loaded, published and shown on every page that names it.
MOST_CHARACTERS, MOST_IN_A_NOTE = 1_000, 10_000
# An address has no length of its own: one with a signed token has thousands of characters. This is a file in a cell.
MOST_IN_AN_ADDRESS = 100_000


@dataclass(frozen=True)
class Column:
    """One column: its name, how its cells are read, whether they may be empty, and how long they may be.

    ``may_be_missing``: it came later, and a file written before it, as in the record's past, is read as if its cells
    were empty.
    """

    name: str
    kind: Kind
    is_required: bool = True
    choices: str = ""
    may_break_lines: bool = False
    most_characters: int = MOST_CHARACTERS
    may_be_missing: bool = False


@dataclass(frozen=True)
class TableSchema:
    """One file of the record: its name, its columns in order, the key column, and how its rows begin."""

    file_name: str
    columns: tuple[Column, ...]
    row_start: re.Pattern[str]

    @property
    def key(self) -> str:
        """The column whose values are unique: the first."""
        return self.columns[0].name

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    @property
    def needed(self) -> list[str]:
        """The names of the columns that every file has."""
        return [column.name for column in self.columns if not column.may_be_missing]


# Both patterns end in a number, so that a line of prose in a note ("however, ...") is not taken for a row.
ROW_START = re.compile(r'"?[a-z0-9][a-z0-9_-]*-\d{2,}"?,')

DOCUMENTS = TableSchema(
    "documents.csv",
    (
        Column("document_id", "id"),
        Column("publisher", "text", is_required=False),  # empty: unknown
        Column("agency", "text", is_required=False, may_be_missing=True),  # the wire whose report it prints
        Column("title", "text", may_break_lines=True),
        Column("language", "language"),
        Column("url", "url", is_required=False, most_characters=MOST_IN_AN_ADDRESS),
        Column("published_on", "day"),
        Column("published_on_basis", "choice", choices="basis"),
        Column("retrieved_on", "day", is_required=False),
        Column("sha256", "sha256"),
        Column("file_name", "file_name"),
        Column("note", "text", is_required=False, may_break_lines=True, most_characters=MOST_IN_A_NOTE),
    ),
    ROW_START,
)

FIGURES = TableSchema(
    "figures.csv",
    (
        Column("figure_id", "figure_id"),
        Column("document_id", "id"),
        Column("paragraph", "paragraph"),
        Column("phrase", "phrase"),
        Column("source_id", "choice", choices="sources"),
        Column("measure_id", "choice", choices="measures"),
        Column("population_id", "choice", choices="populations"),
        Column("place_id", "choice", choices="places"),
        Column("cause_id", "choice", is_required=False, choices="causes"),
        Column("actor_id", "choice", is_required=False, choices="actors"),
        Column("counting", "choice", choices="counting"),
        Column("period_start_on", "day", is_required=False),
        Column("period_end_on", "day", is_required=False),
        Column("reported_on", "day"),
        Column("reported_on_basis", "choice", choices="basis"),
        Column("reported_at", "moment", is_required=False, may_be_missing=True),
        Column("source_original_id", "choice", is_required=False, choices="sources", may_be_missing=True),
        Column("kind", "choice", is_required=False, choices="kind", may_be_missing=True),  # empty: count
        Column("place_role", "choice", is_required=False, choices="place_role", may_be_missing=True),
        Column("verification", "choice", is_required=False, choices="verification", may_be_missing=True),
        Column("source_grade", "text", is_required=False, most_characters=100, may_be_missing=True),
        Column("source_grade_scheme", "choice", is_required=False, choices="grade_schemes", may_be_missing=True),
        Column("hedge_id", "choice", choices="hedges"),
        Column("value", "number", is_required=False),
        Column("low", "number", is_required=False),
        Column("high", "number", is_required=False),
        Column("interval_level", "number", is_required=False, may_be_missing=True),  # in percent
        Column("interval_kind", "choice", is_required=False, choices="interval_kind", may_be_missing=True),
        Column("part_of", "figure_id", is_required=False),
        Column("incident_id", "id", is_required=False),
        Column("doubts", "doubts", is_required=False, may_be_missing=True),
        Column("status", "choice", choices="status"),
        Column("retracted_on", "day", is_required=False, may_be_missing=True),
        Column("visibility", "choice", choices="visibility"),
        Column("sensitivity", "choice", is_required=False, choices="sensitivity", may_be_missing=True),
        Column("sensitivity_reason", "text", is_required=False, may_be_missing=True),
        Column("review_on", "day", is_required=False, may_be_missing=True),
        Column("coded_on", "day", is_required=False),
        Column("checked_on", "day", is_required=False),
        Column("note", "text", is_required=False, may_break_lines=True, most_characters=MOST_IN_A_NOTE),
    ),
    ROW_START,
)
