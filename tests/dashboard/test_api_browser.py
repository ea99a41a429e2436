"""The plain pages in headless Chromium: accessible, silent, at home on a phone; they hold no script at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from api_publication import publish_for_api
from asking import served
from browsing import needs_chromium, violations, visit
from dash import Dash
from playwright.sync_api import Browser

pytestmark = needs_chromium
PAGES = ("figures.html", "ranges.html", "api", "documents/doc-1.html", "figures.html?measure=no")


@pytest.fixture(scope="module")
def address(app: Dash, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path: Path = publish_for_api(tmp_path_factory.mktemp("plain") / "20260101T000000000000Z.duckdb")
    with served(app, path.parent) as url:
        yield url


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", PAGES)
def test_a_plain_page_is_accessible_silent_and_fits_a_phone(
    chromium: Browser, address: str, name: str, scheme: str
) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    said: list[str] = []
    elsewhere: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "400 (BAD REQUEST)" not in message.text else None)
    page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(address) else None)
    visit(page, f"{address}/{name}")
    for details in page.query_selector_all("details"):
        details.evaluate("element => element.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []
    assert (said, elsewhere) == ([], [])
    page.close()
