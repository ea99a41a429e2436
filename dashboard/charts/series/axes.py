"""Ticks and margins of charts over time: days, months, quarters or years, whole numbers, a log axis with 1-2-5. Pure.

All ticks are ours: plotly's own drop the year where it changes and the first digit of what is wider than the margin.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from dashboard import wording

SIZE = 12
# Widths of letters as shares of the size of the font: of the widest of the fonts a page may come out in.
OF_DIGIT, OF_LETTER, OF_NARROW = 0.64, 0.62, 0.36
NARROW_LETTERS = frozenset(" .,:;'|!ijlt()’")
# Pixels that a label of each kind of tick needs, and between two numbers.
LABEL = {"day": 52, "month": 40, "year": 44}
BETWEEN_NUMBERS = 44
YEARS = (1, 2, 5, 10, 20, 25, 50, 100)
MONTHS = (1, 2, 3, 6)
DAYS = (1, 2, 7, 14)


def width_of(text: str, size: int = SIZE) -> int:
    """Return about how many pixels a text takes; rather more than it does."""
    shares = (OF_NARROW if c in NARROW_LETTERS else OF_DIGIT if c.isdigit() else OF_LETTER for c in text)
    return math.ceil(sum(shares) * size)


def step(most: float, ticks: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20 … by which so many ticks reach a number; whole, at least 1."""
    rough = most / max(1, ticks)
    power = 10 ** max(0, math.floor(math.log10(rough))) if rough > 0 else 1
    return next(int(times * power) for times in (1, 2, 5, 10, 20) if times * power >= rough)


def numbers(most: float, pixels: int) -> tuple[float, list[int]]:
    """Return the top of an axis from 0 for numbers up to `most`, and its ticks: whole numbers."""
    top = max(most * 1.07, 1.0)
    by = step(top, max(2, pixels // BETWEEN_NUMBERS))
    # One number beside 0 at the least, however small the panel.
    by = by if by <= top else max(1, int(str(int(top))[0]) * 10 ** (len(str(int(top))) - 1))
    return top, list(range(0, int(top) + 1, by))


def log_numbers(found: Iterable[float], pixels: int) -> tuple[float, float, list[int]]:
    """Return the ends of a log axis for some numbers, and its ticks: 1, 2, 5, 10, 20 …, two of them at least.

    Numbers of 0 have no place on it.
    """
    positive = [value for value in found if value > 0] or [1.0]
    marks = [times * 10**power for power in range(13) for times in (1, 2, 5)]
    low = max((mark for mark in marks if mark <= min(positive)), default=1)
    high = next(mark for mark in marks if mark > max(positive))
    ticks = [mark for mark in marks if low <= mark <= high]
    most = max(2, pixels // 26)
    if len(ticks) > most:
        powers = [mark for mark in ticks if str(mark).rstrip("0") == "1"]
        ticks = powers if len(powers) > 1 else [ticks[0], ticks[-1]]
    return low / 1.08, high * 1.08, ticks


def days(start: date, end: date, pixels: int) -> tuple[list[date], list[str]]:
    """Return ticks between two days and their labels: days, months, quarters or years by the span.

    The year is on the first label and wherever it changes.
    """
    length = max(1, (end - start).days)
    for by in DAYS:
        if length / by * LABEL["day"] <= pixels and length <= 400:
            ticks = [start + timedelta(days=at) for at in range(0, (end - start).days + 1, by)]
            return ticks, _labels(ticks, "day")
    months = length / 30.44
    for by in MONTHS:
        if months / by * LABEL["month"] <= pixels:
            ticks = [day for day in _firsts(start, end) if (day.month - 1) % by == 0]
            if len(ticks) > 1:
                return ticks, _labels(ticks, "month")
    for by in YEARS:
        if length / 365.25 / by * LABEL["year"] <= pixels or by == YEARS[-1]:
            ticks = [date(year, 1, 1) for year in range(start.year, end.year + 1)
                     if year % by == 0 and start <= date(year, 1, 1) <= end]  # fmt: skip
            return ticks, [str(tick.year) for tick in ticks]
    raise AssertionError("The longest step fits any span.")


def _firsts(start: date, end: date) -> list[date]:
    """Return the firsts of the months between two days."""
    found, day = [], date(start.year, start.month, 1)
    while day <= end:
        if day >= start:
            found.append(day)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return found


def _labels(ticks: Sequence[date], kind: str) -> list[str]:
    """Return the labels of days or months, each with its year where that is another than before."""
    labels, year = [], None
    for tick in ticks:
        month = wording.month_name(tick, short=True)
        label = f"{tick.day} {month}" if kind == "day" else month
        labels.append(f"{label}<br>{tick.year}" if tick.year != year else label)
        year = tick.year
    return labels


def margin(labels: Iterable[str], size: int = SIZE) -> int:
    """Return the margin that the widest of some labels needs beside an axis."""
    return max((width_of(label, size) for label in labels), default=0) + 12
