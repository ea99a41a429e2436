"""Numbers and single people in a paragraph: where each is, with its hedge, its noun phrase and what it counts."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from desk.finder.tokens import LONG_DASHES, Token
from desk.finder.words import Words
from ingest.phrases.parse import find_numbers
from ingest.phrases.reading import FoundNumber, NumberReading

Kind = Literal["count", "vague", "share", "single", "multiple", "ordinal", "nobody"]
Counted = Literal["people", "families", "attacks", "things", "bare"]
# A noun phrase is seldom longer, and a wrong one is worse than none.
LONGEST_NOUN_PHRASE = 6
LONGEST_SINGLE, LONGEST_THING = 10, 9
# New, registered or civilian before "arrivals", of which a share is told.
MOST_BEFORE_SHARED = 3
BEFORE_TIMES = 5
PROFESSION = re.compile(r"[a-z]{3,}(?:ist|ician)$")
ONE = NumberReading("exact", Decimal(1), read_as="single")
NOBODY = NumberReading("exact", Decimal(0))


@dataclass
class Mention:
    """A number, or one person told by an article: tokens ``start`` to ``end``, its noun phrase up to ``noun_end``.

    ``number_start`` is where the number itself begins, behind its hedge. ``nouns`` are the words of the noun phrase.
    ``reading`` is what the parser reads in its sentence, with ``refusal`` where it reads nothing. ``thing`` is what is
    counted where that is no people and has measures of its own (drones, missiles, homes).
    """

    kind: Kind
    start: int
    number_start: int
    end: int
    noun_end: int
    counted: Counted
    nouns: list[str] = field(default_factory=list)
    head: str = ""
    reading: NumberReading | None = None
    refusal: str = ""
    thing: str = ""


def mentions_of(paragraph: str, tokens: Sequence[Token], words: Words) -> list[Mention]:
    """Return the mentions of a paragraph in order; none overlaps another."""
    found = [_number(each, tokens, words) for each in find_numbers(paragraph, words.language)]
    taken = {at for mention in found for at in range(mention.number_start, max(mention.end, mention.noun_end))}
    found += [
        _uncounted(at, words, tokens) for at in range(len(tokens)) if tokens[at].kind == "number" and at not in taken
    ]
    at = 0
    while at < len(tokens):
        mention = None if at in taken else _single_at(tokens, at, words)
        if mention and not taken & set(range(mention.start, mention.noun_end)):
            found.append(mention)
            at = mention.noun_end
        else:
            at += 1
    return sorted(found, key=lambda mention: mention.number_start)


def _number(found: FoundNumber, tokens: Sequence[Token], words: Words) -> Mention:
    """Return the mention of a number the parser found, with its noun phrase."""
    number_start = _token_at(tokens, found.number_start)
    end = max(_token_from(tokens, found.end), number_start + 1)
    hedged = min(_token_from(tokens, found.start), number_start)
    while hedged < number_start and tokens[hedged].text in ("of", "and"):
        hedged += 1
    start = hedged if found.reading and found.reading.read_as == "multiple" else _filled_start(tokens, hedged, words)
    mention = Mention(
        _kind_of(found), start, number_start, end, end, "bare", reading=found.reading, refusal=found.refusal
    )
    if mention.kind == "ordinal":
        _add_ordinal(mention, tokens, words)
    else:
        _add_noun_phrase(mention, tokens, words)
    return mention


def _add_ordinal(mention: Mention, tokens: Sequence[Token], words: Words) -> None:
    """Say what "the seventh attack this month" counts: the noun stands within the words the parser read."""
    inside = range(mention.number_start, mention.end)
    if any(name.length_at(tokens, at) for at in inside for name in words.attacks.values()):
        mention.counted = "attacks"
    elif any(words["people_words"].length_at(tokens, at) for at in inside):
        mention.counted = "people"
    else:
        mention.refusal = "ordinal"


def _kind_of(found: FoundNumber) -> Kind:
    reading = found.reading
    if reading is None:
        return "count"
    if reading.read_as in ("multiple", "ordinal"):
        return reading.read_as
    if reading.hedge_id == "share":
        return "share"
    return "vague" if reading.value is None and reading.low is None else "count"


def _uncounted(at: int, words: Words, tokens: Sequence[Token]) -> Mention:
    """Return digits the parser takes for no number (an age, a day, money, a name): they are shown as refused."""
    mention = Mention("count", at, at, at + 1, at + 1, "bare", refusal="no count")
    _add_noun_phrase(mention, tokens, words)
    return mention


def _token_from(tokens: Sequence[Token], character: int) -> int:
    """Return the first token that begins at this character of the paragraph or behind it."""
    return bisect_left(tokens, character, key=lambda token: token.start)


def _token_at(tokens: Sequence[Token], character: int) -> int:
    """Return the token that holds this character of the paragraph."""
    return max(0, bisect_right(tokens, character, key=lambda token: token.start) - 1)


def _attack_ahead(tokens: Sequence[Token], at: int, words: Words) -> bool:
    return any(
        name.length_at(tokens, step) for step in range(at, min(at + 4, len(tokens))) for name in words.attacks.values()
    )


def _filled_start(tokens: Sequence[Token], at: int, words: Words) -> int:
    """Return where the words before a number and its hedge begin that belong to it: "a further", "his", "the"."""
    start = at
    while start > 0:
        length = words["fillers"].length_before(tokens, start) or words["possessives"].length_before(tokens, start)
        if not length:
            break
        start -= length
    return start


def _add_noun_phrase(mention: Mention, tokens: Sequence[Token], words: Words) -> None:
    """Walk the noun phrase behind the number and say what it counts."""
    at = mention.end
    at = _past_of(mention, tokens, at, words)
    at += _text(tokens, at) == "x"  # 5 x WIA
    first = at
    while at < len(tokens) and at - first < LONGEST_NOUN_PHRASE:
        token = tokens[at]
        if token.text == "-":
            at += 1
            continue
        if token.kind != "word" or _ends_here(tokens, at, first, words):
            break
        mention.nouns.append(token.text)
        at += 1
        mention.noun_end = at
    _count_what(mention, tokens, words)


def _past_of(mention: Mention, tokens: Sequence[Token], at: int, words: Words) -> int:
    """Step over "of the slain", "of his", "of whom": what follows says whom the number is part of."""
    if _text(tokens, at) != "of":
        return at
    step = at + 1
    if _text(tokens, step) in ("whom", "them", "which", "those", "these"):
        mention.noun_end = step + 1
        mention.nouns.append(tokens[step].text)
        is_noun_next = _text(tokens, step) in ("those", "these") and not words["ends"].length_at(tokens, step + 1)
        return step + 1 if _text(tokens, step) == "those" or is_noun_next else len(tokens)
    while _text(tokens, step) in ("the", "his", "her", "their", "its", "those", "these", "our", "slain"):
        step += 1
    if mention.kind == "share":
        while step < len(tokens) and (tokens[step].kind == "number" or words["scales"].length_at(tokens, step)):
            step += 1  # two thirds of the 1,200 victims
    if step < len(tokens) and _is_place(tokens, step, words):
        return at  # one of Aleppo
    is_last = step + 1 >= len(tokens) or tokens[step + 1].kind != "word" or words["ends"].length_at(tokens, step + 1)
    if is_last and any(words.of_measure(measure, "nouns").length_at(tokens, step) for measure in words.measures):
        mention.noun_end = step + 1
        mention.nouns.append(tokens[step].text)
        return len(tokens)
    return step


def _is_place(tokens: Sequence[Token], at: int, words: Words) -> bool:
    """Say whether a name that is no people's stands here: Aleppo, but not Palestinians, and not Hamas fighters."""
    token = tokens[at]
    ahead = range(at, min(at + 3, len(tokens)))
    are_people = any(words["people_words"].length_at(tokens, step) for step in ahead)
    return token.is_capital and not token.text.endswith("s") and not are_people and not words.demonym.search(token.text)


