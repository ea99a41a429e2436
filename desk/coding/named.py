"""Which entries of a lookup a paragraph names, by any name the lookups know: the nearest to a figure first."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from common.layout import SEEDS
from desk.coding.fields import OTHER_NAMES, choices_of, resolved

WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
SENTENCE_END = re.compile(r"[.!?\u061f\u06d4][\"'\u201d\u2019\u00bb)\]]*\s")
# Shorter names would be found in other words, unless they are written in capitals: UN.
SHORTEST, LONGEST = 4, 10
# As many letters tell that two words are of one name: Syria and Syrian, Russia and Russian.
STEM = 5
# A word of more names than these is one of their kind: forces, district, university.
MOST_SHARED = 2


def sentence_around(paragraph: str, at: int) -> tuple[int, int]:
    """Return where the sentence around a character begins and ends."""
    ends = [match.end() for match in SENTENCE_END.finditer(paragraph)]
    return max((end for end in ends if end <= at), default=0), min((end for end in ends if end > at), default=10**9)


def named_in(list_name: str, paragraph: str, at: int) -> list[str]:
    """Return the ids of what the sentence around character ``at`` names, nearest first, then of the paragraph's."""
    first, last = sentence_around(paragraph, at)
    found = sorted(
        (not first <= start < last, abs(start - at), entry) for start, entry in _names_at(list_name, paragraph)
    )
    return list(dict.fromkeys(entry for _, _, entry in found))


def sentence_of(paragraph: str, at: int) -> str:
    """Return the sentence around a character."""
    first, last = sentence_around(paragraph, at)
    return paragraph[first:last]


def meant_by(list_name: str, printed: str) -> str:
    """Return the id of what a text prints ("the Syrian Observatory for Human Rights (SOHR)"), or nothing."""
    found = resolved(list_name, " ".join(printed.split()).removeprefix("the ").removeprefix("The "))
    if any(each.id == found for each in choices_of(list_name)) and len(printed) >= SHORTEST:
        return found
    return next(iter(named_in(list_name, printed, 0)), "")


def alike(list_name: str, text: str, entry: str) -> int:
    """Return how many words of an entry's name a text has, by their beginnings; words of many names do not count."""
    words = {word[:STEM] for word in _words(text)}
    return len(_own_words(list_name).get(entry, frozenset()) & words)


@cache
def _own_words(list_name: str) -> dict[str, frozenset[str]]:
    """Return the beginnings of the longer words that tell an entry from the others of its list."""
    words = {
        each.id: {word[:STEM] for word in _words(each.name) if len(word) >= STEM} for each in choices_of(list_name)
    }
    often = Counter(word for each in words.values() for word in each)
    return {entry: frozenset(word for word in each if often[word] <= MOST_SHARED) for entry, each in words.items()}


def forget_names() -> None:
    """Read the names anew: a lookup has a new row."""
    _names.cache_clear()
    _own_words.cache_clear()


def _names_at(list_name: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield where each name begins and whose it is; of names that overlap the longest."""
    names = _names(list_name)
    places = [match.start() for match in WORD.finditer(text)]
    words = _words(text)
    step = 0
    while step < len(words):
        lengths = range(min(LONGEST, len(words) - step), 0, -1)
        length = next((each for each in lengths if words[step : step + each] in names), 0)
        # Places and sources have names, populations and causes are words.
        if length and (list_name not in OTHER_NAMES or not text[places[step]].islower()):
            yield places[step], names[words[step : step + length]]
        step += max(length, 1)


@cache
def _names(list_name: str, seeds: Path = SEEDS) -> dict[tuple[str, ...], str]:
    """Return the entry of every name of a lookup, and of every other name it has, by its words."""
    told = [(each.name.partition(" (")[0], each.id) for each in choices_of(list_name)]
    if list_name in OTHER_NAMES:
        file_name, key = OTHER_NAMES[list_name]
        with (seeds / file_name).open(encoding="utf-8-sig", newline="") as file:
            told += [(row["name"], row[key]) for row in csv.DictReader(file) if row.get("language") != "code"]
    found: dict[tuple[str, ...], str] = {}
    for name, entry in told:
        words = _words(name)
        words = words[1:] if words[:1] == ("the",) else words
        if words and (len(name) >= SHORTEST or name.isupper()):
            found.setdefault(words, entry)
    return found


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("\u2019", "'").removesuffix("'s") for word in WORD.findall(text.casefold()))
