"""What the columns of a data set's file hold, as its .yml says it: text is written one way, and judged before any cast.

Each type writes a cell the one way (``12.0`` as 12, a day with a time of midnight as the day), tells what is none of
the type, and says so in words. Readers' SQL sees only cells that passed, and casts by the macros here alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

from common.quoting import literal
from ingest.text_checks.numbers import sql_is_whole, sql_reason, sql_without_resaved_decimals

Sql = Callable[[str], str]

DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
MIDNIGHT = f"{DAY}[ T]00:00(?::00(?:[.]0+)?)?(?:Z|[+]00:?00)?"
MOMENT = f"{DAY}(?:[ T][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.][0-9]+)?)?(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?)?"
# Midnight in New Zealand is 11 or 12 o'clock of the day before in UTC.
IN_AUCKLAND = f"{DAY}(?:[ T](?:00|11|12):00(?::00(?:[.]0+)?)?Z?)?"
MONTH_FIRST = "[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
YEAR = "[0-9]{4}"
# What names a row has lost digits where a program rounded it.
ROUNDED_CODE = "[0-9]+[.][0-9]+|[0-9]+(?:[.][0-9]+)?[eE][+]?[0-9]+"
COUNTRY_CODE = "[A-Z][A-Z0-9]{2}"
COORDINATE = "-?(?:0|[1-9][0-9]{0,2})(?:[.][0-9]{1,20})?"
# A formula that failed, and a number or day that its column was too narrow to show.
SPREADSHEET_ERROR = "#(?:REF|VALUE|NUM|NULL|DIV/0|SPILL|CALC|FIELD|BLOCKED|NAME)[!?]|#GETTING_DATA|#{3,}"
BLANKS = " \t\n\r\f\v\u00a0"
# A dash or two, full stops, a question mark: the longest of them in bytes.
MOST_BYTES_OF_MARKS = 9
# A sum of these is far from where whole numbers end.
MOST_DIGITS = 15


def full(x: str, pattern: str) -> str:
    """Return the condition that a whole text is of a pattern."""
    return f"regexp_full_match({x}, {literal(pattern)})"


def as_it_is(x: str) -> str:
    """Return the cell unchanged."""
    return x


def is_day(x: str) -> str:
    """Return the condition that a text is a day of the calendar written YYYY-MM-DD: what is read must be written.

    It is unknown where the text is no day at all, or NULL.
    """
    return f"CAST(try_cast({x} AS DATE) AS VARCHAR) = {x} AND strlen({x}) = 10"


def _year_with(month_and_day: str) -> str:
    return f"CASE WHEN {full('x', YEAR)} THEN x || '-{month_and_day}' ELSE x END"


# What a macro cannot read comes out as it went in, and is rejected for what it is.
MACROS = {
    "whole_number": f"CASE WHEN {sql_is_whole('x')} THEN try_cast(x AS BIGINT) END",
    "plain_number": sql_without_resaved_decimals("x"),
    "iso_day": f"CASE WHEN {full('x', MOMENT)} THEN left(x, 10) ELSE x END",
    "year_start": _year_with("01-01"),
    "year_middle": _year_with("06-30"),
    "year_end": _year_with("12-31"),
    "month_day_year": f"CASE WHEN {full('x', MONTH_FIRST)} "
    "THEN coalesce(CAST(CAST(try_strptime(x, '%m/%d/%Y') AS DATE) AS VARCHAR), x) ELSE x END",
    "day_in_auckland": f"CASE WHEN {full('x', IN_AUCKLAND)} THEN coalesce(CAST(try_cast(left(x, 10) AS DATE) "
    "+ CASE WHEN substr(x, 12, 2) IN ('11', '12') THEN 1 ELSE 0 END AS VARCHAR), x) ELSE x END",
    "is_published": "coalesce(x <= CAST(getvariable('published_on') AS VARCHAR), false)",
}


def create_macros() -> list[str]:
    """Return the statements that give readers' SQL what it casts by."""
    return [f"CREATE OR REPLACE TEMP MACRO {name}(x) AS {body}" for name, body in MACROS.items()]


