"""Paper: light whatever the screen is, the sentence, the chart, the table and the citation, nothing cut off."""

from pathlib import Path

import pytest
from browsing import Watched, needs_chromium, until, visit
from contrast import READ, ratio
from playwright.sync_api import Browser, Page, expect

pytestmark = needs_chromium
# CSS pixels of an A4 sheet within its margins.
SHEET = 688
ROOMS = ["deaths", "deaths?tab=time", "displaced?tab=places"]
PARTS = {
    "deaths": ["#headline", "#chart .main-svg >> nth=0", "#table table >> nth=0", "#downloads .cite", "#about-build"],
    "deaths?tab=table": ["#headline", "#table table", "#downloads .cite"],
    "": [".cards", ".card .main-svg >> nth=0", ".quote figcaption >> nth=0"],
    "figure/f-06": [".headline", ".facts", ".cite >> nth=0"],
    "sources": ["#sources-page table >> nth=0", ".downloads .cite"],
    "checks": [".findings >> nth=0", ".downloads .cite"],
}  # fmt: skip
FIRST, *OTHERS = PARTS
CONTROLS = "nav.bar, #controls, #day-control, #tabs, .downloads a, .downloads button, button, summary, .skip"
WIDER = "Math.max(...[...document.querySelectorAll('main *')].map((each) => each.getBoundingClientRect().right))"


@pytest.fixture(scope="module")
def address(pages_address: str) -> str:
    return pages_address


def on_paper(watched: Watched, search: str) -> Page:
    """Open a page on a screen, then look at it as it is printed."""
    page = watched.page
    visit(page, f"{watched.address}/{search}")
    for part in PARTS.get(search, ["#chart .main-svg >> nth=0"]):
        page.wait_for_selector(part, state="attached")
    # As the browser does before it lays the page out for paper.
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    # The emulation keeps the window; a sheet is as wide as a sheet.
    page.add_style_tag(content=f"@media print {{ body {{ width: {SHEET}px }} }}")
    page.emulate_media(media="print")
    return page


@pytest.mark.parametrize("search", [FIRST, *(pytest.param(each, marks=pytest.mark.slow) for each in OTHERS)])
def test_paper_holds_what_is_said_and_no_controls(chromium: Browser, address: str, search: str) -> None:
    watched = Watched(chromium, address, scheme="dark")
    page = on_paper(watched, search)
    for part in PARTS[search]:
        expect(page.locator(part)).to_be_visible()
    expect(page.locator(CONTROLS).locator("visible=true")).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    quiet = page.evaluate("getComputedStyle(document.querySelector('.muted')).color.match(/\\d+/g).map(Number)")
    assert ratio([*quiet, 1], [(255, 255, 255, 1)]) > 4.5
    if "table" in search or search == "deaths":
        expect(page.locator("#table thead >> nth=0")).to_be_visible()
        assert page.evaluate("getComputedStyle(document.querySelector('#table td')).display") == "table-cell"
    watched.expect_silence()
    page.close()


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.slow)])
def test_a_chart_is_no_wider_than_the_sheet(chromium: Browser, address: str, width: int) -> None:
    for search in ROOMS:
        watched = Watched(chromium, address, width=width)
        page = on_paper(watched, search)
        drawn = page.locator("#chart .main-svg").first.bounding_box()
        assert drawn and drawn["width"] <= SHEET + 1, search
        page.close()


@pytest.mark.slow
def test_nothing_is_cut_off_at_the_width_of_a_sheet(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address, width=SHEET)
    for search in PARTS:
        page = on_paper(watched, search)
        until(lambda: page.evaluate(WIDER) <= SHEET + 1, f"/{search} is wider than a sheet")  # noqa: B023 — asked at once
        page.emulate_media(media="screen")
    watched.page.close()


def test_a_dark_chart_is_turned_for_light_paper(chromium: Browser, address: str) -> None:
    for scheme, turned in (("dark", "invert(1) hue-rotate(180deg)"), ("light", "none")):
        watched = Watched(chromium, address, scheme=scheme)
        page = on_paper(watched, "deaths")
        assert page.evaluate("getComputedStyle(document.querySelector('#chart .js-plotly-plot')).filter") == turned
        texts = [each["colours"][0] for each in page.evaluate(READ)["found"] if each["kind"] == "text"]
        for red, green, blue, alpha in texts:
            seen = (255 - red, 255 - green, 255 - blue, alpha) if scheme == "dark" else (red, green, blue, alpha)
            assert ratio(seen, [(255, 255, 255, 1)]) > 4.5
        page.close()


def test_the_browser_prints_and_says_so_to_the_page(chromium: Browser, address: str, tmp_path: Path) -> None:
    """The chart is told how wide a sheet is before it is laid out; this is the event that tells it."""
    watched = Watched(chromium, address, scheme="dark")
    page = watched.open("deaths?tab=chart")
    page.pdf(path=str(tmp_path / "deaths.pdf"), format="A4", prefer_css_page_size=True)
    sheet = float(page.evaluate("document.documentElement.style.getPropertyValue('--sheet')"))
    assert 0.5 < sheet < 0.7
    assert page.evaluate("document.documentElement.classList.contains('drawn-dark')")
    assert (tmp_path / "deaths.pdf").read_bytes().startswith(b"%PDF")
    watched.expect_silence()
    page.close()
