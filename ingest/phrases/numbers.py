"""The numbers of a line, each with the hedges that bear on it: ranges, alternatives, changes, increments.

A hedge bears on one number: the one it stands before, or, behind a number, the one it closes. It bears on none across a
comma or another number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.phrases.cardinals import Count, plain_number, read_count
from ingest.phrases.items import SENTENCE_ENDS, Item, items_of, number_follows
from ingest.phrases.reading import NumberReading
from ingest.phrases.tokens import Line

# How far behind a number a hedge may stand that closes it ("200 people were hurt at least"), in tokens.
BEHIND_WITHIN = 6
# How far before "from 30 to 35" the word of change may stand, in tokens.
CHANGE_WITHIN = 10
INCREMENT_WITHIN = 3


@dataclass(frozen=True)
class Number:
    """A number item with its hedges; ``start`` and ``end`` are tokens, hedges included."""

    item: Item
    hedges: tuple[Item, ...]
    start: int
    end: int
    reading: NumberReading | None
    refusal: str = ""

    @property
    def doubt(self) -> str:
        """A word beside the number that hedges it and is no hedge of ours."""
        return next((hedge.text for hedge in self.hedges if hedge.kind_of_word == "doubt"), "")


@dataclass(frozen=True)
class Numbers:
    """All numbers of a line, and the hedges that bear on none of them."""

    numbers: list[Number]
    apart: list[Item]


def numbers_of(line: Line) -> Numbers:
    """Read every number of a line."""
    items = items_of(line)
    joined = _without_unnamed(_without_quantifiers(_joined(line, [item for item in items if item.is_number])))
    hedges = [item for item in items if not item.is_number and not any(_is_inside(item, each) for each in joined)]
    numbers = [_number(line, item, joined, hedges) for item in joined]
    numbers = [replace(each, reading=_told(line, each, numbers)) for each in numbers]
    bearing = {id(hedge) for number in numbers for hedge in number.hedges}
    return Numbers(numbers, [hedge for hedge in hedges if id(hedge) not in bearing])


def _is_inside(item: Item, outer: Item) -> bool:
    return outer.start <= item.start and item.end <= outer.end


def _joined(line: Line, items: Sequence[Item]) -> list[Item]:
    """Join two counts with ``to``, a dash, ``or``, or ``between … and`` between them into one range."""
    joined: list[Item] = []
    for item in items:
        previous = joined[-1] if joined else None
        if previous and previous.kind == item.kind == "count" and _is_range(line, previous, item):
            joined[-1] = _range(line, previous, item)
        else:
            joined.append(item)
    return [
        _split(line, item) if item.kind == "count" and line.is_a("between", item.start - 1) else item for item in joined
    ]


def _split(line: Line, item: Item) -> Item:
    """Read "between one hundred and one thousand" as two numbers, where one ``and`` parts it into a rising range."""
    ranges: list[Item] = []
    for position in range(item.start + 1, item.end):
        if not line.is_a("and", position):
            continue
        low = read_count(replace(line, tokens=line.tokens[:position]), item.start)
        high = read_count(replace(line, tokens=line.tokens[: item.end]), position + 1)
        if low and high and (low[1], high[1]) == (position, item.end) and low[0].value < high[0].value:
            ranges.append(replace(item, kind="range", start=item.start - 1, count=low[0], high=high[0].value))
    if item.refusal or len(ranges) == 1:
        return item if item.refusal else ranges[0]
    return replace(item, refusal="'between' needs two numbers")


def _is_range(line: Line, first: Item, second: Item) -> bool:
    if first.refusal or second.refusal or first.read_as != "number" or second.read_as != "number":
        return False
    link = range(first.end, second.start)
    if len(link) != 1:
        return False
    at = first.end
    if line.is_a("and", at):
        return line.is_a("between", first.start - 1)
    if line.is_a("to", at):
        opens = line.is_a("from", first.start - 1) or any(
            line.matches_before(kind, first.start) is not None for kind in ("by", "former")
        )
        return not (opens and _follows_a_change(line, first.start))
    return line.word(at) == "-" or line.is_a("or", at)


def _range(line: Line, first: Item, second: Item) -> Item:
    low, high = first.count, second.count
    # "15 to 20 thousand" means 15 thousand, "1.5-2 million" 1.5 million.
    if low.scale == 1 and high.scale > 1 and low.value < high.value / high.scale:
        low = Count(plain_number(low.value * high.scale), high.scale)
    opened = line.is_a("between", first.start - 1) or line.is_a("from", first.start - 1)
    start = first.start - 1 if opened else first.start
    item = Item("range", start, second.end, f"{first.text} to {second.text}", count=low, high=high.value)
    if low.value >= high.value:
        return replace(item, refusal=f"the range from '{first.text}' to '{second.text}' does not rise")
    if _may_be_thousands(line, first, second):
        return replace(item, refusal=f"'{line.said(first.start, second.end)}' may mean thousands at both ends")
    if line.is_a("to", first.end) and not opened and line.matches_before("change", first.start) is not None:
        return replace(item, refusal=f"'{line.said(start - 1, second.end)}' may be a change or a range")
    return item


def _may_be_thousands(line: Line, first: Item, second: Item) -> bool:
    """17-18,000 and 20 to 30,000: the first may stand for thousands too."""
    are_digits = line.tokens[first.start].kind == line.tokens[second.start].kind == "number"
    low, high = first.count, second.count
    return are_digits and low.scale == high.scale == 1 and high.value % 1_000 == 0 and low.value < high.value / 1_000


def _without_quantifiers(numbers: Sequence[Item]) -> list[Item]:
    """Drop ``several`` before ``tens of thousands``: the greater word tells the size."""
    return [
        item
        for item, following in zip(numbers, [*numbers[1:], *([None] if numbers else [])], strict=True)
        if not (
            item.kind == "vague"
            and (item.hedge_id in ("several", "couple") or item.refusal)
            and following
            and following.kind == "vague"
            and following.start == item.end
        )
    ]


def _without_unnamed(numbers: Sequence[Item]) -> list[Item]:
    """Drop "many" of "20 hurt, many of them badly" where there are numbers; not that of "many hundred"."""
    unnamed = [item for item in numbers if item.kind == "vague" and item.refusal]
    before_numbers = [item for item in unnamed if any(item.end == other.start for other in numbers)]
    kept = [item for item in numbers if item not in unnamed or item in before_numbers]
    return kept or unnamed


def _number(line: Line, item: Item, numbers: Sequence[Item], hedges: Sequence[Item]) -> Number:
    before, start = _hedges_before(line, item, hedges)
    behind = [hedge for hedge in hedges if _closes(line, item, hedge, numbers)]
    end = max([item.end, *(hedge.end for hedge in behind)])
    bearing = (*before, *behind)
    refusal = item.refusal or _objection(line, bearing, item, start)
    reading = None
    if not refusal:
        reading, refusal = _reading(item, bearing)
    return Number(item, bearing, start, end, reading, refusal)


def _hedges_before(line: Line, item: Item, hedges: Sequence[Item]) -> tuple[list[Item], int]:
    """Return the hedges that end before the number, fillers between, and where the first begins."""
    found: list[Item] = []
    start = at = item.start
    by_end = {hedge.end: hedge for hedge in hedges if hedge.kind_of_word in ("before", "loose", "both", "doubt")}
    while True:
        if at in by_end and not _is_to(line, by_end[at]):
            found.append(by_end[at])
            start = at = by_end[at].start
        elif line.is_a("filler", at - 1):
            at -= 1
        else:
            return found, start


def _is_to(line: Line, hedge: Item) -> bool:
    """Whether a word of hedging is the "to" of a change: выросло до 35 is rose to 35, not up to 35."""
    is_to = hedge.end == hedge.start + 1 and line.is_a("to", hedge.start)
    return is_to and _follows_a_change(line, hedge.start)


def _closes(line: Line, item: Item, hedge: Item, numbers: Sequence[Item]) -> bool:
    """Whether a hedge behind the number bears on it: "200 or more", "200 people at least"; across no comma."""
    distance = hedge.start - item.end
    if distance < 0 or distance > BEHIND_WITHIN or hedge.kind_of_word not in ("behind", "adjacent", "both"):
        return False
    between = [line.word(at) for at in range(item.end, hedge.start)]
    if any(item.end <= other.start < hedge.start for other in numbers):
        return False
    if hedge.kind_of_word == "adjacent":
        return between in ([], ["-"])
    closes = hedge.end == len(line.tokens) or line.tokens[hedge.end].kind == "mark"
    if between == [","] and (hedge.kind_of_word == "behind" or closes):
        return True
    is_parted = any(word in SENTENCE_ENDS or word == "," for word in between)
    if hedge.kind_of_word == "both":
        # "3 dead and at least as many wounded": the hedge opens the next part.
        is_parted |= any(line.is_a("and", at) for at in range(item.end, hedge.start))
        is_parted |= bool(line.match("comparative", hedge.end))
    return not is_parted and not number_follows(line, hedge.end)


def _objection(line: Line, hedges: Sequence[Item], item: Item, start: int) -> str:
    """Why the hedges of a number cannot be read, empty where they can."""
    negation = line.matches_before("negation", start)
    if negation is not None:
        return f"'{line.said(negation, item.end)}' is in no lexicon (ingest/phrases/lexicons)"
    for hedge in hedges:
        if hedge.kind_of_word == "doubt":
            return f"'{hedge.text}' hedges the number and is no hedge of seeds/hedges.csv"
        apart = range(hedge.end, item.start)
        if hedge.kind_of_word == "loose" and hedge.hedge_id != "exact" and any(line.is_a("the", at) for at in apart):
            return f"'{hedge.text} the' may hedge the number or not"
    telling = {hedge.hedge_id for hedge in hedges} - {"exact"}
    if len(telling) > 1 and item.kind != "share":
        return "holds two hedges: " + " and ".join(
            f"'{each.text}'" for each in reversed(hedges) if each.hedge_id != "exact"
        )
    return ""


def _reading(item: Item, hedges: Sequence[Item]) -> tuple[NumberReading | None, str]:
    """Return what a number says with its hedges, or why it cannot be read."""
    hedge = next((each for each in hedges if each.hedge_id != "exact"), None)
    hedge_id, word = (hedge.hedge_id, hedge.text) if hedge else (item.hedge_id or "exact", item.text)
    value = item.count.value
    if item.kind == "share":
        return NumberReading("share", value), ""
    if item.kind == "vague":
        reading, objection = NumberReading(item.hedge_id), f"'{word}' before '{item.text}', which names no number"
        return (None, objection) if hedge else (reading, "")
    if value % 1 or (item.high is not None and item.high % 1):
        return None, f"{value:f} is not a whole number"
    if item.kind == "range":
        reading, objection = NumberReading("between", None, value, item.high), f"'{word}' before a range of two numbers"
        return (reading, "") if hedge_id in ("exact", "about") else (None, objection)
    return NumberReading(hedge_id, value, read_as=item.read_as), ""


def _told(line: Line, number: Number, numbers: Sequence[Number]) -> NumberReading | None:
    """The reading with what its place says: that it comes on top of others, or was the number before."""
    if number.reading is None:
        return None
    return replace(
        number.reading,
        is_increment=_is_increment(line, number),
        is_former=_is_former(line, number, numbers),
    )


def _is_increment(line: Line, number: Number) -> bool:
    """Another 12, 6 more, rose by 5."""
    before = range(max(0, number.start - 1), number.item.start + 1)
    if any(line.is_a("increment", at) for at in before) or line.matches_before("increment", number.start) is not None:
        return True
    if line.matches_before("by", number.start) is not None and _follows_a_change(line, number.start):
        return True
    for at in range(number.end, number.end + INCREMENT_WITHIN):
        if line.word(at) in (",", "-", "", *SENTENCE_ENDS) or read_count(line, at):
            return False
        if line.match("increment_behind", at):
            return not any(line.match(kind, at) for kind in ("before", "both", "behind", "loose"))
    return False


def _is_former(line: Line, number: Number, numbers: Sequence[Number]) -> bool:
    """Up from 40; the first of "rose from 30 to 35", of "rose by 5 to 35"; "rose to 46 from 40"."""
    start = number.start
    while line.is_a("filler", start - 1) and line.matches_before("former", start) is None:
        start -= 1
    if line.matches_before("former", start) is not None:
        return True
    start = number.start
    is_step = line.matches_before("by", start) is not None
    if not (is_step or line.is_a("from", start - 1)) or number.item.kind == "range":
        return False
    followed = any(
        other.start > start and line.is_a("to", other.start - 1) and not _ends(line, start, other.start)
        for other in numbers
    )
    preceded = any(other.end <= start and not _ends(line, other.end, start) for other in numbers)
    return (followed or (preceded and not is_step)) and _follows_a_change(line, start)


def _ends(line: Line, start: int, end: int) -> bool:
    return any(line.word(at) in SENTENCE_ENDS for at in range(start, end))


def _follows_a_change(line: Line, position: int) -> bool:
    """Whether a word of change (rose, an increase) stands before, in the sentence."""
    for at in range(position - 1, max(-1, position - CHANGE_WITHIN), -1):
        if line.word(at) in SENTENCE_ENDS:
            return False
        if line.match("change", at):
            return True
    return False
