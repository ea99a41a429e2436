"""A small timeline as a picture: on which days how many figures were published. A picture of its own, no chart."""

from collections.abc import Mapping
from datetime import date
from math import sqrt
from urllib.parse import quote

from dashboard import wording
from dashboard.text import formatting

# Bars of a picture, and its size in pixels.
MOST_BARS, WIDTH, HEIGHT = 60, 240, 24
LEAST = 3
# A picture in a page follows the page's scheme (assets/style.css has the same two colours).
STYLE = "rect{fill:#0067a5}@media (prefers-color-scheme:dark){rect{fill:#5cb8f0}}"
# Up to so many days apart, the day with most is named; else its month.
DAYS = 62


def _at(day: date, first: date, last: date) -> int:
    """Return in which of the bars a day lies."""
    bars = min(MOST_BARS, (last - first).days + 1)
    return min(bars - 1, (day - first).days * bars // ((last - first).days + 1))


def picture(counts: Mapping[date, int], first: date, last: date) -> str:
    """Return the timeline as an address of a picture (data:), a bar a stretch of days between two days.

    A bar's area grows with its number, so that single figures beside thousands are seen.
    """
    bars = min(MOST_BARS, (last - first).days + 1)
    told: dict[int, int] = {}
    for day, count in counts.items():
        told[_at(day, first, last)] = told.get(_at(day, first, last), 0) + count
    most, wide = max(told.values(), default=1), WIDTH / bars
    drawn = "".join(
        f'<rect x="{at * wide:.1f}" y="{HEIGHT - tall:.1f}" width="{max(1.5, wide - 1):.1f}" height="{tall:.1f}"/>'
        for at, count in sorted(told.items())
        if (tall := LEAST + (HEIGHT - LEAST) * sqrt(count / most))
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"<style>{STYLE}</style>{drawn}</svg>"
    )
    return f"data:image/svg+xml,{quote(svg)}"


def in_words(counts: Mapping[date, int]) -> str:
    """Return the timeline as a sentence: on how many days, and where most figures lie."""
    if not counts:
        return "no figure"
    if len(counts) == 1:
        return f"all on {wording.day(next(iter(counts)))}"
    first, last = min(counts), max(counts)
    if (last - first).days <= DAYS:
        day = max(counts, key=lambda each: (counts[each], each))
        return f"on {len(counts):,} days, most on {wording.day(day)}"
    months: dict[date, int] = {}
    for day, count in counts.items():
        months[day.replace(day=1)] = months.get(day.replace(day=1), 0) + count
    return f"on {len(counts):,} days, most in {formatting.month(max(months, key=lambda each: (months[each], each)))}"
