"""The overview and the pages of words in headless Chromium: silent, local, accessible, at home on a phone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from browsing import Watched, needs_chromium, violations, visit
from dash import Dash
from playwright.sync_api import Browser, expect

from dashboard.cli.screenshot import running

PAGES = {
    "overview": "/", "sources": "/sources", "figure": "/figure/f-06", "checks": "/checks", "about": "/about",
}  # fmt: skip
SCHEMES: dict[int, Literal["light", "dark"]] = {1280: "dark", 390: "light"}
pytestmark = needs_chromium


@pytest.fixture
def address(app: Dash, pages_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(pages_folder))
    with running(app.server) as url:
        yield url


@pytest.mark.parametrize("width", SCHEMES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_silent_local_and_accessible(chromium: Browser, address: str, name: str, width: int) -> None:
    watched = Watched(chromium, address, width=width, scheme=SCHEMES[width])
    page = watched.page
    visit(page, address + PAGES[name] + "?known_on=2024-12-02")
    page.wait_for_selector(f"#{name}-page h1")
    page.wait_for_load_state("networkidle")
    assert page.locator("main i, main script").count() == 0, "text of documents is text"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    watched.expect_silence()
    page.close()


def test_the_pages_are_linked(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address, width=390, permissions=["clipboard-read", "clipboard-write"])
    page = watched.page
    visit(page, f"{address}/?known_on=2024-12-02")
    expect(page.locator("#steps-deaths .scatterlayer .trace")).to_have_count(3)
    page.click("button.copy >> nth=0")
    expect(page.locator("button.copy >> nth=0")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == (
        "As known on 2 December 2024, people killed in North-west since 27 November 2024: from “277” (Syrian "
        "Observatory, up to 30 November 2024) to “nearly 300” (a news text, naming nobody, up to 29 November 2024; "
        "read as 258 to 299), both fit 277. "
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
    watched.expect_silence()
    page.close()
