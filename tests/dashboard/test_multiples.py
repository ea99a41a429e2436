"""Small multiples show the widest scope of each population or place as SQL answers it, all on one scale."""

from typing import Any

import duckdb
import pytest
from conftest import histories_of

from dashboard.charts import timeline
from dashboard.charts.theme import Theme

Cursor = duckdb.DuckDBPyConnection
# What is whole since the episode began, for each population; nobody counts a place within.
SQL = """
    select population_id, place_id, valid_from_on::text, valid_to_on::text, lowest, highest, agreement_low,
        agreement_high, source_count, is_open_above
    from range_reported where measure_id = ? and hedge_convention = ? and place_id = 'nw' order by all
"""
KEYS = (
    "valid_from_on", "valid_to_on", "lowest", "highest", "agreement_low", "agreement_high", "source_count",
    "is_open_above",
)  # fmt: skip


def drawn(shown: list[timeline.History], until: Any, **theme: Any) -> dict[str, Any]:
    return timeline.over_time_chart(shown, until, Theme(**theme), is_shared=True)


@pytest.fixture
def until(cursor: Cursor) -> Any:
    row = cursor.execute("select known_until_on from build").fetchone()
    assert row
    return row[0]


@pytest.mark.parametrize("convention", ["literal", "acled"])
@pytest.mark.parametrize("measure", ["killed", "displaced", "injured"])
def test_the_panels_read_back_as_sql_answers(cursor: Cursor, until: Any, measure: str, convention: str) -> None:
    other = None if convention == "literal" else convention
    shown = timeline.widest(histories_of(cursor, measure, hedge_convention=other), "population")
    figure = drawn(shown, until)
    ends = [trace for trace in figure["data"] if trace["name"] == "ends"]
    populations = {each.panel.facet_id: each.panel.rows[0]["population_id"] for each in shown}
    told = [
        (populations[trace["meta"]["facet_id"]], "nw", *(step[key] for key in KEYS))
        for trace in ends
        for step in trace["meta"]["steps"]
    ]
    assert sorted(told, key=repr) == sorted(cursor.execute(SQL, [measure, convention]).fetchall(), key=repr)
    assert len(ends) == len(set(populations.values())) > 0


def test_an_open_end_has_its_arrow_in_a_small_panel_too(cursor: Cursor, until: Any) -> None:
    figure = drawn(timeline.widest(histories_of(cursor), "population"), until)
    symbols = [symbol for trace in figure["data"] if trace["name"] == "ends" for symbol in trace["marker"]["symbol"]]
    assert (symbols.count(timeline.OPEN_ABOVE), symbols.count(timeline.OPEN_BELOW)) == (1, 1)


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_all_panels_have_one_scale(cursor: Cursor, until: Any, scale: str) -> None:
    layout = drawn(timeline.widest(histories_of(cursor), "population"), until, scale=scale)["layout"]
    ranges = [tuple(layout[name]["range"]) for name in layout if name.startswith("yaxis")]
    assert len(ranges) == 3 and len(set(ranges)) == 1


@pytest.mark.parametrize("by", ["population", "place"])
def test_there_is_one_panel_for_each_and_it_is_the_first_of_the_room(cursor: Cursor, by: str) -> None:
    every = [each for each in histories_of(cursor) if not each.panel.rows[0]["is_background"]]
    shown = timeline.widest(every, by)
    ids = [each.panel.rows[0][f"{by}_id"] for each in shown]
    assert len(ids) == len(set(ids)) and set(ids) == {each.panel.rows[0][f"{by}_id"] for each in every}
    whole = [each for each in every if each.panel.is_whole]
    assert shown[0] is whole[0]


def test_a_part_gives_way_to_the_whole_whatever_their_order(cursor: Cursor) -> None:
    whole, *_ = histories_of(cursor)
    window = timeline.History(
        timeline.Panel("window", "A window", [{**whole.panel.rows[0], "counting": "period"}], whole.panel.range),
        whole.steps,
    )
    for order in ([whole, window], [window, whole]):
        assert timeline.widest(order, "population") == [whole]
        assert timeline.not_drawn(order, [whole], "population") == (
            "1 scope not drawn: a wider one of the same population is."
        )


def test_the_toll_of_an_earlier_war_flattens_no_panel(cursor: Cursor) -> None:
    every = histories_of(cursor)
    older = [each for each in every if each.panel.rows[0]["is_background"]]
    assert [each.steps[0]["lowest"] for each in older] == [500000]
    shown = timeline.widest(every, "place")
    assert older[0] not in shown
    said = timeline.not_drawn(every, shown, "place")
    assert said.endswith("1 scope not drawn, counted since before the episode: see “Over time”.")
    assert said.startswith("2 scopes not drawn: a wider one of the same place is.")
    assert timeline.widest(older, "place") == older, "alone it is drawn"
    assert timeline.not_drawn(older, older, "place") == ""


def test_nothing_draws_nothing() -> None:
    assert timeline.widest([], "place") == []
    assert timeline.not_drawn([], [], "place") == ""
