"""The columns of a data set's file by name, and how a cell of each is written."""

import re
from collections.abc import Sequence

from common import quoting
from ingest.datasets.files.source_file import separator_seen
from ingest.datasets.registry.reader import Reader
from ingest.datasets.registry.types import TYPES, trimmed
from ingest.errors import CannotRunError, did_you_mean, quoted


def identifier(column: str) -> str:
    """Return a column of the file as SQL quotes it; its own ``line`` is ``line_in_file``, since ``line`` is ours."""
    return quoting.identifier("line_in_file" if column == "line" else column)


def written(reader: Reader, column: str, cell: str) -> str:
    """Return the expression for a cell of a column as it is written the one way (``columns: types`` of the .yml)."""
    kind = reader.types.get(column)
    return f"CASE WHEN {is_blank(cell)} THEN NULL ELSE {TYPES[kind].written(cell) if kind else trimmed(cell)} END"


def is_blank(cell: str) -> str:
    """Return the condition that a cell holds blanks and nothing else; only what begins with one is looked at whole."""
    return f"(ascii({cell}) IN (9, 10, 32, 160) AND regexp_full_match({cell}, '[\\s\u00a0]*'))"


def unknown_columns(reader: Reader, names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that a reader neither reads nor knows to leave out: a new one may count people."""
    known = {*reader.required, *reader.optional, *reader.unread, ""}
    return tuple(dict.fromkeys(name for name in names if name not in known))


def missing_columns(reader: Reader, names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that a reader reads where they are there, and are not: their numbers are in no figure."""
    return tuple(name for name in reader.optional if name not in names)


def require_columns(reader: Reader, place: str, names: Sequence[str], delimiter: str = "") -> None:
    """Refuse a file without a required column, naming all of them and what is nearest; order and extras are free.

    Refused too: a file of another data set, and a column that is read but for its letter case or the marks between its
    words, since it would be taken for one that nobody reads.
    """
    missing = [name for name in reader.required if name not in names]
    twice = sorted({name for name in [*reader.required, *reader.optional] if names.count(name) > 1})
    if missing:
        if delimiter and (seen := separator_seen(names, reader.required, delimiter)):
            raise CannotRunError(f"{place} {seen}, and {reader.dataset_id} is read with {quoted(delimiter)}.")
        described = ", ".join(f"{name}{did_you_mean(name, names)}" for name in missing)
        raise CannotRunError(f"{place} is no file of {reader.dataset_id}: the header lacks {described}.")
    if foreign := [name for name in reader.foreign if name in names]:
        said = f"it has {', '.join(foreign)}, which files of another data set have"
        raise CannotRunError(f"{place} is no file of {reader.dataset_id}: {said}.")
    if twice:
        raise CannotRunError(f"{place} the header has {', '.join(twice)} twice.")
    read = {_folded(name): name for name in [*reader.required, *reader.optional]}
    for name in unknown_columns(reader, names):
        if own := read.get(_folded(name)):
            raise CannotRunError(
                f"{place} the header has {quoted(name)}, which {reader.dataset_id} writes {quoted(own)}: "
                "write it so, or take one of both out."
            )


def _folded(name: str) -> str:
    """Return the name of a column in small letters, whatever stands between its words."""
    return re.sub(r"[^\w*]+|_+", "_", name.casefold()).strip("_")
