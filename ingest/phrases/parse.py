"""A printed number with its hedge to a reading: "more than half a million people" to more_than, 500000.

The words of the hedges are data (``words`` in seeds/hedges.csv); the grammar is here: where a hedge may stand, what
"or more" after a number means, ranges, shares, and one person told by an article ("a general"). What cannot be read
without guessing is refused with a reason, never read as a bare number. English only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingest.phrases.cardinals import Count, read_count, word_at
from ingest.phrases.hedges import Item, items_of
from ingest.phrases.tokens import Token, UnreadablePhraseError, tokens_of, word_set

__all__ = ["NumberReading", "UnreadablePhraseError", "read_number_phrase"]

# Between a hedge and its number: "at least another 23", "more than a total of 200".
FILLERS = word_set("a an the another further additional other just only even")
# Also prepositions and adjectives: away from a number they hedge nothing ("over the weekend 20 died").
LOOSE_HEDGES = word_set("over above under below around about some estimated confirmed")
# They hedge a number and are in no lexicon: refused, so that nobody reads "beyond 200" as 200.
UNKNOWN_HEDGES = word_set(
    "than beyond minimum maximum barely hardly perhaps possibly maybe probably potentially approaching nearing "
    "topping topped surpassing surpassed exceeded exceeds exceed"
)
NEGATIONS = word_set("not no never hardly without")
# A noun behind an article that does not stand for one person or one event.
NOT_ONE = word_set(
    "number lot group family crowd part majority minority series wave total toll few bit share fraction "
    "week day month year hour minute while time"
)
HEAD_ENDS = word_set("of in on at from by for with who that which near")
ARTICLES = word_set("a an another")
NOBODY = word_set("none nobody no zero")


@dataclass(frozen=True)
class NumberReading:
    """What a phrase states: the hedge and the number; two bounds instead of a value where the hedge is between.

    A share is in percent, with two decimals at most. ``value`` is None for words such as dozens.
    """

    hedge_id: str
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


def read_number_phrase(phrase: str) -> NumberReading:
    """Read the one number of a phrase; UnreadablePhraseError where there is none, or two different ones."""
    tokens = tokens_of(phrase)
    items = items_of(tokens)
    numbers = [item for item in items if item.kind != "hedge"]
    if not numbers:
        return _read_article(tokens, items)
    number = _only_number(_without_quantifiers(_with_ranges(tokens, numbers)))
    _refuse_unknown_hedges(tokens, items)
    _refuse_additions(tokens, items, number)
    return _reading(number, _hedge_of(tokens, items, number))


def _reading(number: Item, hedge: Item | None) -> NumberReading:
    hedge_id = hedge.hedge_id if hedge else "exact"
    if number.kind == "share":
        return NumberReading("share", number.count.value)
    if number.kind == "range":
        if hedge_id not in ("exact", "about"):
            raise UnreadablePhraseError(f"'{hedge.text if hedge else ''}' before a range of two numbers")
        return NumberReading("between", None, number.count.value, number.high)
    if number.kind == "vague":
        if hedge_id != "exact":
            raise UnreadablePhraseError(
                f"'{hedge.text if hedge else ''}' before '{number.text}', which names no number"
            )
        return NumberReading(number.hedge_id)
    return NumberReading(hedge_id, number.count.value)


def _only_number(numbers: Sequence[Item]) -> Item:
    distinct = {(item.kind, item.hedge_id, item.count.value, item.high) for item in numbers}
    if len(distinct) > 1:
        names = " and ".join(f"'{item.text}'" for item in numbers)
        raise UnreadablePhraseError(f"holds more than one number: {names}")
    return numbers[0]


def _with_ranges(tokens: Sequence[Token], numbers: Sequence[Item]) -> list[Item]:
    """Join two counts with ``to``, a dash, or ``between … and`` between them into one range."""
    joined: list[Item] = []
    for item in numbers:
        previous = joined[-1] if joined else None
        if previous and previous.kind == item.kind == "count" and _is_range(tokens, previous, item):
            joined[-1] = _range(previous, item)
        else:
            joined.append(item)
    return [
        _split(tokens, item) if item.kind == "count" and word_at(tokens, item.start - 1) == "between" else item
        for item in joined
    ]


def _split(tokens: Sequence[Token], item: Item) -> Item:
    """Read "between one hundred and one thousand" as two numbers, where one ``and`` parts it into a rising range."""
    ranges: list[Item] = []
    for position in range(item.start + 1, item.end):
        low, high = read_count(tokens[:position], item.start), read_count(tokens[: item.end], position + 1)
        is_parted = word_at(tokens, position) == "and" and low and high and (low[1], high[1]) == (position, item.end)
        if is_parted and low and high and low[0].value < high[0].value:
            ranges.append(Item("range", item.start, item.end, item.text, count=low[0], high=high[0].value))
    if len(ranges) != 1:
        raise UnreadablePhraseError("'between' needs two numbers")
    return ranges[0]


def _is_range(tokens: Sequence[Token], first: Item, second: Item) -> bool:
    link = [token.text for token in tokens[first.end : second.start]]
    return link in (["to"], ["-"]) or (link == ["and"] and word_at(tokens, first.start - 1) == "between")


def _range(first: Item, second: Item) -> Item:
    low, high = first.count, second.count
    # "15 to 20 thousand" means 15 thousand.
    if low.scale == 1 and high.scale > 1 and low.value < high.value / high.scale:
        low = Count(low.value * high.scale, high.scale)
    if low.value >= high.value:
        raise UnreadablePhraseError(f"the range from '{first.text}' to '{second.text}' does not rise")
    return Item("range", first.start, second.end, f"{first.text} to {second.text}", count=low, high=high.value)


def _without_quantifiers(numbers: Sequence[Item]) -> list[Item]:
    """Drop ``several`` before ``tens of thousands``: the greater word tells the size."""
    return [
        item
        for item, following in zip(numbers, [*numbers[1:], None], strict=True)
        if not (item.hedge_id in ("several", "couple") and following and following.start == item.end)
    ]


def _hedge_of(tokens: Sequence[Token], items: Sequence[Item], number: Item) -> Item | None:
    """Return the one hedge that bears on the number, from before or behind it; an ``exact`` word yields to others."""
    bearing = [item for item in items if item.kind == "hedge" and _bears_on(tokens, items, item, number)]
    telling = [item for item in bearing if item.hedge_id != "exact"]
    if len({item.hedge_id for item in telling}) > 1 and number.kind != "share":
        raise UnreadablePhraseError("holds two hedges: " + " and ".join(f"'{item.text}'" for item in telling))
    return next(iter(telling or bearing), None)


def _bears_on(tokens: Sequence[Token], items: Sequence[Item], hedge: Item, number: Item) -> bool:
    if word_at(tokens, hedge.start - 1) in NEGATIONS:
        raise UnreadablePhraseError(f"'{word_at(tokens, hedge.start - 1)} {hedge.text}' is not in seeds/hedges.csv")
    if hedge.end <= number.start:
        between = range(hedge.end, number.start)
        if not hedge.is_suffix and all(_is_filler(tokens, items, position) for position in between):
            return True
    elif hedge.is_suffix or (hedge.text not in LOOSE_HEDGES and not hedge.text.endswith("than")):
        return True
    if hedge.text in LOOSE_HEDGES or hedge.is_suffix or hedge.hedge_id == "exact":
        return False
    raise UnreadablePhraseError(f"'{hedge.text}' stands apart from the number")


def _is_filler(tokens: Sequence[Token], items: Sequence[Item], position: int) -> bool:
    in_hedge = any(item.kind == "hedge" and item.start <= position < item.end for item in items)
    return in_hedge or tokens[position].text in FILLERS


def _refuse_additions(tokens: Sequence[Token], items: Sequence[Item], number: Item) -> None:
    """Refuse "two civilians and a child" and "a general and two soldiers": the article counts one more."""
    outside = list(_outside(tokens, items))
    articles = [position for position in outside if tokens[position].text in ARTICLES]
    before = word_at(tokens, number.start - 1) == "and" and any(position < number.start for position in articles)
    if before or any(word_at(tokens, position - 1) == "and" for position in articles):
        raise UnreadablePhraseError("'and' joins the number to one more, told by an article")


def _refuse_unknown_hedges(tokens: Sequence[Token], items: Sequence[Item]) -> None:
    for position in _outside(tokens, items):
        if tokens[position].text in UNKNOWN_HEDGES:
            raise UnreadablePhraseError(f"'{tokens[position].text}' hedges the number and is not in seeds/hedges.csv")


def _outside(tokens: Sequence[Token], items: Sequence[Item]) -> Iterator[int]:
    taken = {position for item in items for position in range(item.start, item.end)}
    return (position for position in range(len(tokens)) if position not in taken)


def _read_article(tokens: Sequence[Token], items: Sequence[Item]) -> NumberReading:
    """Read "a general" as one and "no civilians" as none: the only numbers told by no number word."""
    words = [token.text for token in tokens]
    described = [position for position, word in enumerate(words) if word in ARTICLES | NOBODY]
    if any(item.hedge_id != "exact" for item in items) or len(described) != 1:
        raise UnreadablePhraseError("holds no number")
    if words[described[0]] in NOBODY:
        return NumberReading("exact", Decimal(0))
    noun = [
        position
        for position in range(described[0] + 1, _head_end(words, described[0] + 1))
        if tokens[position].kind == "word"
    ]
    # Of "a 12-year-old boy" only the boy is asked whether he is one.
    plain = [
        words[position]
        for position in noun
        if "-" not in (word_at(tokens, position - 1), word_at(tokens, position + 1))
    ]
    if not noun or NOT_ONE & set(plain):
        raise UnreadablePhraseError(f"holds no number: '{' '.join(words[described[0] :])}' may be more than one")
    return NumberReading("exact", Decimal(1))


def _head_end(words: Sequence[str], start: int) -> int:
    return next((position for position in range(start, len(words)) if words[position] in HEAD_ENDS), len(words))
