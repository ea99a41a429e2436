"""Numbers and single people in a paragraph: where each is, with its hedge, its noun phrase and what it counts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from desk.finder.tokens import LONG_DASHES, Token
from desk.finder.words import Words

Kind = Literal["count", "vague", "share", "single", "double", "ordinal", "nobody"]
Counted = Literal["people", "families", "attacks", "things", "bare"]
SCALE_SUFFIXES = frozenset({"k", "m", "mn", "bn"})
ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)$")
# A noun phrase is seldom longer, and a wrong one is worse than none.
LONGEST_NOUN_PHRASE = 6
LONGEST_SINGLE = 10


@dataclass
class Mention:
    """A number, or one person told by an article: tokens ``start`` to ``end``, its noun phrase up to ``noun_end``.

    ``number_start`` is where the number itself begins, behind its hedge. ``nouns`` are the words of the noun phrase.
    """

    kind: Kind
    start: int
    number_start: int
    end: int
    noun_end: int
    counted: Counted
    nouns: list[str] = field(default_factory=list)
    head: str = ""
    refusal: str = ""


def mentions_of(tokens: Sequence[Token], words: Words) -> list[Mention]:
    """Return the mentions of a paragraph in order; none overlaps another."""
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        mention = _number_at(tokens, at, words) or _single_at(tokens, at, words)
        if mention:
            if found and mention.start < found[-1].noun_end and mention.start < found[-1].end:
                mention.start = found[-1].end
            found.append(mention)
            at = max(mention.end, at + 1)
            if mention.kind in ("single", "nobody"):
                at = mention.noun_end
        else:
            at += 1
    return found


def _number_at(tokens: Sequence[Token], at: int, words: Words) -> Mention | None:
    end, kind = _number_span(tokens, at, words)
    if not end:
        return None
    start = at if kind == "double" else _hedge_start(tokens, at, words)
    suffix = words["suffixes"].length_at(tokens, end)
    end += suffix
    if words["percent"].length_at(tokens, end):
        kind, end = "share", end + words["percent"].length_at(tokens, end)
    mention = Mention(kind, start, at, end, end, "bare")
    _add_noun_phrase(mention, tokens, words)
    return mention


def _number_span(tokens: Sequence[Token], at: int, words: Words) -> tuple[int, Kind]:
    """Return where the number that begins here ends and its kind, or 0."""
    token = tokens[at]
    doubles = words["doubles"]
    if doubles.length_at(tokens, at) and _attack_ahead(tokens, at + 1, words):
        return at + 1, "double"
    ordinal = ORDINAL.fullmatch(token.text) or words["ordinals"].length_at(tokens, at)
    if ordinal:
        return (at + 1, "ordinal") if _ordinal_counts(tokens, at, words) else (0, "ordinal")
    fraction = _fraction_of_scale(tokens, at, words)
    if fraction:
        return fraction, "count"
    if _share_words(tokens, at, words):
        return _share_words(tokens, at, words), "share"
    if token.kind == "number" and (not token.suffix or token.suffix in SCALE_SUFFIXES):
        return _joined(tokens, _scaled(tokens, at + 1, words), words), "count"
    if words["numbers"].length_at(tokens, at) or words["scales"].length_at(tokens, at):
        return _joined(tokens, _cardinal(tokens, at, words), words), "count"
    if words["vague"].length_at(tokens, at):
        if words["vague_after_article"].length_at(tokens, at) and not _has_article(tokens, at, words):
            return 0, "vague"
        return _vague(tokens, at, words), "vague"
    return 0, "count"


def _has_article(tokens: Sequence[Token], at: int, words: Words) -> bool:
    return at > 0 and (tokens[at - 1].text in ("a", "some", "another", "every") or tokens[at - 1].text.isdigit())


def _attack_ahead(tokens: Sequence[Token], at: int, words: Words) -> bool:
    return any(
        name.length_at(tokens, step) for step in range(at, min(at + 4, len(tokens))) for name in words.attacks.values()
    )


def _ordinal_counts(tokens: Sequence[Token], at: int, words: Words) -> bool:
    """An ordinal is a figure as "at least the 21st strike", or as one more person: "a third civilian"."""
    follower = tokens[at + 1] if at + 1 < len(tokens) else None
    if follower is None or follower.kind != "word":
        return False
    if re.match(r"\d\d", tokens[at].text) and _attack_ahead(tokens, at + 1, words):
        return follower.text not in ("century", "anniversary")
    before = tokens[at - 1].text if at else ""
    return before in ("a", "another") and any(
        words["people_words"].length_at(tokens, step) for step in (at + 1, at + 2)
    )


def _fraction_of_scale(tokens: Sequence[Token], at: int, words: Words) -> int:
    """Half a million, a quarter of a million, half-dozen: return where it ends, or 0."""
    step = at
    if words["numbers"].length_at(tokens, step) or (_text(tokens, step) == "a" and words["shares"].length_at(tokens, step + 1)):
        step += 1
    if not words["shares"].length_at(tokens, step):
        return 0
    end = step + 1
    while _text(tokens, end) in ("of", "a", "-"):
        end += 1
    return end + 1 if end - step <= 3 and words["scales"].length_at(tokens, end) else 0


def _share_words(tokens: Sequence[Token], at: int, words: Words) -> int:
    """Half, a third, two thirds, three-quarters, where they are said of people told before."""
    step = at
    if words["numbers"].length_at(tokens, step) or tokens[step].text == "a":
        step += 1
        if step < len(tokens) and tokens[step].text == "-":
            step += 1
    if step >= len(tokens) or not words["shares"].length_at(tokens, step):
        return 0
    if step == at and tokens[at].text != "half":
        return 0
    end = step + 1
    is_said_of = end < len(tokens) and tokens[end].text == "of"
    ordinal = tokens[step].text not in ("half", "quarter", "quarters") and not tokens[step].text.endswith("s")
    return end if is_said_of or not ordinal else 0


def _scaled(tokens: Sequence[Token], at: int, words: Words) -> int:
    """Take the scale behind digits: 1.27 million, 15 thousand, 2 dozen, 40-odd."""
    end = at + 1 if _text(tokens, at) == "-" and words["scales"].length_at(tokens, at + 1) else at
    while words["scales"].length_at(tokens, end):
        end += 1
    return end if words["scales"].length_at(tokens, end - 1) else at


def _cardinal(tokens: Sequence[Token], at: int, words: Words) -> int:
    """Take the words of a number: seventy-six, two hundred and fifty-five, half a million."""
    end = at
    while end < len(tokens):
        if words["numbers"].length_at(tokens, end) or words["scales"].length_at(tokens, end):
            end += 1
        elif _text(tokens, end) == "-" and _is_number_word(tokens, end + 1, words) and tokens[end].is_glued:
            end += 1
        elif (
            _text(tokens, end) == "and"
            and words["scales"].length_at(tokens, end - 1)
            and tokens[end - 1].text != "dozen"
            and _is_number_word(tokens, end + 1, words)
            and not words["scales"].length_at(tokens, end + 2)
        ):
            end += 1
        else:
            break
    return end


def _is_number_word(tokens: Sequence[Token], at: int, words: Words) -> bool:
    return bool(words["numbers"].length_at(tokens, at) or words["scales"].length_at(tokens, at))


def _joined(tokens: Sequence[Token], end: int, words: Words) -> int:
    """Take the second number of a range or an alternative: 10-15, 10 to 30, seven or eight, between A and B."""
    link = _text(tokens, end)
    start_of_second = end + 1
    is_dash = link in ("-", "\u2013", "\u2010", "\u2011", "\u2212")
    if not is_dash and link not in ("to", "or", "and"):
        return end
    second = tokens[start_of_second] if start_of_second < len(tokens) else None
    if second is None:
        return end
    is_number = (second.kind == "number" and not second.suffix) or _is_number_word(tokens, start_of_second, words)
    if not is_number or (link == "and" and not _is_between(tokens, end)):
        return end
    if second.kind == "number":
        return _scaled(tokens, start_of_second + 1, words)
    return _cardinal(tokens, start_of_second, words)


def _is_between(tokens: Sequence[Token], end: int) -> bool:
    return any(tokens[step].text == "between" for step in range(max(0, end - 4), end))


def _vague(tokens: Sequence[Token], at: int, words: Words) -> int:
    """Dozens, several hundred, tens of thousands, hundreds of thousands, a couple of dozen."""
    end = at + 1
    while end < len(tokens):
        if words["scales"].length_at(tokens, end) or words["vague"].length_at(tokens, end):
            end += 1
        elif _text(tokens, end) in ("of", "and") and words["vague"].length_at(tokens, end + 1):
            end += 1
        else:
            break
    return end


def _hedge_start(tokens: Sequence[Token], at: int, words: Words) -> int:
    """Return where the hedges before a number begin, what stands between them and it included."""
    start = at
    while start > 0:
        length = words["hedges"].length_before(tokens, start)
        if length:
            start -= length
            continue
        length = words["fillers"].length_before(tokens, start) or words["possessives"].length_before(tokens, start)
        if not length:
            break
        before = start - length
        # "the 21st", "a further 28": the filler belongs to the phrase where it counts more, or a hedge stands before it.
        if words["hedges"].length_before(tokens, before) or tokens[start - 1].text in ("another", "further", "a"):
            start = before
        elif tokens[start - 1].text in ("additional", "other", "total", "combined") and before > 0:
            start = before
        elif words["possessives"].length_at(tokens, before):
            start = before
        else:
            break
    return start


def _add_noun_phrase(mention: Mention, tokens: Sequence[Token], words: Words) -> None:
    """Walk the noun phrase behind the number and say what it counts."""
    at = mention.end
    if _text(tokens, at) == "-" and tokens[at].is_glued and not words["people_words"].length_at(tokens, at + 1):
        mention.refusal = "compound"
    at = _past_of(mention, tokens, at, words)
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
        return len(tokens) if _text(tokens, step) != "those" else step + 1
    while _text(tokens, step) in ("the", "his", "her", "their", "its", "those", "these", "our", "slain"):
        step += 1
    is_last = step + 1 >= len(tokens) or tokens[step + 1].kind != "word" or words["ends"].length_at(tokens, step + 1)
    if is_last and any(words.of_measure(measure, "nouns").length_at(tokens, step) for measure in words.measures):
        mention.noun_end = step + 1
        mention.nouns.append(tokens[step].text)
        return len(tokens)
    return step


def _ends_here(tokens: Sequence[Token], at: int, first: int, words: Words) -> bool:
    """Say whether a noun phrase ends before this token: at a verb, a preposition, a participle that says the harm."""
    text = tokens[at].text
    is_hung = _text(tokens, at + 1) == "-" and tokens[at + 1].is_glued
    if text == "of" or (words["ends"].length_at(tokens, at) and not is_hung):
        return True
    # "742 killed servicemen", "600,000 forcibly displaced persons": the participle stands inside the phrase.
    goes_on = bool(words["people_words"].length_at(tokens, at + 1)) and at < first + 4
    if _harm_at(tokens, at, words):
        return not goes_on
    if is_hung or words["people_words"].length_at(tokens, at) or _attack_ahead(tokens, at, words):
        return False
    if text.endswith("ly"):
        return not goes_on and not _attack_ahead(tokens, at, words) and not words["people_words"].length_at(tokens, at + 2)
    if text.endswith("ing"):
        return at == first and not words["adjectives"].length_at(tokens, at)
    return text.endswith("ed") and at > first and not goes_on


def _count_what(mention: Mention, tokens: Sequence[Token], words: Words) -> None:
    nouns = mention.nouns
    mention.head = nouns[-1] if nouns else ""
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
    elif _are_people(tokens, span, mention.noun_end, words):
        mention.counted = "people"
    else:
        mention.counted = "things"


def _attack_end(tokens: Sequence[Token], span: range, words: Words) -> int:
    """Return where the noun phrase ends as one of attacks, an adverb behind it left out, or 0."""
    ends = [
        end
        for end in range(span.stop, span.start, -1)
        if (end == span.stop or tokens[end - 1].text.endswith("s"))
        and any(name.length_before(tokens, end) for name in words.attacks.values())
    ]
    return ends[0] if ends else 0


def _are_people(tokens: Sequence[Token], span: range, noun_end: int, words: Words) -> bool:
    if words["people_words"].length_before(tokens, noun_end):
        return True
    head = tokens[noun_end - 1]
    if head.is_capital and words.demonym.search(head.text):
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
    last = 0
    step = at + 1
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
    if not last or not _is_one_person(tokens, last - 1, words) or (word == "the" and _is_repeat(tokens, at, last, words)):
        return _another(tokens, at, words)
    return Mention("single", at, at, at + 1, last, "people", [t.text for t in tokens[at + 1 : last]], tokens[last - 1].text)


def _nobody(tokens: Sequence[Token], at: int, words: Words) -> Mention | None:
    """Read "no civilians", "no casualties": a count of nobody is a figure where a harm is said of it."""
    mention = Mention("nobody", at, at, at + 1, at + 1, "bare")
    _add_noun_phrase(mention, tokens, words)
    return mention if mention.counted == "people" else None


def _is_one_person(tokens: Sequence[Token], at: int, words: Words) -> bool:
    word = tokens[at].text
    if word == "old" and at >= 4 and _text(tokens, at - 1) == "-":
        return True  # a 17-year-old
    if tokens[at].is_capital and words.demonym_one.search(word):
        return True  # a Palestinian
    return bool(words["people_words"].length_at(tokens, at)) and not _is_plural(word) and word not in words["never_single"]


def _is_repeat(tokens: Sequence[Token], at: int, end: int, words: Words) -> bool:
    """Whether "the man" is most likely the one told of before, or a title: "the President"."""
    last = tokens[end - 1]
    return last.is_capital or (last.text in words["repeats"] and not any(token.text == "other" for token in tokens[at:end]))


def _harm_at(tokens: Sequence[Token], at: int, words: Words) -> bool:
    return any(
        words.of_measure(measure, name).length_at(tokens, at) for measure in words.measures for name in ("passive", "alone")
    )


def _another(tokens: Sequence[Token], at: int, words: Words) -> Mention | None:
    """Read "one was killed and another injured": one more, with no noun."""
    if tokens[at].text != "another" or at + 1 >= len(tokens):
        return None
    for measure in words.measures:
        length = words.of_measure(measure, "passive").length_at(tokens, at + 1)
        if length:
            return Mention("single", at, at, at + 1, at + 1, "bare")
    return None


def _is_plural(word: str) -> bool:
    """Say whether a word for people means several: only the usual endings and the irregular ones."""
    irregular = ("people", "children", "men", "women", "police", "personnel", "staff", "wounded", "injured", "dead", "crew")
    singular = ("boss",)
    return word in irregular or word.endswith(("men", "people", "children")) or (word.endswith("s") and word not in singular)


def is_break(tokens: Sequence[Token], at: int) -> bool:
    """Say whether two thoughts are parted here: a dash, a semicolon, a colon, a bracket."""
    return tokens[at].text in LONG_DASHES or tokens[at].text in (";", ":", "(", ")")


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if 0 <= at < len(tokens) else ""
