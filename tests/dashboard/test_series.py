"""Series over the days they speak of: chosen, told and drawn as the rows say, on axes that anybody can read."""

import csv
import math
import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import EPISODE
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.series import axes, chart
from dashboard.charts.theme import LIGHT, Theme, voice_marks
from dashboard.queries import measure as queries_measure
from dashboard.queries.over_time import series as queries_series
from dashboard.request import period
from dashboard.request.view import View
from dashboard.sections.over_time import measure_series
from dashboard.text import findings, series
from dashboard.text.series import Line, Listed, Point, Series

DAY = date(2024, 1, 1)
ROOT = Path(__file__).resolve().parents[2]
SCOPE = {
    "measure_id": "killed", "population_id": "all", "population_name": "Everyone", "place_id": "X", "place_name": "X",
    "cause_id": None, "cause_name": None, "actor_id": None, "actor_name": None, "verification": "reported",
    "kind": "count", "place_role": None,
    "since_on": DAY, "unit_id": "people", "is_share": False,
}  # fmt: skip


def point(day: int, low: int | None, high: int | None = None, stated: int | None = None) -> Point:
    on = DAY + timedelta(days=day)
    return Point(on, on, low, low if stated is None else stated, high)


def made(counting: str = "cumulative", span: str = "day", **lines: list[Point]) -> Series:
    told = tuple(Line(name, name, tuple(points)) for name, points in lines.items())
    return Series(SCOPE | {"counting": counting}, span, told)


def drawn(found: list[Series], until: date, **theme: Any) -> dict[str, Any]:
    marks = {line.voice_id: (at, "circle") for each in found for at, line in enumerate(each.lines)}
    return chart.chart(found, chart.Look(Theme(**theme), marks, until, "people killed"))


def named(figure: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if trace["name"] == name]


def test_a_line_reads_back_with_its_days_and_numbers() -> None:
    figure = drawn([made(a=[point(0, 5, 5), point(3, 9, 9)])], DAY + timedelta(days=3))
    (line,) = named(figure, "a")
    assert (line["x"], line["y"], line["line"]["shape"]) == (["2024-01-01", "2024-01-04"], [5, 9], "hv")
    (stock,) = named(drawn([made("stock", a=[point(0, 5, 5), point(3, 9, 9)])], DAY), "a")
    assert stock["line"]["shape"] == "linear"


def test_who_falls_silent_has_a_hollow_end_and_no_dashes() -> None:
    found = made(a=[point(0, 5, 5), point(30, 9, 9)], b=[point(0, 4, 4), point(5, 6, 6)])
    figure = drawn([found], DAY + timedelta(days=90))
    (silent,), (latest,), (dashes,) = (named(figure, name) for name in ("fell silent", "latest", "no later count"))
    assert (silent["x"], silent["marker"]["color"]) == (["2024-01-06"], Theme().colours.back)
    assert (latest["x"], dashes["x"][0], dashes["line"]["dash"]) == (["2024-01-31"], "2024-01-31", "dot")
    assert findings.finding(found, "people killed") == (
        "People killed in X: 9 (a), counted up to 31 January 2024; b stopped at 6 on 6 January 2024."
    )


def test_between_sources_is_drawn_only_where_two_count() -> None:
    found = made(a=[point(0, 5, 5), point(10, 9, 9)], b=[point(2, 7, 8), point(4, 7, 7)])
    told = [(day, low, high) for day, low, high in series.between(found) if not math.isnan(low)]
    assert told == [(DAY + timedelta(days=2), 5, 8), (DAY + timedelta(days=4), 5, 7)]
    assert len(named(drawn([found], DAY), "between sources")) == 1


def test_a_number_below_the_one_before_is_marked_as_a_revision() -> None:
    found = made(a=[point(0, 5, 5), point(1, 9, 9), point(2, 7, 7)])
    (mark,) = named(drawn([found], DAY + timedelta(days=2)), "revised down")
    assert mark["x"] == ["2024-01-03"]
    assert "from 9 to 7" in mark["hovertext"][0]


