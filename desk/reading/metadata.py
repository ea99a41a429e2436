"""What a text tells of itself: the day it was published, the wire it prints, its title; all of it to be confirmed."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from desk.reading.language import language_of

AGENCIES = Path(__file__).parent / "agencies.csv"
MOST_TITLE_WORDS = 8
# A day is printed near the top or the end of a report; in between it is the day of an event.
LINES_ABOVE, LINES_BELOW = 4, 2
LONGEST_DATE_LINE = 160
DATES = re.compile(
    r"\b(\d{4}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th|\.|er)?\s+(?:de\s+)?[^\W\d_]{3,12}\.?,?\s+(?:de\s+|del\s+)?\d{4}"
    r"|[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4})\b"
)


@dataclass(frozen=True)
class Metadata:
    """Columns of documents.csv as far as the file tells them, else empty. ``note`` says how a day was found."""

    title: str = ""
    publisher: str = ""
    agency: str = ""
    language: str = ""
    published_on: str = ""
    published_on_basis: str = ""
    note: str = ""


def read_metadata(paragraphs: Sequence[str], told: Metadata, language: str = "") -> Metadata:
    """Add to what the file's metadata tells what its text does; the metadata goes first, the text decides the day."""
    text = "\n".join(paragraphs)
    spoken = language or told.language or language_of(text)
    printed = _printed_day(paragraphs, spoken)
    if printed and told.published_on_basis != "stated":
        told = replace(told, published_on=printed, published_on_basis="stated", note="")
    return replace(
        told,
        title=short_title(told.title or paragraphs[0]),
        agency=told.agency or agency_of(paragraphs),
        language=spoken,
    )


def short_title(title: str) -> str:
    """Cut a title to eight words, as documents.csv holds no more of a text."""
    words = title.split()
    return " ".join(words[:MOST_TITLE_WORDS]) + (" […]" if len(words) > MOST_TITLE_WORDS else "")


def _printed_day(paragraphs: Sequence[str], language: str) -> str:
    """Return the day that a short line at the top or the end prints, as YYYY-MM-DD, or nothing."""
    lines = [*paragraphs[:LINES_ABOVE], *paragraphs[-LINES_BELOW:]]
    for line in lines:
        found = DATES.search(line) if len(line) <= LONGEST_DATE_LINE else None
        day = _day(found[1], language) if found else None
        if day and day <= date.today():
            return day.isoformat()
    return ""


def _day(text: str, language: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        # Months in the words of many languages; it takes a moment to load, and most texts need it once.
        import dateparser  # noqa: PLC0415

    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": "DMY"}
    found = dateparser.parse(text, languages=[language] if language else None, settings=settings)
    return found.date() if found else None


@cache
def _agencies() -> list[tuple[str, re.Pattern[str]]]:
    with AGENCIES.open(encoding="utf-8", newline="") as file:
        return [(row["agency"], re.compile(rf"(?<!\w)(?:{row['names']})(?!\w)")) for row in csv.DictReader(file)]


def agency_of(paragraphs: Sequence[str]) -> str:
    """Return the wire whose report the text prints: named in the dateline or in a credit, not merely quoted."""
    dateline = [re.match(r"[^—–-]{0,90}\(([^)]{2,30})\)\s*[—–:-]", line) for line in paragraphs[:LINES_ABOVE]]
    credits = [line for line in [*paragraphs[:LINES_ABOVE], *paragraphs[-LINES_BELOW:]] if len(line) <= 60]
    named = [found[1] for found in dateline if found] + credits
    return next((agency for agency, pattern in _agencies() if any(pattern.search(text) for text in named)), "")
