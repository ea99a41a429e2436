"""What a withdrawal or an amendment writes into a row: the cells asked for, and those that must follow to stay true.

A figure is validated because two people read it. A cell that somebody changes has been read once, so the figure goes
back to draft until the second reading is there (docs/decisions/0013-second-readings.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.errors import CannotRunError, did_you_mean, quoted
from ingest.record.columns import DOCUMENTS, FIGURES, TableSchema
from ingest.record.lookups import read_vocabulary
from ingest.record.table import Row
from ingest.record.values import UnreadableCellError, read_value

IDS = ("figure_id", "document_id")
# What a reader writes about the work rather than reads in the text.
NOT_READ = frozenset({*IDS, "status", "visibility", "coded_on", "checked_on", "note"})
READ = frozenset(FIGURES.names) - NOT_READ


@dataclass(frozen=True)
class Wishes:
    """What was asked for: new texts by column, why, and the days of the first and second reading of them."""

    cells: Mapping[str, str]
    reason: str
    today: date
    coded_on: date | None = None
    checked_on: date | None = None


def pairs(arguments: Sequence[str]) -> dict[str, str]:
    """Return ``COLUMN=VALUE`` arguments as a dictionary; CannotRunError for one without ``=`` or given twice."""
    cells: dict[str, str] = {}
    for argument in arguments:
        name, equals, text = argument.partition("=")
        if not equals:
            raise CannotRunError(f"{quoted(argument)} is not COLUMN=VALUE; to empty a cell write {argument}= .")
        if name in cells:
            raise CannotRunError(f"{name} is given twice; say once what it is to be.")
        cells[name] = text
    return cells


def withdrawal(row: Row, schema: TableSchema, reason: str, today: date) -> dict[str, str]:
    """Return the cells of a withdrawn figure; CannotRunError for a document, an empty reason, one withdrawn already."""
    if schema is not FIGURES:
        raise CannotRunError(
            f"{row.text('document_id')} is a document; only figures are withdrawn, each with a reason."
        )
    if row.text("status") == "withdrawn":
        note = quoted(row.text("note") or "")
        raise CannotRunError(f"{row.text('figure_id')} is already withdrawn ({note}); nothing was changed.")
    note = _noted(row, f"Withdrawn {today}: {_one_line(reason)}")
    return {"status": "withdrawn", "note": note} | unpublished(row)


def unpublished(row: Row) -> dict[str, str]:
    """Return what keeps a withdrawn draft from readers, who never saw it: only what two people read is shown."""
    return {"checked_on": ""} if row.text("status") == "draft" else {}


def amendment(row: Row, schema: TableSchema, wishes: Wishes) -> dict[str, str]:
    """Return the new texts of the cells that change, with what follows from them; empty where all is as asked for.

    Raises CannotRunError for an id, an unknown column, an empty reason, a day to come, or a status it may not set.
    """
    _refuse(schema, wishes)
    changed = {name: text for name, text in wishes.cells.items() if not _is_same(row, schema, name, text)}
    cells = changed | _readings(row, changed, wishes) if schema is FIGURES else dict(changed)
    cells = {name: text for name, text in cells.items() if text != _said(row, name)}
    if cells and not (_is_second_reading(cells) and not wishes.reason.strip()):
        cells["note"] = _noted(row, _remark(row, changed, wishes), cells.get("note"))
    return cells


def _refuse(schema: TableSchema, wishes: Wishes) -> None:
    for name, text in wishes.cells.items():
        _refuse_cell(schema, name, text)
    if schema is DOCUMENTS and (wishes.coded_on or wishes.checked_on):
        raise CannotRunError("A document has no readings: --coded-on and --checked-on are for figures.")
    for day in (wishes.coded_on, wishes.checked_on):
        # Days are those of the reader's calendar, which may be one ahead of UTC.
        if day and day > wishes.today + timedelta(days=1):
            raise CannotRunError(f"{day} is still to come; name the day on which the figure was read.")


def _refuse_cell(schema: TableSchema, name: str, text: str) -> None:
    if name in IDS:
        raise CannotRunError(f"{name} is for ever and never changes; withdraw the figure and add another.")
    column = next((column for column in schema.columns if column.name == name), None)
    if column is None:
        raise CannotRunError(f"{schema.file_name} has no column {quoted(name)}{did_you_mean(name, schema.names)}.")
    if name in ("coded_on", "checked_on"):
        raise CannotRunError(f"{name} is set by --{name.replace('_', '-')} DAY.")
    if (name, text) == ("status", "withdrawn"):
        raise CannotRunError("A figure is withdrawn by the command withdraw, which notes the reason.")
    if "\n" in text and not column.may_break_lines:
        raise CannotRunError(f"{name} is one line; {quoted(text)} has more.")


def _is_same(row: Row, schema: TableSchema, name: str, text: str) -> bool:
    """Whether a cell says this already, however it is written: 300 and 300.0 are one number."""
    column = next(column for column in schema.columns if column.name == name)
    if not row.knows(name):
        return _said(row, name) == text
    try:
        return read_value(column, text, read_vocabulary()) == row.values[name]
    except UnreadableCellError:
        return False


def _readings(row: Row, changed: Mapping[str, str], wishes: Wishes) -> dict[str, str]:
    """Keep coded_on, checked_on and status true to who has read what the row is going to say."""
    days = {"coded_on": wishes.coded_on, "checked_on": wishes.checked_on}
    cells = {name: str(day) for name, day in days.items() if day}
    if READ & set(changed):
        cells = {"coded_on": str(wishes.coded_on or wishes.today), "checked_on": str(wishes.checked_on or "")}
        if row.text("status") == "validated" and not wishes.checked_on and "status" not in wishes.cells:
            cells["status"] = "draft"
    return cells


def _is_second_reading(cells: Mapping[str, str]) -> bool:
    """Whether nothing is amended: a second reader found the figure right, which needs no excuse."""
    return set(cells) <= {"status", "coded_on", "checked_on"} and cells.get("status") in (None, "validated")


def _remark(row: Row, changed: Mapping[str, str], wishes: Wishes) -> str:
    was = [f"{name} was {_said(row, name) or 'empty'}" for name in changed if name != "note"]
    return f"Amended {wishes.today} ({', '.join(was) or 'note'}): {_one_line(wishes.reason)}"


def _noted(row: Row, remark: str, note: str | None = None) -> str:
    note = row.cells["note"].text if note is None else note
    return f"{note.rstrip()} {remark}" if note.strip() else remark


def _said(row: Row, name: str) -> str:
    """Return the text of a cell, empty where the file is from before its column."""
    return row.cells[name].text if name in row.cells else ""


def _one_line(reason: str) -> str:
    described = " ".join(reason.split())
    if not described:
        raise CannotRunError("--reason must say why, in words that readers of the figure will understand.")
    return described
