"""Cardinal numbers in English: digits with a scale, number words, dozens, fractions of a scale.

Every function takes the tokens and a position and returns what it read with the position after it, or None.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingest.phrases.tokens import Token, UnreadablePhraseError


def _numbered(words: str, start: int, step: int = 1) -> dict[str, int]:
    return {word: number for number, word in zip(range(start, 1000, step), words.split(), strict=False)}


UNITS = _numbered(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
    start=0,
)
TENS = _numbered("twenty thirty forty fifty sixty seventy eighty ninety", start=20, step=10)
SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
DOZENS = {"dozen": 12, "score": 20}
MULTIPLIERS = {"hundred": 100} | SCALES | DOZENS
ORDINAL_SCALES = frozenset(("hundredth", "thousandth", "millionth", "dozenth"))
FRACTIONS = _numbered("half third quarter fifth sixth seventh eighth ninth tenth", start=2) | {"fourth": 4}


@dataclass(frozen=True)
class Count:
    """A number read, and the multiplier it was stated in (15 thousand: 15000 in thousands)."""

    value: Decimal
    scale: int = 1


def word_at(tokens: Sequence[Token], position: int) -> str:
    """Return the text of a token, or nothing beyond the end."""
    return tokens[position].text if 0 <= position < len(tokens) else ""


def read_count(tokens: Sequence[Token], position: int) -> tuple[Count, int] | None:
    """Read a number that begins here: 14,000 · 1.5 million · two hundred and fifty-five · half a million.

    UnreadablePhraseError where the digits could mean two numbers (14.000).
    """
    found = _fraction_of_scale(tokens, position) or _mixed(tokens, position)
    return found or read_digits(tokens, position) or _cardinal(tokens, position)


def read_digits(tokens: Sequence[Token], position: int) -> tuple[Count, int] | None:
    """Read a number in digits with its scale: 15 thousand, 15k, 2 dozen, 40.5."""
    if position >= len(tokens) or tokens[position].kind != "number":
        return None
    token, end, scale = tokens[position], position + 1, tokens[position].scale
    if scale == 1:
        end, scale = _scale(tokens, end)
    if token.is_doubtful and scale == 1:
        raise UnreadablePhraseError(f"'{token.text}' may mean thousands or decimals")
    return Count(token.number * scale, scale), end


def _scale(tokens: Sequence[Token], position: int) -> tuple[int, int]:
    """Return the position after the scale words that stand here, and their product."""
    scale = 1
    position = position + 1 if word_at(tokens, position) == "-" and _is_multiplier(tokens, position + 1) else position
    while _is_multiplier(tokens, position):
        scale *= MULTIPLIERS[word_at(tokens, position)]
        position += 1
    return position, scale


def _is_multiplier(tokens: Sequence[Token], position: int) -> bool:
    return word_at(tokens, position) in MULTIPLIERS


def _fraction_of_scale(tokens: Sequence[Token], position: int) -> tuple[Count, int] | None:
    """Half a million, half-dozen, a quarter of a million, three quarters of a million."""
    at, numerator = position, 1
    if word_at(tokens, at) in UNITS:
        numerator, at = UNITS[word_at(tokens, at)], _after_dash(tokens, at + 1)
    elif word_at(tokens, at) == "a":
        at += 1
    denominator = FRACTIONS.get(word_at(tokens, at).removesuffix("s"))
    if word_at(tokens, at) == "halves" or denominator is None:
        return None
    at = _after_dash(tokens, at + 1)
    if word_at(tokens, at) == "of":
        at += 1
    elif denominator != 2:
        return None
    at = _after_dash(tokens, at + 1) if word_at(tokens, at) in ("a", "one") else at
    end, scale = _scale(tokens, at)
    return (Count(Decimal(scale * numerator) / denominator, scale), end) if end > at else None


def _mixed(tokens: Sequence[Token], position: int) -> tuple[Count, int] | None:
    """One and a half million; 2 and a half thousand."""
    word = word_at(tokens, position)
    is_digit = position < len(tokens) and tokens[position].kind == "number"
    whole = tokens[position].number if is_digit else UNITS.get(word)
    if whole is None or [word_at(tokens, position + step) for step in (1, 2, 3)] != ["and", "a", "half"]:
        return None
    end, scale = _scale(tokens, position + 4)
    return (Count((whole + Decimal("0.5")) * scale, scale), end) if end > position + 4 else None


def _after_dash(tokens: Sequence[Token], position: int) -> int:
    return position + 1 if word_at(tokens, position) == "-" else position


def _cardinal(tokens: Sequence[Token], position: int) -> tuple[Count, int] | None:
    """Read groups in falling scale: one million two hundred thousand and five; a dozen, three score."""
    found = _group(tokens, position)
    if found is None:
        return None
    (total, first_scale), end = found
    last_scale, is_single = first_scale, True
    while last_scale in SCALES.values():
        joined = _group(tokens, end + 1) if word_at(tokens, end) == "and" else _group(tokens, end)
        if joined is None or joined[0][1] >= last_scale or joined[0][1] in DOZENS.values():
            break
        (value, last_scale), end = joined
        total, is_single = total + value, False
    return Count(Decimal(total), first_scale if is_single else 1), end


def _group(tokens: Sequence[Token], position: int) -> tuple[tuple[int, int], int] | None:
    """Read a number below a thousand with its scale: ((value, scale), end)."""
    # "thousand" and "dozen" may stand alone for one of them; "score" only with an article or a number.
    has_article = word_at(tokens, position) in ("a", "the") and _is_multiplier(tokens, position + 1)
    start = position + 1 if has_article else position
    found = _below_thousand(tokens, start)
    if found is None:
        word = word_at(tokens, start)
        if not _is_multiplier(tokens, start) or (word == "score" and not has_article):
            return None
        found = 1, start
    value, end = found
    at = _after_dash(tokens, end) if _is_multiplier(tokens, end + 1) else end
    scale = (SCALES | DOZENS).get(word_at(tokens, at), 1)
    return ((value * scale, scale), at + 1) if scale > 1 else ((value, 1), end)


def _below_thousand(tokens: Sequence[Token], position: int) -> tuple[int, int] | None:
    """Two hundred and fifty-five, fifteen hundred, ninety-nine; a bare hundred is one hundred."""
    found = _below_hundred(tokens, position)
    hundreds, end = found or (1, position)
    at = _after_dash(tokens, end) if word_at(tokens, end + 1) == "hundred" else end
    if word_at(tokens, at) != "hundred":
        return found
    end = at + 1
    rest = _below_hundred(tokens, end + 1 if word_at(tokens, end) == "and" else end)
    # In "two hundred and three hundred" the second number begins at "three".
    if rest is None or word_at(tokens, rest[1]) == "hundred" or rest[0] == 0:
        return hundreds * 100, end
    return hundreds * 100 + rest[0], rest[1]


def _below_hundred(tokens: Sequence[Token], position: int) -> tuple[int, int] | None:
    word = word_at(tokens, position)
    if word in UNITS:
        return UNITS[word], position + 1
    if word not in TENS:
        return None
    at = _after_dash(tokens, position + 1)
    unit = UNITS.get(word_at(tokens, at), 0)
    return (TENS[word] + unit, at + 1) if 1 <= unit <= 9 else (TENS[word], position + 1)
