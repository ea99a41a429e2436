"""Number phrases: a table of cases, a table of refusals, and every number read back as it was written."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.phrases.lexicon import hedge_words, languages
from ingest.phrases.parse import NumberReading, UnreadablePhraseError, read_number_phrase
from ingest.record.lookups import read_vocabulary

HERE = Path(__file__).parent
SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL, TENS = SMALL_WORDS.split(), TENS_WORDS.split()
SEPARATORS = ["", ",", " ", "\u00a0", "\u202f", "'", "\u2019"]
HEDGE_WORDS = hedge_words("en")
VAGUE_WORDS = hedge_words("en", ["vague"])


def table() -> list[dict[str, str]]:
    """Return the cases of every language: a translator's table beside this file, one a lexicon."""
    rows = []
    for language in languages():
        with (HERE / "lexicons" / f"{language}.csv").open(encoding="utf-8", newline="") as file:
            rows += [row | {"language": language} for row in csv.DictReader(file)]
    return rows


def below_thousand(number: int) -> str:
    """Write a number below a thousand in words, as British English does."""
    if number < 20:
        return SMALL[number]
    if number < 100:
        return TENS[number // 10 - 2] + (f"-{SMALL[number % 10]}" if number % 10 else "")
    rest = f" and {below_thousand(number % 100)}" if number % 100 else ""
    return f"{SMALL[number // 100]} hundred{rest}"


def in_words(number: int) -> str:
    """Write a whole number below a thousand million in words."""
    pieces = []
    for scale, name in ((1_000_000, "million"), (1_000, "thousand")):
        if number >= scale:
            pieces.append(f"{below_thousand(number // scale)} {name}")
            number %= scale
    if number or not pieces:
        pieces.append(("and " if pieces and number < 100 else "") + below_thousand(number))
    return " ".join(pieces)


def in_digits(number: int, separator: str) -> str:
    """Write a whole number in digits, in groups of three."""
    return f"{number:,}".replace(",", separator)


def read(phrase: str) -> tuple[str, object]:
    """Return hedge and value of a phrase."""
    reading = read_number_phrase(phrase)
    return reading.hedge_id, reading.value


NUMBERS = st.integers(min_value=0, max_value=10_000_000)
CASES = [case for case in table() if not case["refusal"]]
REFUSALS = [case for case in table() if case["refusal"]]


def named(cases: list[dict[str, str]]) -> list[str]:
    """Return the names of cases."""
    return [f"{case['language']}: {case['phrase']}" for case in cases]


@pytest.mark.parametrize("case", CASES, ids=named(CASES))
def test_a_phrase_reads_as_the_table_of_its_language_says(case: dict[str, str]) -> None:
    value, low, high = (Decimal(case[name]) if case[name] else None for name in ("value", "low", "high"))
    reading = read_number_phrase(case["phrase"], case["language"])
    assert reading == NumberReading(case["hedge_id"], value, low, high)
    told = {
        reading.read_as: reading.read_as != "number",
        "increment": reading.is_increment,
        "former": reading.is_former,
    }
    assert {word for word, is_told in told.items() if is_told} == set(case["told"].split())


@pytest.mark.parametrize("case", REFUSALS, ids=named(REFUSALS))
def test_a_phrase_that_cannot_be_read_is_refused_with_the_reason(case: dict[str, str]) -> None:
    with pytest.raises(UnreadablePhraseError) as refusal:
        read_number_phrase(case["phrase"], case["language"])
    assert str(refusal.value) == case["refusal"]


def test_the_english_table_has_a_case_for_every_hedge() -> None:
    told = [case for case in CASES if case["language"] == "en"]
    assert {case["hedge_id"] for case in told} == set(read_vocabulary().hedge_needs)
    assert len(told) >= 120


@settings(deadline=None)
@given(NUMBERS, st.sampled_from(SEPARATORS))
def test_every_number_in_digits_reads_back(number: int, separator: str) -> None:
    assert read(f"{in_digits(number, separator)} people") == ("exact", number)


@settings(deadline=None)
@given(NUMBERS, st.booleans())
def test_every_number_in_words_reads_back(number: int, is_capital: bool) -> None:
    words = in_words(number)
    assert read(words.capitalize() if is_capital else words) == ("exact", number)


@settings(deadline=None)
@given(NUMBERS, st.sampled_from(HEDGE_WORDS), st.sampled_from(SEPARATORS), st.booleans())
def test_every_hedge_word_before_every_number_reads_back(
    number: int, hedge: tuple[str, str], separator: str, as_words: bool
) -> None:
    word, hedge_id = hedge
    text = in_words(number) if as_words else in_digits(number, separator)
    assert read(f"{word} {text} people") == (hedge_id, number)


@settings(deadline=None)
@given(st.integers(0, 9_999_999), st.integers(1, 1_000_000), st.sampled_from(["{} to {}", "between {} and {}"]))
def test_every_range_reads_back(low: int, distance: int, form: str) -> None:
    expected = NumberReading("between", None, Decimal(low), Decimal(low + distance))
    assert read_number_phrase(form.format(low, low + distance)) == expected
    words = in_words(low)
    try:
        # "one hundred thousand to two hundred thousand" keeps its own thousands.
        assert read_number_phrase(form.format(words, in_words(low + distance))) == expected
    except UnreadablePhraseError:
        # "between one hundred and one hundred and one" can be split in two ways: refused, never misread.
        assert "and" in form
        assert words.endswith(("hundred", "thousand", "million"))


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=100, places=2, allow_nan=False))
def test_every_percentage_reads_back(percent: Decimal) -> None:
    assert read(f"{percent} percent of them") == ("share", percent)


@pytest.mark.parametrize(("word", "hedge_id"), VAGUE_WORDS)
def test_every_word_without_a_number_reads_as_its_hedge(word: str, hedge_id: str) -> None:
    assert read(f"{word.capitalize()} of people") == (hedge_id, None)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_never_breaks_the_reader(text: str) -> None:
    try:
        read_number_phrase(text)
    except UnreadablePhraseError as refusal:
        assert str(refusal)
