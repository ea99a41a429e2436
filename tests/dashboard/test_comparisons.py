"""Numbers side by side: years by source, parts of a sum, one source against another; each as the rows say."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import selection, served
from browsing import TRACES, Watched, needs_chromium, violations
from dash import Dash
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from sample_data_sets import build_samples
from samples_publication import publish_samples
from workshop import Workshop

from dashboard.charts.series import against as against_chart
from dashboard.charts.series import axes
from dashboard.charts.series import stacks as stacks_chart
from dashboard.charts.series import years as years_chart
from dashboard.charts.series.chart import Look
from dashboard.charts.theme import Theme
from dashboard.publication.folder import Publications
from dashboard.queries.names import names
from dashboard.queries.over_time import series as queries
from dashboard.request.view import View
from dashboard.sections.over_time import against, stacks, years
from dashboard.text import comparisons
from dashboard.text.comparisons import Dot, Pair
from dashboard.text.series import Point

DAY = date(2024, 12, 31)
ALL = "worldwide"


@pytest.fixture(scope="module")
def samples(built_once: Callable[..., Workshop]) -> Workshop:
    """The record and the three samples."""
    return built_once(build_samples)


@pytest.fixture(scope="module")
def published(samples: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_samples(samples, tmp_path_factory.mktemp("side-by-side"))


@pytest.fixture(scope="module")
def client(app: Dash, published: Path) -> Iterator[FlaskClient]:
    """Ask the app about the samples."""
    with selection(app, published) as found:
        yield found


@pytest.fixture
def cursor(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    opened = Publications(published)
    with opened.cursor() as lent:
        yield lent
    opened.close()


def look(**changes: Any) -> Look:
    voices = {"idmc": (0, "circle"), "un": (1, "square"), "ucdp": (2, "star")}
    return Look(Theme(**changes), voices, DAY, "people displaced")


def named(figure: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [trace for trace in figure["data"] if trace["name"] == name and trace.get("xaxis", "x") == "x"]
    return found


def test_years_of_two_sources_are_the_numbers_of_the_table(cursor: duckdb.DuckDBPyConnection) -> None:
    found = years.read(cursor, View(ALL, "displaced", place="SY", counting="stock", population="idps"))
    assert found is not None
    told = {(line.voice_id, point.start.year): point.stated for line in found.series.lines for point in line.points}
    rows = cursor.execute(
        "select voice_id, year(span_start_on), value_stated from range_over_time where episode_id = $1 "
        "and measure_id = 'displaced' and place_id = 'SY' and population_id = 'idps' and counting = 'stock' "
        "and span = 'year'", [ALL],
    ).fetchall()  # fmt: skip
    assert {voice for voice, _ in told} == {"idmc", "un"}
    assert told == {(voice, year): value for voice, year, value in rows}
    figure = years_chart.chart(found, look())
    for line in found.series.lines:
        bars = named(figure, line.name)
        assert bars["y"] == [point.value for point in line.points]
        assert bars["customdata"] == [point.report_id for point in line.points]
        assert [round(x) for x in bars["x"]] == [point.start.year for point in line.points]


def test_the_gap_between_two_sources_is_shaded_and_told(cursor: duckdb.DuckDBPyConnection) -> None:
    found = years.read(cursor, View(ALL, "displaced", place="SY", counting="stock", population="idps"))
    assert found is not None
    gaps = {gap.year: gap.size for gap in comparisons.gaps(found.series)}
    by_year: dict[int, list[float]] = {}
    for line in found.series.lines:
        for point in line.points:
            by_year.setdefault(point.start.year, []).append(point.value)
    assert gaps == {year: max(said) - min(said) for year, said in by_year.items() if len(said) > 1}
    shaded = named(years_chart.chart(found, look()), "between sources")
    wide = {year: size for year, size in gaps.items() if size}
    assert len([y for y in shaded["y"] if y is None]) == len(wide) - 1
    widest = max(wide, key=lambda year: wide[year])
    assert f"Farthest apart in {widest}:" in comparisons.of_years(found, "people displaced")


def test_the_ranking_holds_every_place_of_the_year_by_its_number(cursor: duckdb.DuckDBPyConnection) -> None:
    found = years.read(cursor, View(ALL, "displaced", counting="stock", population="idps"))
    assert found is not None
    assert [each.most for each in found.ranking] == sorted((each.most for each in found.ranking), reverse=True)
    count = cursor.execute(
        "select count(distinct place_id) from range_over_time where episode_id = $1 and measure_id = 'displaced' "
        "and population_id = 'idps' and counting = 'stock' and span = 'year' and year(span_start_on) = $2",
        [ALL, found.year],
    ).fetchone()  # fmt: skip
    assert (found.place_count,) == count
    # Narrowed to one place the same places stand beside it.
    narrowed = years.read(cursor, View(ALL, "displaced", place="SY", counting="stock", population="idps"))
    assert narrowed is not None
    assert narrowed.place_count >= 1
    figure = years_chart.chart(found, look())
    places = [each for trace in figure["data"] for each in trace.get("meta", {}).get("places", [])]
    assert set(places) == {each.row["place_id"] for each in found.ranking}


def test_a_running_count_is_of_no_year(cursor: duckdb.DuckDBPyConnection) -> None:
    assert years.read(cursor, View("aleppo-2024", "killed", counting="cumulative")) is None


def test_parts_that_are_stacked_share_nobody_and_are_of_one_source(cursor: duckdb.DuckDBPyConnection) -> None:
    found = stacks.read(cursor, View(ALL, "killed"))
    assert found
    known = names(cursor)
    for stack in found:
        assert {line.voice_id for part in stack.parts for line in part.lines} == {stack.line.voice_id}
        people = [part.row["population_id"] for part in stack.parts]
        if stack.by == "population":
            assert all(stacks.disjoint(known, one, other) for one in people for other in people if one != other)
    (ucdp,) = [stack for stack in found if stack.line.voice_id == "ucdp"][:1]
    assert {part.row["population_id"] for part in ucdp.parts} == {
        "civilians", "fighters_side_a", "fighters_side_b", "unknown_status"}  # fmt: skip


def test_what_may_share_people_is_never_stacked(cursor: duckdb.DuckDBPyConnection) -> None:
    known = names(cursor)
    assert stacks.disjoint(known, "civilians", "fighters_side_a")
    sharing = (("civilians", "children"), ("civilians", "civilian_children"), ("all", "civilians"),
               ("children", "civilian_children"), ("civilians", "police"), ("civilians", "civilians"))  # fmt: skip
    for one, other in sharing:
        assert not stacks.disjoint(known, one, other), (one, other)


def test_a_stack_is_as_high_as_the_numbers_of_its_parts(cursor: duckdb.DuckDBPyConnection) -> None:
    stack = stacks.read(cursor, View(ALL, "killed", source="ucdp"))[0]
    figure = stacks_chart.chart([stack], look())
    assert figure["layout"]["barmode"] == "stack"
    for part, name in zip(stack.parts, stack.names, strict=True):
        bars = named(figure, name)
        assert bars["y"] == [point.value for point in part.lines[0].points]
        assert len(bars["customdata"]) == len(bars["y"])
        rows = cursor.execute(
            "select value_stated from range_over_time where episode_id = $1 and measure_id = 'killed' and span = $2 "
            "and voice_id = 'ucdp' and place_id = $3 and population_id = $4 and counting = 'incident' "
            "order by span_start_on",
            [ALL, stack.total.span, part.row["place_id"], part.row["population_id"]],
        ).fetchall()  # fmt: skip
        assert [value for (value,) in rows] == bars["y"]
    total = named(figure, "total as stated")
    assert total["y"] == [point.value for point in stack.line.points]
    assert figure["layout"]["yaxis"]["range"][1] > max(total["y"])


def test_a_click_on_a_part_leads_to_its_figures(cursor: duckdb.DuckDBPyConnection, client: FlaskClient) -> None:
    stack = stacks.read(cursor, View(ALL, "killed", source="ucdp"))[0]
    part, where = stack.parts[0], stack.narrowed[0][0]
    listed = client.get("/deaths.csv", query_string={"episode": ALL, **where}).text
    rows = list(csv.DictReader(io.StringIO(listed)))
    assert (
        sum(int(row["value_stated"]) for row in rows if row["is_standing"] == "true") == part.lines[0].points[0].stated
    )
    assert {row["population_id"] for row in rows} == {part.row["population_id"]}


def test_both_sources_of_a_pair_have_each_number(cursor: duckdb.DuckDBPyConnection) -> None:
    pair = against.read(cursor, View(ALL, "displaced", population="idps", counting="stock"))
    assert pair is not None and {pair.x_id, pair.y_id} == {"idmc", "un"}
    told = {(dot.row["place_id"], dot.y.end, dot.x.stated, dot.y.stated) for dot in pair.dots}
    rows = cursor.execute(
        "select a.place_id, a.span_end_on, a.value_stated, b.value_stated from range_over_time as a "
        "inner join range_over_time as b using (episode_id, measure_id, population_id, place_id, counting, span, "
        "span_end_on) where episode_id = $1 and measure_id = 'displaced' and population_id = 'idps' "
        "and counting = 'stock' and span = 'day' and a.voice_id = $2 and b.voice_id = $3", [ALL, pair.x_id, pair.y_id],
    ).fetchall()  # fmt: skip
    assert told == set(rows) and rows
    turned = against.read(cursor, View(ALL, "displaced", population="idps", counting="stock", source=pair.y_id))
    assert turned is not None and (turned.x_id, turned.y_id) == (pair.y_id, pair.x_id)


def test_only_what_both_say_of_the_same_is_a_dot_and_its_colour_says_who_says_more() -> None:
    def dot(x: int, y: int, **more: Any) -> Dot:
        row = {"place_name": "X", "place_id": "X", "population_name": "Everyone", "counting": "stock"}
        return Dot(row, "day", *(Point(DAY, DAY, value, value, value, report_id=f"{name}-{value}")
                                 for name, value in (("x", x), ("y", y))), **more)  # fmt: skip

    dots = (dot(100, 109), dot(100, 300), dot(500, 100), dot(0, 7), dot(10, 10, is_counted_twice=True))
    pair = Pair("idmc", "un", "IDMC", "UNHCR", dots)
    figure = against_chart.chart(pair, look())
    assert [each["type"] for each in (figure["layout"]["xaxis"], figure["layout"]["yaxis"])] == ["log", "log"]
    assert named(figure, "within 10 %")["fill"] == "toself"
    grey, more_x, more_y = figure["data"][-3:]
    assert (grey["x"], grey["y"]) == ([100, 10], [109, 10])
    assert (more_x["name"], more_x["x"], more_x["customdata"]) == ("IDMC says more", [500], ["x-500"])
    assert (more_y["name"], more_y["y"], more_y["customdata"]) == ("UNHCR says more", [300], ["y-300"])
    assert comparisons.of_pair(pair) == (
        "Of 5 numbers that IDMC and UNHCR both give, 2 lie within 10 % of each other; IDMC says more 1 time, "
        "UNHCR 3 times."
    )
    assert "1 hollow: one count that both tell. 1 not drawn" in comparisons.pair_subtitle(pair)


@pytest.mark.parametrize("is_narrow", [False, True])
def test_the_names_of_dots_stay_within_the_chart(is_narrow: bool) -> None:
    row = {"place_name": "Chad", "place_id": "X", "population_name": "Everyone"}
    values = [(10, 10**6), (10**6, 10), (500, 9_000), (9_000, 500), (10**6, 10**4)]
    dots = tuple(Dot(row, "day", Point(DAY, DAY, x, x, x), Point(DAY, DAY, y, y, y)) for x, y in values)
    figure = against_chart.chart(Pair("idmc", "un", "IDMC", "UNHCR", dots), look(is_narrow=is_narrow))
    low, high = figure["layout"]["xaxis"]["range"]
    width = Theme(is_narrow=is_narrow).pixels - figure["layout"]["margin"]["l"] - figure["layout"]["margin"]["r"]
    assert figure["layout"]["annotations"]
    for note in figure["layout"]["annotations"]:
        at = (note["x"] - low) / (high - low) * width
        wide = axes.width_of(note["text"])
        assert (at + wide <= width + 20) if note["xanchor"] == "left" else at - wide >= -20


@pytest.mark.parametrize("tab", ["years", "stack", "against"])
def test_a_file_of_a_tab_holds_every_number_that_it_draws(tab: str, cursor: Any, client: FlaskClient) -> None:
    measure, path = ("killed", "/deaths") if tab == "stack" else ("displaced", "/displaced")
    rows = list(csv.DictReader(io.StringIO(client.get(f"{path}.csv?episode={ALL}&tab={tab}").text)))
    view = View(ALL, measure, tab=tab)
    if tab == "against":
        pair = against.read(cursor, view)
        assert pair is not None and len(rows) == len(pair.dots)
        drawn = {(str(dot.x.stated), str(dot.y.stated)) for dot in pair.dots}
        assert drawn == {(row["first_value_stated"], row["second_value_stated"]) for row in rows}
        return
    if tab == "years":
        found = years.read(cursor, view)
        assert found is not None
        shown = [(line.voice_id, point) for line in found.series.lines for point in line.points]
        shown += [item for each in found.ranking for item in each.points.items()]
    else:
        shown = [(line.voice_id, point) for stack in stacks.read(cursor, view) for part in (stack.total, *stack.parts)
                 for line in part.lines for point in line.points]  # fmt: skip
    held = {(row["voice_id"], row["span_start_on"], row["value_stated"]) for row in rows}
    assert {(voice, point.start.isoformat(), str(point.stated)) for voice, point in shown} <= held


@pytest.mark.parametrize(("path", "tab"), [("/displaced", "years"), ("/deaths", "stack"), ("/displaced", "against")])
def test_the_plain_page_of_a_tab_has_its_table_with_a_way_to_each_number(
    path: str, tab: str, client: FlaskClient
) -> None:
    text = client.get(f"{path}.html?episode={ALL}&tab={tab}").text
    assert "<table" in text and 'class="problems"' not in text.split("<h2")[0].replace('class="problems"></div>', "")
    body = text[text.index("<table") :]
    assert "figure=" in body or "period=" in body
    page = json.loads(client.get(f"{path}.json?episode={ALL}&tab={tab}").text)
    assert page


def test_tabs_are_offered_where_the_data_allow_them(client: FlaskClient) -> None:
    of_all = client.get(f"/displaced.html?episode={ALL}").text
    assert "Source against source" in of_all and "By year" in of_all
    assert "Stacked" not in client.get("/injuries.html?episode=aleppo-2024").text
    empty = client.get("/injuries.html?episode=aleppo-2024&tab=stack").text
    assert "No source tells events here apart" in empty


def test_series_follow_the_choice_of_whom_a_claim_is_about(cursor: duckdb.DuckDBPyConnection) -> None:
    every = queries.catalogue(cursor, View("aleppo-2024", "killed"))
    enemy = queries.catalogue(cursor, View("aleppo-2024", "killed", claim_about="enemy"))
    rows = cursor.execute(
        "select distinct voice_id, population_id, counting from fct_reports where episode_id = 'aleppo-2024' "
        "and measure_id = 'killed' and claim_about = 'enemy' and not is_withdrawn and not is_retracted and not is_share"
    ).fetchall()
    assert {(row["voice_id"], row["population_id"], row["counting"]) for row in enemy} <= set(rows)
    assert enemy and len(enemy) < len(every)
    assert not queries.catalogue(cursor, View("aleppo-2024", "killed", claim_about="enemy", party_claims="out"))


def test_what_a_range_cannot_follow_is_said(client: FlaskClient) -> None:
    said = "they do not follow this filter"
    assert said in client.get("/deaths.html?episode=aleppo-2024&claim_about=enemy&tab=chart").text
    assert said not in client.get("/deaths.html?episode=aleppo-2024&tab=chart").text
    refused = client.get("/api/v1/ranges?claim_about=enemy")
    assert refused.status_code == 400
    assert "ranges are published with all party claims or with none" in refused.text
    figures = client.get("/deaths.csv?episode=aleppo-2024&claim_about=enemy&tab=table").text
    rows = list(csv.DictReader(io.StringIO(figures)))
    assert rows and {row["claim_about"] for row in rows} == {"enemy"}
    sources = client.get("/api/v1/sources?episode=aleppo-2024&claim_about=enemy").get_json()
    assert sum(row["figure_count"] for row in sources["rows" if "rows" in sources else "data"]) == len(
        client.get("/api/v1/figures?episode=aleppo-2024&claim_about=enemy&limit=1000").get_json()[
            "rows" if "rows" in sources else "data"])  # fmt: skip


@needs_chromium
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), pytest.param(390, "dark", marks=pytest.mark.slow)])
def test_the_tabs_are_drawn_silent_accessible_and_fit(
    chromium: Browser, app: Dash, published: Path, width: int, scheme: str
) -> None:
    with served(app, published) as address:
        watched = Watched(chromium, address, width=width, scheme=scheme)
        for tab, path in (("years", "displaced"), ("stack", "deaths"), ("against", "displaced")):
            page = watched.open(f"{path}?episode={ALL}&tab={tab}")
            page.wait_for_selector(TRACES, state="attached")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{tab} is wider than the window"
            assert violations(page) == [], tab
        # A sum leads to the figures that it is made of.
        page = watched.open(f"deaths?episode={ALL}&tab=stack&source=ucdp")
        page.locator("#table td a").first.click()
        expect(page.locator("#tab-table")).to_have_attribute("aria-current", "true")
        watched.expect_silence()
