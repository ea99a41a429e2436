"""The columns of a data set's file by name, and how a cell of each is written."""

from collections.abc import Sequence

from common import quoting
from ingest.datasets.files.source_file import separator_seen
from ingest.datasets.registry.reader import Reader
from ingest.datasets.registry.types import TYPES
from ingest.errors import CannotRunError, did_you_mean, quoted


def identifier(column: str) -> str:
    """Return a column of the file as SQL quotes it; its own ``line`` is ``line_in_file``, since ``line`` is ours."""
    return quoting.identifier("line_in_file" if column == "line" else column)


def written(reader: Reader, column: str, cell: str) -> str:
    """Return the expression for a cell of a column as it is written the one way (``columns: types`` of the .yml)."""
    kind = reader.types.get(column)
    return TYPES[kind].written(cell) if kind else f"CASE WHEN {is_blank(cell)} THEN NULL ELSE {cell} END"


def is_blank(cell: str) -> str:
    """Return the condition that a cell holds blanks and nothing else; only what begins with one is looked at whole."""
    return f"(ascii({cell}) IN (9, 10, 32, 160) AND regexp_full_match({cell}, '[\\s\u00a0]*'))"


def unknown_columns(reader: Reader, names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that a reader neither reads nor knows to leave out: a new one may count people."""
    known = {*reader.required, *reader.optional, *reader.unread, ""}
    return tuple(dict.fromkeys(name for name in names if name not in known))


def require_columns(reader: Reader, place: str, names: Sequence[str], delimiter: str = ",") -> None:
    """Refuse a file without a required column, naming all of them and what is nearest; order and extras are free."""
    missing = [name for name in reader.required if name not in names]
    twice = sorted({name for name in [*reader.required, *reader.optional] if names.count(name) > 1})
    if missing:
        foreign = separator_seen(names, reader.required, delimiter)
        if foreign:
            raise CannotRunError(f"{place} {foreign}, and {reader.dataset_id} is read with {quoted(delimiter)}.")
        described = ", ".join(f"{name}{did_you_mean(name, names)}" for name in missing)
        raise CannotRunError(f"{place} is no file of {reader.dataset_id}: the header lacks {described}.")
    if twice:
        raise CannotRunError(f"{place} the header has {', '.join(twice)} twice.")
