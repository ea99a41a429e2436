"""The address is the state: what it asks for is checked, and what is shown can be asked for."""

import pytest

from dashboard.request.view import View, address, parse, requested_day

EPISODES, MEASURES = ["aleppo-2024"], ["killed", "displaced"]
HELD = {
    "place": ["nw", "SY"],
    "population": ["all"],
    "cause": ["none"],
    "counting": ["cumulative"],
    "source": ["a:b c"],
    "claim_about": ["enemy"],
}
DAYS = ["2024-11-28", "2024-11-29", "2024-12-02"]


def test_an_empty_address_is_the_first_of_everything() -> None:
    assert parse("", EPISODES, MEASURES) == (View("aleppo-2024", "killed"), [])


def test_an_address_comes_back_as_it_was_written() -> None:
    view = View("aleppo-2024", "displaced", by="period", scale="log", figure="a-001-03", tab="time", party_claims="out",
                known_on="2024-11-29", recorded_on="2026-11-21",
                **{name: held[0] for name, held in HELD.items()})  # fmt: skip
    assert view.filters.keys() == HELD.keys()
    assert parse(address(view), EPISODES, ["displaced"], HELD, DAYS) == (view, [])


@pytest.mark.parametrize("name", [*HELD, "known_on"])
def test_an_unknown_filter_is_left_out_with_a_sentence(name: str) -> None:
    view, problems = parse(f"?{name}=';drop", EPISODES, MEASURES, HELD, DAYS)
    assert view == View("aleppo-2024", "killed")
    assert len(problems) == 1
    assert "“';drop”" in problems[0]


@pytest.mark.parametrize(
    ("selection", "day"),
    [("2024-11-28", "2024-11-28"), ("2024-12-01", "2024-12-01"), ("2024-11-27", None),
     ("2024-12-03", "2024-12-03"), ("2999-01-01", None),
     ("2024-02-30", None), ("today", None), ("", None), ("20241129", "2024-11-29")],
)  # fmt: skip
def test_any_day_from_the_first_to_today_may_be_asked_for(selection: str, day: str | None) -> None:
    assert requested_day(f"?known_on={selection}", DAYS) == day
    assert requested_day(f"?known_on={selection}", []) is None


@pytest.mark.parametrize("text", ["soon", "20261121", "2026-02-30"])
def test_a_day_as_recorded_on_that_is_none_is_said(text: str) -> None:
    view, problems = parse(f"?recorded_on={text}", EPISODES, MEASURES)
    assert view.recorded_on is None
    assert problems == [f"recorded_on “{text}” is not a day. Write it as YYYY-MM-DD, such as 2026-11-21."]


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
    assert address(view, figure=None) == "?episode=aleppo-2024"


def test_the_measure_is_in_the_path_and_not_in_the_query() -> None:
    assert address(View("a", "displaced"), episode="b") == "?episode=b"
