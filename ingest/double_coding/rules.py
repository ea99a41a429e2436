"""The rules of a second reading: it is sound by itself, its decisions hold, and what is validated was read by both."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.double_coding.adjudication_file import Decision, form_problems
from ingest.double_coding.agreement import COMPARED
from ingest.double_coding.matching import Pairs
from ingest.double_coding.second_coding import (
    SecondReading,
    adjudicated_value,
    by_id,
    first_value,
    id_of,
    is_added,
    joined,
    read_second,
    second_value,
    text_of,
)
from ingest.errors import Problem, did_you_mean, quoted
from ingest.record.columns import Column
from ingest.record.cross_row_rules import document_problems, part_problems
from ingest.record.lookups import Vocabulary
from ingest.record.row_rules import row_problems
from ingest.record.table import Row, TableRows
from ingest.record.values import Value

COLUMNS: dict[str, Column] = {column.name: column for column in COMPARED}


@dataclass(frozen=True)
class Beside:
    """Both readings by id, joined; ``translated`` gives the id in figures.csv for one of the second reading."""

    ours: Mapping[str, Row]
    theirs: Mapping[str, Row]
    pairs: Pairs
    translated: Mapping[str, str]
    vocabulary: Vocabulary

    def described(self, column: Column, text: str) -> Value | None:
        """Read a text of the adjudication file."""
        return adjudicated_value(column, text, self.translated, self.vocabulary)


def second_problems(
    folder: Path, documents: TableRows, figures: TableRows, vocabulary: Vocabulary, read: Callable[[Path], bytes]
) -> list[Problem]:
    """Judge the second reading of an episode; nothing where it has none.

    The readings are laid side by side only where each can be read, so that one cause gives one problem.
    """
    second = read_second(folder, vocabulary, read)
    if second is None:
        return []
    problems = second.problems + list(form_problems(second.decisions))
    problems += _sheet_problems(second, documents, vocabulary)
    if problems or figures.problems:
        return problems
    beside = laid_beside(figures.rows, second, vocabulary)
    problems += [problem for each in second.decisions for problem in decision_problems(each, beside)]
    return problems or list(_validated_by_both(figures.rows, second, beside))


def laid_beside(figures: Sequence[Row], second: SecondReading, vocabulary: Vocabulary) -> Beside:
    """Join two readings that can be read."""
    pairs = joined(figures, second)
    translated = {id_of(other): id_of(one) for one, other in pairs}
    return Beside(by_id(figures), by_id(second.figures.rows), pairs, translated, vocabulary)


def _sheet_problems(second: SecondReading, documents: TableRows, vocabulary: Vocabulary) -> list[Problem]:
    rows = second.figures.rows
    problems = list(document_problems(rows, documents))
    # Of some columns alone nothing can be said that needs the others.
    if not second.is_of_some_columns:
        problems += [problem for row in rows for problem in row_problems(row, vocabulary)]
        problems += part_problems(rows, vocabulary)
    first: dict[str, Row] = {}
    for row in rows:
        earlier = first.setdefault(id_of(row), row)
        if earlier is not row and id_of(row):
            problems.append(row.problem("figure_id", f"{id_of(row)} is already on line {earlier.line}"))
        if row.text("status") in ("validated", "withdrawn", "retracted"):
            problems.append(row.problem("status", "a second reading holds drafts: write draft"))
    return problems


def decision_problems(each: Decision, beside: Beside) -> Iterator[Problem]:
    """Yield what in figures.csv or in the second reading does not stand as this decision was taken."""
    missing = list(_missing(each, beside))
    if missing:
        yield from missing
    elif each.is_of_whole_figure:
        yield from _whole_figure_problems(each, beside)
    else:
        yield from _cell_problems(each, beside)


def _missing(each: Decision, beside: Beside) -> Iterator[Problem]:
    places = (("figure_id", beside.ours, "figures.csv"), ("second_id", beside.theirs, "second/figures.csv"))
    for name, rows, file in places:
        described = each.described(name)
        if described and described not in rows:
            yield each.row.problem(name, f"{quoted(described)} is not in {file}{did_you_mean(described, rows)}")


def _whole_figure_problems(each: Decision, beside: Beside) -> Iterator[Problem]:
    if each.described("decision") != "second":
        return
    if not is_added(each):
        row = beside.ours[each.described("figure_id")]
        if row.text("status") != "withdrawn":
            message = f"decided second, that there is no such figure, but {row.file}:{row.line} is not withdrawn"
            yield each.row.problem("decision", f"{message}: compare --apply withdraws it")
    elif each.described("decided_value") and each.described("decided_value") not in beside.ours:
        yield each.row.problem("decided_value", f"{quoted(each.described('decided_value'))} is not in figures.csv")
    elif each.described("second_id") not in beside.translated:
        message = "decided second, that it is a figure, but figures.csv has none like it: compare --apply adds it"
        yield each.row.problem("decision", f"{message}, or write its figure_id into decided_value")


def _cell_problems(each: Decision, beside: Beside) -> Iterator[Problem]:
    ours, theirs = beside.ours[each.described("figure_id")], beside.theirs[each.described("second_id")]
    column = COLUMNS[each.described("column_name")]
    if not any(one is ours and other is theirs for one, other in beside.pairs):
        yield each.row.problem("second_id", "one of the two figures is joined to another by an earlier line")
        return
    read, now = second_value(theirs, column, beside.translated), first_value(ours, column)
    second, decided, first = (
        beside.described(column, text) for text in (each.described("second"), each.value, each.described("first"))
    )
    if second != read:
        place, found = f"{theirs.file}:{theirs.line}", quoted(text_of(read))
        yield each.row.problem("second", f"is out of date: {place} now says {found}; compare anew")
    elif decided != now:
        message = f"decided {each.described('decision')} ({quoted(each.value)}), but {ours.file}:{ours.line}"
        says = f"says {quoted(text_of(now))}"
        if first == now:
            yield each.row.problem("decision", f"{message} {says}: compare --apply writes what was decided")
        else:
            described = f"{message} now {says}, which neither was compared nor decided; compare anew"
            yield each.row.problem("first", described)


def _validated_by_both(figures: Sequence[Row], second: SecondReading, beside: Beside) -> Iterator[Problem]:
    """A figure is validated by two readings: the second has it, and where they differ, it was decided."""
    other_of = {id_of(one): other for one, other in beside.pairs}
    decided = {each.key for each in second.decisions}
    alone = {each.described("figure_id") for each in second.decisions if each.is_of_whole_figure}
    for row in figures:
        if row.text("status") not in ("validated", "retracted") or id_of(row) in alone:
            continue
        other = other_of.get(id_of(row))
        if other is None:
            message = f"is validated, but {second.figures.file} has no such figure; decide it, or make it a draft"
            yield row.problem("status", message)
            continue
        for column in second.columns:
            read, name = second_value(other, column, beside.translated), column.name
            if read != first_value(row, column) and (id_of(row), id_of(other), name) not in decided:
                place = f"{other.file}:{other.line}"
                message = f"is validated, but {place} reads {quoted(text_of(read))}; decide it, or make it a draft"
                yield row.problem(name, message)
