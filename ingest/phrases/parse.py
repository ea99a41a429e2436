"""A printed number with its hedge to a reading: "more than half a million people" to more_than, 500000.

The words are data (``lexicons/``, one file a language); the grammar is in this package: where a hedge may stand, what
"or more" after a number means, ranges, shares, one person told by no number. What cannot be read without guessing is
refused with a reason, never read as a bare number, and no language is read by the words of another.
"""

from collections.abc import Sequence
from functools import lru_cache

from ingest.phrases.items import Item
from ingest.phrases.lexicon import NoLexiconError, has_lexicon
from ingest.phrases.numbers import Number, numbers_of
from ingest.phrases.reading import FoundNumber, NumberReading
from ingest.phrases.singles import ONE, is_person_or_persons, read_single, singles_in
from ingest.phrases.tokens import Line, UnreadablePhraseError, line_of

__all__ = [
    "FoundNumber",
    "NoLexiconError",
    "NumberReading",
    "UnreadablePhraseError",
    "find_numbers",
    "find_singles",
    "has_lexicon",
    "read_number_phrase",
]


@lru_cache(maxsize=10_000)
def read_number_phrase(phrase: str, language: str = "en") -> NumberReading:
    """Read the one number of a phrase in this language (a tag such as es or es-MX).

    UnreadablePhraseError where there is none, or two different ones; NoLexiconError where the language has no lexicon.
    """
    line = line_of(phrase, language)
    _refuse_money(line)
    found = numbers_of(line)
    _refuse_unreadable(line, found.numbers)
    if not found.numbers:
        if any(hedge.hedge_id != "exact" for hedge in found.apart):
            raise UnreadablePhraseError("holds no number")
        _refuse_uncounted(line)
        return read_single(line)
    number = _only_number(found.numbers)
    if number.reading is None:
        raise UnreadablePhraseError(number.refusal)
    _refuse_apart(found.apart)
    _refuse_additions(line, number)
    _refuse_uncounted(line)
    return number.reading


def find_numbers(paragraph: str, language: str) -> list[FoundNumber]:
    """Find every number of a paragraph in this language, in their order, each read in its sentence.

    Ages, days, money and names such as F-16 are none. NoLexiconError where the language has no lexicon.
    """
    return list(_find_numbers(paragraph, language))


def find_singles(paragraph: str, language: str) -> list[FoundNumber]:
    """Find what may be one person told by no number ("a general", "his brother"): the nouns the lexicon knows."""
    line = line_of(paragraph, language)
    return [_found(line, start, end, start, end, ONE) for start, end in singles_in(line)]


@lru_cache(maxsize=1_000)
def _find_numbers(paragraph: str, language: str) -> tuple[FoundNumber, ...]:
    line = line_of(paragraph, language)
    return tuple(
        _found(line, each.start, each.end, each.item.start, each.item.end, each.reading, each.refusal, each.doubt)
        for each in numbers_of(line).numbers
        if each.item.kind != "vague" or not each.item.refusal  # "a number of" is no figure
    )


def _found(
    line: Line, start: int, end: int, number_start: int, number_end: int, reading: NumberReading | None, *told: str
) -> FoundNumber:
    tokens = line.tokens
    return FoundNumber(
        tokens[start].start,
        tokens[end - 1].end,
        tokens[number_start].start,
        tokens[number_end - 1].end,
        line.span(start, end),
        reading,
        *told,
    )


def _only_number(numbers: Sequence[Number]) -> Number:
    """The one number stated; those that were before it are none of it."""
    stated = [each for each in numbers if each.reading is None or not each.reading.is_former] or list(numbers)
    distinct = {(each.item.kind, each.item.hedge_id, each.item.count.value, each.item.high) for each in stated}
    if len(distinct) > 1:
        names = " and ".join(f"'{each.item.text}'" for each in stated)
        raise UnreadablePhraseError(f"holds more than one number: {names}")
    return stated[0]


def _refuse_money(line: Line) -> None:
    numbers = [at for at, token in enumerate(line.tokens) if token.kind == "number"]
    if numbers and any(line.match("money", at) for at in range(len(line.tokens))):
        raise UnreadablePhraseError("the number is an amount of money")


def _refuse_unreadable(line: Line, numbers: Sequence[Number]) -> None:
    refusal = next((token.refusal for token in line.tokens if token.refusal), "")
    refusal = refusal or next((each.item.refusal for each in numbers if each.item.refusal), "")
    if refusal:
        raise UnreadablePhraseError(refusal)


def _refuse_apart(hedges: Sequence[Item]) -> None:
    """Refuse a hedge that bears on no number; words that are also prepositions or adjectives hedge nothing there."""
    for hedge in hedges:
        if hedge.kind_of_word == "doubt":
            raise UnreadablePhraseError(f"'{hedge.text}' hedges the number and is no hedge of seeds/hedges.csv")
        if hedge.kind_of_word != "loose" and hedge.hedge_id != "exact":
            raise UnreadablePhraseError(f"'{hedge.text}' stands apart from the number")


def _refuse_company(line: Line, start: int, number_start: int) -> None:
    """Refuse "parents and their two sons", "a general along with three aides": people told by no number stand before.

    ``start`` is where the number begins with the determiners before it.
    """
    while line.is_a("pronoun", start - 1):
        start -= 1
    together = line.matches_before("together", start)
    joined = together if together is not None else start - 1 if line.is_a("and", start - 1) else 0
    are_theirs = any(line.is_a(kind, at) for at in range(start, number_start) for kind in ("possessive", "pronoun"))
    has_person = any(is_person_or_persons(line, at) for at in range(joined))
    if joined > 0 and (are_theirs or has_person):
        raise UnreadablePhraseError(f"'{line.said(joined, start)}' joins the number to somebody told by no number")


def _refuse_additions(line: Line, number: Number) -> None:
    """Refuse "two civilians and a child" and "a mother and her two children": one more is told by no number."""
    taken = range(number.start, number.end)
    kinds = ("article", "possessive", "the")
    determiners = [
        at for at in range(len(line.tokens)) if at not in taken and any(line.is_a(kind, at) for kind in kinds)
    ]
    start = number.start
    while start - 1 in determiners:
        start -= 1
    before = line.is_a("and", start - 1) and any(at < start - 1 for at in determiners)
    listed = [at for at in determiners if line.word(at - 1) == "," and at >= number.end and not line.is_a("the", at)]
    if listed:
        raise UnreadablePhraseError("a comma joins the number to one more, told by an article")
    if before or any(line.is_a("and", at - 1) and at >= number.end for at in determiners):
        raise UnreadablePhraseError("'and' joins the number to one more, told by an article")
    _refuse_company(line, start, number.start)


def _refuse_uncounted(line: Line) -> None:
    for at in range(len(line.tokens)):
        if found := line.match("uncounted", at):
            raise UnreadablePhraseError(f"'{line.said(at, found[0])}' are no count of people or events")
