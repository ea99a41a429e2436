"""Days and plurals as every sentence writes them; what is more than that stands in text/."""

from functools import lru_cache
from typing import Any

from dashboard.odd_cells import NOT_A_DAY, Odd

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


def number(value: float | None) -> str:
    """14000 as "14,000"; 12.5 as "12.5"; None as an en dash."""
    if value is None:
        return "–"
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,.1f}"


def month_name(value: Any, *, short: bool = False) -> str:
    """Return December, or short Dec: in English whatever the locale of the server."""
    return MONTHS[value.month - 1][: 3 if short else None]


# A chart of a hundred figures says a few days a hundred times each.
@lru_cache(maxsize=4096)
def day(value: Any, *, short: bool = False) -> str:
    """2 December 2024, or short 2 Dec 2024; an en dash for none; what is no day as the file has it, and said to be."""
    if not value:
        return "–"
    if isinstance(value, Odd):
        return f"{value.text} ({NOT_A_DAY})"
    return f"{value.day} {month_name(value, short=short)} {value.year}"


def days(start: Any, end: Any, *, short: bool = False) -> str:
    """Return a period: one day, "30 November – 1 December 2024", or across years in full."""
    if not start or not end or start == end:
        return day(start or end, short=short)
    if start.year != end.year or isinstance(start, Odd) or isinstance(end, Odd):
        return f"{day(start, short=short)} – {day(end, short=short)}"
    of_start = "" if start.month == end.month else f" {month_name(start, short=short)}"
    return f"{start.day}{of_start} – {day(end, short=short)}"


VOWELS = frozenset("aeiou")


def plural(count: int | None, noun: str) -> str:
    """1 source, 2 sources, 3 countries; where the file does not say how many, so many as are not known."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in VOWELS else f"{noun}s"
    if count is None:
        return f"an unknown number of {many}"
    return f"{count:,} {noun if count == 1 else many}"
