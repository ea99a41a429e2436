"""From differences to an adjudication file, and from its decisions to what figures.csv says."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from ingest.curation.added_rows import with_row_of_document
from ingest.curation.amendment import unpublished
from ingest.curation.check import Episode, read_record
from ingest.curation.edit import Change
from ingest.curation.ids import next_figure_id
from ingest.double_coding.adjudication_file import Decision, form_problems
from ingest.double_coding.rules import COLUMNS, Beside, decision_problems, laid_beside
from ingest.double_coding.second_coding import (
    Comparison,
    SecondReading,
    compared,
    first_value,
    is_added,
    read_second,
)
from ingest.errors import CannotRunError, Problem
from ingest.files import locked, read_bytes, read_instead, replace_file
from ingest.record.columns import FIGURES
from ingest.record.csv_writer import editable, row_of
from ingest.record.lookups import Vocabulary, read_vocabulary
from ingest.record.table import Row


@dataclass(frozen=True)
class Applied:
    """What the decisions change in figures.csv, by figure; ``added`` are new ids; or why they may not be applied."""

    path: Path
    changes: list[tuple[str, Change]]
    added: list[str]
    before: bytes
    after: bytes
    problems: list[Problem] = field(default_factory=list)


def sound_decisions(episode: Episode, second: SecondReading, vocabulary: Vocabulary) -> list[Decision]:
    """Return the decisions taken of differences that are still there as they were; applied or not."""
    beside = laid_beside(episode.figures.rows, second, vocabulary)
    refused = {problem.line for problem in form_problems(second.decisions)}
    decided = [each for each in second.decisions if each.row.line not in refused]
    return [each for each in decided if not _out_of_date(each, beside)]


def _out_of_date(each: Decision, beside: Beside) -> list[Problem]:
    return [problem for problem in decision_problems(each, beside) if problem.field != "decision"]


def comparison_of(episode: Episode, second: SecondReading, vocabulary: Vocabulary) -> tuple[Comparison, list[Decision]]:
    """Compare the two readings of an episode; return with them the decisions that hold."""
    decisions = sound_decisions(episode, second, vocabulary)
    return compared(episode.figures.rows, replace(second, decisions=decisions), vocabulary), decisions


def adjudication_rows(comparison: Comparison, decisions: Sequence[Decision]) -> list[tuple[str, ...]]:
    """Return one row a difference, with what has been decided of it already."""
    decided = {
        each.key: [each.described(name) for name in ("decision", "decided_value", "reason")] for each in decisions
    }
    return [
        (*each.key, each.first_text, each.second_text, *decided.get(each.key, ["", "", ""]))
        for each in comparison.differences
    ]


def apply_decisions(folders: Sequence[Path], folder: Path, today: date, is_dry_run: bool) -> Applied:
    """Write into figures.csv of an episode what was decided, unless it is a rehearsal or a problem stands against it.

    A figure that was decided to be none is withdrawn; one that only the second reader had is added as a draft, with
    the next number of its document. CannotRunError where the episode has no decisions, or where
    figures.csv has no column for what was decided.
    """
    vocabulary = read_vocabulary()
    with locked(folders):
        record, _ = read_record(folders)
        episode = next(each for each in record.episodes if each.folder == folder)
        second = read_second(folder, vocabulary)
        if second is None or not second.decisions:
            raise CannotRunError("There is nothing to apply: compare --adjudication writes the file to decide in.")
        path = folder / FIGURES.file_name
        before = read_bytes(path)
        problems = _obstacles(episode, second, vocabulary)
        if problems:
            return Applied(path, [], [], before, before, problems)
        applied = _applied(path, before, second, laid_beside(episode.figures.rows, second, vocabulary), today)
        _, problems = read_record(folders, read=read_instead(path, applied.after))
        if not (problems or is_dry_run) and applied.after != before:
            replace_file(path, before, applied.after)
    return replace(applied, problems=problems)


def _obstacles(episode: Episode, second: SecondReading, vocabulary: Vocabulary) -> list[Problem]:
    """Return why nothing may be applied: a reading that cannot be read, a row undecided or out of date."""
    problems = episode.figures.problems + second.problems + list(form_problems(second.decisions))
    if not problems:
        beside = laid_beside(episode.figures.rows, second, vocabulary)
        problems = [problem for each in second.decisions for problem in _out_of_date(each, beside)]
    return sorted(problems)


def _applied(path: Path, before: bytes, second: SecondReading, beside: Beside, today: date) -> Applied:
    new_ids = _new_ids(second, beside)
    beside = replace(beside, translated={**beside.translated, **new_ids})
    changes: list[tuple[str, Change]] = []
    content = before
    for each in second.decisions:
        found = _changes(each, beside, today)
        if found:
            content = _with_changes(path, content, each.described("figure_id"), found)
            changes += [(each.described("figure_id"), change) for change in found]
    for second_id, figure_id in new_ids.items():
        row = _new_row(beside.theirs[second_id], figure_id, beside)
        content = with_row_of_document(editable(FIGURES, path.name, content), row)
    return Applied(path, changes, list(new_ids.values()), before, content)


def _new_ids(second: SecondReading, beside: Beside) -> dict[str, str]:
    """Return the next free id of its document for each figure to be added, by its id in the second reading."""
    taken = set(beside.ours)
    new: dict[str, str] = {}
    for each in second.decisions:
        second_id = each.described("second_id")
        if not is_added(each) or second_id in beside.translated or second_id not in beside.theirs:
            continue
        document_id = beside.theirs[second_id].text("document_id")
        new[second_id] = next_figure_id(document_id or "", taken)
        taken.add(new[second_id])
    return new


def _changes(each: Decision, beside: Beside, today: date) -> list[Change]:
    row = beside.ours.get(each.described("figure_id"))
    if row is None:
        return []
    if each.is_of_whole_figure:
        if each.described("decision") == "first" or row.text("status") == "withdrawn":
            return []
        old = row.cells["note"].text
        note = f"{old} Withdrawn {today}: {each.described('reason')}".strip()
        texts = {"status": "withdrawn", **unpublished(row), "note": note}
        return [
            Change(name, row.cells[name].text, text) for name, text in texts.items() if row.cells[name].text != text
        ]
    column = COLUMNS[each.described("column_name")]
    decided = beside.described(column, each.value)
    if decided == first_value(row, column):
        return []
    if column.name not in row.cells:
        raise CannotRunError(f"{row.file} has no column {column.name}: add it to the first line, empty in every row.")
    text = str(decided) if column.name == "part_of" and decided else each.value
    return [Change(column.name, row.cells[column.name].text, text)]


def _with_changes(path: Path, content: bytes, figure_id: str, changes: Sequence[Change]) -> bytes:
    schema = editable(FIGURES, path.name, content)
    row = row_of(schema, FIGURES.key, figure_id)
    assert row is not None  # noqa: S101  the same bytes were read with this figure in them
    return schema.with_cells(row, {change.column: change.new for change in changes})


def _new_row(row: Row, figure_id: str, beside: Beside) -> dict[str, str]:
    texts = {name: cell.text for name, cell in row.cells.items()}
    if texts["part_of"]:
        texts["part_of"] = beside.translated.get(texts["part_of"], texts["part_of"])
    return texts | {"figure_id": figure_id, "status": "draft", "checked_on": ""}
