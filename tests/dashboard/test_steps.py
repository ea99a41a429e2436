"""The range over time reads back from its chart as SQL answers it, open ends and missing agreement included."""

import math
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from conftest import EPISODE, histories_of

from dashboard.charts import timeline
from dashboard.charts.theme import Theme
from dashboard.publication.cache import dicts
from dashboard.queries import measure as queries_measure
from dashboard.request.view import View
from dashboard.text.panels import group

Cursor = duckdb.DuckDBPyConnection
UNTIL = date(2024, 12, 2)
MEASURES = ["killed", "displaced", "airstrikes", "injured"]
SQL = """
    select measure_id || '.' || scope_id as facet_id, valid_from_on, valid_to_on, lowest, highest, is_open_above,
        agreement_low, agreement_high, source_count, counted_to_on
    from range_reported where hedge_convention = 'literal' and measure_id = ? order by 1, 2
"""


def draw(cursor: Cursor, measure: str = "killed", until: date = UNTIL, on: str | None = None, **theme: Any) -> Any:
    return timeline.over_time_chart(histories_of(cursor, measure, known_on=on), until, Theme(**theme))


def traces(figure: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [each for each in figure["data"] if each["name"] == name]


def boxes(figure: dict[str, Any], name: str) -> set[tuple[Any, ...]]:
    """Read (scope, first day, day after, low, high) back from what is drawn."""
    found = set()
    for trace in traces(figure, name):
        for at in range(0, len(trace["x"]), 6):
            x, y = trace["x"][at : at + 6], trace["y"][at : at + 6]
            assert (x[5], y[5]) == (None, None)
            found.add((trace["meta"]["facet_id"], x[0], x[1], y[0], y[2]))
    return found


def answer(cursor: Cursor, measure: str) -> list[dict[str, Any]]:
    return dicts(cursor, SQL, [measure])


def drawn_days(row: dict[str, Any]) -> tuple[str, str]:
    end = row["valid_to_on"] or UNTIL + timedelta(days=1)
    return row["valid_from_on"].isoformat(), end.isoformat()[:10]


@pytest.mark.parametrize("measure", MEASURES)
def test_every_step_reads_back_as_sql_answers(cursor: Cursor, measure: str) -> None:
    rows = answer(cursor, measure)
    figure = draw(cursor, measure)
    solid, dashed = set(), set()
    for row in rows:
        (start, end), counted = drawn_days(row), row["counted_to_on"]
        # What is known from a day on may count to a day before it: then nothing of it is solid.
        turn = min(max((counted + timedelta(days=1)).isoformat(), start), end) if counted else end
        ends = (row["lowest"], row["highest"])
        solid |= {(row["facet_id"], start, turn, *ends)} if start < turn else set()
        dashed |= {(row["facet_id"], turn, end, *ends)} if turn < end else set()
    assert (boxes(figure, "range"), boxes(figure, "no later count")) == (solid, dashed)
    assert {trace["line"]["dash"] for trace in traces(figure, "no later count")} <= {"dash"}
    assert not any("dash" in trace["line"] for trace in traces(figure, "range"))
    told = [
        {"facet_id": trace["meta"]["facet_id"], **step}
        for trace in traces(figure, "ends")
        for step in trace["meta"]["steps"]
    ]
    for row in rows:
        for key in ("valid_from_on", "valid_to_on", "counted_to_on"):
            row[key] = row[key].isoformat() if row[key] else None
    assert sorted(told, key=repr) == sorted([{key: row[key] for key in told[0]} for row in rows], key=repr)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_range_open_above_reaches_the_edge_and_has_an_arrow(cursor: Cursor, measure: str) -> None:
    figure = draw(cursor, measure)
    opened = [row for row in answer(cursor, measure) if row["is_open_above"]]
    drawn = boxes(figure, "or more")
    assert {box[:4] for box in drawn} == {(row["facet_id"], *drawn_days(row), row["highest"]) for row in opened}
    tops = {figure["layout"]["yaxis" + trace["yaxis"][1:]]["range"][1] for trace in traces(figure, "or more")}
    assert {box[4] for box in drawn} == tops
    arrows = [symbol for trace in traces(figure, "ends") for symbol in trace["marker"]["symbol"]]
    assert arrows.count(timeline.OPEN_ABOVE) == len(opened)


def test_a_range_open_below_has_an_arrow_downwards(cursor: Cursor) -> None:
    (trace,) = [each for each in traces(draw(cursor), "ends") if "civilians" in each["meta"]["facet_id"]]
    assert (trace["marker"]["symbol"], trace["y"]) == ([timeline.OPEN_BELOW], [40])


def test_the_agreement_is_drawn_only_where_several_sources_stand(cursor: Cursor) -> None:
    assert {box[1:] for box in boxes(draw(cursor), "agreement")} == {("2024-12-02", "2024-12-03", 277, 277)}


def history(**changes: Any) -> timeline.History:
    row = {
        "facet_id": "a", "valid_from_on": date(2024, 1, 1), "valid_to_on": None, "lowest": 5, "highest": 9,
        "agreement_low": None, "agreement_high": None, "agreement_source_count": None, "source_count": 2,
        "is_open_above": False, "is_open_below": None, "is_disputed": True, "report_count": 2,
        "named_source_count": 2, "earlier_source_count": 0, "counted_from_on": None, "counted_to_on": None,
    }  # fmt: skip
    return timeline.History(timeline.Panel("a", "Everyone", []), [row | changes])


@pytest.mark.parametrize(
    ("low", "high", "box"),
    [(None, None, None), (6, None, (6, 12.6)), (None, 7, (0, 7)), (6, 7, (6, 7))],
)
def test_an_agreement_without_an_end_reaches_the_edge(low: int | None, high: int | None, box: Any) -> None:
    figure = timeline.over_time_chart([history(agreement_low=low, agreement_high=high)], UNTIL, Theme())
    assert [each[3:] for each in boxes(figure, "agreement")] == ([] if box is None else [pytest.approx(box)])


def test_disputed_ranges_say_so() -> None:
    assert timeline.told(history().steps[0]) == "5 – 9, 2 sources, no number fits both"


def test_a_step_says_its_day_what_stopped_before_it_and_what_party_claims_hid() -> None:
    counted = {"counted_from_on": date(2024, 1, 2), "counted_to_on": date(2024, 1, 3), "is_disputed": False}
    step = history(**counted, earlier_source_count=1, earlier_low=4).steps[0]
    said = "5 – 9, counted up to 2 – 3 Jan 2024, 2 sources, 1 earlier count (4 or more)"
    assert timeline.told(step) == said
    assert timeline.told(step | {"counted_to_on_with_party_claims": date(2024, 1, 4)}) == (
        f"{said}, without party claims only an earlier count is left, up to 3 January 2024"
    )


def test_a_step_is_solid_to_the_day_it_counts_up_to_and_dashed_after_it() -> None:
    def drawn(**changes: Any) -> list[set[tuple[Any, ...]]]:
        figure = timeline.over_time_chart([history(**changes)], date(2024, 1, 9), Theme())
        return [boxes(figure, name) for name in ("range", "no later count")]

    days = [f"2024-01-{day:02}" for day in range(1, 11)]
    assert drawn(counted_to_on=date(2024, 1, 3)) == [{("a", days[0], days[3], 5, 9)}, {("a", days[3], days[9], 5, 9)}]
    assert drawn(counted_to_on=date(2023, 12, 30)) == [set(), {("a", days[0], days[9], 5, 9)}]
    assert drawn(counted_to_on=date(2024, 1, 9)) == [{("a", days[0], days[9], 5, 9)}, set()]
    assert drawn(counted_to_on=None) == [{("a", days[0], days[9], 5, 9)}, set()], "a window"


def test_on_an_earlier_day_the_chart_ends_there(cursor: Cursor) -> None:
    figure = draw(cursor, until=date(2024, 12, 1), on="2024-12-01")
    assert {box[1:] for box in boxes(figure, "range")} == {("2024-11-28", "2024-11-29", 201, 201)}
    assert {box[1:] for box in boxes(figure, "no later count")} == {("2024-11-29", "2024-12-02", 201, 201)}
    assert figure["layout"]["xaxis"]["range"] == ["2024-11-28", "2024-12-02"]


def test_the_headline_is_first_and_every_scope_has_a_panel_of_its_own(cursor: Cursor) -> None:
    found = histories_of(cursor, "killed")
    figure = timeline.over_time_chart(found, UNTIL, Theme())
    assert found[0].panel.is_headline
    ends = traces(figure, "ends")
    assert [each["meta"]["facet_id"] for each in ends] == [each.panel.facet_id for each in found]
    assert len({each["yaxis"] for each in ends}) == len(found) == 4


def test_a_share_is_not_drawn_and_that_is_said(cursor: Cursor) -> None:
    view = View(EPISODE, "displaced")
    figures = queries_measure.figures(cursor, view)
    ranges = queries_measure.ranges(cursor, view, figures)
    panels = group(figures, ranges)
    found = timeline.histories(panels, ranges)
    assert timeline.left_out(panels, found) == "1 scope not drawn: shares of a total enter no range."
    assert timeline.left_out(panels[:1], found[:1]) == ""


def test_a_log_scale_survives_a_zero(cursor: Cursor) -> None:
    figure = draw(cursor, "injured", scale="log")
    assert all(y is None or y > 0 for trace in figure["data"] for y in trace["y"])
    assert all(map(math.isfinite, figure["layout"]["yaxis"]["range"]))


@pytest.mark.parametrize("is_narrow", [True, False])
@pytest.mark.parametrize("measure", MEASURES)
def test_every_label_and_panel_is_inside_the_chart(cursor: Cursor, measure: str, is_narrow: bool) -> None:
    figure = draw(cursor, measure, is_narrow=is_narrow)
    assert all(0 < note["y"] < 1 for note in figure["layout"]["annotations"])
    domains = [axis["domain"] for name, axis in figure["layout"].items() if name[1:5] == "axis"]
    assert all(0 <= low < high <= 1 for low, high in domains)


def test_the_chart_in_words_names_every_step(cursor: Cursor) -> None:
    said = timeline.in_words(histories_of(cursor, "killed"))
    assert said[0] == (
        "Everyone, North-west, since 27 November 2024: from 28 November 2024 at least 201, counted up to 28 Nov 2024, "
        "1 source; from 2 December 2024 258 – 299, counted up to 29 – 30 Nov 2024, 2 reports (1 named source), "
        "both fit 277."
    )


@pytest.mark.parametrize("days", [1, 2, 5, 40, 4000])
def test_ticks_are_few_and_begin_at_the_first_day(days: int) -> None:
    start = date(2024, 1, 1)
    ticks = timeline.day_ticks(start, start + timedelta(days=days), 4)
    assert ticks[0] == start
    assert 1 <= len(ticks) <= 4


def test_nothing_draws_an_empty_chart() -> None:
    assert timeline.over_time_chart([], UNTIL, Theme())["data"] == []
