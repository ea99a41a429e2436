"""What a click costs a browser: the longest task and all work of its main thread until the page is quiet again.

Serves the published folder with gunicorn on a free loopback port, opens a view in Chromium with a processor slowed down
4 times and does on it what a reader does: every tab, the scale, a figure opened and closed, another day. Prints one
table; the exit code is 1 where a task takes longer than the bound. Only times of quiet machines can be compared.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.first_load import SLOWER, served  # noqa: E402
from bench.two_commands import commit  # noqa: E402
from dashboard.cli.screenshot import ARGUMENTS, chromium_path  # noqa: E402

BOUND_MS = 300
PAGES = ("/deaths",)
WIDE, PHONE = {"width": 1366, "height": 900}, {"width": 390, "height": 844}
# What is done, by name, in this order; what a view does not have is left out.
ACTIONS = {
    "figure by figure": "#tab-chart", "open a figure": "#table a.soft >> nth=0", "close it": "#close-drawer",
    "by place": "#tab-places", "by population": "#tab-populations", "map": "#tab-map", "table": "#tab-table",
    "over time": "#tab-time", "as it became known": "#clock-known", "by the day counted": "#clock-counted",
    "logarithmic": "#scale-log", "day before": "#day-before", "latest day": "#day-latest",
    "all that is offered": "#more-rows",
}  # fmt: skip
# Notes each task of 50 ms and more, and how far what is on the screen moves by itself.
WATCH = """window.tasks = []; window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((one) => window.tasks.push(one.duration)))
    .observe({type: "longtask", buffered: true});
new PerformanceObserver((list) => list.getEntries().forEach((one) => {
    if (!one.hadRecentInput) window.shifted += one.value;
})).observe({type: "layout-shift", buffered: true});"""


def busy(session: CDPSession) -> float:
    """Return the seconds of work of the main thread so far."""
    told = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in told if one["name"] == "TaskDuration"))


def quiet(session: CDPSession, seconds: float = 240) -> float:
    """Wait until the main thread has had nothing to do for two seconds; its seconds of work so far."""
    until, last, times = time.monotonic() + seconds, -1.0, 0
    while times < 3 and time.monotonic() < until:
        time.sleep(0.7)
        now = busy(session)
        times, last = (times + 1 if now - last < 0.02 else 0), now
    return last


def acted(page: Page, session: CDPSession, selector: str) -> dict[str, float] | None:
    """Click on a part of a page; its longest task in ms and all its work in s. None where the page has no such part."""
    part = page.locator(selector)
    if not part.count():
        return None
    # Folded choices of a phone are choices too.
    page.evaluate("document.querySelector('#choices') && (document.querySelector('#choices').open = true)")
    if not part.first.is_visible():
        return None
    before = quiet(session)
    page.evaluate("window.tasks = []")
    part.first.click(no_wait_after=True)
    after = quiet(session)
    return {"longest": max(page.evaluate("window.tasks"), default=0), "all": after - before}


def measure(browser: Browser, address: str, viewport: dict[str, int]) -> dict[str, dict[str, float]]:
    """Do everything on one view; what each action cost, by its name. Opening it is the first."""
    context = browser.new_context(viewport=viewport)
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit")
    whole = quiet(session)
    opened = {"longest": max(page.evaluate("window.tasks"), default=0), "all": whole}
    found = {"open the page": opened | {"shifted": float(page.evaluate("window.shifted"))}}
    for name, selector in ACTIONS.items():
        if told := acted(page, session, selector):
            found[name] = told
    context.close()
    return found


def main() -> int:
    """Measure and print; the exit code is 1 where an action's longest task passes the bound."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("pages", nargs="*", default=PAGES, help=f"addresses; default: {' '.join(PAGES)}")
    options.add_argument("--phone", action="store_true", help="390 × 844 instead of 1366 × 900")
    chosen = options.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, commit {commit()}, load average {os.getloadavg()[0]:.1f}")
    print(f"processor {SLOWER} times slower; bound: {BOUND_MS} ms a task, for what is done on a page that is open\n")
    longest = 0.0
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        for path in chosen.pages:
            found = measure(browser, address + path, PHONE if chosen.phone else WIDE)
            print(f"{path}: what was seen moved by {found['open the page'].pop('shifted'):.3f} while it was opened")
            print(f"  {'action':22} {'longest task ms':>16} {'all work s':>11}")
            for name, told in found.items():
                print(f"  {name:22} {told['longest']:16.0f} {told['all']:11.2f}")
            longest = max([longest, *(told["longest"] for name, told in found.items() if name != "open the page")])
        browser.close()
    return 0 if longest <= BOUND_MS else 1


if __name__ == "__main__":
    sys.exit(main())
