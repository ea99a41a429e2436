"""The letters that another engine is given are those that DuckDB makes others of."""

from ingest.engines import letters


def test_the_letters_are_those_of_duckdb() -> None:
    assert letters.TARGET.read_text(encoding="utf-8") == letters.text(), "run: python -m ingest.engines.letters"


def test_no_letter_ends_the_text_it_stands_in() -> None:
    assert not {"'", "\\", "\n"} & {each for pair in letters.pairs() for each in pair}
