"""The overview and the pages of words in headless Chromium: silent, local, accessible, at home on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Watched, needs_chromium, violations, visit
from dash import Dash
from playwright.sync_api import Browser, Page, expect

from dashboard.cli.screenshot import running

PAGES = {
    "overview": "/", "sources": "/sources", "figure": "/figure/f-06", "checks": "/checks", "about": "/about",
}  # fmt: skip
pytestmark = needs_chromium


@pytest.fixture
def address(app: Dash, pages_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(pages_folder))
    with running(app.server) as url:
        yield url


def look_at(page: Page, address: str, name: str, width: int) -> None:
    """Open one page and hold it to the house rules."""
    visit(page, address + PAGES[name] + "?known_on=2024-12-02")
    page.wait_for_selector(f"#{name}-page h1")
    page.wait_for_load_state("networkidle")
    assert page.locator("main i, main script").count() == 0, "text of documents is text"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert violations(page) == [], name


def test_the_pages_are_silent_local_accessible_and_linked(chromium: Browser, address: str) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    both = [
        Watched(chromium, address, width=1280, scheme="dark"),
        Watched(chromium, address, width=390, permissions=allowed),
    ]
    for watched, width in zip(both, (1280, 390), strict=True):
        for name in PAGES:
            look_at(watched.page, address, name, width)
    page = both[1].page
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
    for watched in both:
        watched.expect_silence()
        watched.page.close()