def test_open_ends_fade_and_conventions_are_hatched() -> None:
    hatched = Point(DAY, DAY, 258, 300, 299, has_convention=True)
    figure = drawn([made(a=[point(0, 201, None, 200)], b=[hatched])], DAY + timedelta(days=2))
    assert len(named(figure, "or more")) == 1
    (band,) = named(figure, "low to high")
    assert band["fillpattern"]["shape"] == "/"


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("narrow", [True, False])
@pytest.mark.parametrize("most", [1, 5, 73_419, 11_559_970, 99_999_999])
def test_the_margin_holds_the_widest_number(most: int, narrow: bool, scale: str) -> None:
    figure = drawn([made(a=[point(0, 1, 1), point(400, most, most)])], DAY, is_narrow=narrow, scale=scale)
    layout = figure["layout"]
    labels = layout["yaxis"]["ticktext"]
    assert len(labels) > 1
    assert all(re.fullmatch(r"[\d,]+", label) for label in labels)
    assert layout["margin"]["l"] >= max(map(axes.width_of, labels))


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 40_000), st.sampled_from([300, 520, 1000]))
def test_days_are_in_order_and_have_their_year_wherever_it_changes(start: date, length: int, pixels: int) -> None:
    ticks, labels = axes.days(start, start + timedelta(days=length), pixels)
    assert ticks == sorted(set(ticks))
    assert len(ticks) * 36 <= pixels + 60
    if labels and "<br>" in labels[0]:
        years = [tick.year for tick in ticks]
        marked = [at for at, label in enumerate(labels) if label.endswith(f"<br>{years[at]}")]
        assert marked == [0] + [at for at, (one, two) in enumerate(pairwise(years), 1) if one != two]
    else:
        assert labels == [str(tick.year) for tick in ticks]


@given(st.integers(1, 10**9), st.integers(60, 600))
def test_ticks_of_numbers_are_whole_and_few(most: int, pixels: int) -> None:
    top, ticks = axes.numbers(most, pixels)
    assert ticks[0] == 0
    assert top > most
    assert 1 < len(ticks) <= pixels // axes.BETWEEN_NUMBERS + 2
    low, high, of_log = axes.log_numbers([1, most], pixels)
    assert low < 1
    assert high > most
    assert all(str(tick).rstrip("0") in ("1", "2", "5") for tick in of_log)


@given(st.lists(st.floats(0, 300), min_size=1, max_size=6))
def test_no_name_lies_over_another(wanted: list[float]) -> None:
    found = chart.spread(sorted(wanted), [40] * len(wanted), 300)
    assert all(two - one >= 39.9 for one, two in pairwise(found))


def listed(counting: str, days: int, count: int, sources: int = 1) -> Listed:
    row = SCOPE | {"counting": counting}
    one = {"first_on": DAY, "last_on": DAY + timedelta(days=days), "point_count": count, "report_count": count}
    return Listed((), row, (one,) * sources)


@pytest.mark.parametrize(
    ("counting", "days", "count", "span"),
    [("cumulative", 1_000, 914, "day"), ("incident", 30, 50, "day"),
     ("incident", 300, 50, "week"), ("incident", 1_400, 40_000, "month"), ("incident", 9_000, 50, "year"),
     ("period", 9_000, 50, "window")],
)  # fmt: skip
def test_the_span_is_the_shortest_that_is_readable(counting: str, days: int, count: int, span: str) -> None:
    assert series.span_of(listed(counting, days, count), None) == span


def test_twenty_sources_of_a_thousand_days_are_told_by_the_week() -> None:
    assert series.span_of(listed("cumulative", 1_000, 1_000, sources=20), None) == "week"


def test_a_sum_never_holds_days_outside_its_period() -> None:
    days = period.parse("2024-01-10..2024-05-20")
    told = series.span_of(listed("incident", 3_000, 50), days, is_of_months=False, is_of_years=False)
    assert told == "day"


@pytest.mark.parametrize(
    ("text", "days"),
    [("2023", ("2023-01-01", "2023-12-31")), ("2023-02", ("2023-02-01", "2023-02-28")),
     ("2023-01..2023-06", ("2023-01-01", "2023-06-30")), ("2024-02-29", ("2024-02-29", "2024-02-29"))],
)  # fmt: skip
def test_a_period_is_a_year_a_month_a_day_or_two_of_them(text: str, days: tuple[str, str]) -> None:
    assert tuple(day.isoformat() for day in period.parse(text)) == days


