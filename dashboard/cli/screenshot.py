"""Pictures of pages, for the README: the app is served on a free port and looked at with Chromium."""

import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from dashboard.app import create_app
from dashboard.errors import CannotPictureError

# Whether every plot of a measure page is drawn.
DRAWN = "[...document.querySelectorAll('#react-entry-point .piece')].every((each) => each.querySelector('.main-svg'))"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium_path() -> str | None:
    """Return the installed Chromium or Chrome, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@contextmanager
def running(app: Any) -> Iterator[str]:
    """Serve a Flask app on a free loopback port for as long as the block lasts; gives its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def take(target: Path, *, search: str = "deaths", width: int = 1280, height: int = 1120, dark: bool = False,
         whole: bool = False) -> None:  # fmt: skip
    """Write a PNG of the page at `search` (deaths?scale=log), of a window or the `whole`; raises CannotPictureError."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 — only this command needs it
    except ImportError as reason:
        raise CannotPictureError("Playwright is not installed; it is one of the development dependencies.") from reason
    browser_path = chromium_path()
    if browser_path is None:
        raise CannotPictureError(f"No browser found; install one of {', '.join(BROWSERS)}.")
    with running(create_app().server) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
        page.goto(f"{url}/{search}")
        page.wait_for_selector("#react-entry-point .js-plotly-plot .scatterlayer .trace", state="attached")
        page.wait_for_load_state("networkidle")
        if whole:
            # Plots that nobody has scrolled to are drawn as for paper (assets/charts.js).
            page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
            # Asked from outside: to wait within the page takes an eval, which its policy forbids.
            while not page.evaluate(DRAWN):
                page.wait_for_timeout(50)
        page.screenshot(path=str(target), full_page=whole)
        browser.close()
