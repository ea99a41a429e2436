"""What can be wrong: a problem in the record, or an environment in which nothing can be done."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from common.errors import SentenceError

LONGEST_QUOTATION = 60


class CannotRunError(SentenceError):
    """The command cannot do its work at all: a folder is missing, the warehouse is locked. The text is a sentence."""


class NoEpisodeError(CannotRunError):
    """The record has no folder of an episode at all."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in the record, at the place an editor can jump to.

    ``line`` counts physical lines and ``column`` characters, both from 1; ``column`` is where the cell starts.
    ``field`` is the column's name, empty where the whole line is meant. Problems sort by file, line and column.
    """

    file: str
    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        """One line: ``figures/aleppo-2024/figures.csv:17:9 source_id: 'sohrr' is not in seeds/sources.csv``."""
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place} {self.field}: {self.message}" if self.field else f"{place} {self.message}"


def quoted(text: str) -> str:
    """Return the text between single quotes, on one line, cut to 60 characters and safe to print."""
    shown = text if len(text) <= LONGEST_QUOTATION else text[: LONGEST_QUOTATION - 1] + "…"
    return "'" + "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in shown) + "'"


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return `` (did you mean 'sohr'?)`` for the nearest choice, or nothing where none is near."""
    near = difflib.get_close_matches(word.strip().lower(), sorted(choices), n=1, cutoff=0.6)
    return f" (did you mean {quoted(near[0])}?)" if near else ""


def counted(count: int, noun: str) -> str:
    """Return ``1 problem`` or ``2 problems``: the count with its noun in the right number."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
