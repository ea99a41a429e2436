"""What is suggested and never preselected: population, counting, source and place, from the words around a mention."""

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from common.layout import SEEDS
from desk.finder.mentions import Mention, is_of_them
from desk.finder.tokens import Token
from desk.finder.words import Words

LONGEST_SOURCE, LONGEST_PLACE, REACH_OF_PART, REACH_SAID = 12, 5, 3, 2
# Codes and common words among the names of places would be found everywhere.
SHORTEST_PLACE = 4


def population_of(mention: Mention, tokens: Sequence[Token], words: Words) -> str:
    """Return the population the noun phrase names, the narrowest word last; ``all`` where it names none."""
    found = "all"
    for at in range(mention.start, mention.noun_end):
        for population_id, names in words.populations.items():
            if names.length_at(tokens, at):
                found = population_id
    return _told_of_part(mention, tokens, words) if found == "all" and is_of_them(mention, words) else found


def _told_of_part(mention: Mention, tokens: Sequence[Token], words: Words) -> str:
    """Whom a part of others counts, told behind it: "nearly half of whom are children", "half of them minors"."""
    for at in range(mention.noun_end, min(mention.noun_end + REACH_OF_PART, len(tokens))):
        for population_id, names in words.populations.items():
            if names.length_at(tokens, at):
                return population_id
        if tokens[at].kind == "mark" or tokens[at].sentence != tokens[mention.start].sentence:
            break
    return "all"


def counting_of(mention: Mention, tokens: Sequence[Token], words: Words, measure_id: str) -> str:
    """Return how the number counts, from the words of its sentence: an incident where nothing else is said."""
    sentence = tokens[mention.start].sentence
    said = {
        name
        for at, token in enumerate(tokens)
        if token.sentence == sentence
        for name, phrases in words.counting.items()
        if phrases.length_at(tokens, at)
    }
    if measure_id == "displaced":
        return "stock" if "stock" in said and "cumulative" not in said else "cumulative"
    return next((name for name in ("period", "cumulative") if name in said), "incident")


def cause_of(mention: Mention, tokens: Sequence[Token], words: Words) -> str:
    """Return the cause the sentence names, the nearest one to the mention; nothing where it names none."""
    sentence = tokens[mention.start].sentence
    found = [
        (abs(at - mention.start), cause_id)
        for at, token in enumerate(tokens)
        if token.sentence == sentence
        for cause_id, names in words.causes.items()
        if names.length_at(tokens, at)
    ]
    return min(found)[1] if found else ""


def days_of(mention: Mention, tokens: Sequence[Token], words: Words) -> tuple[int, int] | None:
    """Return the days the sentence names, counted back from the day of publication where a weekday is ``-w``.

    The numbers are days before publication (0: today, 1: yesterday); a weekday is told as -1 (Monday) to -7 (Sunday),
    for the reader to be the last such day. None where no day is named.
    """
    sentence = tokens[mention.start].sentence
    said: list[int] = []
    for at, token in enumerate(tokens):
        if token.sentence != sentence:
            continue
        if token.text in words.weekdays:
            said.append(-1 - words.weekdays.index(token.text))
        for name, days in (("today", [0]), ("yesterday", [1]), ("last_day", [1, 0]), ("weekend", [-6, -7])):
            if words[name].length_at(tokens, at):
                said += days
    return (said[0], said[-1]) if said else None


def said_day_of(mention: Mention, tokens: Sequence[Token], words: Words) -> int | None:
    """Return the weekday that stands right behind a verb of saying ("claimed on Sunday"), as days_of tells it."""
    for at, token in enumerate(tokens):
        if token.sentence != tokens[mention.start].sentence or token.text not in words.weekdays:
            continue
        behind = range(max(0, at - REACH_SAID), at)
        if any(words["says"].length_at(tokens, step) for step in behind):
            return -1 - words.weekdays.index(token.text)
    return None


def source_of(mention: Mention, paragraph: str, tokens: Sequence[Token], words: Words) -> str:
    """Return who says it, as the sentence prints it: behind "according to", else before "said" or "reported"."""
    sentence = tokens[mention.start].sentence
    places = [at for at, token in enumerate(tokens) if token.sentence == sentence]
    for at in places:
        length = words["read_as"].length_at(tokens, at)
        if length and tokens[at].text in words["according"]:
            span = _phrase_after(at + length, places[-1] + 1, tokens)
            if span:
                return _cut(paragraph, tokens, span)
    speaking = [at for at in places if words["says"].length_at(tokens, at)]
    for at in sorted(speaking, key=lambda at: abs(at - mention.start)):
        span = _phrase_before(at, places[0], tokens, words) or _named_after(at + 1, places[-1] + 1, tokens)
        if span:
            return _cut(paragraph, tokens, span)
    return ""


