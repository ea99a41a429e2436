"""The lexicons: every word does what its row says, and a row that cannot be right is told by file and line."""

from decimal import Decimal
from pathlib import Path

import pytest

from ingest.errors import CannotRunError
from ingest.phrases.lexicon import NoLexiconError, has_lexicon, hedge_words, languages, lexicon_of
from ingest.phrases.lexicon_rows import KINDS, lexicon_problems
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
        ("befor,at_least,no less than,\n", "xx.csv:2:1 kind: the kind 'befor' does not exist (did you mean 'before'?)"),
        ("before,atleast,no less than,\n",
         "xx.csv:2:8 meaning: 'atleast' is no hedge of a before word (seeds/hedges.csv) (did you mean 'at_least'?)"),
        ("vague,at_least,dozens,\n", "xx.csv:2:7 meaning: 'at_least' is no hedge of a vague word (seeds/hedges.csv)"),
        ("filler,,the,\nnumber,seven,sieben,\n", "xx.csv:3:8 meaning: 'seven' is no number"),
        ("number,7,,\n", "xx.csv:2:10 words: must not be empty"),
        ("filler,7,the,\n", "xx.csv:2:8 meaning: words of the kind filler have none"),
        ("thousands,,dot,\n",
         "xx.csv:2:12 words: 'dot' is not one of space, comma, point, apostrophe, arabic_thousands, arabic_decimal"),
        ("number,6,six,\nnumber,7,seven|six,\n", "xx.csv:3:10 words: 'six' means '6' in line 2, as the same kind"),
        ("joiner,both,and,\n", "xx.csv:2:8 meaning: 'both' is not one of hundreds, tens, any"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_right_is_told_at_its_cell(tmp_path: Path, rows: str, message: str) -> None:
    (tmp_path / "xx.csv").write_text(HEADER + rows, encoding="utf-8")
    assert [str(problem).rpartition("/")[2] for problem in lexicon_problems(tmp_path)] == [message.rpartition("/")[2]]
    with pytest.raises(CannotRunError, match=r"xx\.csv:\d+:\d+ .* The numbers of xx cannot be read\."):
        lexicon_of("xx", tmp_path)


def test_a_file_without_its_columns_is_told(tmp_path: Path) -> None:
    (tmp_path / "xx.csv").write_text("word,means\nseven,7\n", encoding="utf-8")
    told = [problem.message for problem in lexicon_problems(tmp_path)]
    assert told == ["this is not the header: make the first line kind,meaning,words,note"]


def test_the_lexicons_have_no_problems() -> None:
    assert lexicon_problems() == []


@pytest.mark.parametrize("language", ["so", "de-AT", "", "../en", "EN_"])
def test_a_language_without_a_file_has_no_lexicon(language: str) -> None:
    assert not has_lexicon(language)
    with pytest.raises(NoLexiconError):
        lexicon_of(language)


def test_every_kind_is_used_somewhere() -> None:
    used = {kind for language in languages() for kind in lexicon_of(language).entries}
    assert used == set(KINDS)