def _ends_here(tokens: Sequence[Token], at: int, first: int, words: Words) -> bool:
    """Say whether a noun phrase ends before this token: at a verb, a preposition, a participle that says the harm."""
    text = tokens[at].text
    is_hung = _text(tokens, at + 1) == "-" and tokens[at + 1].is_glued
    is_such = text == "such" and _attack_ahead(tokens, at + 1, words)  # 52 such attacks
    if text == "of" or (words["ends"].length_at(tokens, at) and not is_hung and not is_such):
        return True
    # "742 killed servicemen", "600,000 forcibly displaced persons": the participle stands inside the phrase.
    goes_on = bool(words["people_words"].length_at(tokens, at + 1)) and at < first + 4
    if _harm_at(tokens, at, words):
        return not goes_on
    if is_hung or words["people_words"].length_at(tokens, at) or _attack_ahead(tokens, at, words):
        return False
    if text.endswith("ly"):
        return (
            not goes_on and not _attack_ahead(tokens, at, words) and not words["people_words"].length_at(tokens, at + 2)
        )
    if text.endswith("ing"):
        return at == first and not words["adjectives"].length_at(tokens, at)
    return text.endswith("ed") and not goes_on and (at > first or not _is_adjective(tokens, at, words))


def _is_adjective(tokens: Sequence[Token], at: int, words: Words) -> bool:
    """Say whether a participle describes a noun: "two armoured vehicles", but "five received light wounds"."""
    ahead = range(at + 1, min(at + 4, len(tokens)))
    are_people = any(words["people_words"].length_at(tokens, each) for each in ahead)
    return are_people or _text(tokens, at + 1).endswith("s")


