"""A measure page on a phone: the chart within the first screen, nothing moves, what is pressed is large enough."""

import pytest
from browsing import TRACES, Watched, needs_chromium
from playwright.sync_api import Browser

pytestmark = needs_chromium
PHONE = {"width": 390, "height": 844}
MOVED = """window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) => {
    if (!one.hadRecentInput) window.moved += one.value;
})).observe({type: "layout-shift", buffered: true});"""
FIRST_PLOT = """() => {
    const box = document.querySelector("#react-entry-point #chart .piece").getBoundingClientRect();
    return [box.top, box.bottom];
}"""
SMALL = """() => [...document.querySelectorAll(
    "#react-entry-point :is(a, button, summary, input):not(.skip)"
)].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && one.checkVisibility() && (box.height < 24 || box.width < 24);
}).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("search", ["deaths", "deaths?tab=places"])
def test_the_chart_is_within_the_first_screen_and_nothing_moves(chromium: Browser, address: str, search: str) -> None:
    watched = Watched(chromium, address)
    page = watched.page
    page.set_viewport_size(PHONE)
    page.add_init_script(MOVED)
    watched.open(search)
    top, bottom = page.evaluate(FIRST_PLOT)
    assert 0 < top < bottom <= PHONE["height"]
    assert page.evaluate("window.moved") < 0.1
    watched.expect_silence()
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_pressed_is_24_pixels_high_and_wide(chromium: Browser, address: str, width: int) -> None:
    watched = Watched(chromium, address, width=width)
    page = watched.open("deaths?tab=chart&population=all")
    page.evaluate("document.querySelector('#react-entry-point #choices').open = true")
    assert page.evaluate(SMALL) == []
    page.close()


def test_a_link_skips_to_the_chart(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.open("deaths?tab=chart")
    page.focus("#main")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the chart"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "chart-title"
    assert page.locator(TRACES).count() > 0
    page.close()
