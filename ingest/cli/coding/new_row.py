"""The commands ``new document`` and ``new figure``: one row more, under an id that no other coder gives."""

import argparse
import hashlib
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

from common.layout import FIGURES as RECORD
from ingest.cli.output import print_json
from ingest.curation.added_rows import Added, add_document, add_figure
from ingest.curation.amendment import pairs
from ingest.errors import CannotRunError, counted, did_you_mean, quoted
from ingest.files import episode_folders, read_bytes, shown_path, unified_diff
from ingest.record.columns import DOCUMENTS, FIGURES, TableSchema

FINE, PROBLEMS = 0, 1
# Set by the command, whatever a person would give.
GIVEN_HERE = {"document_id", "figure_id", "sha256", "file_name"}
# A new figure is a draft: it is validated by a second reading alone.
NEVER_NEW = {"status", "checked_on"}
# What `draft` puts in.
BY_ITSELF = {"status", "visibility", "reported_on", "reported_on_basis"}


def new_document(chosen: argparse.Namespace) -> int:
    """Add a document to an episode and return the exit code."""
    if not chosen.text:
        raise CannotRunError("--text names the file of the text, as plain UTF-8; on-record read takes in other files.")
    cells = _cells(DOCUMENTS, chosen, {"retrieved_on": date.today().isoformat()})
    text = Path(chosen.text)
    sha256 = hashlib.sha256(_text_of(text)).hexdigest()
    folder, *others = episode_folders(chosen.folder or [str(RECORD / chosen.record_id)])
    if others or folder.name != chosen.record_id:
        raise CannotRunError(f"--folder names the one folder of {chosen.record_id}; its name is the episode's.")
    return _tell(
        add_document(folder, cells | {"sha256": sha256}, lambda _: text.name, is_dry_run=chosen.dry_run), chosen
    )


def new_figure(chosen: argparse.Namespace) -> int:
    """Add a figure of a document and return the exit code."""
    cells = _cells(FIGURES, chosen, {})
    folders = episode_folders(chosen.folder)
    return _tell(add_figure(folders, chosen.record_id, cells, is_dry_run=chosen.dry_run), chosen)


def _text_of(path: Path) -> bytes:
    """Return the bytes of a text; CannotRunError where it is none, or lies in the project."""
    if path.resolve().is_relative_to(RECORD.parent.resolve()):
        raise CannotRunError(f"{shown_path(path)} lies in the project: texts are their publishers'. Keep it outside.")
    try:
        content = read_bytes(path)
        content.decode()
    except FileNotFoundError:
        raise CannotRunError(f"There is no file {shown_path(path)}.") from None
    except UnicodeDecodeError:
        raise CannotRunError(f"{shown_path(path)} is no plain text in UTF-8; on-record read takes it in.") from None
    return content


def _cells(schema: TableSchema, chosen: argparse.Namespace, known: Mapping[str, str]) -> dict[str, str]:
    """Return the cells that were given, and those asked for now; CannotRunError names what is missing or may not be."""
    cells = dict(known) | {name: text.strip() for name, text in pairs(chosen.given).items()}
    for name in cells:
        if name in GIVEN_HERE:
            raise CannotRunError(f"{name} is given by the command, so that no other coder gives it too; leave it out.")
        if name in NEVER_NEW:
            raise CannotRunError(f"A new figure is a draft, read once; {name} comes with the second reading.")
        if name not in schema.names:
            raise CannotRunError(f"{schema.file_name} has no column {quoted(name)}{did_you_mean(name, schema.names)}.")
    needed = [each.name for each in schema.columns if each.is_required and not each.name.endswith("_basis")]
    asked = [name for name in needed if name not in GIVEN_HERE | BY_ITSELF and not cells.get(name)]
    if schema is DOCUMENTS:
        cells.setdefault("published_on_basis", "stated")
    if asked and not sys.stdin.isatty():
        named = ", ".join(f"{name}=" for name in asked)
        raise CannotRunError(f"Needed: {named} (docs/codebook.md says what each may hold; at a terminal it is asked).")
    return cells | {name: _answer(name) for name in asked}


def _answer(name: str) -> str:
    while not (answer := input(f"{name}?\n> ").strip()):
        print("This must be said.")
    return answer


def _tell(added: Added, chosen: argparse.Namespace) -> int:
    if chosen.json:
        is_written = not added.problems and not chosen.dry_run
        told = {"id": added.record_id, "file": shown_path(added.path), "is_written": is_written}
        print_json(told | {"problems": list(map(asdict, added.problems))})
    elif added.problems:
        for problem in added.problems:
            print(problem)
        sys.stdout.flush()
        print(f"{counted(len(added.problems), 'problem')}; nothing was written.", file=sys.stderr)
    elif chosen.dry_run:
        print(unified_diff(shown_path(added.path), added.before, added.after), end="")
    else:
        print(f"{added.record_id}: written into {shown_path(added.path)}")
        if chosen.what == "document":
            print(f"Next, for each number in it: on-record new figure {added.record_id} paragraph=… phrase=…")
    return PROBLEMS if added.problems else FINE
