"""A period as an address says it: a year, a month or a day, or two of them with two dots between; nothing else.

The filter lets through what speaks of any day within it. Not here: what a figure's days are (queries).
"""

import re
from calendar import monthrange
from datetime import date, timedelta

ONE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
HOW = "Write a year, a month or a day, or two with two dots between: 2023, 2023-06, 2023-01..2023-06."


class BadPeriodError(ValueError):
    """A text is no period; its words say how to write one."""


def _ends(text: str) -> tuple[date, date]:
    """Return the first and last day of a year, a month or a day; raises BadPeriodError."""
    found = ONE.fullmatch(text)
    if not found:
        raise BadPeriodError(HOW)
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        last_month = month or 12
        return first, date(first.year, last_month, day or monthrange(first.year, last_month)[1])
    except ValueError:
        raise BadPeriodError(HOW) from None


def parse(text: str) -> tuple[date, date]:
    """Return the first and last day of a period; raises BadPeriodError."""
    start, dots, end = text.strip().partition("..")
    first, last = _ends(start)
    if dots:
        last = _ends(end)[1]
    if last < first:
        raise BadPeriodError(f"It ends before it begins. {HOW}")
    return first, last


def last_of(first: date, span: str) -> date:
    """Return the last day of a week, month or year by its first; of a day itself."""
    if span == "month":
        return first.replace(day=monthrange(first.year, first.month)[1])
    return date(first.year, 12, 31) if span == "year" else first + timedelta(days=6 if span == "week" else 0)


def is_of_months(days: tuple[date, date]) -> bool:
    """Whether a period begins and ends with a month, so that sums of months are sums of it."""
    first, last = days
    return first.day == 1 and last.day == monthrange(last.year, last.month)[1]


def is_of_years(days: tuple[date, date]) -> bool:
    """Whether a period begins and ends with a year."""
    first, last = days
    return is_of_months(days) and (first.month, last.month) == (1, 12)
