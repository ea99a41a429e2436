"""What was searched is said with what is told: silence after the last day searched is no zero."""

from datetime import date
from typing import Any

import pytest

from dashboard.charts import sparkline
from dashboard.charts.theme import Theme
from dashboard.text import searched

EPISODE: dict[str, Any] = {
    "searched_where": "news texts", "searched_languages": "en ar", "document_count": 5,
    "document_without_figure_count": 0, "searched_from_on": date(2024, 11, 28), "searched_until_on": date(2024, 12, 2),
}  # fmt: skip
NOT_SEARCHED = dict.fromkeys(EPISODE)


def test_what_was_read_is_told_with_its_days() -> None:
    said = "Five documents read, 28 November to 2 December 2024; nothing later was searched."
    assert searched.sentence(EPISODE) == said
    more = EPISODE | {"document_count": 12, "document_without_figure_count": 2}
    assert searched.read(more) == "12 documents read, two of them without a figure, 28 November to 2 December 2024"
    assert searched.in_full(EPISODE) == (
        "Searched: five documents read, 28 November to 2 December 2024 (news texts; languages: en, ar). Nothing later "
        "was searched."
    )


@pytest.mark.parametrize("episode", [None, NOT_SEARCHED, {}])
def test_where_nobody_searched_nothing_is_said_of_it(episode: dict[str, Any] | None) -> None:
    assert searched.sentence(episode) == searched.in_full(episode) == searched.shaded(episode, date(2025, 1, 1)) == ""
    assert searched.silence(episode, date(2025, 1, 1)) == "No later count is on record."


def test_silence_after_the_last_day_searched_is_not_searched() -> None:
    within, after = (searched.silence(EPISODE, date(2024, 12, day)) for day in (2, 9))
    assert within == "No later count is on record; nothing after 2 December 2024 was searched."
    assert after == "No later count is on record up to 2 December 2024; nothing later was searched."


def test_the_days_that_were_not_searched_are_shaded_and_said_to_be() -> None:
    until = EPISODE["searched_until_on"]
    (shade,) = sparkline.not_searched(until, date(2024, 12, 9), Theme())
    assert (shade["x0"], shade["x1"], shade["name"]) == ("2024-12-03", "2024-12-10", "not searched")
    assert sparkline.not_searched(until, until, Theme()) == sparkline.not_searched(None, until, Theme()) == []
    assert searched.shaded(EPISODE, date(2024, 12, 9)).startswith("The days after 2 December 2024 are shaded")
    assert searched.shaded(EPISODE, until) == ""
