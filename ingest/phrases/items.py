"""A line to items: the counts, shares, vague words and hedges of a text, each with its place."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from ingest.phrases.cardinals import Count, plain_number, read_count
from ingest.phrases.tokens import Line

# "Several hundred" tells no more than "hundreds": the hedge of so many times a scale.
SEVERAL_OF = {
    10: "tens", 12: "dozens", 20: "scores", 100: "hundreds", 1_000: "thousands", 12_000: "tens_of_thousands",
    10_000: "tens_of_thousands", 100_000: "hundreds_of_thousands", 1_000_000: "millions",
}  # fmt: skip
SENTENCE_ENDS = frozenset(".;:!?()[]")
NO_COUNT = Count(Decimal(0))
# How far behind "twin" or "the seventh" the noun may stand that it counts, and "this month" behind that.
NOUN_WITHIN, CLOSING_WITHIN = 4, 8
# How far behind "80 deaths a day" the words may stand that make it a rate, in tokens.
RATE_WITHIN = 3


@dataclass(frozen=True)
class Item:
    """One piece of a line: tokens ``start`` to ``end`` (not included) and what they say.

    ``read_as`` says how a number stands there: printed, or told by a word such as twin or an ordinal. ``refusal`` says
    why the piece cannot be read. Of a hedge, ``kind_of_word`` is its kind in the lexicon: where it may stand.
    """

    kind: Literal["count", "share", "vague", "hedge", "range"]
    start: int
    end: int
    text: str
    hedge_id: str = ""
    count: Count = NO_COUNT
    high: Decimal | None = None
    kind_of_word: str = ""
    read_as: Literal["number", "multiple", "ordinal"] = "number"
    refusal: str = ""
    is_former: bool = False

    @property
    def is_number(self) -> bool:
        """Whether this stands for a number, vague ones and shares included."""
        return self.kind != "hedge"


def items_of(line: Line) -> list[Item]:
    """Return the items from left to right; at each place the longest reading wins."""
    items: list[Item] = []
    position = 0
    while position < len(line.tokens):
        if _is_unknown(line, position):
            position += 1
            continue
        skipped = _not_a_count(line, position)
        if skipped:
            position = skipped
            continue
        item = _item_at(line, position, items)
        if item:
            items.append(item)
        position = item.end if item else position + 1
    return items


def _is_unknown(line: Line, position: int) -> bool:
    """Whether a word that is in no entry stands here: nothing of a number begins with it."""
    token = line.tokens[position]
    return token.kind == "word" and not token.ordinal and token.text not in line.lexicon.vocabulary


def _item_at(line: Line, position: int, before: list[Item]) -> Item | None:
    for reader in (_several_of_scale, _out_of, _ordinal_that_closes, _share_word):
        if item := reader(line, position):
            return item
    words = [
        _hedge(line, position, before),
        _vague(line, position, before),
        _multiple(line, position),
        _unnamed(line, position),
    ]
    if said := [item for item in words if item]:
        return max(said, key=lambda item: item.end)
    return _percentage(line, position) or _count(line, position) or _fraction(line, position)


def _item(line: Line, kind: Literal["count", "share", "vague", "hedge"], start: int, end: int) -> Item:
    return Item(kind, start, end, line.said(start, end))


def _hedge(line: Line, position: int, before: list[Item]) -> Item | None:
    """The longest hedge that begins here; one that stands behind numbers only where there is one and none follows."""
    found = [
        (hit[0], kind, hit[1])
        for kind in ("before", "loose", "both", "behind", "adjacent", "doubt")
        if (hit := line.match(kind, position))
    ]
    for end, kind, meaning in sorted(found, key=lambda each: -each[0]):
        if kind not in ("behind", "adjacent") or _may_close(line, position, end, before):
            return replace(_item(line, "hedge", position, end), hedge_id=meaning, kind_of_word=kind)
    return None


def _may_close(line: Line, start: int, end: int, before: list[Item]) -> bool:
    """Whether words that hedge the number before them can do so here: there is one, and they begin no other hedge."""
    numbers = [item for item in before if item.is_number]
    if not numbers or any(line.word(at) in SENTENCE_ENDS for at in range(numbers[-1].end, start)):
        return False
    inner = [
        hit[0] for at in range(start + 1, end) for kind in ("before", "loose", "both") if (hit := line.match(kind, at))
    ]
    return not number_follows(line, end) and not any(at > end or number_follows(line, at) for at in inner)


def number_follows(line: Line, position: int) -> bool:
    """Whether a number begins here, or behind words that may stand between a hedge and its number."""
    while line.is_a("filler", position) and not read_count(line, position):
        position += 1
    return bool(
        read_count(line, position)
        or line.match("vague", position)
        or line.match("share", position)
        or _fraction(line, position)
    )


def _vague(line: Line, position: int, before: list[Item]) -> Item | None:
    found = line.match("vague", position)
    if found is None:
        return None
    hedged = bool(before) and before[-1].kind == "hedge" and before[-1].end == position
    count = read_count(line, position)
    if hedged and count and count[1] >= found[0]:
        return None  # более тысячи: the genitive of a thousand, not the plural
    return replace(_item(line, "vague", position, found[0]), hedge_id=found[1])


def _several_of_scale(line: Line, position: int) -> Item | None:
    """Read a few hundred, several dozen, a couple of thousand as hundreds, dozens, thousands."""
    quantifier = line.match("vague", position)
    if quantifier is None or quantifier[1] not in ("several", "couple"):
        return None
    start = quantifier[0] + 1 if line.is_a("of", quantifier[0]) else quantifier[0]
    end, product = start, 1
    while found := next((hit for kind in ("scale", "dozen", "about_dozen") if (hit := line.match(kind, end))), None):
        end, product = found[0], product * int(found[1])
    hedge_id = SEVERAL_OF.get(product)
    vague = line.match("vague", start)
    if vague and vague[0] >= end:
        end, hedge_id = vague  # plusieurs dizaines de milliers
    return replace(_item(line, "vague", position, end), hedge_id=hedge_id) if hedge_id else None


def _unnamed(line: Line, position: int) -> Item | None:
    """A number of, numerous: they name no number."""
    found = line.match("no_figure", position)
    if found is None:
        return None
    item = _item(line, "vague", position, found[0])
    return replace(item, refusal=f"'{item.text}' names no number: it is no figure")


def _share_word(line: Line, position: int) -> Item | None:
    found = line.match("share", position)
    count = read_count(line, position) if found else None
    if found is None or (count and count[1] > found[0]):
        return None  # نصف مليون: half a million
    return replace(_item(line, "share", position, found[0]), count=Count(Decimal(found[1])))


def _percentage(line: Line, position: int) -> Item | None:
    found = read_count(line, position)
    percent = line.match("percent", found[1]) if found else None
    if found is None or percent is None:
        return None
    count, end = found[0], percent[0]
    item = replace(_item(line, "share", position, end), count=Count(plain_number(count.value)), refusal=count.refusal)
    if not count.refusal and (count.value > 100 or count.value != round(count.value, 2)):
        return replace(item, refusal=f"{count.value:f} percent is above 100 or has more than two decimals")
    return item


def _out_of(line: Line, position: int) -> Item | None:
    """One in three, two out of five, 1 in every 4: a share in percent, to two decimals."""
    numerator = read_count(line, position)
    at = line.after_dash(numerator[1]) if numerator else 0
    link = (line.match("out_of", at) or line.match("one_in", at)) if numerator else None
    denominator = read_count(line, line.after_dash(link[0])) if link else None
    if numerator is None or denominator is None or numerator[0].refusal or denominator[0].refusal:
        return None
    whole = denominator[0].value
    if (
        whole not in (2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 100, 1_000)
        or numerator[0].value >= whole
        or line.is_a("unit", denominator[1])
    ):
        return None
    return _share(line, position, denominator[1], numerator[0].value / whole)


def _share(line: Line, start: int, end: int, share: Decimal) -> Item:
    percent = (100 * share).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return replace(_item(line, "share", start, end), count=Count(plain_number(percent)))


def _count(line: Line, position: int) -> Item | None:
    found = read_count(line, position)
    if found is None or (_fraction(line, position) and found[0].scale == 1):
        # "two thirds" is a share, unless a scale follows ("three quarters of a million").
        return None
    count, end = found
    about = "about" if count.is_about else ""
    item = replace(
        _item(line, "count", position, end), count=replace(count, value=plain_number(count.value)), hedge_id=about
    )
    if line.matches_before("out_of", position) is not None:
        return replace(item, refusal=f"'{line.said(position - 1, end)}' may be a share")
    return replace(item, refusal=count.refusal or _rate(line, end))


def _rate(line: Line, end: int) -> str:
    """Why a number that ends here is a rate and no count: 80 a day, 80 deaths a day; else nothing."""
    for at in range(end, end + RATE_WITHIN):
        if line.word(at) in ("", ",", *SENTENCE_ENDS) or line.match("not_rate", at) or read_count(line, at):
            return ""
        rate = line.match("rate", at)
        # "12 dead in a day" is a count.
        if rate and not (line.is_a("one_in", at - 1) or line.is_a("from", at - 1)):
            return f"'{line.said(at, rate[0])}' makes the number a rate, which is no count"
    return ""


def _fraction(line: Line, position: int) -> Item | None:
    """Half, a third, two thirds, three-quarters: a share in percent, to two decimals."""
    numerator, at = 1, position
    unit = line.match("number", position)
    if line.is_a("article", position) or (unit and Decimal(unit[1]) in range(1, 10)):
        numerator, at = int(unit[1]) if unit else 1, unit[0] if unit else position + 1
        at = at + 1 if line.word(at) == "-" else at
    found = line.match("fraction", at)
    if found is None or numerator >= int(found[1]) or (at == position and found[1] != "2"):
        return None
    end, denominator = found[0], int(found[1])
    # "A fourth later died" counts one more, "a quarter" is never one.
    may_be_ordinal = denominator not in (2, 4) or line.is_a("ordinal", at)
    is_ordinal = numerator == 1 and may_be_ordinal and end < len(line.tokens)
    if is_ordinal and line.tokens[end].kind == "word" and not line.is_a("after_share", end):
        return None
    return _share(line, position, end, Decimal(numerator) / denominator)


def _multiple(line: Line, position: int) -> Item | None:
    """A twin bombing, double missile strikes, twins, قتيلان: the words stand for so many."""
    if found := line.match("twins", position):
        return replace(_item(line, "count", position, found[0]), count=Count(Decimal(found[1])), read_as="multiple")
    found = line.match("multiple", position)
    if found is None:
        return None
    item = replace(_item(line, "count", position, found[0]), count=Count(Decimal(found[1])), read_as="multiple")
    if any(line.is_a("event", at) for at in noun_group(line, found[0], NOUN_WITHIN)):
        return item
    return replace(item, refusal=f"'{item.text}' may be more than one")


def noun_group(line: Line, position: int, most: int) -> list[int]:
    """The positions of the words that follow here, up to a mark or a word that ends a noun."""
    group = []
    for at in range(position, min(position + most, len(line.tokens))):
        is_age = line.word(at + 1) == "-" or line.is_a("unit", at + 1)  # 12-year-old describes a noun
        is_number = line.tokens[at].kind == "number" and not is_age
        if is_number or line.is_a("head_end", at) or line.word(at) in (",", *SENTENCE_ENDS):
            break
        group.append(at)
    return group


def ordinal_at(line: Line, position: int) -> tuple[int, int] | None:
    """Return an ordinal that stands here, and the position behind it: seventh, twenty-first, 7th."""
    if position < len(line.tokens) and line.tokens[position].ordinal:
        return line.tokens[position].ordinal, position + 1
    if found := line.match("ordinal", position):
        return int(found[1]), found[0]
    tens = line.match("number", position)
    unit = (
        line.match("ordinal", tens[0] + (line.word(tens[0]) == "-"))
        if tens and int(Decimal(tens[1])) % 10 == 0
        else None
    )
    return (int(tens[1]) + int(unit[1]), unit[0]) if tens and unit and int(unit[1]) < 10 else None


def _ordinal_that_closes(line: Line, position: int) -> Item | None:
    """The seventh attack this month: seven so far. Without the time it closes an ordinal counts nothing."""
    if not (line.is_a("the", position) or line.is_a("possessive", position)):
        return None
    found = ordinal_at(line, position + 1)
    if (
        found is None
        or not noun_group(line, found[1], 1)
        or line.is_a("not_one", found[1])
        or line.is_a("unit", found[1])
    ):
        return None
    for at in range(found[1] + 1, min(found[1] + CLOSING_WITHIN, len(line.tokens))):
        if line.word(at) in SENTENCE_ENDS:
            return None
        end = _closing(line, at)
        if end:
            item = replace(_item(line, "count", position, end), count=Count(Decimal(found[0])))
            return replace(item, read_as="ordinal")
    return None


def _closing(line: Line, position: int) -> int:
    if found := line.match("closing", position):
        return found[0]
    within = line.match("within", position)
    if within is None:
        return 0
    count = read_count(line, within[0])
    at = count[1] if count else within[0] + (line.is_a("article", within[0]) or line.is_a("the", within[0]))
    return at + 1 if line.is_a("unit", at) else 0


def _not_a_count(line: Line, position: int) -> int:
    """Return the position after words that count nothing, else 0: 12-year-old, F-16, twenty-first, no one, 20 days."""
    if found := line.match("not_a_count", position):
        return found[0]
    if _fraction(line, position) or _out_of(line, position):
        return 0
    count, ordinal = read_count(line, position), ordinal_at(line, position)
    # What an ordinal ends is none: "twenty-first", "two hundredth".
    if ordinal and (count is None or ordinal[1] > count[1]):
        return ordinal[1]
    return _what_it_counts_is_none(line, position, count[1]) if count else 0


def _what_it_counts_is_none(line: Line, position: int, end: int) -> int:
    """Return the position after a number and what it counts, where that is neither a person nor an event; else 0."""
    if (
        _ends_a_name(line, position)
        or _is_money(line, position, end)
        or line.matches_before("age", position) is not None
    ):
        return end
    if _is_comparison(line, position, end):
        return _comparison_end(line, end)
    if line.is_a("ordinal", end):
        return end + 1
    return _unit_end(line, end) or (end + 2 if _begins_a_compound(line, end) else 0)


def _unit_end(line: Line, end: int) -> int:
    """The position behind a unit that stands here, or behind "to six months", else 0."""
    if line.word(end) == "-" or line.is_a("to", end) or line.is_a("or", end):
        second = read_count(line, end + 1)
        end = second[1] if second else end
    return end + 1 if line.is_a("unit", end) else 0


def _is_comparison(line: Line, position: int, end: int) -> bool:
    """Twice as many, three times the number: a comparison, not a count."""
    at = end + 1 if line.is_a("times", end) else end if line.is_a("times", position) else 0
    return bool(at and line.match("comparative", at))


def _comparison_end(line: Line, end: int) -> int:
    """The position behind what is compared: the 200 of "twice as many as 200" is no count of this either."""
    for at in range(end, end + NOUN_WITHIN + 1):
        if line.word(at) in ("", ",", *SENTENCE_ENDS):
            break
        if count := read_count(line, at):
            return count[1]
    return end + 1


def _is_money(line: Line, position: int, end: int) -> bool:
    return bool(line.match("money", end) or line.match("money", position - 1))


def _ends_a_name(line: Line, position: int) -> bool:
    """F-16, MiG-29: a number hung by a dash on a word that is no number."""
    tokens = line.tokens
    if position < 2 or line.word(position - 1) != "-" or not tokens[position].is_glued:
        return False
    return (
        tokens[position - 1].is_glued and tokens[position - 2].kind == "word" and read_count(line, position - 2) is None
    )


def _begins_a_compound(line: Line, end: int) -> bool:
    """12-year-old, two-day: a number hung by a dash on the word behind it; 200-odd and 200-plus are counts."""
    tokens = line.tokens
    if end + 1 >= len(tokens) or line.word(end) != "-" or not (tokens[end].is_glued and tokens[end + 1].is_glued):
        return False
    is_count = (
        line.match("adjacent", end + 1)
        or line.is_a("to", end + 1)
        or line.is_a("or", end + 1)
        or line.is_a("strong", end + 1)
    )
    return tokens[end + 1].kind == "word" and not is_count and read_count(line, end + 1) is None
