"""The rows of a lexicon: what kinds of words there are, what each means, and what is wrong in a row.

A row says what its words are (``kind``), what they mean (``meaning``) and how they are written (``words``, parted by a
bar); ``note`` is for who reads the table.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ingest.errors import Problem, did_you_mean, quoted
from ingest.record.columns import MOST_IN_A_NOTE, Column, TableSchema
from ingest.record.lookups import read_vocabulary
from ingest.record.table import Row, read_table_file

LEXICONS = Path(__file__).parent / "lexicons"
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
    "joiner": "the and within a number: behind hundreds (two hundred and three), or before units (treinta y dos)",
    "glued": "written as one with the next word: an and, what is always taken off (d'une), an article or a preposition",
}
WORD_MEANINGS = {"joiner": ("hundreds", "tens", "any"), "glued": ("and", "always", "article")}
PLAIN_KINDS = {
    "thousands": "the signs that part thousands: space, comma, point, apostrophe, arabic_thousands",
    "decimals": "the signs that part decimals: point, comma, arabic_decimal",
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
    "pronoun": "his, her, their, where a single person needs no such word: его",
    "nobody": "none, no",
    "of": "of",
    "after_share": "what stands behind a fraction that is a share: of, are",
    "ordinal_ending": "written on digits, an ordinal: 7th",
    "closing": "closes the time an ordinal counts: this month",
    "strong": "behind a number and a dash; the number counts all the same: 40-strong",
    "age": "before a number that is an age: aged",
    "within": "closes the time an ordinal counts, with a unit of time: in two days",
    "unit": "what is counted is no person and no event: days, kilometres",
    "event": "an event that twin or double can stand before: bombing",
    "person": "one person: brother, general",
    "person_alone": "one person without an article, in a language that has none: طفل, ребенок",
    "person_or_adjective": "one person, where no noun follows: rebel, official",
    "not_one": "a noun in the singular that is not one person or event: family",
    "participle": "what became of somebody, behind the noun: killed; alone it is more than one: the dead",
    "head_end": "ends the noun that an article stands before: of, who",
    "not_a_count": "holds a number word and counts nothing: no one",
    "comparative": "behind times or twice, a comparison: as many as",
    "times": "twice, times",
    "rate": "behind a number, so many a time: a day, per week",
    "not_rate": "begins like such a word and is none: a day earlier",
    "together": "before a number of people who were with somebody: along with",
    "uncounted": "what a number in front of counts is no figure: body bags",
    "out_of": "between the two numbers of a share: two out of three",
    "one_in": "such a word that is also another: one in three",
    "plural_endings": "a noun that ends so is more than one",
    "money": "a currency",
}
KINDS = NUMBER_KINDS | HEDGE_KINDS | WORD_KINDS | PLAIN_KINDS
SIGNS = {"space": " ", "comma": ",", "point": ".", "apostrophe": "'", "arabic_thousands": "٬", "arabic_decimal": "٫"}
COLUMNS = (
    Column("kind", "text"),
    Column("meaning", "text", is_required=False),
    Column("words", "text", most_characters=MOST_IN_A_NOTE),
    Column("note", "text", is_required=False),
)


def read_rows(path: Path) -> tuple[list[Row], list[Problem]]:
    """Read a lexicon; return its rows and every problem of its cells, sorted by line and column."""
    # No line begins like a row behind a stray quote: the cells are words of any language.
    table = read_table_file(TableSchema(path.name, COLUMNS, re.compile(r"(?!)")), path, read_vocabulary())
    problems = [*table.problems, *(problem for row in table.rows for problem in _row_problems(row))]
    problems += _contradictions(table.rows)
    return table.rows, sorted(problems)


def lexicon_problems(folder: Path = LEXICONS) -> list[Problem]:
    """Return what is wrong in any lexicon, by file, line and column."""
    return [problem for path in sorted(folder.glob("*.csv")) for problem in read_rows(path)[1]]


def _row_problems(row: Row) -> Iterator[Problem]:
    kind, meaning, words = row.text("kind") or "", row.text("meaning") or "", row.text("words") or ""
    if kind and kind not in KINDS:
        yield row.problem("kind", f"the kind {quoted(kind)} does not exist{did_you_mean(kind, KINDS)}")
    elif objection := _meaning_objection(kind, meaning):
        yield row.problem("meaning", objection)
    if kind in ("thousands", "decimals"):
        unknown = [word for word in words.split("|") if word not in SIGNS]
        for word in unknown:
            yield row.problem("words", f"{quoted(word)} is not one of {', '.join(SIGNS)}{did_you_mean(word, SIGNS)}")


def _contradictions(rows: Sequence[Row]) -> Iterator[Problem]:
    """A word that means one thing here and another there, as the same kind of word."""
    told: dict[tuple[str, str], Row] = {}
    for row in rows:
        for word in (row.text("words") or "").split("|"):
            first = told.setdefault((row.text("kind") or "", word.strip().lower()), row)
            if first.text("meaning") != row.text("meaning"):
                meaning = quoted(first.text("meaning") or "")
                yield row.problem("words", f"{quoted(word)} means {meaning} in line {first.line}, as the same kind")


def _meaning_objection(kind: str, meaning: str) -> str:
    """Why the meaning is none of this kind, empty where it is."""
    if kind in NUMBER_KINDS:
        return "" if _is_number(meaning) else f"{quoted(meaning)} is no number"
    if kind in HEDGE_KINDS:
        needs = read_vocabulary().hedge_needs
        wanted = "nothing" if kind == "vague" else "value"
        choices = [hedge_id for hedge_id, need in needs.items() if need == wanted]
        hint = did_you_mean(meaning, choices)
        return "" if meaning in choices else f"{quoted(meaning)} is no hedge of a {kind} word (seeds/hedges.csv){hint}"
    choices = list(WORD_MEANINGS.get(kind, ("",)))
    if meaning in choices:
        return ""
    return (
        f"{quoted(meaning)} is not one of {', '.join(choices)}"
        if any(choices)
        else f"words of the kind {kind} have none"
    )


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