def _count_what(mention: Mention, tokens: Sequence[Token], words: Words) -> None:
    nouns = mention.nouns
    mention.head = nouns[-1] if nouns else ""
    if words["times"].length_at(tokens, mention.end) and _is_attacked(mention, tokens, words):
        mention.counted, mention.noun_end, mention.head = "attacks", mention.end + 1, tokens[mention.end].text
        return
    if not nouns:
        return
    if nouns[0] in ("whom", "them", "which", "those", "these"):
        mention.counted = "people"
        return
    span = range(mention.end, mention.noun_end)
    attack_end = _attack_end(tokens, span, words)
    if attack_end and tokens[attack_end - 1].text not in words["not_attacks"]:
        mention.counted, mention.noun_end, mention.head = "attacks", attack_end, tokens[attack_end - 1].text
    elif words["families"].length_at(tokens, mention.noun_end - 1):
        mention.counted = "families"
    elif _are_people(tokens, span, mention.noun_end, words, mention_is_one=tokens[mention.number_start].text == "one"):
        mention.counted = "people"
    elif incident_end := _incident_end(tokens, mention.noun_end, words):
        mention.counted, mention.noun_end, mention.head = "attacks", incident_end, tokens[incident_end - 1].text
    else:
        mention.counted = "things"
        _name_thing(mention, tokens, words)


def _is_attacked(mention: Mention, tokens: Sequence[Token], words: Words) -> bool:
    """Say whether a verb of attack stands before "six times": the hospital was struck six times."""
    before = range(max(0, mention.start - BEFORE_TIMES), mention.start)
    return any(
        words["is_struck"].length_at(tokens, step)
        for step in before
        if tokens[step].sentence == tokens[mention.start].sentence
    )


def _incident_end(tokens: Sequence[Token], end: int, words: Words) -> int:
    """Return where "incidents of shelling" ends, of which "incidents" ends here, or 0."""
    if not (words["incidents"].length_before(tokens, end) and _text(tokens, end) == "of"):
        return 0
    for step in range(end + 1, min(end + 3, len(tokens))):
        for names in (*words.attacks.values(), words["shelling"]):
            if length := names.length_at(tokens, step):
                return step + length
    return 0


def _name_thing(mention: Mention, tokens: Sequence[Token], words: Words) -> None:
    """Say which thing is counted where it has measures: 79 Shahed-type and decoy drones, seven S-300 missiles."""
    end = mention.noun_end
    is_whole = tokens[end - 1].text.endswith("s") and len(tokens[end - 1].text) > 1
    last = end if is_whole else min(mention.end + LONGEST_THING, len(tokens))
    first = mention.end + 1 if words.is_by_nearness else end  # adjectives stand behind the noun there
    for step in range(first, last + 1):
        for thing, names in words.things.items():
            if names.length_before(tokens, step):
                mention.thing, mention.head, mention.noun_end = thing, tokens[step - 1].text, step
                return
        if step < last and not _goes_on_as_name(tokens, step, words):
            return


def _goes_on_as_name(tokens: Sequence[Token], step: int, words: Words) -> bool:
    """Whether a noun phrase with the name of a weapon goes on here: the 300 of S-300, "and" before "decoy drones"."""
    token = tokens[step]
    if token.kind == "word":
        return token.text in words["and"] or not words["ends"].length_at(tokens, step)
    return token.text == "-" or (token.kind == "number" and token.is_glued)


def _attack_end(tokens: Sequence[Token], span: range, words: Words) -> int:
    """Return where the noun phrase ends as one of attacks, an adverb behind it left out, or 0."""
    ends = [
        end
        for end in range(span.stop, span.start, -1)
        if (end == span.stop or tokens[end - 1].text.endswith("s"))
        and any(name.length_before(tokens, end) for name in words.attacks.values())
    ]
    return ends[0] if ends else 0


def _are_people(
    tokens: Sequence[Token], span: range, noun_end: int, words: Words, *, mention_is_one: bool = False
) -> bool:
    if words["people_words"].length_before(tokens, noun_end):
        return True
    head = tokens[noun_end - 1]
    is_one = mention_is_one and bool(words.demonym_one.search(head.text))
    if head.is_capital and (is_one or words.demonym.search(head.text)):
        return True
    # "two others in critical condition", "40 women and children": any word of people makes the phrase one of people,
    # unless its head is plainly something else.
    return any(words["people_words"].length_at(tokens, step) for step in span) and not head.text.endswith("s")


