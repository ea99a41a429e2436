"""The control "As recorded on": by keyboard, by a deep link, across pages, on a phone, in the dark."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import served
from browsing import Watched, needs_chromium, violations, visit
from dash import Dash
from history_publication import SECOND
from playwright.sync_api import Browser, expect
from test_room_browser import path, query

pytestmark = needs_chromium
NOTICE = "As recorded on 19 November 2026. This is not what we record today."


@pytest.fixture(scope="module")
def address(app: Dash, kept: Path) -> Iterator[str]:
    """Serve a record with three days."""
    with served(app, kept) as url:
        yield url


def test_a_day_is_chosen_by_keyboard_kept_across_pages_and_left_again(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.open("deaths?tab=chart&known_on=2024-11-30")
    notice = page.locator(".recorded-notice")
    expect(notice).to_have_count(0)
    expect(page.locator("#headline")).to_contain_text("As known on 30 November 2024, ")
    page.focus("#menu-recorded")
    page.keyboard.press("Enter")
    page.focus("[id='recorded-2026-11-19']")
    page.keyboard.press("Enter")
    expect(notice).to_contain_text(NOTICE)
    expect(page.locator("#headline")).to_contain_text("as recorded on 19 November 2026")
    # The focus stays where the reader was.
    expect(page.locator("#menu-recorded")).to_be_focused()
    carried = {"tab": "chart", "known_on": "2024-11-30", "recorded_on": "2026-11-19"}
    assert query(page) == carried
    page.click("nav.bar >> text=Checks")
    expect(page.locator("#checks-page .recorded-notice")).to_contain_text(NOTICE)
    assert (path(page), query(page)) == ("/checks", carried)
    page.click("nav.bar >> text=SQL")
    expect(page.locator("#sql-page .recorded-notice")).to_contain_text(NOTICE)
    page.go_back()
    expect(page.locator("#checks-page .recorded-notice")).to_contain_text(NOTICE)
    page.click("#to-now")
    expect(page.locator(".recorded-notice")).to_have_count(0)
    assert query(page) == {"tab": "chart", "known_on": "2024-11-30"}
    page.go_back()
    expect(page.locator(".recorded-notice")).to_contain_text(NOTICE)
    watched.expect_silence()
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_the_past_is_said_in_every_window_and_scheme(chromium: Browser, address: str, width: int, scheme: str) -> None:
    watched = Watched(chromium, address, width=width, scheme=scheme)
    for where in ("deaths", "figure/f-03", "sql"):
        page = watched.page
        visit(page, f"{address}/{where}?recorded_on=2026-11-19")
        expect(page.locator(".recorded-notice")).to_contain_text(NOTICE)
        if width < 600 and where == "deaths":
            # On a phone the choices are folded, so that the chart is on the first screen.
            page.click("#choices > summary")
        page.click("#menu-recorded")
        expect(page.locator(f"[id='recorded-{SECOND}']")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, where
        assert violations(page) == [], where
    watched.expect_silence()
    watched.page.close()


def test_what_is_embedded_says_that_it_is_of_the_past(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.open("deaths?embed=1&tab=chart&recorded_on=2026-11-19")
    expect(page.locator(".recorded-notice")).to_be_visible()
    expect(page.locator("#recorded")).to_be_hidden()
    page.close()


def test_a_question_keeps_the_day_and_the_day_keeps_the_question(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.page
    visit(page, f"{address}/sql?recorded_on=2026-11-19&q=select+phrase+from+fct_figures+where+figure_id%3D'f-03'")
    expect(page.locator("#sql-result td")).to_have_text("270 <i>dead</i>")
    page.fill("#sql-text", "select count(*) as n from fct_revisions")
    page.click("#sql-run")
    expect(page.locator("#sql-result td")).to_have_text("3")
    assert query(page)["recorded_on"] == "2026-11-19"
    page.click("#menu-recorded")
    page.click(f"[id='recorded-{SECOND}']")
    expect(page.locator("#sql-result td")).to_have_text("5")
    assert query(page) == {"q": "select count(*) as n from fct_revisions", "recorded_on": SECOND}
    watched.expect_silence()
    page.close()
