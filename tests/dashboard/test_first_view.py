"""Until Dash has started a page is whole in words, with its first chart; then the live page takes its place unseen."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from browsing import Watched, needs_chromium, until
from dash import Dash
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from small_publication import publish

from dashboard.http import static_files
from dashboard.publication.folder import publications
from dashboard.sections import measure

WIDE = "/first-chart/light/wide"
VALUES = "graphs => graphs.flatMap((graph) => graph.data.map(trace => [trace.meta.figure_id, Array.from(trace.x)]))"
# Not the sentence below the chart, of which the live page has more.
PARTS = ("#episode-name", "#day-control", "#tabs", "#chart-title", "#chart")
TOPS = "parts => parts.map(part => document.querySelector(part).getBoundingClientRect().top)"


def first(client: FlaskClient, path: str) -> str:
    """Return the HTML of a page's first view."""
    return client.get(path).text.partition('<div id="first-view">')[2].partition("<script")[0]


@pytest.mark.parametrize("path", ["/", "/deaths", "/displaced?tab=time", "/sources", "/checks", "/figure/f-01"])
def test_a_page_is_whole_in_words_before_dash(pages: FlaskClient, path: str) -> None:
    view = first(pages, path)
    assert "<h1" in view
    here = re.findall('href="([^"?]*)[^"]*" aria-current="page"', view)
    assert here == ([] if "figure" in path else [path.partition("?")[0]])


def test_the_words_are_those_of_the_live_page(app: Dash) -> None:
    view = first(app.server.test_client(), "/deaths?population=all")
    for words in (
        "read as 258 to 299), both fit 277. 1 scope more shown apart. Filters: people: Everyone.",
        "2 December 2024 (",
        "People: </span>Everyone",
    ):
        assert words in view, words


def test_links_lead_to_live_pages_and_buttons_wait(app: Dash) -> None:
    view = first(app.server.test_client(), "/deaths")
    assert 'tab=chart"' in view
    assert ".html" not in view.replace("html</a>", "").partition('id="downloads"')[0]
    assert view.count("<button") == view.count(" disabled>") - 1 > 0  # and the slider


def test_a_table_is_there_where_it_is_what_is_shown(app: Dash) -> None:
    client = app.server.test_client()
    assert "<table" in first(client, "/deaths?tab=table")
    assert "<table" not in first(client, "/deaths")


def test_what_documents_say_stays_text(pages: FlaskClient) -> None:
    for path in ("/deaths?place=%3Cscript%3E", "/?known_on={%first_view%}{%app_entry%}"):
        view = first(pages, path)
        assert "<script>" not in view
        assert view.count('id="main"') == 1
        assert pages.get(path).text.count('id="react-entry-point"') == 1


@pytest.mark.parametrize(
    "search", ["", "?tab=chart", "?tab=time&clock=known", "?tab=map", "?by=period&scale=log", "?tab=places"]
)
def test_the_first_chart_is_the_beginning_of_the_live_one(app: Dash, search: str) -> None:
    client = app.server.test_client()
    told = client.get(f"{WIDE}/deaths{search}").json["figure"]["data"]
    with app.server.test_request_context(f"/deaths{search}"):
        live = json.loads(json.dumps(measure.draw("/deaths", search, None)["data"], default=str))
    assert told
    for trace in told:
        same = {"x": trace["x"], "y": trace["y"]} if search == "?tab=map" else {"x": trace["x"]}
        assert any(same.items() <= each.items() for each in live), trace


def test_the_first_chart_follows_the_screen(app: Dash) -> None:
    client = app.server.test_client()
    wide, narrow = (
        client.get(f"/first-chart/dark/{width}/deaths?tab=chart").json["figure"] for width in ("wide", "narrow")
    )
    assert wide["layout"]["margin"] != narrow["layout"]["margin"]
    assert wide["layout"]["font"] != client.get(f"{WIDE}/deaths").json["figure"]["layout"]["font"]


@pytest.mark.parametrize("path", ["/first-chart/red/wide/deaths", "/first-chart/dark/tall/", f"{WIDE}/sources"])
def test_there_is_no_first_chart_elsewhere(app: Dash, path: str) -> None:
    assert app.server.test_client().get(path).status_code == 404


