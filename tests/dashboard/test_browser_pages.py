"""The overview and the pages of words in headless Chromium: silent, local, accessible, at home on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from dash import Dash
from playwright.sync_api import Page, expect, sync_playwright

from dashboard.screenshot import ARGUMENTS, chromium_path, running

PAGES = {
    "overview": "/", "sources": "/sources", "figure": "/figure/f-06", "checks": "/checks", "about": "/about",
}  # fmt: skip
pytestmark = pytest.mark.skipif(chromium_path() is None, reason="no Chromium or Chrome is installed on this machine")


@pytest.fixture
def address(app: Dash, pages_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(pages_folder))
    with running(app.server) as url:
        yield url


def look_at(page: Page, address: str, name: str, width: int) -> None:
    """Open one page and hold it to the house rules."""
    page.goto(address + PAGES[name] + "?known_on=2024-12-02")
    page.wait_for_selector(f"#{name}-page h1")
    page.wait_for_load_state("networkidle")
    assert page.locator("main i, main script").count() == 0, "text of documents is text"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert [f"{v['id']}: {v['nodes'][0]['html']}" for v in Axe().run(page).response["violations"]] == [], name


def test_the_pages_are_silent_local_accessible_and_linked(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        said: list[str] = []
        for width, scheme in ((1280, "dark"), (390, "light")):
            page = browser.new_page(
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
                permissions=["clipboard-read", "clipboard-write"],
            )
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.on("request", lambda asked: said.append(asked.url) if not asked.url.startswith(
                (address, "data:", "blob:")) else None)  # fmt: skip
            for name in PAGES:
                look_at(page, address, name, width)
        page.goto(f"{address}/?known_on=2024-12-02")
        expect(page.locator("#steps-deaths .scatterlayer .trace")).to_have_count(3)
        page.click("button.copy >> nth=0")
        expect(page.locator("button.copy >> nth=0")).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("As known on 2 December 2024, 2 sources put the people killed in North-west")
        assert copied.endswith(
            "(On Record, The offensive, as known on 2 December 2024 (publication first of 2 January 2026, 03:05 UTC).)"
        )
        page.click("text=f-06 >> nth=0")
        page.wait_for_selector("#figure-page h1")
        assert page.url == f"{address}/figure/f-06?known_on=2024-12-02"
        page.click("nav >> text=Checks")
        page.wait_for_selector("#checks-page h1")
        page.go_back()
        page.wait_for_selector("#figure-page h1")
        assert "up to <i>40</i> & %{x}" in page.inner_text("#figure-page .headline")
        browser.close()
    assert said == []
