"""The cards of the overview for an episode and day, read once for the page, its charts and its first view."""

from collections.abc import Mapping
from typing import Any

from dashboard import asked as addresses
from dashboard import bound, overview, queries_pages
from dashboard.asked import Asked
from dashboard.looks import Look
from dashboard.reading import Cursor, once


def read(cursor: Cursor, asked: Asked) -> tuple[list[overview.Card], list[Any]]:
    """Return the cards of an episode and day, and the days on which something was published."""
    return once(cursor, _read, asked.episode, asked.known_on)


def _read(cursor: Cursor, episode: str, known_on: Any) -> tuple[list[overview.Card], list[Any]]:
    here = (cursor, episode, known_on)
    ranges, parts = queries_pages.whole_ranges(*here), queries_pages.part_counts(*here)
    return overview.cards(ranges, parts, known_on), days(*here)


def days(cursor: Cursor, episode: str, known_on: Any) -> list[Any]:
    """Return the days on which something was published, oldest first."""
    return list(queries_pages.change_days(cursor, episode, known_on)["known_on"])


def charts(search: object, look: Look) -> Mapping[str, dict[str, Any]]:
    """Return the small charts of an address by their card; raises NothingPublishedError, NotRecordedError."""
    with bound.cursor() as cursor:
        asked = addresses.read(cursor, search)
        cards, news = read(cursor, asked)
    first = news[0] if news else asked.known_on
    return overview.charts(cards, first, asked.known_on, look)
