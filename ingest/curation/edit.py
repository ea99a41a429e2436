"""One row of the record changed: found by its id, changed in its file, judged by the full check, put in place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.curation.check import Record, read_record
from ingest.errors import CannotRunError, Problem, did_you_mean, quoted
from ingest.files import locked, read_bytes, read_instead, replace_file, shown_path
from ingest.record.columns import TableSchema
from ingest.record.csv_writer import EditableTable, cells_changed, editable, row_of
from ingest.record.table import Row, TableRows

# From the row found to the new texts of its cells; CannotRunError with a sentence where the wish makes no sense.
Wish = Callable[[Row, TableSchema], Mapping[str, str]]


@dataclass(frozen=True)
class Change:
    """One cell: its column, and its text before and after."""

    column: str
    old: str
    new: str


@dataclass(frozen=True)
class Edit:
    """What an edit does to one file, and why it may not be done; without changes there is nothing to do.

    ``parts`` are the figures that stand and are part of the one edited.
    """

    record_id: str
    path: Path
    line: int
    changes: list[Change]
    before: bytes
    after: bytes
    problems: list[Problem] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


def edit_row(folders: Sequence[Path], record_id: str, wish: Wish, is_dry_run: bool) -> Edit:
    """Carry out a wish for the figure or document of this id, unless it is a rehearsal or the check finds a problem.

    Raises CannotRunError where the id is not there or not unique, where the wish is refused, or where the file was
    changed by somebody else between reading and writing.
    """
    with locked(folders):
        record, _ = read_record(folders)
        if misshapen := _misshapen(record, record_id):
            return Edit(record_id, Path(misshapen[0].file), misshapen[0].line, [], b"", b"", misshapen)
        rows, row = _found(record, record_id)
        path = next(folder for folder in folders if shown_path(folder / rows.schema.file_name) == rows.file)
        edit = _edited(folders, path / rows.schema.file_name, rows, row, wish)
        if edit.changes and not edit.problems and not is_dry_run:
            replace_file(edit.path, edit.before, edit.after)
    return edit


def _misshapen(record: Record, record_id: str) -> list[Problem]:
    """Return what keeps a file from being read, where the row asked for is not there whole: it may stand in there.

    Of the characters, the header, the shape of the lines and the ids; what other cells say hides no row.
    """
    tables = [rows for episode in record.episodes for rows in (episode.figures, episode.documents)]
    found = [rows for rows in tables for row in rows.rows if row.text(rows.schema.key) == record_id]
    if found and all(_has_all_columns(rows, record_id) for rows in found):
        return []
    return sorted(
        problem for rows in found or tables for problem in rows.problems if problem.field in ("", rows.schema.key)
    )


def _has_all_columns(rows: TableRows, record_id: str) -> bool:
    named = [row for row in rows.rows if row.text(rows.schema.key) == record_id]
    return all(set(rows.schema.needed) <= set(row.cells) for row in named)


def _found(record: Record, record_id: str) -> tuple[TableRows, Row]:
    tables = [rows for episode in record.episodes for rows in (episode.figures, episode.documents)]
    known = [(rows, row) for rows in tables for row in rows.rows]
    found = [(rows, row) for rows, row in known if row.text(rows.schema.key) == record_id]
    if not found:
        ids = [row.text(rows.schema.key) or "" for rows, row in known]
        hint = did_you_mean(record_id, ids)
        raise CannotRunError(f"There is no figure and no document {quoted(record_id)} in the record{hint}.")
    if len(found) > 1:
        places = " and ".join(f"{row.file}:{row.line}" for _, row in found)
        raise CannotRunError(f"{record_id} is in the record more than once ({places}); put that right first.")
    rows, row = found[0]
    if set(rows.schema.needed) - set(row.cells):
        raise CannotRunError(f"{row.file}:{row.line} has not all its columns; put right what check says of it first.")
    return rows, row


def _edited(folders: Sequence[Path], path: Path, rows: TableRows, row: Row, wish: Wish) -> Edit:
    texts = wish(row, rows.schema)
    if absent := [name for name in texts if name not in row.cells]:
        raise CannotRunError(
            f"{row.file} has no column {absent[0]} yet: add it to the header, and its cell to every line, first."
        )
    changes = [Change(name, row.cells[name].text, text) for name, text in texts.items() if text != row.cells[name].text]
    before = read_bytes(path)
    key = row.text(rows.schema.key) or ""
    if not changes:
        return Edit(key, path, row.line, [], before, before)
    schema = editable(rows.schema, rows.file, before)
    csv_row = None if schema.problems else row_of(schema, rows.schema.key, key)
    if csv_row is None:
        return Edit(key, path, row.line, changes, before, before, schema.problems or _moved(path))
    after = schema.with_cells(csv_row, {change.column: change.new for change in changes})
    _, problems = read_record(folders, read=read_instead(path, after))
    if not problems:
        _prove(schema, editable(rows.schema, rows.file, after), schema.rows.index(csv_row), changes)
    return Edit(key, path, csv_row.first_line, changes, before, after, problems, _parts(rows, key))


def _parts(rows: TableRows, figure_id: str) -> list[str]:
    parts = [row for row in rows.rows if row.text("part_of") == figure_id and row.text("status") != "withdrawn"]
    return [row.text("figure_id") or "" for row in parts]


def _moved(path: Path) -> list[Problem]:
    raise CannotRunError(f"{shown_path(path)} was changed by somebody else meanwhile; look at it and try again.")


def _prove(before: EditableTable, after: EditableTable, number: int, changes: Sequence[Change]) -> None:
    """Read the new bytes again: exactly the cells wished for may differ. Anything else is a fault of ours."""
    wanted = {(number, change.column) for change in changes}
    is_as_wished = len(before.rows) == len(after.rows) and set(cells_changed(before, after)) == wanted
    cells = dict(zip(after.names, after.rows[number].cells, strict=True)) if is_as_wished else {}
    if not is_as_wished or any(cells[change.column].text != change.new for change in changes):
        raise CannotRunError("The file would not hold what was asked for; it is unchanged. Please report this fault.")