def _single_at(tokens: Sequence[Token], at: int, words: Words) -> Mention | None:
    """Read "a general", "his brother", "the driver": one person told by an article or by whose person it is."""
    word = tokens[at].text
    is_possessive = word in words["possessives"] or word.endswith(("'s", "s'"))
    if tokens[at].kind != "word":
        return None
    if words["nobody"].length_at(tokens, at):
        return _nobody(tokens, at, words)
    if not (word in words["articles"] or is_possessive or word == "the"):
        return None
    last = _last_noun(tokens, at, words)
    is_one = last and _is_one_person(tokens, last - 1, words)
    if not is_one or (word == "the" and _is_repeat(tokens, at, last, words)):
        return _another(tokens, at, words)
    nouns = [token.text for token in tokens[at + 1 : last]]
    return Mention("single", at, at, at + 1, last, "people", nouns, tokens[last - 1].text, ONE)


def _last_noun(tokens: Sequence[Token], at: int, words: Words) -> int:
    """Return where the noun phrase behind an article ends, before the name in apposition; 0 where there is none."""
    last, step = 0, at + 1
    while step < len(tokens) and step - at <= LONGEST_SINGLE:
        token = tokens[step]
        is_hung = _text(tokens, step + 1) == "-" and tokens[step + 1].is_glued
        if token.text == "-" or is_hung:
            step += 1
            continue
        is_end = token.text == "of" or words["ends"].length_at(tokens, step) or _harm_at(tokens, step, words)
        if token.kind != "word" or is_end:
            break
        if last and token.is_capital and words["people_words"].length_at(tokens, last - 1):
            break  # the name in apposition
        last = step + 1
        step += 1
    return last


def _nobody(tokens: Sequence[Token], at: int, words: Words) -> Mention | None:
    """Read "no civilians", "no casualties": a count of nobody is a figure where a harm is said of it."""
    mention = Mention("nobody", at, at, at + 1, at + 1, "bare", reading=NOBODY)
    _add_noun_phrase(mention, tokens, words)
    return mention if mention.counted == "people" else None


def _is_one_person(tokens: Sequence[Token], at: int, words: Words) -> bool:
    word = tokens[at].text
    if word == "old" and at >= 4 and _text(tokens, at - 1) == "-":
        return True  # a 17-year-old
    if tokens[at].is_capital and words.demonym_one.search(word):
        return True  # a Palestinian
    names = words["people_words"]
    is_person = bool(names.length_at(tokens, at)) or f"{word}s" in names or bool(PROFESSION.match(word))
    return is_person and not is_plural(word) and word not in words["never_single"]


def _is_repeat(tokens: Sequence[Token], at: int, end: int, words: Words) -> bool:
    """Whether "the man" is most likely the one told of before, or a title: "the President"."""
    last = tokens[end - 1]
    return last.is_capital or (
        last.text in words["repeats"] and not any(token.text == "other" for token in tokens[at:end])
    )


def _harm_at(tokens: Sequence[Token], at: int, words: Words) -> bool:
    return any(
        words.of_measure(measure, name).length_at(tokens, at)
        for measure in words.measures
        for name in ("passive", "alone")
    )


def _another(tokens: Sequence[Token], at: int, words: Words) -> Mention | None:
    """Read "one was killed and another injured": one more, with no noun."""
    if tokens[at].text != "another" or at + 1 >= len(tokens):
        return None
    for measure in words.measures:
        length = words.of_measure(measure, "passive").length_at(tokens, at + 1)
        if length:
            return Mention("single", at, at, at + 1, at + 1, "bare", reading=ONE)
    return None


def is_plural(word: str) -> bool:
    """Say whether a word for people means several: only the usual endings and the irregular ones."""
    irregular = (
        "people",
        "children",
        "men",
        "women",
        "police",
        "personnel",
        "staff",
        "wounded",
        "injured",
        "dead",
        "crew",
    )
    singular = ("boss",)
    return (
        word in irregular
        or word.endswith(("men", "people", "children"))
        or (word.endswith("s") and word not in singular)
    )


def is_break(tokens: Sequence[Token], at: int) -> bool:
    """Say whether two thoughts are parted here: a dash, a semicolon, a colon, a bracket."""
    return tokens[at].text in LONG_DASHES or tokens[at].text in (";", ":", "(", ")")


def is_of_them(mention: Mention, words: Words) -> bool:
    """Say whether a mention is a part of people told before: nine of whom, a quarter of them, 78% of new arrivals."""
    first = mention.nouns[:MOST_BEFORE_SHARED] if mention.kind == "share" else mention.nouns[:1]
    return any(noun in words["share_of"] for noun in first)


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if 0 <= at < len(tokens) else ""
