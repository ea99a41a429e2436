"""What the dashboard says of published data sets: where each number stands, whom to credit, what must not be added."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import duckdb
import pytest
from asking import selection
from browsing import needs_chromium, violations, visit
from dash import Dash
from dash.development.base_component import Component
from flask.testing import FlaskClient
from pages_publication import links, shown
from playwright.sync_api import Browser
from sample_data_sets import build_samples
from samples_publication import publish_samples
from workshop import Workshop

from dashboard.charts import map_text
from dashboard.cli.screenshot import running
from dashboard.components.selection import read as read_selection
from dashboard.formats.registry import FORMATS
from dashboard.publication.folder import CONFIG, publications
from dashboard.queries.over_time import known_on
from dashboard.sections import measure_controls, measure_data, overview
from dashboard.text import datasets, panels, sentences

ALL = "?episode=worldwide"
ODD = "ucdp_ged-20.1-sample-235087-killed-all"
COPY = "unhcr_population-2025.12.1-sample-2016-SYR-SYR-idps"


@pytest.fixture(scope="module")
def samples(built_once: Callable[..., Workshop]) -> Workshop:
    """The record and the three samples, laid where the dashboard looks."""
    return built_once(build_samples)


def test_series_as_known_on_the_last_day_are_those_of_the_model(samples: Workshop) -> None:
    """The rules of range_over_time, asked of what had come by a day: queries/over_time/known_on.py."""
    columns = """episode_id, voice_id, measure_id, population_id, place_id, cause_id, actor_id, verification, kind,
        place_role, source_id,
        report_id, counting, span, low, value_stated, high, report_count, has_convention, since_on, span_start_on,
        span_end_on"""
    sql, bound = known_on.rows_as_known(("day", "week", "month", "year"))
    with duckdb.connect(str(samples.warehouse), read_only=True) as connection:
        kinds = connection.execute("select distinct episode_id, measure_id from range_over_time").fetchall()
        for episode, measure in kinds:
            of_kind = {"episode": episode, "measure": measure}
            past = connection.execute(f"select {columns} from ({sql})", of_kind | bound | {"known_on": date.max})
            model = f"select {columns} from range_over_time where episode_id = $episode and measure_id = $measure"
            assert sorted(past.fetchall(), key=repr) == sorted(connection.execute(model, of_kind).fetchall(), key=repr)
    assert len(kinds) > 4


@pytest.fixture(scope="module")
def published(samples: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the publication that these tests look at."""
    return publish_samples(samples, tmp_path_factory.mktemp("data-sets"))


@pytest.fixture(scope="module")
def client(app: Dash, published: Path) -> Iterator[FlaskClient]:
    """Ask the app about the samples."""
    with selection(app, published) as found:
        yield found


@pytest.fixture
def sql(published: Path, client: FlaskClient) -> Iterator[duckdb.DuckDBPyConnection]:
    """Query the publication itself, by another way than the dashboard's."""
    with duckdb.connect(str(next(published.glob("[0-9]*.duckdb"))), read_only=True, config=CONFIG) as connection:
        yield connection


def credited(answer: dict) -> set[str]:
    return {each["dataset_id"] for each in answer["metadata"]["data_sets"]}


def test_the_record_read_by_hand_comes_before_the_data_sets(client: FlaskClient) -> None:
    front = client.get("/index.html").text
    assert front.index("North-west Syria offensive") < front.index("published data sets")
    assert "North-west Syria offensive" in client.get("/deaths.html").text.split("<h1")[1][:80]
    assert "/index.html" in client.get("/sources.html").text
    assert f"?{ALL[1:]}" in links(client, "/checks"), "every page of words leads to the other episode"


def test_a_figure_is_cited_by_data_set_line_row_and_its_own_source(client: FlaskClient) -> None:
    text = shown(client, f"/figure/{ODD}", ALL)
    assert "line 22 of ged_syria_extract.csv, row 235087-killed-all" in text
    assert "Data set ucdp_ged, version 20.1-sample. It names as its own source: SOHR." in text
    assert "Sundberg and Melander 2013" in text
    assert "None" not in text
    drawer = client.get(f"/deaths.html{ALL}&place=SY&figure={ODD}").text
    assert "line 22 of ged_syria_extract.csv" in drawer
    assert "paragraph None" not in drawer


def test_a_figure_of_the_record_is_cited_as_before(client: FlaskClient) -> None:
    text = shown(client, "/figure/aleppo-2024-001-05")
    assert ", paragraph " in text
    assert "Cite the data set" not in text