@pytest.mark.parametrize("text", ["", "20", "2023-13", "2023-02-30", "2024..2023", "2023..", "0000", "2023-1"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(period.BadPeriodError):
        period.parse(text)


def test_no_two_sources_of_a_view_have_one_colour_while_there_are_enough() -> None:
    voices = [{"voice_id": f"v{at}", "is_party": False, "is_named": True} for at in range(30)]
    shown = ["v0", "v9", "v18", "v3"]
    marks = voice_marks(voices, shown)
    assert marks["v0"] == voice_marks(voices)["v0"]
    assert len({marks[each][0] for each in shown}) == 4
    assert len(LIGHT) - 1 not in {marks[each][0] for each in shown}


def test_the_view_draws_what_has_a_course_and_lists_the_rest(cursor: duckdb.DuckDBPyConnection) -> None:
    found = measure_series.read(cursor, View(EPISODE, "killed"))
    assert found.drawn[0].title == "Everyone, North-west, since 27 November 2024"
    assert not {each.key for each in found.others} & {series.key_of(each.row) for each in found.drawn}
    assert all(not each.has_course for each in found.others)
    without = measure_series.read(cursor, View(EPISODE, "killed", party_claims="out"))
    voices = {row["voice_id"] for each in without.listed for row in each.rows}
    claimed = cursor.execute("select distinct voice_id from fct_figures where is_party_claim and measure_id = 'killed'")
    assert not voices & {voice for (voice,) in claimed.fetchall()}


def test_a_period_lets_through_what_speaks_of_its_days(cursor: duckdb.DuckDBPyConnection) -> None:
    found = measure_series.read(cursor, View(EPISODE, "killed", period="2024-11-28"))
    days = {row["last_on"] for each in found.listed for row in each.rows if row["counting"] == "cumulative"}
    assert days == {date(2024, 11, 28)}


def test_only_figures_of_the_period_are_counted(cursor: duckdb.DuckDBPyConnection) -> None:
    view = View(EPISODE, "killed", period="2024-11-28")
    assert queries_measure.figure_count(cursor, view) == len(queries_measure.figures(cursor, view)) > 0
    assert queries_measure.figure_count(cursor, View(EPISODE, "killed")) > queries_measure.figure_count(cursor, view)


def test_sums_are_bars_from_nobody_and_on_a_log_axis_marks() -> None:
    found = made("incident", "day", a=[point(0, 5, 9, 6), point(1, 7, 7)])
    (bars,), (marks,) = (named(drawn([found], DAY, scale=scale), "a") for scale in ("linear", "log"))
    assert (bars["type"], bars["y"]) == ("bar", [6, 7])
    assert (marks["type"], marks["y"]) == ("scatter", [6, 7])
    assert (bars["error_y"]["array"], bars["error_y"]["arrayminus"]) == ([3, 0], [1, 0])


def test_a_finding_tells_the_words_first_and_our_reading_after() -> None:
    found = made(
        sohr=[Point(DAY, DAY, 277, 277, 277, report_id="r1")], un=[Point(DAY, DAY, 258, 300, 299, report_id="r2")]
    )
    assert findings.cited(found) == {"r1", "r2"}
    said = findings.finding(series.quoted(found, {"r1": "277 dead", "r2": "nearly 300 lives"}), "people killed")
    assert said == (
        "People killed in X: from “277” (sohr) to “nearly 300 lives” (un; read as 258 to 299), counted up to "
        "1 January 2024."
    )
    alike = made(a=[point(0, 5, 5)], b=[point(0, 5, 5)])
    assert findings.finding(alike, "people killed") == "People killed in X: 5 (a and b), counted up to 1 January 2024."
    many = made(a=[point(0, 5, 5)], b=[point(0, 7, 7)], c=[point(0, 9, None)])
    assert "from 5 (a) to 9 or more (c), 1 source between them," in findings.finding(many, "people killed")


def test_a_stock_and_a_window_are_told_by_their_words_too() -> None:
    at = Point(DAY, DAY, 14_001, 14_000, None, report_id="r1")
    stock = series.quoted(made("stock", un=[at]), {"r1": "more than 14,000 people"})
    assert findings.finding(stock, "people killed") == (
        "People killed in X on 1 January 2024: “more than 14,000 people” (un; read as 14,001 or more)."
    )
    window = made("period", "window", a=[point(0, 3, 3), Point(DAY, DAY, 9, 9, 9, report_id="r2")])
    assert findings.cited(window) == {"r2"}
    told = findings.finding(series.quoted(window, {"r2": "nine"}), "people killed")
    assert told.startswith("People killed in X: most on 1 January 2024, “nine” (a); shown: 1 January 2024.")


@pytest.mark.parametrize(
    ("measure", "noun", "name", "words", "told"),
    [("killed", "people killed", "Children", None, "children killed"),
     ("killed", "people killed", "HTS fighters", None, "HTS fighters killed"),
     ("killed", "people killed", "Russian forces", "members of the Russian forces",
      "members of the Russian forces killed"),
     ("killed", "people killed", "Status unknown", "people … whose status is not known",
      "people killed whose status is not known"),
     ("displaced", "people displaced", "Refugees", None, "refugees"),
     ("displaced", "people displaced", "Age unknown", "people … whose age is not known",
      "people displaced whose age is not known"),
     ("excess_deaths", "excess deaths", "Age unknown", "people … whose age is not known",
      "excess deaths (people whose age is not known)")],
)  # fmt: skip
def test_whom_a_sentence_counts_reads_as_a_sentence(
    measure: str, noun: str, name: str, words: str | None, told: str
) -> None:
    row = SCOPE | {"measure_id": measure, "population_id": "some", "population_name": name, "population_words": words}
    assert findings.whom(row, noun) == told


def test_where_it_was_stands_with_what_happened() -> None:
    row = SCOPE | {"population_id": "some", "population_name": "Age unknown", "place_name": "West Bank",
                   "population_words": "people … whose age is not known"}  # fmt: skip
    found = Series(row | {"counting": "cumulative"}, "day", (Line("a", "a", (point(0, 5, 5),)),))
    assert findings.finding(found, "people killed") == (
        "People killed in the West Bank whose age is not known: 5 (a), counted up to 1 January 2024."
    )


def test_every_group_has_words_for_a_sentence() -> None:
    rows = csv.DictReader((ROOT / "seeds" / "populations.csv").read_text(encoding="utf-8").splitlines())
    for row in rows:
        told = findings.whom(SCOPE | {"population_id": row["population_id"], "population_name": row["name"],
                                      "population_words": row["in_sentence"]}, "people killed")  # fmt: skip
        # What is not known, and a name of its own, cannot stand before "killed".
        assert " unknown" not in told and "…" not in told, told
        proper = re.findall(r"\b(Russian|Islamic|HTS)\b", row["name"])
        assert all(word in told for word in proper), told


def test_who_left_a_place_is_not_said_to_be_in_it() -> None:
    for role, words in (
        ("from", "who left Sudan"),
        ("to", "who came to Sudan"),
        ("own", "in Sudan"),
        (None, "in Sudan"),
    ):
        row = {"place_name": "Sudan", "place_id": "SD", "place_role": role}
        assert findings.where_of(row) == words


def reaching(count: int, stated: int, voice: str = "a", **row: Any) -> dict[str, Any]:
    return {"voice_id": voice, "event_count": count, "low": stated, "value_stated": stated, "high": stated} | row


def test_what_reaches_into_another_month_is_told_beside_the_bars_and_never_added() -> None:
    found = made("incident", "month", a=[point(0, 5, 5), point(40, 9, 9)], b=[point(0, 1, 1), point(40, 2, 2)])
    assert findings.beyond(found) == ""
    one = replace(found, longer=(reaching(1, 8_179),))
    assert findings.subtitle(one).endswith(
        "events added up each month; 1 event that reached into another month, together 8,179, is in no bar"
    )
    several = replace(found, longer=(reaching(2, 90, low=70, high=None), reaching(3, 40, "b")))
    assert findings.beyond(several) == (
        "2 events of a that reached into another month, together 90 or more, are in no bar; "
        "3 events of b that reached into another month, together 40, are in no bar"
    )
    yearly = replace(one, span="year")
    assert findings.beyond(yearly) == "1 event that reached into another year stands where begun"


def test_events_are_added_up_apart_by_the_spans_they_reach_into() -> None:
    with duckdb.connect() as connection:
        connection.execute("""
            create table fct_incident_totals as
            select 'e' as episode_id, 'killed' as measure_id, 'all' as population_id, 'X' as place_id,
                null::varchar as cause_id, null::varchar as actor_id, 'reported' as verification, 'count' as kind,
                null::varchar as place_role, 'v' as voice_id, 'day' as span, 1 as incident_count, *
            from (values (5, 5, 5, date '2016-01-30', date '2016-01-30'), (4, 4, null, '2016-01-30', '2016-02-02'),
                (10, 20, 30, '2016-01-01', '2016-12-31'), (7, 7, 7, '2016-12-30', '2017-01-02')
            ) as told (low, value_stated, high, span_start_on, last_span_start_on)
        """)
        found = {
            period: {
                row["span"]: (row["event_count"], row["low"], row["value_stated"], row["high"])
                for row in queries_series.longer_events(
                    connection.cursor(), View(episode="e", measure="killed", period=period), ["X"], ("month", "year")
                )
            }
            for period in (None, "2016-02", "2016-03", "2017")
        }
    assert found[None] == {"month": (3, 21, 31, None), "year": (1, 7, 7, 7)}
    assert found["2016-02"] == {"month": (2, 14, 24, None)}
    assert found["2016-03"] == {"month": (1, 10, 20, 30)}
    assert found["2017"] == {"month": (1, 7, 7, 7), "year": (1, 7, 7, 7)}


def test_events_of_one_week_are_a_row_and_no_panel() -> None:
    assert not made("incident", "week", a=[point(0, 2, 2)]).has_course
    assert made("incident", "week", a=[point(0, 2, 2), point(7, 1, 1)]).has_course
