"""The page as a reader meets it, in headless Chromium: drawn, silent, accessible, at home on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from dash import Dash
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from dashboard.screenshot import ARGUMENTS, chromium_path, running

TRACES = "#chart .scatterlayer .trace"
pytestmark = pytest.mark.skipif(chromium_path() is None, reason="no Chromium or Chrome is installed on this machine")


@pytest.fixture(scope="module")
def address(app: Dash) -> Iterator[str]:
    with running(app.server) as url:
        yield url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()


class Watched:
    """A page with what it said and whom it asked."""

    def __init__(self, browser: Browser, address: str, *, width: int = 1280, scheme: str = "light") -> None:
        size = {"width": width, "height": 900}
        self.address = address
        self.page: Page = browser.new_page(viewport=size, color_scheme=scheme)
        self.said: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("response", self._note)

    def _note(self, response: Response) -> None:
        if not response.url.startswith((self.address, "data:", "blob:")) or response.status >= 400:
            self.elsewhere.append(f"{response.status} {response.url}")

    def open(self, search: str = "deaths") -> Page:
        """Open an address and wait until its chart or table is there."""
        self.page.goto(f"{self.address}/{search}")
        self.page.wait_for_selector("#table td" if "tab=table" in search else TRACES, state="attached")
        expect(self.page.locator("#headline")).not_to_be_empty()
        return self.page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_page_is_drawn_silent_local_and_accessible(
    chromium: Browser, address: str, width: int, scheme: str
) -> None:
    watched = Watched(chromium, address, width=width, scheme=scheme)
    page = watched.open()
    assert page.locator(TRACES).count() == 8
    assert "put the people killed" in page.inner_text("#headline")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [f"{v['id']}: {v['nodes'][0]['html']}" for v in Axe().run(page).response["violations"]] == []
    page.click("#tab-table")
    page.wait_for_selector("#table td")
    expect(page.locator("#chart")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("#table a.soft >> nth=0")
    page.wait_for_selector("#drawer-title")
    assert "figures/offensive/figures.csv:7" in page.inner_text("#drawer")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    assert (watched.said, watched.elsewhere) == ([], [])
    page.close()


def test_the_address_is_the_state(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.open("displaced?scale=log")
    assert page.locator(TRACES).count() == 3
    page.click("nav.bar >> text=Airstrikes")
    expect(page.locator(TRACES)).to_have_count(1)
    assert page.url.endswith("/airstrikes?scale=log")
    assert page.evaluate("document.activeElement.textContent") == "Airstrikes"
    assert page.get_attribute("nav.bar >> text=Airstrikes", "aria-current") == "page"
    page.go_back()
    expect(page.locator(TRACES)).to_have_count(3)
    assert page.get_attribute("nav.bar >> text=Displaced", "aria-current") == "page"
    page.reload()
    expect(page.locator(TRACES)).to_have_count(3)
    assert page.get_attribute("#scale-log", "aria-current") == "true"
    assert (watched.said, watched.elsewhere) == ([], [])
    page.close()


def test_a_mark_opens_its_source_and_escape_closes_it(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.open()
    mark = page.locator("#chart .scatterlayer .trace .point").first.bounding_box()
    assert mark
    page.mouse.move(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    page.wait_for_selector("#chart .hoverlayer text")
    assert "more than 200" in page.inner_html("#chart .hoverlayer")
    page.mouse.click(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    page.wait_for_selector("#drawer-title")
    assert "figure=f-01" in page.url
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer-title", state="detached")
    assert "figure=" not in page.url
    page.mouse.click(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    page.wait_for_selector("#drawer-title")
    assert watched.said == []
    page.close()


def test_nothing_published_is_a_sentence_and_no_error(
    chromium: Browser, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    watched = Watched(chromium, address)
    watched.page.goto(f"{address}/deaths")
    watched.page.wait_for_selector("#unpublished")
    assert "Run `make build`" in watched.page.inner_text("#unpublished")
    watched.page.wait_for_load_state("networkidle")
    assert (watched.said, watched.elsewhere) == ([], [])
    watched.page.close()