def test_what_contradicts_itself_is_said_and_read_as_its_range_is(
    client: FlaskClient, sql: duckdb.DuckDBPyConnection
) -> None:
    [(low, high)] = sql.execute(
        "select lowest, highest from range_reported where hedge_convention = 'literal' and incident_id = $1 "
        "and population_id = 'all' and valid_to_on is null", ["ucdp_ged-235087"]).fetchall()  # fmt: skip
    text = shown(client, f"/figure/{ODD}", ALL)
    assert f"{low} – {high}; number stated: 25" in text
    assert "contradicts itself: its best estimate is below its low" in text
    assert "contradicts itself" in client.get(f"/figures.html?figure={ODD}").text
    row = {"flags": "low_above_high,best_above_high", "reading_low": 5, "reading_stated": 7, "reading_high": 3,
           "is_share": False}  # fmt: skip
    assert sentences.figure_reading(row) == "3 – 7"
    assert datasets.odd({"flags": "a_new_flag"}) == ["a new flag"], "what nobody has words for is said too"


def test_every_flag_that_is_published_has_words(sql: duckdb.DuckDBPyConnection) -> None:
    told = sql.execute("select distinct unnest(string_split(flags, ',')) from fct_figures where flags is not null")
    assert {flag for (flag,) in told.fetchall()} <= set(datasets.FLAGS)


def test_one_count_told_twice_is_no_agreement(client: FlaskClient) -> None:
    assert "same number as another source’s: one count told twice" in shown(client, f"/figure/{COPY}", ALL)
    measure_page = client.get(f"/displaced.html{ALL}&place=SY&counting=stock&rows=240&tab=chart").text
    assert "2 sources, both fit 6,325,978, but one count told by two sources" in measure_page
    assert "both fit 6,784,127" not in measure_page
    assert "6,150,005 – 6,784,127, counted up to 31 December 2017, 2 sources, no number fits both" in measure_page
    pairs = shown(client, "/sources", ALL)
    assert "6,325,978, up to 31 Dec 20166,325,978, up to 31 Dec 2016one count told by both: 6,325,978" in pairs
    assert "both fit 6,325,978" not in pairs
    assert "634,122 apart: they cannot both hold" in pairs
    checks = shown(client, "/checks", ALL)
    assert "told twice, or the same within rounding (12)" in checks


def test_two_that_tell_the_same_number_of_their_own_still_agree() -> None:
    rows = [{"voice_id": voice, "reading_stated": 5, "copied": None} for voice in ("a", "b")]
    assert sentences.counted_twice(panels.Panel("f", "t", rows)) == ""
    assert sentences.counted_twice(panels.Panel("f", "t", [row | {"copied": "told_twice"} for row in rows]))


def test_a_headline_counts_every_figure_shown_or_not(client: FlaskClient, sql: duckdb.DuckDBPyConnection) -> None:
    [(count,)] = sql.execute(
        "select count(*) from fct_figures where episode_id = 'worldwide' and measure_id = 'killed'"
    ).fetchall()
    text = client.get(f"/deaths.html{ALL}&tab=chart").text
    assert f"there are {count} figures of people killed; the first 30 are shown, in 30 scopes apart." in text
    assert "there are 30 figures" not in text
    assert "none of them is a total, and they are not added up here" in text
    assert "Single events" not in client.get("/deaths.html").text


def test_what_is_alike_begins_with_the_latest_year(client: FlaskClient) -> None:
    rows = csv.DictReader(io.StringIO(client.get(f"/displaced.csv{ALL}&counting=stock&tab=chart").text))
    years = [row["period_end_on"] for row in rows if row["place_id"] == "IQ"]
    assert len(years) > 1
    assert years == sorted(years, reverse=True)
    assert years[0] == "2024-12-31"


def test_the_overview_lists_releases_and_adds_nothing_up(client: FlaskClient, sql: duckdb.DuckDBPyConnection) -> None:
    text = shown(client, "/", ALL)
    assert "nothing here is added up" in text
    assert "Of a part: " not in text
    for (attribution,) in sql.execute("select attribution from dim_datasets").fetchall():
        assert attribution in text
    # Displacement is of two kinds, and returns are no displacement.
    held = """select count(*) from fct_figures where dataset_id is not null and episode_id = 'worldwide'
        group by document_id, measure_id, voice_id, counting"""
    counts = [count for (count,) in sql.execute(held).fetchall()]
    assert len(counts) > 4 and all(f"{count} figures" in text for count in counts)
    assert "And " in text.split("Open contradictions")[1], "a screen of them, and how many more there are"
    early = shown(client, "/", f"{ALL}&known_on=2021-01-01")
    assert "UCDP" in early
    assert "Internal Displacement" not in early, "what was not published yet is not loaded yet, as known on that day"


