"""Number phrases as documents print them: each proved by `verify`, and refused once a digit of it is another.

The phrases are put into a made text, one a paragraph, and coded in a made record, so that all of `verify` is asked: the
place of the phrase, its reading, and the comparison with the cells.
"""

from __future__ import annotations

import csv
import hashlib
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from stage import DOCUMENT, EPISODE, FIGURE, require

from ingest.curation.check import read_record
from ingest.curation.verify import verify_record
from ingest.phrases.lexicon import hedge_words
from ingest.record.columns import DOCUMENTS, FIGURES

SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
SMALL = SMALL_WORDS.split()
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NOUNS = ("people", "civilians", "children", "fighters", "dead", "families", "women and children", "airstrikes", "")
BEHIND = {"at_least": ("or more", "at least"), "at_most": ("or fewer", "at most"), "about": ("or so",)}
Bounds = tuple[str, str, str]


@dataclass(frozen=True)
class Printed:
    """A phrase with the cells it must be coded with, how it is written, and cells that are wrong by one digit."""

    phrase: str
    hedge_id: str
    value: str
    low: str
    high: str
    how: str


def in_words(number: int) -> str:
    """A whole number below a million in words; the ``and`` before the last two digits is British."""
    if number < 20:
        return SMALL[number]
    if number < 100:
        return TENS[number // 10 - 2] + (f"-{SMALL[number % 10]}" if number % 10 else "")
    scale, name = (1_000, "thousand") if number >= 1_000 else (100, "hundred")
    rest = number % scale
    joined = " and " if 0 < rest < 100 else " "
    return f"{in_words(number // scale)} {name}" + (joined + in_words(rest) if rest else "")


def written(rng: random.Random) -> tuple[str, int, str]:
    """A number as printed, its value, and in which way it is written."""
    way = rng.choice(("digits", "commas", "spaces", "words", "thousand", "million", "half", "dozen"))
    number = rng.choice((rng.randint(2, 99), rng.randint(100, 9_999), rng.randint(10_000, 999_999)))
    if way == "words":
        number = rng.choice((rng.randint(2, 99), rng.randint(100, 999), 1_000 * rng.randint(1, 99)))
        return in_words(number), number, way
    if way == "thousand":
        tenths = rng.randint(11, 999)
        return f"{tenths / 10:g} thousand", tenths * 100, way
    if way == "million":
        tenths = rng.randint(11, 99)
        return f"{tenths / 10:g} million", tenths * 100_000, way
    if way == "half":
        return "half a million", 500_000, way
    if way == "dozen":
        count = rng.randint(2, 9)
        return f"{SMALL[count]} dozen", 12 * count, way
    separator = {"digits": "", "commas": ",", "spaces": rng.choice((" ", "\u00a0", "\u202f"))}[way]
    return f"{number:,}".replace(",", separator), number, way


def printed(rng: random.Random) -> Printed:
    """Draw a phrase: bare, hedged before or behind, a range, a percentage."""
    form = rng.choice(("hedged", "hedged", "hedged", "behind", "bare", "range", "percent"))
    text, number, way = written(rng)
    noun = rng.choice(NOUNS)
    if form == "percent":
        share = rng.randint(1, 100)
        return Printed(
            f"{share}{rng.choice(('%', ' percent', ' per cent'))} of them", "share", f"{share}", "", "", form
        )
    if form == "range":
        low = rng.randint(2, 5_000)
        high = low + rng.randint(1, 5_000)
        pattern = rng.choice(("between {} and {}", "{} to {}", "{}–{}", "from {} to {}"))
        return Printed(f"{pattern.format(low, high)} {noun}".strip(), "between", "", f"{low}", f"{high}", form)
    word, hedge_id = "", "exact"
    if form == "hedged":
        word, hedge_id = rng.choice(hedge_words("en"))
        text = f"{word} {text}"
    elif form == "behind":
        hedge_id = rng.choice(list(BEHIND))
        text = f"{text} {rng.choice(BEHIND[hedge_id])}"
        noun = ""
    text = text[0].upper() + text[1:] if rng.random() < 0.3 else text
    return Printed(f"{text} {noun}".strip(), hedge_id, str(number), "", "", f"{form}, {way}")


def one_digit_changed(rng: random.Random, text: str) -> str:
    """The text with one of its digits another; it may not begin with a naught."""
    places = [at for at, character in enumerate(text) if character.isdigit()]
    at = rng.choice(places)
    others = [digit for digit in "0123456789" if digit != text[at] and not (digit == "0" and at == places[0])]
    return text[:at] + rng.choice(others) + text[at + 1 :]


def judge(folder: Path, rng: random.Random, count: int) -> Counter[str]:
    """Prove so many phrases, then change one digit of each; returns how many were proved and refused, by writing."""
    phrases = [each for each in (printed(rng) for _ in range(2 * count)) if len(each.phrase.split()) <= 8][:count]
    text = "".join(f"According to the monitor: {each.phrase}.\n" for each in phrases)
    rows = [
        FIGURE | {"figure_id": f"d-01-{at:05}", "paragraph": str(at), "phrase": each.phrase, "hedge_id": each.hedge_id,
                  "value": each.value, "low": each.low, "high": each.high, "kind": "count",
                  "part_of": "d-01-00000" if each.hedge_id == "share" else ""}
        for at, each in enumerate(phrases, 1)
    ]  # fmt: skip
    # What the shares are a share of.
    rows.insert(
        0, FIGURE | {"figure_id": "d-01-00000", "paragraph": str(len(phrases) + 1), "phrase": "a man", "value": "1"}
    )
    text += "It was a man.\n"
    told = _verify(folder, text, rows)
    require(not told, f"a phrase is not read as printed: {list(told.items())[:3]}")
    wrong = [rows[0], *(_spoilt(rng, row) for row in rows[1:])]
    refused = _verify(folder, text, wrong)
    missed = [row["phrase"] for line, row in enumerate(wrong[1:], 3) if line not in refused]
    require(not missed, f"one digit changed and nobody noticed: {missed[:3]}")
    require(2 not in refused, "the sound figure was refused")
    return Counter(each.how for each in phrases)


def _spoilt(rng: random.Random, row: dict[str, str]) -> dict[str, str]:
    """The row with one digit changed: in a number, or in the phrase where it has digits and nobody else's changes."""
    names = [name for name in ("value", "low", "high", "phrase") if any("0" <= c <= "9" for c in row[name])]
    name = rng.choice(names)
    return row | {name: one_digit_changed(rng, row[name])}


def _verify(folder: Path, text: str, rows: list[dict[str, str]]) -> dict[int, str]:
    """Return what `verify` says, by line of the figures; a record that cannot be read says so likewise."""
    episode = folder / EPISODE
    episode.mkdir(parents=True, exist_ok=True)
    (folder / "one.txt").write_text(text, encoding="utf-8")
    document = DOCUMENT | {"sha256": hashlib.sha256(text.encode()).hexdigest()}
    for sheet, lines in ((DOCUMENTS, [document]), (FIGURES, rows)):
        with (episode / sheet.file_name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, sheet.names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)
    record, problems = read_record([episode])
    result = verify_record(record, folder)
    return {problem.line: str(problem) for problem in [*result.problems, *problems]}
