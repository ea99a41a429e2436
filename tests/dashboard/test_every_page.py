"""Every page on every tab, wide and narrow, light and dark: silent, local, accessible, at home in its window."""

from urllib.parse import urlsplit

import pytest
from browsing import TRACES, Watched, needs_chromium, until, violations, visit
from playwright.sync_api import Browser, Page, expect
from small_publication import PATHS

from dashboard.sections.measure_tabs import COMPARED, TABS

pytestmark = needs_chromium
EMPTY_ROOMS = ("/attacks", "/killed-or-injured")
# What is there once a page has been filled.
OTHERS = {
    "/": "#overview-page #refreshed", "/sources": "#sources-page h1", "/figure/f-06": "#figure-page h1",
    "/checks": "#checks-page h1", "/about": "#about-page h1", "/sql?q=from+fct_figures": "#sql-result tbody tr",
}  # fmt: skip
# The first room is looked at by every `make test`, all of them by `make test-all`; so is the other colour scheme.
FIRST, *MORE = PATHS
ROOMS = [FIRST, *(pytest.param(path, marks=pytest.mark.slow) for path in MORE)]
DARK = pytest.param("dark", marks=pytest.mark.slow)
CHEAP = ("/", "/deaths", "/sources", "/figure/f-06")


@pytest.fixture(scope="module")
def address(pages_address: str) -> str:
    return pages_address


def opened(watched: Watched, path: str) -> Page:
    """Open a page anew and wait until it is filled."""
    page = watched.page
    visit(page, watched.address + path)
    if path in PATHS:
        expect(page.locator("#headline")).not_to_be_empty()
    else:
        page.wait_for_selector(OTHERS[path])
    return page


def hold(page: Page, width: int, what: str) -> None:
    """Hold what the page shows now to the house rules."""
    expect(page.locator("h1:visible")).to_have_count(1)
    assert page.inner_text("h1:visible").strip(), what
    until(lambda: page.evaluate("document.documentElement.scrollWidth") <= width, f"{what} scrolls sideways")
    assert violations(page) == [], what
    assert page.locator("main i, main script").count() == 0, f"{what}: text of documents is text"


def skip(page: Page, what: str) -> None:
    """Expect the first stop of the keyboard to be the link that leads past the bar, and to lead there."""
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    shown = page.locator("a.skip:focus").bounding_box()
    assert shown and shown["x"] >= 0 and shown["y"] >= 0, what
    page.keyboard.press("Enter")
    until(lambda: page.evaluate("document.activeElement.id") == "main", f"{what}: the skip link leads nowhere")


def take(page: Page, path: str, tab: str) -> None:
    """Open a tab of a room by its link and wait until it is drawn."""
    page.click(f"#tab-{tab}")
    expect(page.locator(f"#tab-{tab}")).to_have_attribute("aria-current", "true")
    # Over time the title is what was found; the other tabs say what they show.
    title = expect(page.locator("#chart-title"))
    title.not_to_be_empty() if tab == "time" else title.to_have_text(TABS[tab].title)
    if path not in EMPTY_ROOMS:
        page.wait_for_selector("#table td" if tab == "table" else TRACES, state="attached")
    expect(page.locator("#chart-part")).to_be_visible(visible=tab != "table" and path not in EMPTY_ROOMS)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("path", ROOMS)
def test_every_tab_of_every_room(chromium: Browser, address: str, path: str, width: int, scheme: str) -> None:
    watched = Watched(chromium, address, width=width, scheme=scheme)
    page = opened(watched, path)
    skip(page, path)
    # Tabs of numbers side by side have none in this publication: test_comparisons.py.
    for tab in (each for each in TABS if each not in COMPARED):
        take(page, path, tab)
        hold(page, width, f"{path}, {tab}, {width} px, {scheme}")
    watched.expect_silence()
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), pytest.param(390, "dark", marks=pytest.mark.slow)])
def test_every_other_page(chromium: Browser, address: str, width: int, scheme: str) -> None:
    watched = Watched(chromium, address, width=width, scheme=scheme)
    for path in OTHERS:
        page = opened(watched, path)
        hold(page, width, f"{path}, {width} px, {scheme}")
        skip(page, path)
        assert urlsplit(page.url).path == urlsplit(path).path
    watched.expect_silence()
    watched.page.close()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_the_pages_most_read_the_other_way_round(chromium: Browser, address: str, width: int, scheme: str) -> None:
    watched = Watched(chromium, address, width=width, scheme=scheme)
    for path in CHEAP:
        hold(opened(watched, path), width, f"{path}, {width} px, {scheme}")
    watched.expect_silence()
    watched.page.close()


def test_every_page_in_the_bar_is_looked_at(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = opened(watched, "/")
    links = [link.get_attribute("href") or "" for link in page.locator("nav.bar a").all()]
    assert {urlsplit(link).path for link in links} <= {urlsplit(path).path for path in (*OTHERS, *PATHS)}
    page.close()


@pytest.mark.parametrize("scheme", ["light", DARK])
def test_every_plain_page_needs_no_program(chromium: Browser, address: str, scheme: str) -> None:
    watched = Watched(chromium, address, width=390, scheme=scheme)
    page = watched.page
    for view in ("index", "deaths", "displaced", "sources", "figure/f-06", "checks", "about"):
        visit(page, f"{address}/{view}.html?tab=time")
        assert page.locator("script, main i, main canvas").count() == 0, view
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        hold(page, 390, f"/{view}.html, {scheme}")
    watched.expect_silence()
    page.close()


def test_without_a_program_a_page_shows_the_way_to_its_plain_form(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address, width=390, java_script_enabled=False)
    page = watched.page
    page.goto(f"{address}/deaths?population=civilians")
    assert "civilians" in page.inner_text("#first-view #headline")
    page.click("noscript a >> nth=0")
    assert page.url == f"{address}/deaths.html?population=civilians"
    assert "civilians" in page.inner_text("main .headline")
    page.click("nav.bar >> text=Sources")
    assert page.url.startswith(f"{address}/sources.html")
    page.close()
