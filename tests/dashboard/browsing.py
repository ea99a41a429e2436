"""What every test in headless Chromium looks at a page with: what it said, whom it asked, what axe finds."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, expect

from dashboard.cli.screenshot import chromium_path

TRACES = "#chart .scatterlayer .trace"
needs_chromium = pytest.mark.skipif(
    chromium_path() is None, reason="no Chromium or Chrome is installed on this machine"
)
# Notes in the console every breach of the content security policy, which Chromium may keep to itself.
NOTE_BREACHES = """
    document.addEventListener("securitypolicyviolation", (event) =>
        console.error("policy: " + event.violatedDirective + " " + event.blockedURI));
"""


class Watched:
    """A page with what it said (console, errors, breaches of its policy) and whom it asked or was refused by."""

    def __init__(
        self, browser: Browser, address: str, *, width: int = 1280, scheme: str = "light", **more: Any
    ) -> None:
        size = {"width": width, "height": 900}
        self.address = address
        self.page: Page = browser.new_page(viewport=size, color_scheme=scheme, **more)
        self.page.add_init_script(NOTE_BREACHES)
        self.said: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", lambda message: self._hear(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self._ask(request.url))
        self.page.on("response", self._note)

    def _hear(self, text: str) -> None:
        # What the browser says of a library that came early says how quick the machine is, and nothing of the page.
        if "was preloaded using link preload but not used within a few seconds" not in text:
            self.said.append(text)

    def _ask(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.elsewhere.append(f"asked {url}")

    def _note(self, response: Response) -> None:
        if response.status >= 400:
            self.elsewhere.append(f"{response.status} {response.url}")

    def open(self, search: str = "deaths?tab=chart") -> Page:
        """Open an address of a room and wait until its chart or table is there."""
        visit(self.page, f"{self.address}/{search}")
        self.page.wait_for_selector("#table td" if "tab=table" in search else TRACES, state="attached")
        expect(self.page.locator("#headline")).not_to_be_empty()
        return self.page

    def expect_silence(self) -> None:
        """Expect that the page said nothing and asked nobody else."""
        assert self.said + self.elsewhere == [], (self.said, self.elsewhere)


def visit(page: Page, url: str, seconds: float = 300) -> None:
    """Open an address and wait until the live page has taken the place of the one the server built."""
    page.goto(url)
    until(lambda: not page.evaluate("document.body.classList.contains('first')"), "the page is not live", seconds)


def violations(page: Page) -> list[str]:
    """Return what axe finds: the rule and the first part of the page that breaks it."""
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in Axe().run(page).response["violations"]]


def until(selection: Callable[[], bool], what: str, seconds: float = 300) -> None:
    """Ask again and again from outside: waiting inside the page would need the eval that its policy forbids."""
    end = time.monotonic() + seconds
    while not selection():
        assert time.monotonic() < end, what
        time.sleep(0.05)