def test_nothing_published_is_said_by_the_live_page(app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    client = app.server.test_client()
    assert client.get("/deaths").status_code == 200
    answer = client.get(f"{WIDE}/deaths")
    assert answer.status_code == 404
    assert "make build" in answer.text
    publish(tmp_path / "20260101T000000000000Z.duckdb", figures=3)
    assert client.get(f"{WIDE}/deaths").status_code == 200
    publications().close()


def test_a_day_before_the_record_has_no_chart(app: Dash) -> None:
    assert app.server.test_client().get(f"{WIDE}/deaths?recorded_on=1999-01-01").status_code == 400


@pytest.mark.parametrize("path", ["/", "/deaths", "/sources", f"{WIDE}/deaths"])
def test_figures_are_not_shown_again_without_asking(app: Dash, path: str) -> None:
    assert app.server.test_client().get(path).headers["Cache-Control"] == "no-cache"


def opened(watched: Watched, search: str, *, is_dash_held: bool) -> Page:
    """Open a page, without Dash's own program where it is held back."""
    if is_dash_held:
        watched.page.route("**/dash-renderer/**", lambda route: route.abort())
    watched.page.goto(f"{watched.address}/{search}")
    return watched.page


def drawn(page: Page, within: str) -> Any:
    """Return what the chart within a part of the page shows, once it is drawn."""
    charts = page.locator(f"{within} #chart .js-plotly-plot")
    until(lambda: charts.count() > 0 and charts.locator(".trace").count() > 0, f"no chart in {within}")
    return charts.evaluate_all(VALUES)


@needs_chromium
@pytest.mark.parametrize("width", [1280, 390])
def test_the_first_view_stands_where_the_live_page_will(chromium: Browser, address: str, width: int) -> None:
    early = Watched(chromium, address, width=width)
    page = opened(early, "deaths?tab=chart", is_dash_held=True)
    values, tops = drawn(page, "#first-view"), page.evaluate(TOPS, list(PARTS))
    page.close()
    live = Watched(chromium, address, width=width)
    page = live.open("deaths?tab=chart")
    until(lambda: not page.locator("#first-view").count(), "the first view stays")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    until(lambda: len(drawn(page, "#react-entry-point")) > len(values), "only the first plots were drawn")
    every = drawn(page, "#react-entry-point")
    assert values == every[: len(values)]
    assert 0 < len(values) < len(every)
    assert page.evaluate(TOPS, list(PARTS)) == pytest.approx(tops, abs=1)
    assert page.locator("#main").count() == page.locator("h1").count() == 1
    live.expect_silence()
    page.close()


@needs_chromium
def test_the_keyboard_stays_where_it_was(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.page
    # Held until the reader has moved, then let go.
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/_dash-layout", hold)
    page.goto(f"{address}/deaths")
    page.locator("#first-view #menu-population").click()
    page.locator("#first-view #tab-time").focus()
    until(lambda: bool(held), "Dash has not asked for its page")
    held[0].continue_()
    until(lambda: not page.locator("#first-view").count(), "the first view stays", 30)
    until(lambda: page.evaluate("document.activeElement.id") == "tab-time", "the focus is gone", 30)
    assert page.locator("#menu-population").evaluate("summary => summary.parentElement.open")
    watched.expect_silence()
    page.close()


@needs_chromium
def test_a_link_works_before_dash(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = opened(watched, "deaths", is_dash_held=True)
    page.locator("#first-view nav.bar >> text=Displaced").click()
    until(lambda: page.url == f"{address}/displaced", "the link was not followed")
    page.close()


def test_every_page_with_charts_asks_for_the_library_at_once(app: Dash) -> None:
    text = app.server.test_client().get("/deaths").text
    ours, dash = text.index("/assets/first/chart_library.js"), text.index("dash_renderer")
    assert ours < text.index("/assets/first/first_view.js") < dash
    assert text.count("first/chart_library.js") == 1
    assert static_files.address() in text
