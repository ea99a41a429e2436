"""The adjudication file: what was decided where two readings differ, one row a difference.

``figures/<episode>/second/adjudication.csv`` is written by ``compare --adjudication`` and decided by hand:

figure_id, second_id  the figure in figures.csv and in second/figures.csv; one is empty where one reader alone has it
column_name           the column that differs; figure_id where one reader alone has the figure
first, second         what each wrote when they were compared
decision              first, second or other
decided_value         what the cell is to say where the decision is other
reason                what in the text settled it
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.double_coding.agreement import COMPARED
from ingest.errors import Problem, did_you_mean, quoted
from ingest.record.columns import MOST_IN_A_NOTE, ROW_START, Column, TableSchema
from ingest.record.table import Row

DECISIONS = ("first", "second", "other")
WHOLE = "figure_id"
"""The column_name of a row that asks whether there is such a figure at all."""

ADJUDICATION = TableSchema(
    "adjudication.csv",
    (
        Column("figure_id", "figure_id", is_required=False),
        Column("second_id", "figure_id", is_required=False),
        Column("column_name", "text"),
        Column("first", "text", is_required=False, most_characters=MOST_IN_A_NOTE),
        Column("second", "text", is_required=False, most_characters=MOST_IN_A_NOTE),
        Column("decision", "text", is_required=False),
        Column("decided_value", "text", is_required=False, most_characters=MOST_IN_A_NOTE),
        Column("reason", "text", is_required=False, most_characters=MOST_IN_A_NOTE),
    ),
    ROW_START,
)
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Decision:
    """One row of the file; ids are empty where one reader alone has the figure."""

    row: Row

    def described(self, name: str) -> str:
        """Return the text of a cell, empty where there is none."""
        return self.row.text(name) or ""

    @property
    def key(self) -> Key:
        """The difference it decides: figure_id, second_id, column_name."""
        return self.described("figure_id"), self.described("second_id"), self.described("column_name")

    @property
    def is_of_whole_figure(self) -> bool:
        """Whether it decides if there is such a figure at all."""
        return self.described("column_name") == WHOLE

    @property
    def value(self) -> str:
        """What the cell is to say in figures.csv."""
        decision = self.described("decision")
        return self.described("decided_value" if decision == "other" else decision)


def form_problems(decisions: Sequence[Decision]) -> Iterator[Problem]:
    """Yield what is wrong with the file by itself: rows undecided, without reason, repeated, or of no difference."""
    seen: dict[Key, int] = {}
    for each in decisions:
        earlier = seen.setdefault(each.key, each.row.line)
        if earlier != each.row.line:
            yield each.row.problem("column_name", f"this difference is already on line {earlier}")
        yield from _one_form(each)


def _one_form(each: Decision) -> Iterator[Problem]:
    yield from _difference_form(each)
    decision = each.described("decision")
    if not decision:
        yield each.row.problem("decision", f"is not decided: write {', '.join(DECISIONS[:-1])} or {DECISIONS[-1]}")
    elif decision not in DECISIONS:
        hint = did_you_mean(decision, DECISIONS)
        yield each.row.problem("decision", f"{quoted(decision)} is not one of {', '.join(DECISIONS)}{hint}")
    elif not each.described("reason"):
        yield each.row.problem("reason", "must say what settled it")
    elif each.is_of_whole_figure and decision == "other":
        yield each.row.problem("decision", "a figure is there or it is not: decide first or second")
    elif not each.is_of_whole_figure and each.described("decided_value") not in ("", each.value):
        yield each.row.problem("decided_value", f"is {quoted(each.value)} where the decision is {decision}")


def _difference_form(each: Decision) -> Iterator[Problem]:
    name, ids = each.described("column_name"), [each.described("figure_id"), each.described("second_id")]
    names = [WHOLE, *(column.name for column in COMPARED)]
    if name not in names:
        yield each.row.problem("column_name", f"{quoted(name)} is not compared{did_you_mean(name, names)}")
    elif not any(ids):
        yield each.row.problem("figure_id", "both ids are empty: name the figure of one reader or of both")
    elif each.is_of_whole_figure == all(ids):
        yield each.row.problem("column_name", "is figure_id where one of the two ids is empty, and only there")


def adjudication_text(rows: Iterable[Sequence[str]]) -> str:
    """Return the text of an adjudication file: its header and these rows, each in the order of its columns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(ADJUDICATION.names)
    writer.writerows(rows)
    return text.getvalue()
