"""The day a page shows, in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dashboard import wording

# The key under which a build row carries the day shown where it is not now; no column of the table `build`.
SHOWN = "as_recorded_on"
NOT_TODAY = "This is not what we record today."


def told(build: Mapping[str, Any], day: date | None) -> dict[str, Any]:
    """Return the row of a publication with the day as recorded on, where it is not now: citations say it."""
    return {**build, SHOWN: day} if day else dict(build)


def words_of(build: Mapping[str, Any]) -> str:
    """Return ", as recorded on 21 November 2026" for a build row that is told so, else an empty text."""
    return f", as recorded on {wording.day(build[SHOWN])}" if build.get(SHOWN) else ""


def known(known_on: Any, build: Mapping[str, Any]) -> str:
    """Return both clocks within a sentence: "as known on 2 December 2024, as recorded on 21 November 2026"."""
    return f"as known on {wording.day(known_on)}{words_of(build)}"


def name_of(build: Mapping[str, Any]) -> str:
    """Return what a file name says of the day: nothing where it is now."""
    return f"_recorded-on-{build[SHOWN].isoformat()}" if build.get(SHOWN) else ""


def notice(day: date) -> str:
    """Return what every page says above a record that is not today's."""
    return f"As recorded on {wording.day(day)}. {NOT_TODAY}"
