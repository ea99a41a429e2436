"""One rule says what a number in plain digits is: the record, Python and DuckDB judge every text alike."""

from pathlib import Path

import duckdb
import pytest
from small_record import small_record

from ingest.text_checks.numbers import (
    is_plain,
    meaning,
    sql_is_plain,
    sql_is_whole,
    sql_reason,
    sql_without_resaved_decimals,
    without_resaved_decimals,
)

WHOLE = ["0", "5", "12", "1000", "7248000", "999999999999999"]
RESAVED = {"12.0": "12", "0.0": "0", "12.00": "12", "7248000.0": "7248000", "5.0000": "5"}
DECIMAL = ["5.5", "33.33", "0.5", "12.125"]
NONE = [
    "1.000", "5.000", "12.000", "1.000.000", "1e5", "1E+05", "7.25E+06", "1.0e0", "0x10", "0X7DC", "1_000", "1,000",
    "1 000", "1'000", "1\u00a0000", "1\u202f000", "+5", "-0", "--5", " 5", "5 ", " 5 ", "\t5", "5\u00a0", "\u00a05",
    "\u0663", "\uff15", "\u0665\u0665", ".5", "5.", "Infinity", "inf", "NaN", "TRUE", "true", "007", "00", "0b1",
    "5.00001", "1.", "1/2", "20l9", "5%", "", "five", "1.0.0", "1e", "\u00bd", "5\n",
]  # fmt: skip


def asked(expression: str, texts: list[str]) -> list[object]:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE texts AS SELECT unnest(?) AS x, unnest(?) AS n", [texts, list(range(len(texts)))]
        )
        return [row[0] for row in connection.execute(f"SELECT {expression} FROM texts ORDER BY n").fetchall()]


def test_whole_numbers_in_plain_digits_are_numbers_everywhere() -> None:
    assert all(is_plain(text) for text in [*WHOLE, *DECIMAL])
    assert asked(sql_is_whole("x"), WHOLE) == [True] * len(WHOLE)
    assert asked(sql_is_plain("x"), [*WHOLE, *DECIMAL]) == [True] * len([*WHOLE, *DECIMAL])


@pytest.mark.parametrize("text", NONE)
def test_what_somebody_may_read_otherwise_is_no_number_anywhere(text: str) -> None:
    assert not is_plain(text)
    for rule in (sql_is_whole("x"), sql_is_plain("x")):
        assert asked(f"coalesce({rule}, false)", [text]) == [False]


def test_a_number_resaved_as_a_decimal_is_the_whole_number_and_nothing_else_is_touched() -> None:
    texts = [*RESAVED, *NONE, *WHOLE, *DECIMAL, "-12.0", "0.000"]
    wanted = [RESAVED.get(text, text) for text in texts]
    assert [without_resaved_decimals(text) for text in texts] == wanted
    assert asked(sql_without_resaved_decimals("x"), texts) == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("7.25E+06", "a spreadsheet has rounded it"), ("1e5", "a spreadsheet has rounded it"),
        ("1.000", "write it without the point"), ("12.000.000", "write it without the point"),
        ("1_000", "write it without separators"), ("1,000", "write it without separators"),
        ("0x10", "hexadecimal"), ("5.5", "a fraction"), ("007", "noughts before it"), (" 5", "without the space"),
        ("+5", "without the sign"),
    ],
)  # fmt: skip
def test_the_reason_says_what_to_do(text: str, said: str) -> None:
    assert said in meaning(text)
    assert asked(sql_reason("x"), [text]) == [f"is not a number in plain digits: {meaning(text)}"]


@pytest.mark.parametrize("text", ["many", "12x", "20l9", "\u0663"])
def test_what_nobody_can_guess_at_gets_no_advice(text: str) -> None:
    assert meaning(text) == ""
    assert asked(sql_reason("x"), [text]) == ["is not a number in plain digits"]


@pytest.mark.parametrize("text", ["1.000", "12.000", "0.000"])
def test_a_value_of_the_record_that_may_be_a_thousand_is_refused(tmp_path: Path, text: str) -> None:
    record = small_record(tmp_path)
    record.figures[0] |= {"value": text}
    (problem,) = record.problems()
    assert f"value: '{text}' is not a number in plain digits" in problem
    assert "without the point" in problem
