"""The words of a language, read once from words/<language>.yml, and how they are found among tokens."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from desk.finder.tokens import Token

FOLDER = Path(__file__).parent / "words"


class PhraseSet:
    """Words and phrases, found at a place among tokens; the longest wins."""

    def __init__(self, listed: str | Iterable[str]) -> None:
        """Take words parted by spaces; a phrase of several words is written with underscores."""
        entries = listed.split() if isinstance(listed, str) else list(listed)
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for entry in entries:
            words = tuple(word for word in entry.split("_") if word)
            self._by_first.setdefault(words[0], []).append(words)
        for phrases in self._by_first.values():
            phrases.sort(key=len, reverse=True)
        # By their last words, since a phrase that ends somewhere is asked for as often as one that begins.
        lengths: dict[str, set[int]] = {}
        for phrase in (each for phrases in self._by_first.values() for each in phrases):
            lengths.setdefault(phrase[-1], set()).add(len(phrase))
        self._lengths_by_last = {word: sorted(each, reverse=True) for word, each in lengths.items()}

    def length_at(self, tokens: Sequence[Token], at: int) -> int:
        """Return how many tokens of a phrase begin here, 0 where none does."""
        if not 0 <= at < len(tokens):
            return 0
        for words in self._by_first.get(tokens[at].text, ()):
            end = at + len(words)
            if end <= len(tokens) and all(tokens[at + step].text == word for step, word in enumerate(words)):
                return len(words)
        return 0

    def length_before(self, tokens: Sequence[Token], end: int) -> int:
        """Return how many tokens of a phrase end just before this place, 0 where none does."""
        if not 0 < end <= len(tokens):
            return 0
        for length in self._lengths_by_last.get(tokens[end - 1].text, ()):
            if length <= end and self.length_at(tokens, end - length) == length:
                return length
        return 0

    def __contains__(self, word: str) -> bool:
        """Whether a single word is in the set."""
        return (word,) in self._by_first.get(word, ())


@dataclass(frozen=True)
class Words:
    """The words of one language: sets by name, and the sets of each measure by name.

    ``things`` are those that have measures of their own (drones, missiles, homes), ``fates`` the words by which each of
    these measures is told, by thing.
    """

    language: str
    sets: Mapping[str, PhraseSet]
    measures: Mapping[str, Mapping[str, PhraseSet]]
    attacks: Mapping[str, PhraseSet]
    things: Mapping[str, PhraseSet]
    fates: Mapping[str, Mapping[str, PhraseSet]]
    no_figure: Mapping[str, PhraseSet]
    populations: Mapping[str, PhraseSet]
    counting: Mapping[str, PhraseSet]
    causes: Mapping[str, PhraseSet]
    weekdays: tuple[str, ...]
    is_by_nearness: bool
    demonym: re.Pattern[str]
    demonym_one: re.Pattern[str]

    def __getitem__(self, name: str) -> PhraseSet:
        """Return a set by its name; an empty one where this language has none of it."""
        return self.sets.get(name, EMPTY)

    @property
    def is_verb_first(self) -> bool:
        """Whether a verb stands before what it is said of, as in Arabic."""
        return "verb_first" in self.sets

    def not_counted(self, name: str) -> PhraseSet:
        """Return a list of what is no figure; an empty one where this language has none."""
        return self.no_figure.get(name, EMPTY)

    def of_measure(self, measure_id: str, name: str) -> PhraseSet:
        """Return a set of a measure; an empty one where it has none."""
        return self.measures[measure_id].get(name, EMPTY)


EMPTY = PhraseSet("")


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that have words, by their two letters."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yml")))


@cache
def words_of(language: str) -> Words:
    """Read the words of a language; KeyError where there are none."""
    path = FOLDER / f"{language}.yml"
    if not path.is_file():
        raise KeyError(language)
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Words(
        language,
        {
            name: PhraseSet(listed)
            for name, listed in data.items()
            if isinstance(listed, str) and not name.startswith("demonym")
        },
        {measure: _sets(listed) for measure, listed in data["measures"].items()},
        _sets(data.get("attacks", {})),
        _sets(data.get("things", {})),
        {thing: _sets(listed) for thing, listed in data.get("fates", {}).items()},
        _sets(data.get("no_figure", {})),
        _sets(data.get("populations", {})),
        _sets(data.get("counting", {})),
        _sets(data.get("causes", {})),
        tuple(data.get("weekdays", "").split()),
        "by_nearness" in data,
        re.compile(data.get("demonym", "(?!)") + "$"),
        re.compile(data.get("demonym_one", "(?!)") + "$"),
    )


def _sets(listed: Mapping[str, str]) -> dict[str, PhraseSet]:
    return {name: PhraseSet(words) for name, words in listed.items()}
