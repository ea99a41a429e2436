"""Tokens to items: the counts, shares, vague words and hedges of a phrase, each with its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Literal

from ingest.phrases.cardinals import FRACTIONS, ORDINAL_SCALES, UNITS, Count, read_count, word_at
from ingest.phrases.tokens import Token, UnreadablePhraseError, word_set
from ingest.record.lookups import read_vocabulary

# Behind a number, and only there.
SUFFIX_HEDGES = {
    "at_least": "or more|and more|and counting|plus|+|or over|and over|and above|and up|and upwards|if not more|"
    "at the least|at the very least|at a minimum|as a minimum",
    "at_most": "or fewer|or less|or under|at the most|at the very most|at a maximum|as a maximum",
    "about": "or so|or thereabouts|give or take|odd",
}
# "Several hundred" tells no more than "hundreds".
PLURAL_OF_SCALE = {
    ("dozen",): "dozens",
    ("score",): "scores",
    ("hundred",): "hundreds",
    ("thousand",): "thousands",
    ("hundred", "thousand"): "hundreds_of_thousands",
    ("million",): "millions",
}
# Behind "a third" in the sense of a share; before a noun it is an ordinal ("a third civilian").
AFTER_FRACTION = word_set("of are is were was them have has had being")


NO_COUNT = Count(Decimal(0))


@dataclass(frozen=True)
class Item:
    """One piece of a phrase: tokens ``start`` to ``end`` (not included) and what they say."""

    kind: Literal["count", "share", "vague", "hedge", "range"]
    start: int
    end: int
    text: str
    hedge_id: str = ""
    count: Count = NO_COUNT
    high: Decimal | None = None
    is_suffix: bool = False


def items_of(tokens: Sequence[Token]) -> list[Item]:
    """Return the items from left to right; at each place the longest reading wins."""
    items: list[Item] = []
    position = 0
    while position < len(tokens):
        skipped = _not_a_count(tokens, position)
        if skipped:
            position = skipped
            continue
        item = _item_at(tokens, position)
        if item:
            items.append(item)
        position = item.end if item else position + 1
    return items


def _item_at(tokens: Sequence[Token], position: int) -> Item | None:
    return (
        _several_of_scale(tokens, position)
        or _lexicon_item(tokens, position)
        or _percentage(tokens, position)
        or _count(tokens, position)
        or _fraction(tokens, position)
    )


def _text(tokens: Sequence[Token], start: int, end: int) -> str:
    return " ".join(token.text for token in tokens[start:end])


@cache
def _lexicon() -> dict[str, list[tuple[tuple[str, ...], str, str]]]:
    """By first word: (words, hedge_id, kind), the longest first; kind is ``vague``, ``hedge`` or ``suffix``."""
    vocabulary = read_vocabulary()
    entries: list[tuple[tuple[str, ...], str, str]] = []
    for hedge_id, phrases in vocabulary.hedge_words.items():
        kind = {"nothing": "vague", "value": "hedge"}.get(vocabulary.hedge_needs[hedge_id], "")
        if kind and hedge_id != "share":  # shares and ranges are grammar: _fraction, _percentage, ranges
            entries += [(tuple(phrase.split()), hedge_id, kind) for phrase in phrases]
    for hedge_id, listed in SUFFIX_HEDGES.items():
        entries += [(tuple(phrase.split()), hedge_id, "suffix") for phrase in listed.split("|")]
    lexicon: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for entry in sorted(entries, key=lambda entry: -len(entry[0])):
        lexicon.setdefault(entry[0][0], []).append(entry)
    return lexicon


def _lexicon_item(tokens: Sequence[Token], position: int) -> Item | None:
    for words, hedge_id, kind in _lexicon().get(word_at(tokens, position), ()):
        end = position + len(words)
        if tuple(token.text for token in tokens[position:end]) == words:
            text = " ".join(words)
            if kind == "vague":
                return Item("vague", position, end, text, hedge_id)
            return Item("hedge", position, end, text, hedge_id, is_suffix=kind == "suffix")
    return None


def _several_of_scale(tokens: Sequence[Token], position: int) -> Item | None:
    """Read a few hundred, several dozen, a couple of thousand as hundreds, dozens, thousands."""
    quantifier = _lexicon_item(tokens, position)
    if quantifier is None or quantifier.hedge_id not in ("several", "couple"):
        return None
    start = quantifier.end + 1 if word_at(tokens, quantifier.end) == "of" else quantifier.end
    for scale in sorted(PLURAL_OF_SCALE, key=len, reverse=True):
        end = start + len(scale)
        if tuple(token.text for token in tokens[start:end]) == scale:
            return Item("vague", position, end, _text(tokens, position, end), PLURAL_OF_SCALE[scale])
    return None


def _percentage(tokens: Sequence[Token], position: int) -> Item | None:
    found = read_count(tokens, position)
    if found is None or not _has_percent(tokens, found[1]):
        return None
    count, end = found
    end += 2 if word_at(tokens, end) == "per" else 1
    if count.value > 100 or count.value != round(count.value, 2):
        raise UnreadablePhraseError(f"{count.value:f} percent is above 100 or has more than two decimals")
    return Item("share", position, end, _text(tokens, position, end), count=Count(_plain(count.value)))


def _plain(number: Decimal) -> Decimal:
    """Return the number without needless zeros or an exponent: 50.00 as 50."""
    return Decimal(int(number)) if number % 1 == 0 else number.normalize()


def _has_percent(tokens: Sequence[Token], position: int) -> bool:
    word = word_at(tokens, position)
    return word in ("%", "percent", "pc") or (word == "per" and word_at(tokens, position + 1) == "cent")


def _count(tokens: Sequence[Token], position: int) -> Item | None:
    if _fraction(tokens, position):
        # "two thirds" is a share, unless a scale follows ("three quarters of a million").
        found = read_count(tokens, position)
        if found is None or found[0].scale == 1:
            return None
    found = read_count(tokens, position)
    if found is None:
        return None
    count, end = found
    if count.value % 1:
        raise UnreadablePhraseError(f"{_plain(count.value):f} is not a whole number")
    count = Count(_plain(count.value), count.scale)
    return Item("count", position, end, _text(tokens, position, end), count=count)


def _fraction(tokens: Sequence[Token], position: int) -> Item | None:
    """Half, a third, two thirds, three-quarters: a share in percent, to two decimals."""
    numerator, at = 1, position
    word = word_at(tokens, position)
    if word in ("a", "one") or 2 <= UNITS.get(word, 0) <= 9:
        numerator, at = UNITS.get(word, 1), position + 1
        at = at + 1 if word_at(tokens, at) == "-" else at
    denominator = FRACTIONS.get(word_at(tokens, at).removesuffix("s") if numerator > 1 else word_at(tokens, at))
    if denominator is None or numerator >= denominator or (at == position and denominator != 2):
        return None
    end = at + 1
    is_ordinal = numerator == 1 and denominator not in (2, 4) and end < len(tokens)
    if is_ordinal and tokens[end].kind == "word" and tokens[end].text not in AFTER_FRACTION:
        return None
    percent = (Decimal(100 * numerator) / denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Item("share", position, end, _text(tokens, position, end), count=Count(_plain(percent)))


def _not_a_count(tokens: Sequence[Token], position: int) -> int:
    """Return the position after a number that counts nothing (12-year-old, F-16, twenty-first, no one), else 0."""
    found = None if _fraction(tokens, position) else read_count(tokens, position)
    if found is None:
        return 0
    end = found[1]
    if _ends_a_name(tokens, position) or (word_at(tokens, position - 1), word_at(tokens, position)) == ("no", "one"):
        return end
    if word_at(tokens, end) in ORDINAL_SCALES:
        return end + 1
    return end + 2 if _begins_a_compound(tokens, end) else 0


def _ends_a_name(tokens: Sequence[Token], position: int) -> bool:
    """F-16, MiG-29: a number hung by a dash on a word that is no number."""
    if position < 2 or tokens[position - 1].text != "-" or not tokens[position].is_glued:
        return False
    before = tokens[position - 2]
    return tokens[position - 1].is_glued and before.kind == "word" and read_count(tokens, position - 2) is None


def _begins_a_compound(tokens: Sequence[Token], end: int) -> bool:
    """12-year-old, two-day: a number hung by a dash on the word behind it; 200-odd and 200-plus are counts."""
    if end + 1 >= len(tokens) or tokens[end].text != "-" or not (tokens[end].is_glued and tokens[end + 1].is_glued):
        return False
    follower = tokens[end + 1]
    is_count = follower.text in ("plus", "odd", "strong", "to") or read_count(tokens, end + 1) is not None
    return follower.kind == "word" and not is_count