def test_a_range_that_a_copy_joined_did_not_gain_a_source_that_agrees(client: FlaskClient) -> None:
    text = shown(client, "/", ALL)
    by = "counted up to 31 December"
    same = f"read as 6,325,978, {by} 2016 by"
    assert f"was {same} 1 source; is {same} 2 sources, one count told by two." in text
    wide = f"read as 6,150,005 – 6,784,127, {by} 2017 by 2 sources."
    assert f"was read as 6,784,127, {by} 2017 by 1 source; is {wide}" in text


def test_a_single_event_stands_for_no_place(client: FlaskClient) -> None:
    text = client.get(f"/deaths.html{ALL}&tab=places").text
    assert "30 single events not drawn: none of them stands for its place." in text


def test_findings_are_counted_past_those_listed(client: FlaskClient, sql: duckdb.DuckDBPyConnection) -> None:
    [(count,)] = sql.execute("select count(*) from check_low_above_high where episode_id = 'worldwide'").fetchall()
    text = shown(client, "/checks", ALL)
    assert count > 100
    assert f"Figures whose low is above their high ({count})" in text
    assert "The first 100 are listed" in text


def test_a_running_count_and_a_sum_of_events_are_never_mixed(client: FlaskClient) -> None:
    text = shown(client, "/checks", "?episode=aleppo-2024")
    after = text.split("Running counts beside sums of single events")[1]
    assert "never mixed into a range and never added up" in after
    assert "whose numbers add up to 2,263 – 3,072" in after
    early = shown(client, "/checks", "?episode=aleppo-2024&known_on=2024-11-28")
    assert "aleppo-2024-002-07" in shown(client, "/checks", "?episode=aleppo-2024&known_on=2024-11-29")
    assert "aleppo-2024-002-07" not in early, "a report of the next day"


@pytest.mark.parametrize(("address", "expected"), [
    (f"/deaths.json{ALL}&tab=chart", {"ucdp_ged"}),
    (f"/deaths.json{ALL}&tab=time", {"ucdp_ged"}),
    (f"/displaced.json{ALL}&place=IQ&tab=chart", {"idmc_gidd"}),
    (f"/displaced.metadata{ALL}&place=SY&rows=240", {"idmc_gidd", "unhcr_population"}),
    ("/deaths.json?tab=chart", set()),
    (f"/figure/{COPY}.json{ALL}", {"unhcr_population"}),
    (f"/checks.json{ALL}", {"idmc_gidd", "ucdp_ged", "unhcr_population"}),
    ("/checks.json", set()),
    ("/api/v1/figures?episode=worldwide&place=IQ", {"idmc_gidd"}),
    ("/api/v1/figures?episode=aleppo-2024", set()),
    ("/api/v1/ranges?episode=worldwide&measure=killed", {"ucdp_ged"}),
    ("/api/v1/figures?episode=worldwide&measure=killed&format=metadata", {"ucdp_ged"}),
])  # fmt: skip
def test_a_file_credits_exactly_the_data_sets_in_it(client: FlaskClient, address: str, expected: set[str]) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:300]
    told = answer.json
    assert credited(told) == expected
    for each in told["metadata"]["data_sets"]:
        assert each["attribution"].rstrip(".") in told["metadata"]["citation"]
        assert {"licence", "licence_url", "citation", "version", "page_url"} <= set(each)


def test_a_workbook_credits_the_data_sets_of_all_its_sheets(client: FlaskClient) -> None:
    with zipfile.ZipFile(io.BytesIO(client.get(f"/sources.xlsx{ALL}").data)) as book:
        text = book.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in book.namelist() else ""
        text += "".join(book.read(name).decode() for name in book.namelist() if "worksheets" in name)
    assert "Refugee Data Finder, CC BY 4.0" in text
    assert "CC BY 3.0 IGO" in text


def test_pages_credit_whom_they_show(client: FlaskClient) -> None:
    assert "Data: UCDP GED" in client.get(f"/deaths.html{ALL}").text
    assert "Data: " not in client.get("/deaths.html").text
    about = shown(client, "/about")
    assert "CC BY 3.0 IGO" in about
    assert "Högbladh" in about
    feed = client.get("/feed.atom?episode=worldwide&measure=killed").text
    assert "Data: UCDP GED" in feed.split("<rights>")[1].split("</rights>")[0]


