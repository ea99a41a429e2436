"""The lexicons: every word does what its row says, and a row that cannot be right is told by file and line."""

from decimal import Decimal
from pathlib import Path

import pytest

from ingest.errors import CannotRunError
from ingest.phrases.lexicon import KINDS, NoLexiconError, has_lexicon, hedge_words, languages, lexicon_of
from ingest.phrases.parse import NumberReading, read_number_phrase

HERE = Path(__file__).parent
HEADER = "kind,meaning,words,note\n"


def words_of(kind: str) -> list[tuple[str, str, str]]:
    """Every word of a kind, with its language and what it means."""
    return [(language, word, meaning) for language in languages() for word, meaning in hedge_words(language, [kind])]


def cardinals() -> list[tuple[str, str, str]]:
    """Every number word of every language that stands for a whole number."""
    return [each for each in words_of("number") if Decimal(each[2]) % 1 == 0]


def test_the_languages_are_those_asked_for_and_each_has_its_table_of_cases() -> None:
    assert {"ar", "en", "es", "fr", "ru", "uk"} <= set(languages())
    assert languages() == sorted(path.stem for path in (HERE / "lexicons").glob("*.csv"))


@pytest.mark.parametrize(("language", "word", "hedge_id"), words_of("before") + words_of("loose") + words_of("both"))
def test_a_word_before_a_number_hedges_it(language: str, word: str, hedge_id: str) -> None:
    assert read_number_phrase(f"{word} 200", language) == NumberReading(hedge_id, Decimal(200))


@pytest.mark.parametrize(("language", "word", "hedge_id"), words_of("behind") + words_of("adjacent") + words_of("both"))
def test_a_word_behind_a_number_hedges_it(language: str, word: str, hedge_id: str) -> None:
    assert read_number_phrase(f"200 {word}", language) == NumberReading(hedge_id, Decimal(200))


@pytest.mark.parametrize(("language", "word", "hedge_id"), words_of("vague"))
def test_a_word_that_stands_for_no_number_reads_as_its_hedge(language: str, word: str, hedge_id: str) -> None:
    assert read_number_phrase(word, language) == NumberReading(hedge_id)


@pytest.mark.parametrize(("language", "word", "number"), cardinals())
def test_a_number_word_reads_as_its_number(language: str, word: str, number: str) -> None:
    assert read_number_phrase(word, language).value == Decimal(number)


@pytest.mark.parametrize(("language", "word", "number"), words_of("share"))
def test_a_share_reads_in_percent(language: str, word: str, number: str) -> None:
    assert read_number_phrase(word, language) == NumberReading("share", Decimal(number))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("befor,at_least,no less than,\n", "xx.csv:2: the kind 'befor' does not exist (did you mean 'before'?)."),
        ("before,atleast,no less than,\n", "xx.csv:2: the meaning 'atleast' is no hedge of a before word"),
        ("vague,at_least,dozens,\n", "xx.csv:2: the meaning 'at_least' is no hedge of a vague word"),
        ("filler,,the,\nnumber,seven,sieben,\n", "xx.csv:3: the meaning 'seven' is no number."),
        ("number,7,,\n", "xx.csv:2: there are no words."),
        ("thousands,,dot,\n", "xx.csv:2: 'dot' is not one of space, comma, point"),
        ("joiner,both,and,\n", "xx.csv:2: the meaning 'both' is not one of hundreds, tens, any."),
    ],
)
def test_a_row_that_cannot_be_right_is_told_by_file_and_line(tmp_path: Path, rows: str, message: str) -> None:
    (tmp_path / "xx.csv").write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(CannotRunError) as error:
        lexicon_of("xx", tmp_path)
    assert message in str(error.value)


def test_a_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "xx.csv").write_text("word,means\nseven,7\n", encoding="utf-8")
    with pytest.raises(CannotRunError, match="its columns are kind, meaning, words, note"):
        lexicon_of("xx", tmp_path)


@pytest.mark.parametrize("language", ["so", "de-AT", "", "../en", "EN_"])
def test_a_language_without_a_file_has_no_lexicon(language: str) -> None:
    assert not has_lexicon(language)
    with pytest.raises(NoLexiconError):
        lexicon_of(language)


def test_every_kind_is_used_somewhere() -> None:
    used = {kind for language in languages() for kind in lexicon_of(language).entries}
    assert used == set(KINDS)
