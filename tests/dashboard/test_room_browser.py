"""The rooms in headless Chromium: the address is the state across pages, back and forward, and on every tab."""

from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import TRACES, Watched, needs_chromium, until, violations, visit
from playwright.sync_api import Browser, Page, expect

pytestmark = needs_chromium
FILTERS = {
    "place": "nw", "population": "all", "cause": "none", "counting": "cumulative", "source": "sohr",
    "party_claims": "out", "known_on": "2024-11-29", "scale": "log", "by": "period", "tab": "chart",
}  # fmt: skip
FITS = "document.querySelector('#chart .main-svg').getBoundingClientRect().width <= window.innerWidth"
QUERY = "&".join(f"{name}={value}" for name, value in FILTERS.items())


def query(page: Page) -> dict[str, str]:
    """Return the page's query string as a dictionary."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def path(page: Page) -> str:
    return urlsplit(page.url).path


def expect_shown(page: Page, chosen: dict[str, str]) -> None:
    """Expect the controls to say what the address says."""
    for name in ("place", "population", "cause", "counting", "source", "party_claims", "scale", "by", "tab"):
        if name in chosen:
            expect(page.locator(f"[id='{name}-{chosen[name]}']")).to_have_attribute("aria-current", "true")
    day = "29 November 2024" if chosen.get("known_on") == "2024-11-29" else "2 December 2024"
    expect(page.locator("#day-words")).to_contain_text(day)


def test_every_filter_survives_pages_reload_back_and_forward(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.open(f"deaths?{QUERY}")
    expect_shown(page, FILTERS)
    headline = "As known on 29 November 2024, people killed in North-west since 27 November 2024: “more than 200”"
    expect(page.locator("#headline")).to_contain_text(headline)
    page.click("nav.bar >> text=Injuries")
    expect(page.locator("#headline")).to_contain_text("figure of people injured")
    assert (path(page), query(page)) == ("/injuries", FILTERS)
    expect_shown(page, FILTERS)
    page.click("nav.bar >> text=Deaths")
    expect(page.locator("#headline")).to_contain_text("people killed")
    assert (path(page), query(page)) == ("/deaths", FILTERS)
    page.go_back()
    expect(page.locator("#headline")).to_contain_text("people injured")
    page.go_forward()
    expect(page.locator("#headline")).to_contain_text("people killed")
    page.reload()
    expect_shown(page, FILTERS)
    assert (path(page), query(page)) == ("/deaths", FILTERS)
    page.click("#clear-filters")
    expect(page.locator("#clear-filters")).to_be_hidden()
    assert query(page).keys() == {"episode", "known_on", "scale", "by", "tab"}
    watched.expect_silence()
    page.close()


def test_a_menu_narrows_the_chart_and_back_widens_it(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.open()
    expect(page.locator(TRACES)).to_have_count(8)
    page.click("#menu-population")
    page.keyboard.press("Escape")
    expect(page.locator("#population-fighters")).to_be_hidden()
    page.keyboard.press("Enter")
    page.click("text=Fighters (2)")
    expect(page.locator(TRACES)).to_have_count(2)
    expect(page.locator("#headline")).to_contain_text("Filters: people: Fighters.")
    assert query(page)["population"] == "fighters"
    assert page.evaluate("document.activeElement.id") == "menu-population"
    page.click("#party_claims-out")
    expect(page.locator("#headline")).to_contain_text("no figure of people killed matches")
    expect(page.locator("#chart")).to_be_hidden()
    page.go_back()
    expect(page.locator(TRACES)).to_have_count(2)
    page.go_back()
    expect(page.locator(TRACES)).to_have_count(8)
    watched.expect_silence()
    page.close()


def test_the_day_moves_by_keyboard_link_and_play(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.open()
    page.focus("#day")
    page.keyboard.press("Home")
    expect(page.locator(TRACES)).to_have_count(5)
    assert query(page)["known_on"] == "2024-11-28"
    expect(page.locator("#day")).to_have_attribute("aria-valuetext", "28 November 2024 (1 of 3 days with new reports)")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#day-words")).to_contain_text("29 November 2024")
    expect(page.locator("#headline")).to_contain_text("As known on 29 November 2024")
    assert page.evaluate("document.activeElement.id") == "day"
    page.click("#day-before")
    expect(page.locator("#headline")).to_contain_text("As known on 28 November 2024")
    expect(page.locator("#day")).to_have_value("0")
    page.click("#play")
    expect(page.locator("#play")).to_have_text("Pause")
    expect(page.locator("#headline")).to_contain_text("As known on 2 December 2024")
    expect(page.locator("#play")).to_have_text("Play")
    assert "known_on" not in query(page)
    watched.expect_silence()
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_every_tab_is_accessible_silent_and_fits(chromium: Browser, address: str, width: int, scheme: str) -> None:
    watched = Watched(chromium, address, width=width, scheme=scheme)
    page = watched.open("deaths?tab=table")
    if width < 760:
        page.click("#choices > summary")
    for tab in ("table", "time", "chart"):
        page.click(f"#tab-{tab}")
        page.wait_for_selector("#table td" if tab == "table" else TRACES, state="attached")
        if tab != "table":
            until(lambda: page.evaluate(FITS), f"{tab} is wider than the window")
        page.click("#menu-source")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []
        page.keyboard.press("Escape")
    drawn = page.locator("#chart .main-svg").first.bounding_box()
    assert drawn and drawn["width"] > 0.8 * min(width, 1140) - 30
    watched.expect_silence()
    page.close()


@pytest.mark.parametrize(
    "search", ["attacks", "killed-or-injured?place=%3Cscript%3E&known_on=never", "displaced/?tab=no"]
)
def test_a_room_without_figures_and_garbage_say_so(chromium: Browser, address: str, search: str) -> None:
    watched = Watched(chromium, address)
    visit(watched.page, f"{address}/{search}")
    expect(watched.page.locator("#headline")).to_contain_text("As known on 2 December 2024")
    said = watched.page.locator("#problems p")
    assert said.count() == search.count("=")
    watched.page.wait_for_load_state("networkidle")
    # The browser says the status of the address itself, which is 400 where it asks for what is not there.
    own = f"400 {watched.page.url}"
    assert [each for each in watched.elsewhere if each != own] == []
    assert len(watched.said) == len(watched.elsewhere) == ("=" in search)
    watched.page.close()


def test_a_step_of_the_range_tells_itself_on_hovering(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.open("deaths?tab=time&clock=known")
    mark = page.locator("#chart .scatterlayer .trace .point").first.bounding_box()
    assert mark
    page.mouse.move(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    page.wait_for_selector("#chart .hoverlayer text")
    assert "From 28 November 2024" in page.text_content("#chart .hoverlayer")
    page.mouse.click(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    assert "figure=" not in page.url
    assert watched.said == []
    page.close()
