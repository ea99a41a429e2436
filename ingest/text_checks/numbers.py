r"""What a number in plain digits is, and what another text may have been: one rule for the record and for data sets.

Digits 0 to 9 without noughts before them, and at most four decimals behind a point. ``12.0`` and ``12.00`` are 12, as a
program writes a whole number it kept as a decimal. ``1.000`` is refused: it is one to some readers and a thousand to
others. Every pattern is read alike by Python's ``re`` and by DuckDB, which judges a million cells at once.
"""

import re

from common.quoting import literal

# DECIMAL(20,4) in the warehouse holds sixteen digits before the point and four after it.
WHOLE = "(?:0|[1-9][0-9]{0,14})"
PLAIN = f"{WHOLE}(?:[.][0-9]{{1,4}})?"
ONE_OR_A_THOUSAND = "[0-9]+[.]000"
# Noughts behind a point say nothing, but for three of them.
RESAVED = f"({WHOLE})[.](?:0{{1,2}}|0{{4,}})"
NOT_PLAIN = "is not a number in plain digits"
MEANINGS = (
    ("[0-9]{1,3}(?:[.][0-9]{3})*[.]000", "it is a thousand times more to some readers, so write it without the point"),
    ("[+-]?[0-9]*[.]?[0-9]+[eE][+-]?[0-9]+", "a spreadsheet has rounded it, so take it from the original file"),
    ("0[xX][0-9a-fA-F]+", "it is hexadecimal, so write its digits"),
    ("[0-9]{1,3}(?:[ ,'_\u00a0\u2009\u2019\u202f][0-9]{3})+(?:[.][0-9]+)?", "write it without separators"),
    ("[+-]?(?:[0-9]*[.][0-9]+|[0-9]+[.])", "it is a fraction, and what is counted is whole"),
    ("0[0-9]+", "write it without the noughts before it"),
    ("[+][0-9]+", "write it without the sign"),
    ("[ \t\u00a0]+[0-9]+[ \t\u00a0]*|[0-9]+[ \t\u00a0]+", "write it without the space"),
)
_PLAIN, _AMBIGUOUS, _RESAVED = (re.compile(each) for each in (PLAIN, ONE_OR_A_THOUSAND, RESAVED))
_MEANINGS = tuple((re.compile(pattern), meaning) for pattern, meaning in MEANINGS)


def is_plain(text: str) -> bool:
    """Whether a text is a number in plain digits that everybody reads alike."""
    return bool(_PLAIN.fullmatch(text)) and not is_ambiguous(text)


def is_ambiguous(text: str) -> bool:
    """Whether a text is a number to some readers and a thousand times that number to others: ``1.000``."""
    return bool(_AMBIGUOUS.fullmatch(text))


def without_resaved_decimals(text: str) -> str:
    """Return ``12`` of ``12.0`` and ``12.00``; any other text as it is."""
    found = _RESAVED.fullmatch(text)
    return found[1] if found else text


def meaning(text: str) -> str:
    """Say what a text that is no plain number may be, and what to do; empty where nobody can say."""
    return next((described for pattern, described in _MEANINGS if pattern.fullmatch(text)), "")


def sql_without_resaved_decimals(text: str) -> str:
    """Return the expression of ``without_resaved_decimals`` for a text; only cells with a point cost anything."""
    stripped = f"regexp_replace({text}, {literal(f'^{RESAVED}$')}, '\\1')"
    return f"CASE WHEN contains({text}, '.') THEN {stripped} ELSE {text} END"


def sql_is_whole(text: str) -> str:
    """Return the condition that a text is a whole number in plain digits: what is read must be what is written.

    It is unknown where the text is no number at all, or NULL.
    """
    return f"CAST(try_cast({text} AS UBIGINT) AS VARCHAR) = {text}"


def sql_is_plain(text: str) -> str:
    """Return the condition that a text is a number in plain digits, with decimals or below nought."""
    decimal = (
        f"regexp_full_match({text}, {literal(f'-?{PLAIN}')}) AND NOT ends_with({text}, '.000') "
        f"AND NOT regexp_full_match({text}, '-0(?:[.]0+)?')"
    )
    return f"CASE WHEN {sql_is_whole(text)} THEN true ELSE {decimal} END"


def sql_reason(text: str) -> str:
    """Return the expression that says why a text is no plain number, and what to do about it."""
    described = " ".join(
        f"WHEN regexp_full_match({text}, {literal(pattern)}) THEN {literal(f'{NOT_PLAIN}: {meant}')}"
        for pattern, meant in MEANINGS
    )
    return f"CASE {described} ELSE {literal(NOT_PLAIN)} END"
