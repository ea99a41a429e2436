"""A phrase to tokens: numbers in digits, words, and the marks that matter to reading a number."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


class UnreadablePhraseError(ValueError):
    """The phrase holds no number, or not one that can be read without guessing; the text says why."""


@dataclass(frozen=True)
class Token:
    """A number, a word (small letters) or a mark; ``is_glued`` where no space stands before it.

    ``scale`` is the multiplier of a suffix (15k). ``is_doubtful``: a point before three digits (14.000), which some
    write for thousands and others for decimals.
    """

    kind: Literal["number", "word", "mark"]
    text: str
    is_glued: bool
    number: Decimal = Decimal(0)
    scale: int = 1
    is_doubtful: bool = False


SUFFIXES = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "bn": 1_000_000_000}
SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u200a"), " ")
QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc"), "'") | dict.fromkeys(
    map(ord, '"\u201c\u201d\u201e\u00ab\u00bb'), " "
)
# An em dash parts two thoughts; the shorter dashes join a range or a compound.
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-") | dict.fromkeys(map(ord, "\u2014\u2015"), " , ")
TYPOGRAPHY = SPACES | QUOTES | DASHES

GROUPED = r"\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d{1,3}(?:'\d{3})+"
TOKEN = re.compile(
    rf"(?P<grouped>(?:{GROUPED})(?![,.' ]?\d)(?:\.\d+)?)(?P<suffix1>[^\W\d_]*)"
    r"|(?P<digits>\d+(?:[.,]\d+)*)(?P<suffix2>[^\W\d_]*)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*\d*)"
    r"|(?P<mark>[^\w\s])"
)


def word_set(text: str) -> frozenset[str]:
    """Return the words of a list written in one string."""
    return frozenset(text.split())


def tokens_of(phrase: str) -> list[Token]:
    """Split a phrase; capitals, typographic quotes, dashes and spaces make no difference.

    Thousands may be parted by commas, spaces or apostrophes, in groups of three; a point is a decimal point.
    UnreadablePhraseError where digits are grouped otherwise, or stand for money.
    """
    text = phrase.translate(TYPOGRAPHY).lower()
    tokens = [_token(match, text) for match in TOKEN.finditer(text)]
    for token in tokens:
        if token.text in ("$", "€", "£"):
            raise UnreadablePhraseError("the number is an amount of money")
    return tokens


def _token(match: re.Match[str], text: str) -> Token:
    is_glued = match.start() > 0 and not text[match.start() - 1].isspace()
    if match["word"]:
        return Token("word", match["word"], is_glued)
    if match["mark"]:
        return Token("mark", match["mark"], is_glued)
    digits, suffix = match["grouped"] or match["digits"], match["suffix1"] or match["suffix2"] or ""
    if suffix and suffix not in SUFFIXES:
        return Token("word", match[0], is_glued)  # 1st, 120mm: not a count
    plain = re.sub(r"[ ']", "", digits).replace(",", "") if match["grouped"] else digits
    if not re.fullmatch(r"\d+(\.\d+)?", plain):
        raise UnreadablePhraseError(f"the digits of '{digits}' are not grouped in threes")
    is_doubtful = bool(re.fullmatch(r"\d{1,3}\.\d{3}", plain))
    return Token("number", match[0], is_glued, Decimal(plain), SUFFIXES.get(suffix, 1), is_doubtful)