def _phrase_after(start: int, stop: int, tokens: Sequence[Token]) -> tuple[int, int] | None:
    end = start
    while end < stop and end - start < LONGEST_SOURCE and tokens[end].text not in (",", ".", ";", ":", "—", "–", ")"):
        end += 1
    return (start, end) if end > start else None


def _phrase_before(at: int, first: int, tokens: Sequence[Token], words: Words) -> tuple[int, int] | None:
    """The subject of a verb of saying: back to the mark or the verb before it."""
    end = at
    while end > first and words["auxiliaries"].length_at(tokens, end - 1):
        end -= 1
    start = _opening_comma(end - 1, first, tokens) if tokens[end - 1].text == "," else end
    while (
        start > first and end - start < LONGEST_SOURCE and tokens[start - 1].text not in (",", ".", ";", ":", "—", "–")
    ):
        if words["says"].length_at(tokens, start - 1) or tokens[start - 1].text in words["new_clause"]:
            break
        start -= 1
    is_named = any(tokens[step].is_capital for step in range(start, end)) or (
        start < end and tokens[start].text in ("a", "the")
    )
    return (start, end) if start < end and is_named else None


def _opening_comma(closing: int, first: int, tokens: Sequence[Token]) -> int:
    """Return where an aside before a verb begins: "the civil defence, known as the White Helmets, reported"."""
    opening = (at for at in range(closing - 1, max(first, closing - LONGEST_SOURCE), -1) if tokens[at].text == ",")
    return next(opening, closing + 1)


def _named_after(start: int, stop: int, tokens: Sequence[Token]) -> tuple[int, int] | None:
    """A name behind the verb: "… were killed, said Leila Hassan"."""
    end = start
    while end < stop and tokens[end].is_capital:
        end += 1
    return (start, end) if end > start else None


def _cut(paragraph: str, tokens: Sequence[Token], span: tuple[int, int]) -> str:
    return paragraph[tokens[span[0]].start : tokens[span[1] - 1].end]


@cache
def place_names(seeds: Path = SEEDS) -> dict[tuple[str, ...], str]:
    """Return the place of every name in seeds/places.csv and seeds/place_names.csv, by its words in small letters."""
    found: dict[tuple[str, ...], str] = {}
    for file in ("place_names.csv", "places.csv"):
        with (seeds / file).open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                name = row["name"]
                if len(name) >= SHORTEST_PLACE and row.get("language") != "code":
                    found[tuple(name.lower().replace("’", "'").replace("-", " - ").split())] = row["place_id"]
    return found


def place_of(mention: Mention, paragraph: str, tokens: Sequence[Token], words: Words) -> str:
    """Return a place the paragraph names, as printed: the nearest one the seeds know, else one after "in"."""
    known = place_names()
    found: list[tuple[int, int, int]] = []
    for at, token in enumerate(tokens):
        if not token.is_capital:
            continue
        for length in range(min(LONGEST_PLACE, len(tokens) - at), 0, -1):
            if tuple(each.text for each in tokens[at : at + length]) in known:
                found.append((_distance(mention, at, tokens), at, at + length))
                break
    if found:
        _, start, end = min(found)
        return _cut(paragraph, tokens, (start, end))
    return _place_after(mention, paragraph, tokens, words)


def _distance(mention: Mention, at: int, tokens: Sequence[Token]) -> int:
    """How far a token is from a mention; one in another sentence is farther than any in its own."""
    other_sentence = 1_000 * (tokens[at].sentence != tokens[mention.start].sentence)
    return other_sentence + abs(at - mention.start)


def _place_after(mention: Mention, paragraph: str, tokens: Sequence[Token], words: Words) -> str:
    spans: list[tuple[int, int, int]] = []
    for at, token in enumerate(tokens[:-1]):
        start = at + 1
        if not words["place_before"].length_at(tokens, at) or not token.text:
            continue
        end = start
        while end < len(tokens) and (tokens[end].is_capital or (tokens[end].text == "-" and end > start)):
            end += 1
        if end > start and not words.not_counted("date").length_at(tokens, start):
            spans.append((_distance(mention, start, tokens), start, end))
    if not spans:
        return ""
    _, start, end = min(spans)
    return _cut(paragraph, tokens, (start, end))
