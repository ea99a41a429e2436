"""The page as a reader meets it, in headless Chromium: drawn, silent, accessible, at home on a phone."""

from pathlib import Path

import pytest
from browsing import TRACES, Watched, needs_chromium, violations, visit
from playwright.sync_api import Browser, expect

pytestmark = needs_chromium


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_page_is_drawn_silent_local_and_accessible(
    chromium: Browser, address: str, width: int, scheme: str
) -> None:
    watched = Watched(chromium, address, width=width, scheme=scheme)
    page = watched.open()
    assert page.locator(TRACES).count() == 8
    assert page.inner_text("#headline").startswith(
        "As known on 2 December 2024, people killed in North-west since 27 November 2024: from “277” (Syrian "
        "Observatory, up to 30 November 2024) to “nearly 300” (a news text, naming nobody, up to 29 November 2024; "
        "read as 258 to 299), both fit 277."
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    page.click("#tab-table")
    page.wait_for_selector("#table td")
    expect(page.locator("#chart")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("#table a.soft >> nth=0")
    page.wait_for_selector("#drawer-title")
    assert "figures/offensive/figures.csv:7" in page.inner_text("#drawer")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    watched.expect_silence()
    page.close()


def test_the_address_is_the_state(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.open("displaced?scale=log&tab=chart")
    assert page.locator(TRACES).count() == 3
    page.click("nav.bar >> text=Airstrikes")
    expect(page.locator(TRACES)).to_have_count(1)
    assert page.url.endswith("/airstrikes?scale=log&tab=chart")
    assert page.evaluate("document.activeElement.textContent") == "Airstrikes"
    assert page.get_attribute("nav.bar >> text=Airstrikes", "aria-current") == "page"
    page.go_back()
    expect(page.locator(TRACES)).to_have_count(3)
    assert page.get_attribute("nav.bar >> text=Displaced", "aria-current") == "page"
    page.reload()
    expect(page.locator(TRACES)).to_have_count(3)
    assert page.get_attribute("#scale-log", "aria-current") == "true"
    watched.expect_silence()
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
    visit(watched.page, f"{address}/deaths?tab=chart")
    watched.page.wait_for_selector("#unpublished")
    assert "Run `make build`" in watched.page.inner_text("#unpublished")
    watched.page.wait_for_load_state("networkidle")
    watched.expect_silence()
    watched.page.close()
