"""The commands that change the record: ``withdraw`` and ``amend``."""

import argparse
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime

from ingest.cli.output import Add, print_json
from ingest.curation.amendment import Wishes, amendment, pairs, withdrawal
from ingest.curation.edit import Change, Edit, edit_row
from ingest.errors import CannotRunError, counted, quoted
from ingest.files import episode_folders, shown_path, unified_diff

FINE, PROBLEMS = 0, 1
# name, short help, description, whether folders are its arguments, examples

SAFELY = """\
Only the cells concerned change: every other byte of the file stays as it is. The whole record as it would then be is
checked first, and where anything is wrong the file is untouched and the problems are printed (exit code 1). The file
is replaced at once or not at all, and not where somebody else changed it meanwhile (exit code 2)."""
WITHDRAW = f"""\
Withdraw a figure: its status becomes withdrawn and the reason is put behind its note. It stays in the record and
counts nowhere any more; its id is never used again. One that was validated stays on view with its reason; a draft
was never on view and stays so (checked_on empty). Figures that are part of it stay as they are, and are named.

{SAFELY}"""
AMEND = f"""\
Change cells of a figure or of a document, and say in its note when, what was there before, and why.

A figure is validated because two people read it. So an amended figure is a draft again (coded_on today or
--coded-on, checked_on empty), and in no chart, until somebody has read it a second time: give --checked-on DAY with
the amendment where that has been done already, or afterwards with status=validated. Of the columns status,
visibility and note nothing is read in the text: amending those leaves the readings as they are.
Ids never change. COLUMN= empties a cell.

{SAFELY}"""
WITHDRAW_EXAMPLES = (
    'on-record withdraw aleppo-2024-000-02 --reason "The text tells of another war." --dry-run',
    'on-record withdraw aleppo-2024-000-02 --reason "The text tells of another war."',
)
AMEND_EXAMPLES = (
    'on-record amend aleppo-2024-000-02 value=310 --reason "Misread." --dry-run',
    "on-record amend aleppo-2024-000-02 status=validated --checked-on 2026-11-22",
    'on-record amend aleppo-2024-001 published_on=2024-11-29 --reason "The archive dates it."',
)


def register(add: Add) -> None:
    """Add both commands to the command line."""
    withdraw = add("withdraw", "withdraw a figure, with its reason", WITHDRAW, False, WITHDRAW_EXAMPLES)
    withdraw.add_argument("record_id", metavar="FIGURE", help="the figure_id")
    withdraw.add_argument("--reason", required=True, help="why, in words for the readers of the figure")
    withdraw.set_defaults(run=_withdraw)
    amend = add("amend", "change cells of a figure or a document, with the reason", AMEND, False, AMEND_EXAMPLES)
    amend.add_argument("record_id", metavar="FIGURE", help="the figure_id, or a document_id")
    amend.add_argument("cells", nargs="*", metavar="COLUMN=VALUE", help="what a cell is to say")
    amend.add_argument("--reason", default="", help="why; needed but for a second reading that changes nothing")
    amend.add_argument("--coded-on", metavar="DAY", type=_day, help="the day of the first reading (default: today)")
    amend.add_argument("--checked-on", metavar="DAY", type=_day, help="the day of the second reading, if it was done")
    amend.set_defaults(run=_amend)
    for command in (withdraw, amend):
        command.add_argument("--dry-run", action="store_true", help="show the change as a diff and change nothing")
        command.add_argument(
            "--folder", action="append", default=[], help="an episode folder (default: all under figures/)"
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is not a day written YYYY-MM-DD") from None


def _withdraw(chosen: argparse.Namespace) -> int:
    if not chosen.reason.strip():
        raise CannotRunError("--reason must say why, in words that readers of the figure will understand.")
    folders = episode_folders(chosen.folder)
    today = datetime.now(UTC).date()
    edit = edit_row(
        folders, chosen.record_id, lambda row, schema: withdrawal(row, schema, chosen.reason, today), chosen.dry_run
    )
    return _tell(edit, chosen)


def _amend(chosen: argparse.Namespace) -> int:
    today = datetime.now(UTC).date()
    wishes = Wishes(pairs(chosen.cells), chosen.reason, today, chosen.coded_on, chosen.checked_on)
    if not (wishes.cells or wishes.coded_on or wishes.checked_on):
        raise CannotRunError("Nothing to amend: name a COLUMN=VALUE, such as value=310.")
    folders = episode_folders(chosen.folder)
    edit = edit_row(folders, chosen.record_id, lambda row, schema: amendment(row, schema, wishes), chosen.dry_run)
    return _tell(edit, chosen)


def _tell(edit: Edit, chosen: argparse.Namespace) -> int:
    if chosen.json:
        print_json(_summary(edit, chosen.dry_run))
    elif edit.problems:
        for problem in edit.problems:
            print(problem)
        sys.stdout.flush()
        print(f"{counted(len(edit.problems), 'problem')}; nothing was changed{_hint(edit)}", file=sys.stderr)
    else:
        _print_changes(edit, chosen.dry_run)
    return PROBLEMS if edit.problems else FINE


def _hint(edit: Edit) -> str:
    """What to do where the row was not reached at all: the wish was not judged."""
    return "" if edit.changes else f". Put that right first: {edit.record_id} is not whole in what could be read."


def _print_changes(edit: Edit, is_dry_run: bool) -> None:
    if not edit.changes:
        print(f"{edit.record_id} says this already; nothing was changed.")
        return
    for change in edit.changes:
        print(f"{edit.record_id} {change.column}: {_shown(change)}")
    if is_dry_run:
        print(unified_diff(shown_path(edit.path), edit.before, edit.after), end="")
    statuses = [change.new for change in edit.changes if change.column == "status"]
    if "withdrawn" in statuses and edit.parts:
        print(f"Part of it, and not withdrawn: {', '.join(edit.parts)}")
    if ("draft", "withdrawn") in [(change.old, change.new) for change in edit.changes]:
        print("It was a draft, which two people had not read: it stays in the record and is shown nowhere.")
    if ("visibility", "restricted") in [(change.column, change.new) for change in edit.changes]:
        print("What is published may still hold it. To take it out at once: on-record unpublish")
    if "draft" in statuses:
        print(
            "It is a draft, and in no chart, until it is read a second time: "
            f"amend {edit.record_id} status=validated --checked-on DAY"
        )


def _shown(change: Change) -> str:
    if change.old and change.new.startswith(change.old):
        return f"… + {change.new[len(change.old) :].strip()}"
    return f"{change.old or 'empty'} → {change.new or 'empty'}"


def _summary(edit: Edit, is_dry_run: bool) -> dict[str, object]:
    return {
        "id": edit.record_id,
        "file": shown_path(edit.path),
        "line": edit.line,
        "changes": [asdict(change) for change in edit.changes],
        "parts": edit.parts,
        "is_written": bool(edit.changes) and not edit.problems and not is_dry_run,
        "diff": unified_diff(shown_path(edit.path), edit.before, edit.after),
        "problems": [asdict(problem) for problem in edit.problems],
    }
