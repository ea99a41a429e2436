"""A second coder's reading of an episode: read from ``figures/<episode>/second/`` and laid beside the first.

It is figures.csv, made without sight of the first; or columns.csv, the reading of some columns of figures that were
read twice before these columns were there: its reader is given the phrases, and compared in nothing else.

The agreement of two readings is that of the readings as they were: where a difference has been decided, figures.csv
holds what was decided, and what the first reader wrote stands in the adjudication file.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.double_coding.adjudication_file import ADJUDICATION, WHOLE, Decision, Key
from ingest.double_coding.agreement import COMPARED, Agreement, agreement_of
from ingest.double_coding.matching import Pairs, best_pairs
from ingest.errors import Problem
from ingest.files import read_bytes
from ingest.record.columns import FIGURES, ROW_START, Column, TableSchema
from ingest.record.lookups import Vocabulary
from ingest.record.table import Row, TableRows, read_table_file
from ingest.record.values import UnreadableCellError, Value, read_value

SECOND = "second"
GIVEN = ("figure_id", "document_id", "paragraph", "phrase")
SOME_COLUMNS = TableSchema(
    "columns.csv",
    tuple(replace(column, may_be_missing=column.name not in GIVEN) for column in FIGURES.columns),
    ROW_START,
)
"""The reading of some columns: the phrases are given, and a column that is not there was not read."""


@dataclass(frozen=True)
class SecondReading:
    """The files of the folder ``second/``: the figures, and the decisions where the readings differed, if any yet."""

    figures: TableRows
    decisions: list[Decision] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_of_some_columns(self) -> bool:
        """Whether figures were given, and some columns of them read."""
        return self.figures.schema is SOME_COLUMNS

    @property
    def columns(self) -> list[Column]:
        """The columns that were read, of those that are compared."""
        there = set(self.figures.rows[0].cells) if self.figures.rows else set()
        is_read = [column.name in there and column.name not in GIVEN for column in COMPARED]
        return [column for column, read in zip(COMPARED, is_read, strict=True) if read or not self.is_of_some_columns]


@dataclass(frozen=True)
class Difference:
    """One column in which two readings of a figure differ; figure_id where one reader alone has it."""

    column: str
    first: Row | None
    second: Row | None
    first_text: str
    second_text: str

    @property
    def key(self) -> Key:
        """figure_id, second_id, column_name, as an adjudication names the difference."""
        return id_of(self.first), id_of(self.second), self.column


@dataclass(frozen=True)
class Comparison:
    """Two readings side by side: pairs of one figure, figures of one reader only, and where they differ."""

    pairs: Pairs
    only_first: list[Row]
    only_second: list[Row]
    differences: list[Difference]
    agreements: list[Agreement]


def read_second(
    folder: Path, vocabulary: Vocabulary, read: Callable[[Path], bytes] = read_bytes
) -> SecondReading | None:
    """Read the second reading of the episode in this folder; None where it has none."""
    second = folder / SECOND
    there = {
        schema.file_name: _is_there(second / schema.file_name, read) for schema in (FIGURES, SOME_COLUMNS, ADJUDICATION)
    }
    if not any(there.values()):
        return None
    is_whole = there[FIGURES.file_name] or not there[SOME_COLUMNS.file_name]
    schema = FIGURES if is_whole else SOME_COLUMNS
    figures = read_table_file(schema, second / schema.file_name, vocabulary, read)
    if not there[ADJUDICATION.file_name]:
        return SecondReading(figures, problems=figures.problems)
    rows = read_table_file(ADJUDICATION, second / ADJUDICATION.file_name, vocabulary, read)
    return SecondReading(figures, [Decision(row) for row in rows.rows], figures.problems + rows.problems)


def _is_there(path: Path, read: Callable[[Path], bytes]) -> bool:
    """Whether there is such a file where the record is read from, which may be a commit of its past."""
    try:
        read(path)
    except FileNotFoundError:
        return False
    return True


def joined(figures: Sequence[Row], second: SecondReading) -> Pairs:
    """Return which figure is which: as the decisions say, then as `best_pairs` finds; withdrawn figures come last."""
    ours, theirs = by_id(figures), by_id(second.figures.rows)
    described = {each.key[:2] for each in second.decisions if not each.is_of_whole_figure}
    described |= {
        (each.described("decided_value"), each.described("second_id")) for each in second.decisions if is_added(each)
    }
    pairs: Pairs = []
    named: set[str] = set()
    for one, other in sorted(described):
        if one in ours and other in theirs and not {f"1 {one}", f"2 {other}"} & named:
            named |= {f"1 {one}", f"2 {other}"}
            pairs.append((ours[one], theirs[other]))
    # Whoever decided that one reader alone has a figure has looked at the others.
    alone = {key for each in second.decisions if each.is_of_whole_figure and not is_added(each) for key in each.key[:2]}
    for is_withdrawn in (False, True):
        taken = {id(row) for pair in pairs for row in pair}
        left = [row for row in figures if (row.text("status") == "withdrawn") == is_withdrawn]
        pairs += best_pairs(_free(left, taken, alone), _free(second.figures.rows, taken, alone))
    return sorted(pairs, key=lambda pair: pair[0].line)


def is_added(each: Decision) -> bool:
    """Whether a figure that the second reader alone had was decided to be one."""
    return each.is_of_whole_figure and not each.described("figure_id") and each.described("decision") == "second"


def _free(rows: Iterable[Row], taken: set[int], alone: set[str]) -> list[Row]:
    return [row for row in rows if id(row) not in taken and id_of(row) not in alone]


def compared(figures: Sequence[Row], second: SecondReading, vocabulary: Vocabulary) -> Comparison:
    """Lay two readings side by side as they were before anything was decided; withdrawn figures are left out."""
    pairs = joined(figures, second)
    translated = {id_of(other): id_of(one) for one, other in pairs}
    decided = {each.key: each.described("first") for each in second.decisions}
    dropped = {each.described("figure_id") for each in second.decisions if each.is_of_whole_figure}
    added = {each.described("second_id") for each in second.decisions if is_added(each)}
    standing = [row for row in figures if row.text("status") != "withdrawn" or id_of(row) in dropped]
    kept = [pair for pair in pairs if pair[0].text("status") != "withdrawn" and id_of(pair[1]) not in added]
    paired = {id(row) for pair in pairs for row in pair}
    only_first = [row for row in standing if id(row) not in paired]
    only_second = [row for row in second.figures.rows if id(row) not in paired or id_of(row) in added]
    differences = [Difference(WHOLE, row, None, id_of(row), "") for row in only_first]
    differences += [Difference(WHOLE, None, row, "", id_of(row)) for row in only_second]
    agreements: list[Agreement] = []
    for column in second.columns:
        ones = [_before(pair, column, decided, vocabulary) for pair in kept]
        others = [second_value(other, column, translated) for _, other in kept]
        agreements.append(agreement_of(column, ones, others))
        differences += [
            Difference(column.name, *pair, text_of(one), text_of(other))
            for pair, one, other in zip(kept, ones, others, strict=True)
            if one != other
        ]
    return Comparison(kept, only_first, only_second, sorted(differences, key=_place), agreements)


def _before(pair: tuple[Row, Row], column: Column, decided: Mapping[Key, str], vocabulary: Vocabulary) -> Value | None:
    """Return what the first reader wrote, whatever was decided since."""
    key = (id_of(pair[0]), id_of(pair[1]), column.name)
    return value_of(column, decided[key], vocabulary) if key in decided else first_value(pair[0], column)


def value_of(column: Column, text: str, vocabulary: Vocabulary) -> Value | None:
    """Read a text as a cell of this column; where it cannot be read, the text itself is what is compared."""
    try:
        return read_value(column, text, vocabulary) if text else column.default
    except UnreadableCellError:
        return text


def first_value(row: Row, column: Column) -> Value | None:
    """Return what a cell of figures.csv says: an empty one its default, where the column has one."""
    value = row.values.get(column.name)
    return column.default if value is None else value


def second_value(row: Row, column: Column, translated: Mapping[str, str]) -> Value | None:
    """Return what the second reader wrote; a total is named by its id in figures.csv, where it is there.

    Where it is not, ``second:`` stands before its id, which may be the id of quite another figure in figures.csv.
    """
    value = first_value(row, column)
    return translated.get(value, f"{SECOND}:{value}") if column.name == "part_of" and isinstance(value, str) else value


def adjudicated_value(column: Column, text: str, translated: Mapping[str, str], vocabulary: Vocabulary) -> Value | None:
    """Read a text of the adjudication file; a total that was the second reader's only may be in figures.csv by now."""
    if column.name == "part_of" and text.startswith(f"{SECOND}:"):
        return translated.get(text.removeprefix(f"{SECOND}:"), text)
    return value_of(column, text, vocabulary)


def text_of(value: Value | None) -> str:
    """Return a value as a cell holds it."""
    return "" if value is None else str(value)


def id_of(row: Row | None) -> str:
    """Return the figure_id of a row, empty where there is none."""
    return (row.text("figure_id") or "") if row else ""


def by_id(rows: Iterable[Row]) -> dict[str, Row]:
    """Return the rows by their figure_id."""
    return {id_of(row): row for row in rows}


def _place(difference: Difference) -> tuple[str, int, str, int]:
    row = difference.first or difference.second
    assert row is not None  # noqa: S101
    where = [column.name for column in COMPARED]
    at = where.index(difference.column) if difference.column in where else -1
    return row.text("document_id") or "", row.whole("paragraph") or 0, id_of(row), at
