"""The address is the state: what it asks for is checked, and what is shown can be asked for."""

import pytest

from dashboard.state import View, address, parse

EPISODES, MEASURES = ["aleppo-2024"], ["killed", "displaced"]


def test_an_empty_address_is_the_first_of_everything() -> None:
    assert parse("", EPISODES, MEASURES) == (View("aleppo-2024", "killed"), [])


def test_an_address_comes_back_as_it_was_written() -> None:
    view = View("aleppo-2024", "displaced", by="period", scale="log", figure="a-001-03")
    assert parse(address(view), EPISODES, MEASURES) == (view, [])


def test_an_unknown_value_falls_back_with_a_sentence() -> None:
    view, problems = parse("?measure=<script>&scale=cubic", EPISODES, MEASURES)
    assert view == View("aleppo-2024", "killed")
    assert problems == [
        "There is no measure “<script>” here; showing “killed” instead.",
        "There is no scale “cubic” here; showing “linear” instead.",
    ]


@pytest.mark.parametrize("search", [None, 3, {"a": 1}, ["?"], "?" + "a=1&" * 500, "?measure", "%%%", "?\x00=\ud800"])
def test_garbage_asks_for_nothing(search: object) -> None:
    assert parse(search, EPISODES, MEASURES)[0] == View("aleppo-2024", "killed")


def test_closing_a_figure_leaves_the_rest() -> None:
    view = View("aleppo-2024", "displaced", figure="a-001-03")
    assert address(view, figure=None) == "?episode=aleppo-2024&measure=displaced"


def test_another_episode_is_asked_for_no_measure() -> None:
    assert address(View("a", "displaced"), episode="b", measure=None) == "?episode=b"
