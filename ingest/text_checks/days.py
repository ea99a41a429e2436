"""The days that a figure, a document or a release can speak of: stated here once, for the record and for data sets.

The oldest tolls that data sets publish today are of 1899 (``war_tolls``); the oldest list of wars with days, the
Correlates of War, begins in 1816. A day before 1800 is a slip of the hand or of a calendar that is not ours
(``0000-01-01``, ``1403-09-10`` of the Persian one, ``1446-05-27`` of the Islamic one), and one from 2100
on is a slip too (``2204`` for ``2024``). What the clock says plays no part, so that a record that is in order stays so
on a machine whose clock is wrong. Within the window the order of days is judged: nobody reports what has not happened
yet, and no document prints what is reported after it (``row_rules``, ``references``, ``dataset_rules``).
"""

import re
from datetime import date

from ingest.errors import quoted

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2099, 12, 31)
OUTSIDE = f"is outside of the days that are read here, {FIRST_DAY} to {LAST_DAY}"


def is_possible(day: date) -> bool:
    """Whether a day lies in the window, its ends included."""
    return FIRST_DAY <= day <= LAST_DAY


def read_day(text: str) -> date:
    """Return the day a text means; ValueError, with the reason as words about the text, where it is none of ours."""
    if not DAY.fullmatch(text):
        raise ValueError(f"{quoted(text)} is not a day written YYYY-MM-DD")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{quoted(text)} is not a day of the calendar") from None
    if not is_possible(day):
        raise ValueError(f"{quoted(text)} {OUTSIDE}")
    return day


def sql_outside(column: str) -> str:
    """Return the condition in SQL that a column of days holds one outside of the window; unknown for none."""
    return f"({column} < DATE '{FIRST_DAY}' OR {column} > DATE '{LAST_DAY}')"