UNHCR = "UNHCR Refugee Data Finder, CC BY 4.0"
SYRIA = "episode=worldwide&measure=displaced&place=SY&format=FORM"
EXPORTS = (
    f"/displaced.FORM{ALL}&place=SY&tab=chart",
    f"/api/v1/figures?{SYRIA}",
    f"/api/v1/ranges?{SYRIA}",
    "/sql/result.FORM?q=select+1+as+a",
)


def carried(client: FlaskClient, answer: Any, form: str, folder: Path) -> str:
    """What a file says of itself, by itself; of a form with no room for that, what its answer leads to."""
    if form in ("json", "metadata"):
        return str(answer.text)
    if form == "xlsx":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    if form == "parquet":
        (folder / "rows.parquet").write_bytes(answer.data)
        found = duckdb.execute(f"select decode(value) from parquet_kv_metadata('{folder / 'rows.parquet'}')").fetchall()
        return str(found)
    beside = re.search(r'<([^>]+)>; rel="describedby"', answer.headers["Link"])
    assert beside, form
    return str(client.get(beside[1]).text)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("address", EXPORTS)
def test_every_format_carries_licence_and_credit(client: FlaskClient, tmp_path: Path, address: str, form: str) -> None:
    answer = client.get(address.replace("FORM", form))
    assert answer.status_code == 200, answer.text[:300]
    told = carried(client, answer, form, tmp_path)
    assert UNHCR in told
    assert datasets.LICENCE["url"] in told
    if form != "metadata" or "/sql/" not in address:
        assert f'<{datasets.LICENCE["url"]}>; rel="license"' in answer.headers["Link"]


def cites(part: Any) -> set[str]:
    """What the pictures of some components say below the chart."""
    if isinstance(part, Component):
        part = part.to_plotly_json()["props"]
    if isinstance(part, dict):
        return {part["data-cite"]} if "data-cite" in part else cites(list(part.values()))
    return {each for one in part for each in cites(one)} if isinstance(part, list | tuple) else set()


def test_a_picture_carries_licence_credit_and_where_outlines_are_from(client: FlaskClient) -> None:
    def said(tab: str) -> str:
        page = measure_data.read(cursor, "/deaths", f"{ALL}&tab={tab}")
        (cite,) = cites(measure_controls.files(page, "Words."))
        return cite

    with client.application.test_request_context(), publications().cursor() as cursor:
        chart, drawn = said("chart"), said("map")
        cards, _ = overview.read(cursor, read_selection(cursor, "?episode=aleppo-2024"))
        shown_cards = cites([overview.card_part(card, read_selection(cursor, "")) for card in cards])
    assert "CC BY 4.0. Data: UCDP GED" in chart and "CC BY 4.0. Data: UCDP GED" in drawn
    assert map_text.OUTLINES not in chart and drawn.endswith(map_text.OUTLINES)
    assert shown_cards and all(each.endswith("CC BY 4.0.") for each in shown_cards)


def test_feeds_and_plain_pages_name_their_licences(client: FlaskClient) -> None:
    feed = ET.fromstring(client.get("/feed.atom?episode=worldwide&measure=displaced&place=IQ").data)  # noqa: S314
    found = {link.get("href") for link in feed if link.get("rel") == "license"}
    assert found == {datasets.LICENCE["url"], "https://creativecommons.org/licenses/by/3.0/igo/"}
    page = client.get(f"/displaced.html{ALL}&place=IQ").text
    assert all(f'<link rel="license" href="{each}">' in page for each in found)
    plain = client.get("/deaths.html").text
    assert plain.count('rel="license"') == 1


def test_exports_hold_what_only_data_sets_have(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(f"/deaths.csv{ALL}&place=SY&tab=chart").text)))
    odd = next(row for row in rows if row["figure_id"] == ODD)
    assert (odd["dataset_id"], odd["flags"], odd["source_original"]) == ("ucdp_ged", "best_below_low", "SOHR")
    assert odd["record_line"] == "22"
    json.dumps(rows)


@needs_chromium
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_the_overview_of_data_sets_is_accessible_and_fits(
    chromium: Browser, app: Dash, client: FlaskClient, width: int, scheme: str
) -> None:
    with running(app.server) as url:
        page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        for path in ("/", "/deaths"):
            visit(page, f"{url}{path}{ALL}")
            page.wait_for_selector(".data-sets" if path == "/" else "#headline:not(:empty)")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert violations(page) == [], f"{path}, {width}, {scheme}"
        page.close()
