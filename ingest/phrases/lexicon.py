"""The words of a language with which numbers are told: ``seeds/lexicons/<language>.csv``, a table a translator edits.

A row says what its words are (``kind``), what they mean (``meaning``) and how they are written (``words``, parted by a
bar). What is in no lexicon is not known: a language is data, and the grammar beside this module knows none by name.
"""

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from common.layout import SEEDS
from ingest.errors import CannotRunError, did_you_mean, quoted
from ingest.files import shown_path
from ingest.record.lookups import read_vocabulary

LEXICONS = SEEDS / "lexicons"
COLUMNS = ("kind", "meaning", "words", "note")
# What a row's words are, by what its meaning must be: a number, a hedge, one of some words, or nothing.
NUMBER_KINDS = {
    "number": "a number that adds up with others: one, twenty, doscientos",
    "scale": "multiplies what stands before it: hundred, thousand, million",
    "dozen": "a unit of counting, alone with an article: dozen",
    "about_dozen": "such a unit that says about: dizaine, centenar",
    "fraction": "the denominator of a fraction: third is 3",
    "share": "a share in percent: mitad is 50",
    "multiple": "says how many events or people the noun behind it stands for: twin, double",
    "twins": "a noun that stands for so many: twins; Arabic duals",
    "ordinal": "first, second, seventh",
    "suffix": "a multiplier written on digits: 15k",
}
HEDGE_KINDS = {
    "before": "hedges the number behind it: more than",
    "loose": "hedges a number behind it, and is also a preposition or an adjective: over, about",
    "behind": "hedges the number before it: or more",
    "adjacent": "hedges the number right before it: plus, and over",
    "both": "hedges the number behind it or before it: at least",
    "vague": "stands for no number: dozens, several",
}
WORD_KINDS = {
    "joiner": ("hundreds", "tens", "any"),
    "glued": ("and", "always", "article"),
    "thousands": ("",),
    "decimals": ("",),
}
PLAIN_KINDS = {
    "percent": "behind a number, a share: percent",
    "one_behind": "one, behind a hundred or a thousand: ciento un",
    "and_half": "half of the scale more: and a half",
    "doubt": "hedges a number in a way that is no hedge of ours: possibly",
    "no_figure": "names no number and is no figure: a number of, numerous",
    "negation": "turns a hedge round: not",
    "filler": "may stand between a hedge and its number: another, the",
    "between": "begins a range: between",
    "and": "joins the two numbers of a range begun by between",
    "from": "before the first number of a range or of a change",
    "to": "before the second number of a range or of a change",
    "or": "joins two alternatives: seven or eight",
    "change": "a change from one number to another: rose, increase",
    "former": "before a number that was: up from",
    "by": "before the size of a change: rose by 5",
    "increment": "before a number that comes on top: another",
    "increment_behind": "behind a number that comes on top: more",
    "article": "one of something: a, an",
    "the": "the",
    "possessive": "his, her, their",
    "nobody": "none, no",
    "of": "of",
    "after_share": "what stands behind a fraction that is a share: of, are",
    "ordinal_ending": "written on digits, an ordinal: 7th",
    "closing": "closes the time an ordinal counts: this month",
    "strong": "behind a number and a dash; the number counts all the same: 40-strong",
    "within": "closes the time an ordinal counts, with a unit of time: in two days",
    "unit": "what is counted is no person and no event: days, kilometres",
    "event": "an event that twin or double can stand before: bombing",
    "person": "one person: brother, general",
    "person_or_adjective": "one person, where no noun follows: rebel, official",
    "not_one": "a noun in the singular that is not one person or event: family",
    "participle": "what became of somebody, behind the noun: killed; alone it is more than one: the dead",
    "head_end": "ends the noun that an article stands before: of, who",
    "not_a_count": "holds a number word and counts nothing: no one",
    "comparative": "behind times or twice, a comparison: as many as",
    "times": "twice, times",
    "uncounted": "what a number in front of counts is no figure: body bags",
    "out_of": "between the two numbers of a share: two out of three",
    "one_in": "such a word that is also another: one in three",
    "plural_endings": "a noun that ends so is more than one",
    "money": "a currency",
}
KINDS = {*NUMBER_KINDS, *HEDGE_KINDS, *WORD_KINDS, *PLAIN_KINDS}
SIGNS = {"space": " ", "comma": ",", "point": ".", "apostrophe": "'", "arabic_thousands": "٬", "arabic_decimal": "٫"}
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
            parts = tuple(normal_word(each).replace("-", " ").split())
            if parts:
                by_first.setdefault(parts[0], []).append((parts, meaning))
                by_first[parts[0]].sort(key=lambda entry: -len(entry[0]))
                self.vocabulary.update(parts)

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

    CannotRunError names the file and line of a row that cannot be right.
    """
    base = base_language(language)
    path = folder / f"{base}.csv"
    if not re.fullmatch(r"[a-z]{2,3}", base) or not path.is_file():
        raise NoLexiconError(f"no lexicon for {language or 'no language'}")
    lexicon = Lexicon(base)
    for line, row in _rows(path):
        _refuse(path, line, row)
        lexicon.add(row["kind"], row["meaning"], row["words"])
    return lexicon


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [(reader.line_num, {name: (row[name] or "").strip() for name in COLUMNS}) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise CannotRunError(
            f"{shown_path(path)} cannot be read: {error!r}; its columns are {', '.join(COLUMNS)}."
        ) from error
    return rows


def _refuse(path: Path, line: int, row: dict[str, str]) -> None:
    """Raise CannotRunError where a row has a kind or a meaning that does not exist, or no words."""
    objection = _objection(row)
    if objection:
        raise CannotRunError(f"{shown_path(path)}:{line}: {objection}.")


def _objection(row: dict[str, str]) -> str:
    kind, meaning = row["kind"], row["meaning"]
    if kind not in KINDS:
        return f"the kind {quoted(kind)} does not exist{did_you_mean(kind, KINDS)}"
    if not row["words"]:
        return "there are no words"
    return _meaning_objection(kind, meaning) or _sign_objection(row)


def _meaning_objection(kind: str, meaning: str) -> str:
    if kind in NUMBER_KINDS and _number(meaning) is None:
        return f"the meaning {quoted(meaning)} is no number"
    if kind in HEDGE_KINDS:
        return _hedge_objection(kind, meaning)
    if kind in WORD_KINDS and meaning not in WORD_KINDS[kind]:
        return f"the meaning {quoted(meaning)} is not one of {', '.join(WORD_KINDS[kind])}"
    return ""


def _sign_objection(row: dict[str, str]) -> str:
    if row["kind"] in ("thousands", "decimals"):
        unknown = [word for word in row["words"].split("|") if word not in SIGNS]
        return f"{quoted(unknown[0])} is not one of {', '.join(SIGNS)}" if unknown else ""
    return ""


def _hedge_objection(kind: str, meaning: str) -> str:
    needs = read_vocabulary().hedge_needs
    wanted = "nothing" if kind == "vague" else "value"
    choices = [hedge_id for hedge_id, need in needs.items() if need == wanted]
    if meaning in choices:
        return ""
    return f"the meaning {quoted(meaning)} is no hedge of a {kind} word{did_you_mean(meaning, choices)}"


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def hedge_words(language: str, kinds: Sequence[str] = ("before", "loose", "both")) -> list[tuple[str, str]]:
    """The words of these kinds, each with the hedge it means."""
    entries = lexicon_of(language).entries
    return [
        (" ".join(words), meaning)
        for kind in kinds
        for listed in entries.get(kind, {}).values()
        for words, meaning in listed
    ]
