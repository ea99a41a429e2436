"""Characters that no reader sees: which may stand in a text, and where.

A character without a picture of its own can hide a word, split an id in two or turn a line around, so none is let in
that a text can do without. Unicode says which those are (the categories C, Zl and Zp, and the property
Default_Ignorable_Code_Point); the few that a language needs are told by the characters beside them:

- U+200C before a letter that joins its neighbours, as in Persian, behind a letter, a digit or a closing mark;
- U+200C and U+200D behind a virama, as in Indic scripts; U+200D behind a letter that joins the next, as in Arabic "ه‍";
- U+200D between pictures, and U+FE0E or U+FE0F behind one (emoji);
- the variants of Mongolian letters and of Han characters, behind one.

Marks of direction (U+200E, U+200F, U+061C, U+202A …) are none of those: every program lays out Arabic and Hebrew
without them. This module judges characters only; what a cell means is judged in ``cell_values``.
"""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import regex

# A sign without ink that Unicode counts as a symbol: a title of it alone would look empty.
BLANK_SYMBOLS = r"\u2800"
UNSEEN = (
    rf"[[\p{{C}}\p{{Zl}}\p{{Zp}}\p{{Default_Ignorable_Code_Point}}{BLANK_SYMBOLS}]--\p{{Prepended_Concatenation_Mark}}]"
)
JOINS_NEXT = r"[\p{Joining_Type=Dual_Joining}\p{Joining_Type=Left_Joining}]"
CURSIVE = rf"[{JOINS_NEXT}\p{{Joining_Type=Right_Joining}}[\p{{Arabic}}&&\p{{L}}]]"
PICTURE = r"\p{Extended_Pictographic}"
NEEDED = (
    rf"(?<=[\p{{L}}\p{{M}}\p{{N}}\p{{Pe}}\p{{Pf}}])\u200C(?={CURSIVE})",
    r"(?<=\p{Canonical_Combining_Class=Virama})[\u200C\u200D]",
    rf"(?<={JOINS_NEXT}\p{{Mn}}*)\u200D",
    rf"(?<=[{PICTURE}\p{{Emoji_Modifier}}\uFE0F])\u200D(?={PICTURE})",
    rf"(?<={PICTURE})[\uFE0E\uFE0F]",
    r"(?<=[0-9#*])\uFE0F(?=\u20E3)",
    r"(?<=[\p{Mongolian}&&\p{L}])[\u180B-\u180F]",
    r"(?<=\p{Han})[\uFE00-\uFE02\U000E0100-\U000E01EF]",
)
# For figures of data sets, by the million, in DuckDB, whose expressions know categories and scripts but no other
# property of Unicode: the ranges are those of the property (Unicode 17; a test compares them). It has no look-behind
# either, so what is needed becomes a letter with the character before it, twice, since one may stand between two.
# Published files are full of damage that hides nothing: soft hyphens, line breaks and control characters out of
# letters that were decoded wrongly. Those rows are counted, and shown with the damage made visible.
SQL_UNSEEN = (
    r"[\p{Cf}\x{34F}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{2065}\x{3164}"
    r"\x{FE00}-\x{FE0F}\x{FFA0}\x{FFF0}-\x{FFF8}\x{E0000}-\x{E0FFF}]"
)
SQL_NEEDED = "|".join((
    r"\x{AD}|[\x{600}-\x{605}\x{6DD}\x{70F}\x{890}\x{891}\x{8E2}\x{110BD}\x{110CD}]",
    r"[\p{L}\p{M}\p{N}\p{Pe}\p{Pf}]\x{200C}[\p{Arabic}\p{Syriac}\p{Mongolian}\p{Nko}]",
    r"[\x{94D}\x{9CD}\x{A4D}\x{ACD}\x{B4D}\x{BCD}\x{C4D}\x{CCD}\x{D4D}\x{DCA}\x{1039}\x{17D2}][\x{200C}\x{200D}]",
    r"\p{Arabic}\x{200D}",
    r"\p{So}[\x{1F3FB}-\x{1F3FF}\x{FE0E}\x{FE0F}]*\x{200D}|\p{So}[\x{FE0E}\x{FE0F}]|[0-9#*]\x{FE0F}\x{20E3}",
    r"\p{Mongolian}[\x{180B}-\x{180F}]|\p{Han}[\x{FE00}-\x{FE02}\x{E0100}-\x{E01EF}]",
))  # fmt: skip


class Unseen(NamedTuple):
    """An unseen character and where it stands in the text, from 0."""

    at: int
    character: str


@cache
def _patterns() -> "tuple[regex.Pattern[str], regex.Pattern[str]]":
    # Here, so that a record of plain letters is read without it.
    import regex  # noqa: PLC0415

    return regex.compile(f"(?V1){UNSEEN}"), regex.compile(f"(?V1){'|'.join(NEEDED)}")


def first_unseen(text: str, allowed: str = "") -> Unseen | None:
    """Return the first character that no reader sees and the text can do without; None where there is none.

    ``allowed`` are characters to pass over, such as the line breaks of a free text.
    """
    # Nearly every cell, and quick: of ASCII only control characters are not printable.
    if text.isascii() and text.isprintable():
        return None
    unseen, needed = _patterns()
    for found in unseen.finditer(text):
        if found[0] not in allowed and not needed.match(text, found.start()):
            return Unseen(found.start(), found[0])
    return None


def sql_hides(column: str) -> str:
    """Return the condition, in DuckDB's SQL, that a text hides something: all of the above that is no mere damage."""
    seen = column
    for _ in range(2):
        seen = f"regexp_replace({seen}, '{SQL_NEEDED}', 'x', 'g')"
    # As many bytes as characters: ASCII, and quickly told.
    return f"(strlen({column}) <> length({column}) AND regexp_matches({seen}, '{SQL_UNSEEN}'))"
