"""Which figures stood on a day: a report stands from the day it could be read until a later one of its source could."""

from collections.abc import Mapping
from datetime import date
from typing import Any


def stood(row: Mapping[str, Any], day: date | None) -> dict[str, Any]:
    """Return is_standing, is_superseded and superseded_on of a figure as it stood on a day (None: now)."""
    since = row["superseded_on"]
    is_overtaken = since is not None and (day is None or since <= day)
    return {
        "is_standing": not row["is_withdrawn"] and not is_overtaken,
        "is_superseded": not row["is_withdrawn"] and is_overtaken,
        "superseded_on": since if is_overtaken else None,
    }


def on_day(row: dict[str, Any], day: date | None) -> dict[str, Any]:
    """Return a figure as it stood on a day (None: now)."""
    return row | stood(row, day)
