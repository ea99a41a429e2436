"""A paragraph to tokens that know where they stand, so that a phrase is always cut out of the text as printed."""

import re
from dataclasses import dataclass

GAP = "[ \u00a0\u202f\u2009]"
TOKEN = re.compile(
    rf"(?P<number>\d{{1,3}}(?:,\d{{3}})+(?![\d])(?:\.\d+)?|\d{{1,3}}(?:{GAP}\d{{3}})+(?!\d)"
    r"|\d+(?:[.,:/]\d+)*)(?P<suffix>[^\W\d_]*)"
    r"|(?P<word>[^\W\d_]+(?:['\u2019][^\W\d_]+)*)"
    r"|(?P<mark>[^\w\s]|_)"
)
# Dashes shorter than these join a range or a compound; these part two thoughts.
LONG_DASHES = frozenset("\u2014\u2015")
SENTENCE_ENDS = frozenset(".!?\u061f\u06d4")
CLOSING = frozenset("\"'\u201d\u2019\u00bb)]*")
QUOTES = frozenset("\"'\u201c\u201d\u2018\u2019\u00ab\u00bb\u201e")
ABBREVIATIONS = frozenset(
    (
        *("mr", "mrs", "ms", "dr", "st", "gen", "col", "lt", "maj", "capt", "sgt", "brig", "adm", "cmdr", "prof"),
        *("rev", "gov", "sen", "rep", "no", "nos", "al", "vs"),
        *("incl", "approx", "ca", "est", "max", "min", "tel", "dist"),
        *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec"),
    )
)


@dataclass(frozen=True)
class Token:
    """A piece of a paragraph: its text in small letters, its place, and the number of its sentence."""

    text: str
    kind: str
    start: int
    end: int
    sentence: int
    suffix: str = ""
    is_capital: bool = False
    is_glued: bool = False


def tokens_of(paragraph: str) -> list[Token]:
    """Return the tokens of a paragraph in order, quotation marks left out.

    A number with a suffix (15k, 1st, 90kg) is one token.
    """
    found: list[Token] = []
    sentence = 0
    matches = list(TOKEN.finditer(paragraph))
    for at, match in enumerate(matches):
        kind = "number" if match["number"] else "word" if match["word"] else "mark"
        text = match[0].lower().replace("\u2019", "'")
        is_glued = match.start() > 0 and not paragraph[match.start() - 1].isspace()
        is_capital = kind == "word" and match[0][0].isupper()
        if text in QUOTES:
            continue
        found.append(
            Token(
                text, kind, match.start(), match.end(), sentence, (match["suffix"] or "").lower(), is_capital, is_glued
            )
        )
        if text in SENTENCE_ENDS and _ends_sentence(paragraph, matches, at):
            sentence += 1
    return found


def _ends_sentence(paragraph: str, matches: list[re.Match[str]], at: int) -> bool:
    """A full stop ends a sentence before a space and something that begins one, unless an abbreviation ends in it."""
    end = matches[at].end()
    while end < len(paragraph) and paragraph[end] in CLOSING:
        end += 1
    if end < len(paragraph) and not paragraph[end].isspace():
        return False
    rest = paragraph[end:].lstrip()
    before = matches[at - 1][0].lower() if at else ""
    if matches[at][0] == "." and (before in ABBREVIATIONS or (len(before) == 1 and before.isalpha())):
        return False
    return not rest or not rest[0].islower()