@dataclass(frozen=True)
class Type:
    """How a cell is written the one way, what is wrong with it, and why; each the SQL of an expression over the cell.

    ``day`` is the day it means, to lay in the window. ``cast`` is what it reaches a reader's SQL as, text where empty.
    """

    is_wrong: Sql
    reason: Sql
    written: Sql = as_it_is
    day: Sql | None = None
    cast: str = ""


def _described(text: str) -> Sql:
    return lambda _: literal(text)


def _by(macro: str) -> Sql:
    return lambda x: f"{macro}({x})"


def _is_no_day_by(macro: str, pattern: str) -> Sql:
    return lambda x: f"(NOT {full(x, pattern)} OR coalesce(NOT ({is_day(f'{macro}({x})')}), true))"


def trimmed(x: str) -> str:
    """Return a text without the blanks around it: with them a place or a key would be another one."""
    return f"trim({x}, {literal(BLANKS)})"


def is_spreadsheet_error(x: str) -> str:
    """Return the condition that a text is what a spreadsheet shows where it has no value."""
    return f"(ascii({x}) = 35 AND {full(x, SPREADSHEET_ERROR)})"


def _without_marks_alone(x: str) -> str:
    """A dash stands where there is no name; as a part of a place it would make it another place."""
    marks = f"strlen({x}) <= {MOST_BYTES_OF_MARKS} AND NOT regexp_matches({x}, '[\\p{{L}}\\p{{N}}#]')"
    return f"CASE WHEN {marks} THEN NULL ELSE {trimmed(x)} END"


def _without_midnight(x: str) -> str:
    return f"CASE WHEN strlen({x}) > 10 AND {full(x, MIDNIGHT)} THEN left({x}, 10) ELSE {x} END"


NO_VALUE = "is what a spreadsheet shows where it has no value"

TYPES = {
    "name": Type(is_spreadsheet_error, _described(NO_VALUE), _without_marks_alone),
    "integer": Type(
        lambda x: f"(coalesce(NOT ({sql_is_whole(x)}), true) OR strlen({x}) > {MOST_DIGITS})",
        lambda x: f"CASE WHEN {full(x, '-[1-9][0-9]*')} THEN 'is below nought' ELSE {sql_reason(x)} END",
        sql_without_resaved_decimals,
    ),
    "code": Type(
        lambda x: full(x, ROUNDED_CODE),
        _described("is what a program made of a code it took for a number: take it from the original file"),
        sql_without_resaved_decimals,
    ),
    "country_code": Type(
        lambda x: f"NOT {full(x, COUNTRY_CODE)}",
        _described("is not the code of a country, three capital letters or digits"),
    ),
    "coordinate": Type(
        lambda x: f"NOT {full(x, COORDINATE)}", _described("is not degrees in plain digits"), cast="DOUBLE"
    ),
    "date": Type(
        lambda x: f"coalesce(NOT ({is_day(x)}), true)",
        _described("is not a day written YYYY-MM-DD"),
        _without_midnight,
        as_it_is,
        "DATE",
    ),
    "moment": Type(
        _is_no_day_by("iso_day", MOMENT),
        _described("is not a day written YYYY-MM-DD, with or without a time"),
        day=_by("iso_day"),
    ),
    "month_day_year": Type(
        _is_no_day_by("month_day_year", MONTH_FIRST),
        _described("is not a day written MM/DD/YYYY"),
        day=_by("month_day_year"),
    ),
    "day_in_auckland": Type(
        _is_no_day_by("day_in_auckland", IN_AUCKLAND),
        _described("is neither a day nor a midnight in New Zealand"),
        day=_by("day_in_auckland"),
    ),
    "year": Type(
        lambda x: f"NOT {full(x, YEAR)}",
        _described("is not a year written in four digits"),
        sql_without_resaved_decimals,
        _by("year_start"),
    ),
}
