"""The second clock, our own: `recorded_on` of an address is the day at whose end the record is shown as it then stood.

"As known on" is what had been published, "as recorded on" what we had entered.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dashboard.errors import NotRecordedError
from dashboard.publication.cache import Cursor, Reading
from dashboard.publication.open_file import recorded_day
from dashboard.text.as_of import SHOWN

NAME = "recorded_on"
# More than an address that the server takes can hold: the API reads every field, and must read the same day.
MOST_FIELDS = 5_000


def _pairs(search: object) -> list[tuple[str, str]]:
    """Return names and values of an address's query, blank ones left out; garbage asks for nothing."""
    if not isinstance(search, str):
        return []
    try:
        return parse_qsl(search.lstrip("?"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return []


def text_of(search: object) -> str:
    """Return what an address says of this day, as it says it; an empty text where it says nothing."""
    return next((value for name, value in _pairs(search) if name == NAME), "")


def parse(text: str) -> date:
    """Return a day written as YYYY-MM-DD; raises NotRecordedError."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        shown = "".join(letter if letter.isprintable() else "�" for letter in text[:60])
        raise NotRecordedError(f"{NAME} “{shown}” is not a day. Write it as YYYY-MM-DD, such as 2026-11-21.")
    return day


def requested(search: object) -> date | None:
    """Return the day an address asks for, or None for now; raises NotRecordedError."""
    text = text_of(search)
    return parse(text) if text else None


def shown(cursor: Cursor, search: object) -> date | None:
    """Return that day where the publication read is not the newest, else None."""
    return requested(search) if isinstance(cursor, Reading) and cursor.is_past else None


def clocks(build: Mapping[str, Any]) -> dict[str, Any]:
    """Return what metadata says of our clock: the day shown, and the moment up to which loads are in the rows."""
    until = build.get("recorded_until_at") or build["loaded_at"]
    day = build.get(SHOWN) or recorded_day(dict(build))
    return {NAME: day.isoformat(), "recorded_until_at": iso(until), "is_record_of_today": SHOWN not in build}


def iso(moment: datetime) -> str:
    """Return a moment, in UTC where it has no zone, as 2026-12-01T02:57:23Z."""
    in_utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"{in_utc.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def query(search: object, day: date | None) -> str:
    """Return the query of an address with another day in it, none for now; all else stays. Without question mark."""
    kept = [(name, value) for name, value in _pairs(search) if name != NAME]
    return urlencode([*kept, (NAME, day.isoformat())] if day else kept, errors="replace")
