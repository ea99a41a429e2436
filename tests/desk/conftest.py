"""What tests of the desk's page share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from dashboard.cli.screenshot import ARGUMENTS, chromium_path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()
