"""What a reader waits for: the first load of a page on a slow line, in a browser that has seen nothing of us.

Serves the published folder with gunicorn on a free loopback port, opens each address in a fresh Chromium profile behind
an emulated line (10 Mbit/s both ways, 40 ms there and back for every request) and a processor slowed down 4 times, and
prints one table: requests, KB on the wire (headers too), milliseconds to the first paint, to the first chart in the
page as the server built it, and until Dash's page with all charts has taken its place; the median of five.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.two_commands import commit, free_port  # noqa: E402
from dashboard.cli.screenshot import ARGUMENTS, chromium_path  # noqa: E402

MBIT, ROUND_TRIP, SLOWER, TIMES = 10, 40, 4, 5
BOUND_KB, BOUND_MS = 900, 3000
PAGES = ("/", "/deaths")
# Notes when the first mark is drawn, in milliseconds since the address was asked for. Asking from outside again and
# again would take the processor away from the page.
WATCH = """new MutationObserver(function (_, watching) {
    if (!document.querySelector(".js-plotly-plot .main-svg .trace")) return;
    window.firstChart = performance.now();
    watching.disconnect();
}).observe(document, {childList: true, subtree: true});
addEventListener("DOMContentLoaded", () => new MutationObserver(function (_, watching) {
    if (document.querySelector("#first-view")) return;
    window.wholePage = performance.now();
    watching.disconnect();
}).observe(document.body, {childList: true}));"""
PAINTED = "() => (performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime || 0"


@contextmanager
def served() -> Iterator[str]:
    """Serve with gunicorn until the block ends; gives the address.

    Raises:
        RuntimeError: the server does not answer.

    """
    port = free_port()
    command = [sys.executable, "-m", "dashboard", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def wait_for(address: str, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Return once every worker is likely to answer; raises RuntimeError where none does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        try:
            for _ in range(20):
                urllib.request.urlopen(f"{address}/_dash-layout", timeout=30).read()  # noqa: S310 — our own address
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The server does not answer.")


def slow_down(session: CDPSession) -> None:
    """Emulate the line and the processor."""
    speed = MBIT * 1_000_000 / 8
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": False})
    line = {"offline": False, "latency": ROUND_TRIP, "downloadThroughput": speed, "uploadThroughput": speed}
    session.send("Network.emulateNetworkConditions", line)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def noted(page: Page, name: str, seconds: float = 60) -> float:
    """Return the milliseconds until what WATCH notes under this name; raises RuntimeError where it never happens."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(1)
        if found := page.evaluate(f"window.{name}"):
            return float(found)
    raise RuntimeError(f"No {name} on {page.url}.")


def load(browser: Browser, address: str) -> dict[str, float]:
    """Open one address as a newcomer does; returns requests, bytes, and milliseconds to first paint and chart."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    slow_down(session)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page.goto(address, wait_until="commit")
    times = {"chart": noted(page, "firstChart"), "whole": noted(page, "wholePage"), "paint": page.evaluate(PAINTED)}
    page.wait_for_load_state("networkidle")
    found = {"requests": len(sizes), "bytes": sum(sizes), **times}
    context.close()
    return found


def measure(pages: tuple[str, ...], times: int) -> list[dict[str, float | str]]:
    """Return the medians of each page; one load before them warms the server up and is not counted."""
    rows: list[dict[str, float | str]] = []
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        for path in pages:
            load(browser, address + path)
            runs = [load(browser, address + path) for _ in range(times)]
            rows.append({"page": path} | {name: statistics.median(run[name] for run in runs) for name in runs[0]})
        browser.close()
    return rows


def main() -> int:
    """Measure and print; the exit code is 1 where a bound is passed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("pages", nargs="*", default=PAGES, help=f"addresses; default: {' '.join(PAGES)}")
    options.add_argument("--times", type=int, default=TIMES, help=f"loads of each; default: {TIMES}")
    options.add_argument("--json", action="store_true", help="for a program")
    chosen = options.parse_args()
    rows = measure(tuple(chosen.pages), chosen.times)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, commit {commit()}"
    machine += f", load average {os.getloadavg()[0]:.1f} (above 1 the times are of a busy machine)"
    line = f"{MBIT} Mbit/s, {ROUND_TRIP} ms round trip, processor {SLOWER} times slower, median of {chosen.times}"
    if chosen.json:
        print(json.dumps({"machine": machine, "line": line, "pages": rows}, indent=2))
    else:
        print(f"{machine}\n{line}; bounds: {BOUND_KB} KB, {BOUND_MS} ms\n")
        print(f"{'page':14} {'requests':>8} {'KB':>7} {'first paint ms':>15} {'first chart ms':>15} {'live ms':>9}")
        for row in rows:
            kilobytes = float(row["bytes"]) / 1000
            times = f"{row['paint']:15.0f} {row['chart']:15.0f} {row['whole']:9.0f}"
            print(f"{row['page']:14} {row['requests']:8} {kilobytes:7.0f} {times}")
    return 0 if all(float(row["bytes"]) <= BOUND_KB * 1000 and float(row["chart"]) <= BOUND_MS for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
