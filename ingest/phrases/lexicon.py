"""The words of a language with which numbers are told: ``lexicons/<language>.csv``, a table that a translator edits.

What is in no lexicon is not known: a language is data, and the grammar beside this module knows none by name.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ingest.errors import CannotRunError
from ingest.phrases.lexicon_rows import LEXICONS, SIGNS, read_rows

# Marks that are written or left out at will: Arabic vowel signs and the stretching line; letters with two spellings.
UNWRITTEN = re.compile("[\u0640\u064b-\u065f\u0670]")
SPELLINGS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ё": "е", "ʼ": "'", "’": "'"}
)

Entry = tuple[tuple[str, ...], str]


class NoLexiconError(ValueError):
    """There is no lexicon for this language; the text says which."""


def normal_word(word: str) -> str:
    """Return a word as it is compared: small letters, composed accents, one spelling of each Arabic letter."""
    return unicodedata.normalize("NFC", UNWRITTEN.sub("", word)).lower().translate(SPELLINGS)


@dataclass
class Lexicon:
    """The words of one language, by kind and first word, the longest first."""

    language: str
    entries: dict[str, dict[str, list[Entry]]] = field(default_factory=dict)
    vocabulary: set[str] = field(default_factory=set)

    def add(self, kind: str, meaning: str, words: str) -> None:
        """Enter the words of a row, parted by bars; a hyphen in them may stand in a text or not."""
        by_first = self.entries.setdefault(kind, {})
        for each in words.split("|"):
            parts = tuple(self._parts(each)) if kind != "glued" else (normal_word(each),)
            if parts:
                by_first.setdefault(parts[0], []).append((parts, meaning))
                by_first[parts[0]].sort(key=lambda entry: -len(entry[0]))
                self.vocabulary.update(parts)

    def _parts(self, words: str) -> list[str]:
        """The words as a text has them: apart at hyphens and points, and behind what a language elides (l'un)."""
        parts = normal_word(words).replace("-", " ").replace(".", " . ").split()
        elided = self.particles("always")
        return [piece for part in parts for piece in _apart(part, elided)]

    def words(self, kind: str) -> frozenset[str]:
        """The words of a kind, several written with spaces."""
        return frozenset(" ".join(entry[0]) for listed in self.entries.get(kind, {}).values() for entry in listed)

    def meaning(self, kind: str, word: str) -> str | None:
        """What one word means as this kind, None where it is none."""
        found = [meaning for words, meaning in self.entries.get(kind, {}).get(word, ()) if words == (word,)]
        return found[0] if found else None

    def signs(self, kind: str) -> frozenset[str]:
        """The signs that part thousands or decimals."""
        return frozenset(SIGNS[word] for word in self.words(kind))

    def particles(self, meaning: str = "") -> tuple[str, ...]:
        """What is written as one with the word behind it, the longest first."""
        found = [
            entry for listed in self.entries.get("glued", {}).values() for entry in listed if meaning in ("", entry[1])
        ]
        return tuple(sorted(("".join(words) for words, _ in found), key=len, reverse=True))


def _apart(word: str, elided: Sequence[str]) -> list[str]:
    begun = next((particle for particle in elided if word.startswith(particle) and word != particle), "")
    return [begun, word.removeprefix(begun)] if begun else [word]


def base_language(tag: str) -> str:
    """Return the language of a tag: es of es-MX."""
    return tag.partition("-")[0].lower()


def languages(folder: Path = LEXICONS) -> list[str]:
    """The languages that have a lexicon."""
    return sorted(path.stem for path in folder.glob("*.csv"))


def has_lexicon(language: str) -> bool:
    """Whether numbers in this language can be read."""
    return base_language(language) in languages()


@cache
def lexicon_of(language: str, folder: Path = LEXICONS) -> Lexicon:
    """Return the lexicon of a language tag; NoLexiconError where there is none.

    CannotRunError names the file, line and column of what cannot be right in it.
    """
    base = base_language(language)
    path = folder / f"{base}.csv"
    if not re.fullmatch(r"[a-z]{2,3}", base) or not path.is_file():
        raise NoLexiconError(f"no lexicon for {language or 'no language'}")
    lexicon = Lexicon(base)
    rows, problems = read_rows(path)
    if problems:
        raise CannotRunError(f"{problems[0]}. The numbers of {base} cannot be read.")
    for row in rows:
        lexicon.add(row.text("kind") or "", row.text("meaning") or "", row.text("words") or "")
    return lexicon


def hedge_words(language: str, kinds: Sequence[str] = ("before", "loose", "both")) -> list[tuple[str, str]]:
    """The words of these kinds, each with the hedge it means."""
    entries = lexicon_of(language).entries
    return [
        (" ".join(words), meaning)
        for kind in kinds
        for listed in entries.get(kind, {}).values()
        for words, meaning in listed
    ]
