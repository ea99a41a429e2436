"""The SQL page as a reader meets it, in headless Chromium: asked, answered, addressed, cancelled."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from browsing import needs_chromium, violations, visit
from dash import Dash
from playwright.sync_api import Browser, Page, expect

from dashboard.cli.screenshot import running

pytestmark = needs_chromium
KILLED = "select figure_id, phrase, low, high from fct_figures where measure_id = 'killed' order by figure_id"
ENDLESS = "select count(*) from range(1000000000) a, range(100000) b"
MORE = [(1280, "dark"), (390, "light")]
ROWS = "#sql-result tbody tr"


@pytest.fixture(scope="module")
def address(app: Dash) -> Iterator[str]:
    with running(app.server) as url:
        yield f"{url}/sql"


@pytest.fixture
def said() -> list[str]:
    return []


def opened(chromium: Browser, url: str, said: list[str], width: int = 1280, scheme: str = "light") -> Page:
    """A page that notes what it complains of and whom else it asks."""
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith(url[:16]) else None)
    visit(page, url)
    page.wait_for_selector("#sql-text")
    return page


@pytest.mark.parametrize(
    ("width", "scheme"),
    [(1280, "light"), (390, "dark"), *(pytest.param(*each, marks=pytest.mark.slow) for each in MORE)],
)
def test_an_answer_is_accessible_and_fits(
    chromium: Browser, address: str, said: list[str], width: int, scheme: str
) -> None:
    page = opened(chromium, f"{address}?q={quote(KILLED)}", said, width, scheme)
    expect(page.locator(ROWS)).to_have_count(8)
    assert "8 rows in" in page.inner_text("#sql-status")
    page.click("#sql-page .sql-browser summary >> nth=0")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.fill("#sql-text", "select nope from fct_figures")
    page.click("#sql-run")
    page.wait_for_selector(".sql-problem")
    assert "A name in the question does not exist here" in page.inner_text("#sql-result")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # The refusal is a 400, which the browser notes; nothing else may be said.
    assert [text for text in said if "400" not in text] == []
    page.close()


def test_a_wide_answer_scrolls_by_itself(chromium: Browser, address: str, said: list[str]) -> None:
    page = opened(chromium, f"{address}?q={quote('from fct_figures')}", said, 390)
    expect(page.locator(ROWS)).to_have_count(13)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_the_address_holds_the_question_there_and_back(chromium: Browser, address: str, said: list[str]) -> None:
    page = opened(chromium, address, said)
    assert page.input_value("#sql-text") == "from range_deaths"
    page.fill("#sql-text", "select 'é & ü' as \"a=b\"")
    page.press("#sql-text", "Control+Enter")
    expect(page.locator(ROWS)).to_have_count(1)
    assert page.url.endswith("/sql?q=select+%27%C3%A9+%26+%C3%BC%27+as+%22a%3Db%22")
    page.fill("#sql-text", "from range(3)")
    page.click("#sql-run")
    expect(page.locator(ROWS)).to_have_count(3)
    page.go_back()
    expect(page.locator("#sql-text")).to_have_value("select 'é & ü' as \"a=b\"")
    expect(page.locator(ROWS)).to_have_count(1)
    page.go_forward()
    expect(page.locator(ROWS)).to_have_count(3)
    page.reload()
    expect(page.locator(ROWS)).to_have_count(3)
    expect(page.locator("#sql-text")).to_have_value("from range(3)")
    assert said == []
    page.close()


def test_what_was_typed_survives_running_and_an_example_replaces_it(
    chromium: Browser, address: str, said: list[str]
) -> None:
    page = opened(chromium, address, said)
    page.click(".sql-browser summary >> text=dim_sources")
    page.click("a.sql-ask >> text=Show dim_sources")
    expect(page.locator(ROWS)).to_have_count(4)
    expect(page.locator("#sql-text")).to_have_value("from dim_sources limit 100")
    page.press("#sql-text", "End")
    page.fill("#sql-text", "from dim_sources limit 2")
    page.press("#sql-text", "Control+Enter")
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator("#sql-text")).to_have_value("from dim_sources limit 2")
    assert page.evaluate("document.activeElement.id") == "sql-text"
    with page.expect_download() as download:
        page.click(".sql-files a >> text=CSV")
    assert download.value.suggested_filename == "on-record-20260101T000000000000Z.csv"
    assert said == []
    page.close()


def test_cancel_stops_the_question(chromium: Browser, address: str, said: list[str]) -> None:
    page = opened(chromium, address, said)
    page.fill("#sql-text", ENDLESS)
    page.click("#sql-run")
    expect(page.locator("#sql-status")).to_have_text("Asking …")
    page.click("#sql-cancel")
    expect(page.locator("#sql-status")).to_have_text("Cancelled.")
    expect(page.locator("#sql-run")).to_be_enabled()
    page.fill("#sql-text", "select 1")
    page.click("#sql-run")
    expect(page.locator(ROWS)).to_have_count(1)
    page.close()
