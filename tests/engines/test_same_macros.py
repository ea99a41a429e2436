"""What is written in two ways says the same on both engines."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from both_engines import Case, answers

pytestmark = pytest.mark.slow

NAMES = [
    "Jisr-Ash-Shugur", "Dar'a", "Dar‘a", "Côte d'Ivoire", "ΑΘΗΝΑΣ", "İstanbul", "IĞDIR", "Straße", "  a  b ", "", "حَلَب",
    "إدلب", "Ḥalab (Aleppo)", "a\\b", 'a"b', "a\tb\nc", "Đà Nẵng", "e\u0301t\u0301", "القاهرة ١٢", "北京",
    "1,234.5", None,
]  # fmt: skip
PARTS = ["", "a", "a, b", ", ", "a,b", "a, b, c, d, e, f", None]
WORDS = ["", "a", "b", "B", "é", "Ω", "a,b", "'", "\\", "𝒳", "z"]
NUMBERS = [None, 0, 1, 999, 1000, 1234567, 10**12, -1, -1234]
FRACTIONS = ["0.5", "1.5", "2.5", "12.5", "12.4999", "70", "100", "333", "999999.5", None]
DAYS = ["0001-01-01", "1582-10-15", "1970-01-01", "2024-02-29", "2024-12-02", "9999-12-31", None]
SPANS = [("2024-02-27", "2024-03-02"), ("2024-01-01", "2024-01-01"), (None, "2024-01-01"), ("2024-01-01", None)]
WINDOW = "(order by n rows between unbounded preceding and current row)"


def case(told: str, rows: Sequence[tuple[Any, ...]], last: str = "order by n", **columns: str) -> Case:
    """A select of what is told of numbered rows, in their order."""
    numbered = [(number, *row) for number, row in enumerate(rows)]
    return Case(f"select n, {told} from {{{{ given }}}} as given {last}", {"n": "int", **columns}, numbered)


def each(values: Sequence[Any]) -> list[tuple[Any]]:
    return [(value,) for value in values]


EXACT = "cast(a as decimal(20, 4))"
CASES = {
    "name_key": case("{{ name_key('a') }}", each(NAMES), a="string"),
    "split_part": case(
        ", ".join(f"split_part(a, ', ', {number})" for number in (1, 2, 6)), each(PARTS), a="string"
    ),
    "days_between": case("{{ days_between('cast(a as date)', 'cast(b as date)') }}", SPANS, a="string", b="string"),
    "text_list": case(
        "{{ text_list('a', 'a', ' / ') }}", each([*WORDS, *reversed(WORDS)]), "group by n order by n", a="string"
    ),
    "text_list of all": Case(
        "select {{ text_list('a', 'a', ' / ') }} from {{ given }}", {"a": "string"}, each([*WORDS, *reversed(WORDS)])
    ),
    "last_stated": case(f"{{{{ last_stated('a', '{WINDOW}') }}}}", each([None, 1, None, None, 2, None]), a="bigint"),
    "number_text": case("{{ number_text('a') }}", each(NUMBERS), a="bigint"),
    "day_text": case("{{ day_text('cast(a as date)') }}", each(DAYS), a="string"),
    "whole numbers": case(
        f"cast(round({EXACT}) as bigint), cast(floor({EXACT} * (100 + -10) / 100.0) + 1 as bigint), "
        f"cast(ceil({EXACT} * (100 + 15) / 100.0) as bigint)",
        each(FRACTIONS), a="string",
    ),
}  # fmt: skip


@cache
def letters() -> list[str]:
    """Every character that is a letter, mark, number, sign or space."""
    return [chr(point) for point in range(1, 0x110000) if unicodedata.category(chr(point))[0] in "LMNPZS"]


@pytest.fixture(scope="module")
def told() -> dict[str, tuple[list[Any], list[Any]]]:
    return answers(
        CASES | {"letters": case("{{ name_key('a') }}", each([f"a{letter}" for letter in letters()]), a="string")}
    )


@pytest.mark.parametrize("name", CASES)
def test_both_engines_say_the_same(told: dict[str, tuple[list[Any], list[Any]]], name: str) -> None:
    of_duckdb, of_spark = told[name]
    assert of_duckdb == of_spark
    assert of_duckdb


def test_every_letter_is_read_alike(told: dict[str, tuple[list[Any], list[Any]]]) -> None:
    of_duckdb, of_spark = told["letters"]
    other = [f"U+{ord(letters()[number]):04X}" for (number, one), (_, other) in zip(of_duckdb, of_spark, strict=True)
             if one != other]  # fmt: skip
    assert other == []
