"""Rows added to the lookups, and the folder of a new episode: all of it in order, or nothing written."""

import csv
import io
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from common.atomic import sync_folder
from common.layout import FIGURES, SEEDS
from ingest.errors import CannotRunError, Problem, quoted
from ingest.files import locked, read_bytes, replace_file, shown_path
from ingest.record import columns
from ingest.record.lookups import read_vocabulary
from ingest.record.seed_rules import seed_problems
from ingest.record.values import ID, MOST_ID_CHARACTERS

Rows = Mapping[str, Sequence[Mapping[str, str]]]
"""New rows by the name of their lookup: cells by column, those left out are empty."""


@dataclass(frozen=True)
class NewFile:
    """One file as it was (None: it is new) and as it becomes."""

    path: Path
    before: bytes | None
    after: bytes


@dataclass(frozen=True)
class Addition:
    """What is added; ``problems`` is why it may not be, and then nothing was written."""

    files: list[NewFile]
    problems: list[Problem] = field(default_factory=list)


def id_objection(word: str) -> str:
    """Return why a word cannot be an id of ours, or nothing."""
    if not ID.fullmatch(word):
        return f"{quoted(word)} is not an id: small letters, digits, and - or _ between them"
    return f"it has more than {MOST_ID_CHARACTERS} characters" if len(word) > MOST_ID_CHARACTERS else ""


def add_rows(rows: Rows, episode_id: str = "", *, is_dry_run: bool = False, seeds: Path = SEEDS,
             figures: Path = FIGURES) -> Addition:  # fmt: skip
    """Add rows to lookups and, where an episode is named, its folder with both files, of their header alone.

    The lookups as they would then be are judged first, by all that ``check`` asks of them. CannotRunError where a file
    cannot be read or written, or the episode's folder is there already.
    """
    folder = figures / episode_id if episode_id else None
    if folder and folder.exists():
        raise CannotRunError(f"{shown_path(folder)} is there already.")
    with locked([seeds]):
        changed = [_with_rows(seeds / f"{name}.csv", added) for name, added in rows.items() if added]
        new = [NewFile(folder / schema.file_name, None, _line(schema.names)) for schema in SCHEMAS] if folder else []
        problems = _problems(seeds, changed)
        if not problems and not is_dry_run:
            _write(folder, new, changed)
            read_vocabulary.cache_clear()
    return Addition([*new, *changed], problems)


SCHEMAS = (columns.DOCUMENTS, columns.FIGURES)


def _with_rows(path: Path, rows: Sequence[Mapping[str, str]]) -> NewFile:
    before = read_bytes(path)
    names = next(csv.reader(io.StringIO(before.decode("utf-8-sig"))))
    if unknown := {name for row in rows for name in row} - {*names}:
        raise CannotRunError(f"{shown_path(path)} has no column {min(unknown)}.")
    whole = before if before.endswith(b"\n") else before + b"\n"
    return NewFile(path, before, whole + b"".join(_line([row.get(name, "") for name in names]) for row in rows))


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


def _problems(seeds: Path, changed: Sequence[NewFile]) -> list[Problem]:
    """Judge the lookups as they would be, in a copy; what was wrong before is no reason to refuse a row."""
    known = {str(problem) for problem in seed_problems(seeds)}
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(seeds, Path(place) / "seeds"))
        for each in changed:
            (copy / each.path.name).write_bytes(each.after)
        found = [replace(problem, file=shown_path(seeds / Path(problem.file).name)) for problem in seed_problems(copy)]
    return [problem for problem in found if str(problem) not in known]


def _write(folder: Path | None, new: Sequence[NewFile], changed: Sequence[NewFile]) -> None:
    if folder:
        folder.mkdir(parents=True)
    done: list[NewFile] = []
    try:
        for each in new:
            each.path.write_bytes(each.after)
        for each in changed:
            replace_file(each.path, each.before or b"", each.after)
            done.append(each)
    except BaseException:
        for each in done:
            replace_file(each.path, each.after, each.before or b"")
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    if folder:
        sync_folder(folder.parent)
