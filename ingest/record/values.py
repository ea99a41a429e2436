"""One cell to one value: a text, a whole number, a decimal or a day, or the sentence that says why not."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

from ingest.errors import did_you_mean, quoted
from ingest.record.columns import Column
from ingest.record.lookups import Vocabulary
from ingest.text_checks.days import read_day
from ingest.text_checks.hosts import host_objection
from ingest.text_checks.numbers import NOT_PLAIN, is_ambiguous, is_plain, meaning

Value = str | int | Decimal | date | datetime

# What a text can leave open: what is counted, by whom, when, and how much.
DOUBTABLE = (
    "source_id", "source_original_id", "measure_id", "population_id", "place_id", "cause_id", "actor_id", "counting",
    "period_start_on", "period_end_on", "reported_on", "kind", "place_role", "verification", "hedge_id", "value",
    "part_of", "incident_id",
)  # fmt: skip
MOST_PHRASE_WORDS = 8
MOST_PHRASE_CHARACTERS = 160
# A longer id has swallowed something else.
MOST_ID_CHARACTERS = 100
# To the minute or the second, with the offset from UTC: an hour without it is nobody's.
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})")
PARAGRAPH = re.compile(r"[1-9][0-9]{0,5}")
ID = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
FIGURE_ID = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*-[0-9]{2,}")
SHA256 = re.compile(r"[0-9a-f]{64}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
URL = re.compile(r"https?://[^\s/]+\S*")


class UnreadableCellError(ValueError):
    """The cell does not hold what its column asks for; the text says why."""


def read_value(column: Column, text: str, vocabulary: Vocabulary) -> Value | None:
    """Return the value of a cell, None where it is empty and may be; UnreadableCellError with a reason otherwise."""
    if not text:
        if column.is_required:
            raise UnreadableCellError("must not be empty")
        return None
    if text != text.strip():
        raise UnreadableCellError("has white space at its start or end")
    if len(text) > column.most_characters:
        raise UnreadableCellError(f"has {len(text):,} characters; at most {column.most_characters:,} are taken")
    if column.kind == "choice":
        objection = vocabulary.objection(column.choices, text)
        if objection:
            raise UnreadableCellError(objection)
        return text
    return READERS[column.kind](text)


def _number(text: str) -> Decimal:
    if is_plain(text):
        return Decimal(text)
    digits = re.sub(r"[\s,'\u2019_]", "", text)
    hint = f" (write {digits})" if digits != text and is_plain(digits) else ""
    described = f": {meaning(text)}" if is_ambiguous(text) else hint
    raise UnreadableCellError(f"{quoted(text)} {NOT_PLAIN}{described}")


def _paragraph(text: str) -> int:
    if not PARAGRAPH.fullmatch(text):
        raise UnreadableCellError(f"{quoted(text)} is not a paragraph number (1 is the first line that is not blank)")
    return int(text)


def _day(text: str) -> date:
    try:
        return read_day(text)
    except ValueError as reason:
        raise UnreadableCellError(str(reason)) from None


def _moment(text: str) -> datetime:
    """Return the moment in UTC, without its zone."""
    objection = f"{quoted(text)} is not a time with its offset, such as 2024-11-29T07:35+02:00"
    if not MOMENT.fullmatch(text):
        raise UnreadableCellError(objection)
    try:
        moment = datetime.fromisoformat(text)
        in_utc = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise UnreadableCellError(objection) from None
    _day(text[:10])
    return in_utc


def _doubts(text: str) -> str:
    """Return the columns in doubt, each once, in the order of the file: names of DOUBTABLE with a space between.

    A list in a cell is written with spaces, commas or semicolons, as the coder's spreadsheet has it.
    """
    names = re.split(r"[;,] ?| ", text)
    for name in names:
        if name not in DOUBTABLE:
            raise UnreadableCellError(
                f"{quoted(name)} is not a column that can be in doubt, written with a space between two: "
                f"{', '.join(DOUBTABLE)}{did_you_mean(name, DOUBTABLE)}"
            )
    if len(set(names)) < len(names):
        raise UnreadableCellError("names a column twice")
    return " ".join(name for name in DOUBTABLE if name in names)


def _phrase(text: str) -> str:
    count = len(text.split())
    if count > MOST_PHRASE_WORDS:
        raise UnreadableCellError(f"has {count} words; at most {MOST_PHRASE_WORDS} may be quoted")
    if len(text) > MOST_PHRASE_CHARACTERS:
        raise UnreadableCellError(f"has {len(text):,} characters; a phrase has at most {MOST_PHRASE_CHARACTERS}")
    return text


def _file_name(text: str) -> str:
    if "/" in text or "\\" in text or text in (".", ".."):
        raise UnreadableCellError(f"{quoted(text)} is not a bare file name")
    return text


def _url(text: str) -> str:
    if not URL.fullmatch(text):
        raise UnreadableCellError(f"{quoted(text)} is not an address that begins with http:// or https://")
    objection = host_objection(text)
    if objection:
        raise UnreadableCellError(objection)
    return text


def _matching(pattern: re.Pattern[str], wanted: str, most: int = MOST_ID_CHARACTERS) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > most:
            raise UnreadableCellError(f"has {len(text):,} characters, and cannot be {wanted}")
        if not pattern.fullmatch(text):
            raise UnreadableCellError(f"{quoted(text)} is not {wanted}")
        return text

    return read


READERS: dict[str, Callable[[str], Value]] = {
    "text": str,
    "id": _matching(ID, "an id (small letters and digits, joined by - or _)"),
    "figure_id": _matching(FIGURE_ID, "a figure_id (<document_id>-NN, with two or more digits)"),
    "day": _day,
    "moment": _moment,
    "doubts": _doubts,
    "paragraph": _paragraph,
    "number": _number,
    "phrase": _phrase,
    "sha256": _matching(SHA256, "a SHA-256 (64 hexadecimal digits, small letters)"),
    "file_name": _file_name,
    "url": _url,
    "language": _matching(LANGUAGE, "a language tag such as en or pt-BR"),
}
