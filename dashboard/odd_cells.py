"""Cells that no load lets in and a file may hold all the same: each is read as the text it is, and said to be odd.

A publication made by older rules, or changed by somebody, may hold a day that Python's calendar has not (the year 0,
the year 10000, infinity), a number that is none (NaN, infinity), a text with characters that no reader sees or one
without end. Nothing here raises: the other cells are answered, and the odd one says what it is.
"""

import math
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

# What an odd day counts as where days are compared, with room for a sum of a few years; told from real ones by type.
EARLY, LATE = 2, 9998
# What DuckDB gives for infinity; a day of ours is neither.
ENDS = (date.min, date.max, datetime.min, datetime.max)
ENDLESS = {date.min: "-infinity", datetime.min: "-infinity", date.max: "infinity", datetime.max: "infinity"}
# Characters without a picture that hide nothing: line breaks, hyphens that are offered, joiners of Persian and Hindi.
HARMLESS = frozenset("\t\n\r\xad\u200c\u200d\u2028\u2029")
# A cell of a workbook holds no more (Excel specifications and limits); what a load lets in is far shorter.
LONGEST_TEXT = 32_767
# What is shown of a longer one.
SHOWN_TEXT = 1_000
NOT_A_DAY = "no day of our calendar"


class Odd:
    """What an odd day and an odd moment have in common: they are written, and told apart, by the text of the file."""

    text: str

    def isoformat(self, *_: Any, **__: Any) -> str:
        """Return the text of the file."""
        return self.text

    def strftime(self, *_: Any) -> str:
        """Return the text of the file, whatever the form."""
        return self.text

    def replace(self, *_: Any, **__: Any) -> Any:
        """Return it as it is: no part of it is known."""
        return self

    def __add__(self, _: Any) -> Any:
        """Return it as it is: nothing is so long before or after it."""
        return self

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        """Return how far it is from another day as it is compared, or it as it is."""
        if isinstance(other, timedelta):
            return self
        plain = datetime if isinstance(other, datetime) else date
        return plain(EARLY if _is_early(self.text) else LATE, 1, 1) - other

    def __str__(self) -> str:
        """Return the text of the file."""
        return self.text

    def __format__(self, _: str, /) -> str:
        """Return the text of the file, whatever the form."""
        return self.text

    def __eq__(self, other: object) -> bool:
        """Return whether the other is as odd."""
        return isinstance(other, Odd) and self.text == other.text

    def __ne__(self, other: object) -> bool:
        """Return whether it is another: a day's own answer would come before the one above."""
        return not self == other

    def __hash__(self) -> int:
        """Return a hash that fits."""
        return hash(self.text)


class OddDay(Odd, date):
    """A day that is none of our calendar: compared as long ago or far ahead, written as the file has it."""


class OddMoment(Odd, datetime):
    """The same with an hour."""

    def date(self) -> date:
        """Return the day of it, as odd."""
        return odd_day(self.text)

    def astimezone(self, *_: Any) -> "OddMoment":
        """Return it as it is."""
        return self


def odd_day(text: str) -> OddDay:
    """Return the day that a text, as DuckDB writes it, stands for."""
    day = OddDay(EARLY if _is_early(text) else LATE, 1, 1)
    day.text = text
    return day


def odd_moment(text: str) -> OddMoment:
    """Return the moment that a text, as DuckDB writes it, stands for."""
    moment = OddMoment(EARLY if _is_early(text) else LATE, 1, 1)
    moment.text = text
    return moment


def _is_early(text: str) -> bool:
    return "BC" in text or text.startswith("-")


def visible(text: str) -> str:
    """Return a text with what no reader sees, and what would turn it around, written out: ⟨U+202E⟩."""
    return "".join(f"⟨U+{ord(one):04X}⟩" if _hides(one) else one for one in text)


def _hides(character: str) -> bool:
    if character.isprintable() or character in HARMLESS:
        return False
    category = unicodedata.category(character)
    # Arabic signs of number and verse are format characters with a picture; the bidirectional class tells them.
    has_picture = category == "Cf" and unicodedata.bidirectional(character) in ("AN", "AL") and character != "\u061c"
    return category in ("Cc", "Cf", "Co", "Cs") and not has_picture


def _day(value: Any) -> Any:
    if type(value) is str:
        return odd_day(value)
    return odd_day(ENDLESS[value]) if value in ENDS else value


def _moment(value: Any) -> Any:
    if type(value) is str:
        return odd_moment(value)
    # In time zones, comparing with a moment that has none says no.
    naive = value.replace(tzinfo=None) if isinstance(value, datetime) else value
    return odd_moment(ENDLESS[naive]) if naive in ENDS else value


def _number(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if len(value) > LONGEST_TEXT:
        return f"{visible(value[:SHOWN_TEXT])} … ⟨{len(value):,} characters⟩"
    return visible(value)


def _are_fine_days(column: Sequence[Any]) -> bool:
    return str not in set(map(type, column)) and not any(value in ENDS for value in {column[0], *column})


def _are_finite(column: Sequence[Any]) -> bool:
    return all(map(math.isfinite, filter(None, column)))


def _are_printable(column: Sequence[Any]) -> bool:
    texts = list(filter(None, column))
    return all(map(str.isprintable, texts)) and max(map(len, texts), default=0) <= LONGEST_TEXT


Kind = tuple[Callable[[Sequence[Any]], bool], Callable[[Any], Any]]
KINDS: tuple[tuple[str, Kind], ...] = (
    ("DATE", (_are_fine_days, _day)),
    ("TIMESTAMP", (_are_fine_days, _moment)),
    ("DOUBLE", (_are_finite, _number)),
    ("FLOAT", (_are_finite, _number)),
    ("VARCHAR", (_are_printable, _text)),
)


def tamed(
    description: Sequence[Any], found: list[tuple[Any, ...]], odd: Callable[[str, str], None]
) -> list[tuple[Any, ...]]:
    """Return rows whose every cell can be shown; `odd` is told the column and the text of the first in each column."""
    if not found:
        return found
    columns = list(zip(*found, strict=True))
    changed: dict[int, list[Any]] = {}
    for place, one in enumerate(description):
        kind = _kind(str(one[1]))
        if kind is None or kind[0](columns[place]):
            continue
        read = [kind[1](value) for value in columns[place]]
        pairs = zip(columns[place], read, strict=True)
        first = next(((old, new) for old, new in pairs if old is not new and old != new), None)
        if first is not None:
            changed[place] = read
            odd(str(one[0]), visible(str(first[1] if isinstance(first[1], Odd) else first[0])[:SHOWN_TEXT]))
    if not changed:
        return found
    return list(zip(*(changed.get(place, column) for place, column in enumerate(columns)), strict=True))


def _kind(type_name: str) -> Kind | None:
    return next((kind for start, kind in KINDS if type_name.startswith(start) and "[" not in type_name), None)


def as_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose columns with an odd day in them are texts, as the database casts them back."""
    odd = [name for name in frame if any(isinstance(value, Odd) for value in frame[name])]
    if not odd:
        return frame
    return frame.assign(**{name: [None if value is None else str(value) for value in frame[name]] for name in odd})


def sentence(odd: Mapping[str, str]) -> str:
    """Say which columns hold what cannot be shown as it should, or nothing."""
    if not odd:
        return ""
    listed = "; ".join(f"{column}: {text[:60]}" for column, text in sorted(odd.items()))
    return f"This publication holds values that no load lets in, shown as the file has them ({listed})."
