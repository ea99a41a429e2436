"""How fast the dashboard answers with a million figures, beside Datasette on the same rows, in one run.

Makes a publication of a million figures (bench/repeated.py) and a SQLite file of the same figures with an index on what
is asked, serves ours with gunicorn and the file with Datasette (installed from bench/datasette.txt into a folder of its
own) on free loopback ports, and asks both for the same aggregate with 8 and 32 clients that each wait for one answer
before they ask again: lowest and highest of the scopes of a measure under filters, as known on a day. Ours is the whole
chart callback of a page; uncached asks for another view each time, cached for twenty views again and again. Prints one
table: median and 95th percentile in milliseconds, answers a second, and memory of our workers.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from http.client import HTTPConnection
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlencode

import duckdb

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import repeated  # noqa: E402
from bench.addresses import PATHS  # noqa: E402
from bench.two_commands import commit, free_port  # noqa: E402

FOLDER = ROOT / "target" / "bench"
COLUMNS = ("figure_id", "scope_id", "voice_id", "measure_id", "population_id", "place_id", "counting", "is_party_claim",
           "low", "value_stated", "high", "published_on")  # fmt: skip
AGGREGATE = """select scope_id, min(low) as lowest, max(coalesce(high, value_stated)) as highest,
    count(distinct voice_id) as source_count from figures
    where measure_id = :measure and published_on <= :known_on {} group by scope_id order by scope_id limit 60"""
Ask = tuple[str, str, bytes]


def publication(figures: int) -> Path:
    """Return the folder of a publication of that many figures, made where it is not there yet."""
    original = sorted((ROOT / "published").glob("[0-9]*.duckdb"))[-1]
    folder = FOLDER / f"published-{figures}"
    target = folder / original.name
    if not target.exists():
        shutil.rmtree(folder, ignore_errors=True)
        print(f"Writing {figures:,} figures …", file=sys.stderr)
        repeated.write(original, target, figures)
    return folder


def sqlite_of(folder: Path) -> Path:
    """Return the figures of the publication as a SQLite file with an index on what is asked."""
    source = next(folder.glob("[0-9]*.duckdb"))
    target = folder / "figures.sqlite"
    if not target.exists():
        print("Writing the same figures for Datasette …", file=sys.stderr)
        with duckdb.connect(str(source), read_only=True) as duck, sqlite3.connect(target) as lite:
            lite.execute(f"create table figures ({', '.join(COLUMNS)})")
            found = duck.execute(f"select {', '.join(COLUMNS)} from fct_figures")
            while rows := found.fetchmany(50_000):
                told = [tuple(str(each) if isinstance(each, date) else each for each in row) for row in rows]
                lite.executemany(f"insert into figures values ({', '.join('?' * len(COLUMNS))})", told)
            lite.execute("create index asked on figures (measure_id, population_id, place_id, published_on)")
            lite.execute("analyze")
    return target


def datasette() -> Path:
    """Return the Datasette command, installed from the pinned and hashed list into a folder of its own."""
    home = FOLDER / "datasette"
    if not (home / "bin" / "datasette").exists():
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "--quiet", home], check=True)
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--python", home / "bin" / "python",
             "-r", ROOT / "bench" / "datasette.txt"],
            check=True,
        )  # fmt: skip
    return home / "bin" / "datasette"


@contextmanager
def serving(command: list[str], port: int, path: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; raises RuntimeError where it does not answer within a minute."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, start_new_session=True, **quiet) as server:
        try:
            until = time.monotonic() + 60
            while time.monotonic() < until and server.poll() is None:
                try:
                    for _ in range(20):
                        urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30).read()
                    break
                except OSError:
                    time.sleep(0.2)
            else:
                raise RuntimeError(f"{command[0]} does not answer.")
            yield server
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def choices(folder: Path) -> list[dict[str, str]]:
    """Return filters of views that hold figures, in an order of no meaning that is the same in every run."""
    with duckdb.connect(str(next(folder.glob("[0-9]*.duckdb"))), read_only=True) as connection:
        rows = connection.execute(
            "select distinct measure_id, place_id, population_id, counting from fct_figure_counts order by all"
        ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for measure, place, population, counting in rows:
        every = {"place": place, "population": population, "counting": counting}
        for names in ((), ("place",), ("population",), ("place", "population"), ("counting",)):
            view = {"measure": measure} | {name: every[name] for name in names}
            found[json.dumps(view)] = view
    views = list(found.values())
    dice = random.Random(1)  # noqa: S311 — an order, not a secret
    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(repeated.DAYS - 60)]
    every_view = [view | {"known_on": day.isoformat()} for view in views for day in days]
    dice.shuffle(every_view)
    return every_view


def of_ours(view: dict[str, str]) -> Ask:
    """Return the callback that draws the chart of a view."""
    search = "?" + urlencode({name: value for name, value in view.items() if name != "measure"})
    values = [("url", "pathname", PATHS[view["measure"]]), ("url", "search", search), ("viewport", "data", {})]
    body = {
        "output": "drawing.data", "outputs": {"id": "drawing", "property": "data"}, "changedPropIds": ["url.search"],
        "inputs": [{"id": one, "property": name, "value": value} for one, name, value in values],
    }  # fmt: skip
    return "POST", "/_dash-update-component", json.dumps(body).encode()


def of_datasette(view: dict[str, str]) -> Ask:
    """Return the same aggregate in SQL."""
    narrowed = "".join(f" and {name}{'_id' if name != 'counting' else ''} = :{name}" for name in view
                       if name in ("place", "population", "counting"))  # fmt: skip
    return "GET", "/figures.json?" + urlencode({"sql": AGGREGATE.format(narrowed), "_shape": "arrays"} | view), b""


def client(port: int, asks: list[Ask]) -> list[float]:
    """Ask one thing after the other over one connection; returns seconds each. Raises RuntimeError for a refusal."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    took = []
    for method, path, body in asks:
        start = time.perf_counter()
        connection.request(method, path, body or None, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - start)
        if answer.status not in (200, 204):
            raise RuntimeError(f"{answer.status} for {path[:80]}")
    connection.close()
    return took


def crowd(port: int, clients: list[list[Ask]]) -> tuple[list[float], float]:
    """Run all clients at once; returns seconds of each answer, and of the whole."""
    start = time.perf_counter()
    with ThreadPoolExecutor(len(clients)) as pool:
        took = [each for one in pool.map(client, [port] * len(clients), clients) for each in one]
    return took, time.perf_counter() - start


def measured(name: str, port: int, asks: list[Ask], clients: int) -> dict[str, str | float]:
    """Return one row of the table; the clients run in a process of their own."""
    parts = [asks[number::clients] for number in range(clients)]
    with get_context("spawn").Pool(1) as pool:
        took, whole = pool.apply(crowd, (port, parts))
    ranked = sorted(took)
    return {
        "what": name, "clients": clients, "answers": len(took), "per_second": len(took) / whole,
        "p50_ms": statistics.median(took) * 1000, "p95_ms": ranked[int(len(ranked) * 0.95)] * 1000,
    }  # fmt: skip


def memory(pid: int) -> list[tuple[float, float]]:
    """Return resident and proportional memory of each worker of a server in MB; nginx, beside them, takes a few."""
    pids = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    found = []
    for each in pids:
        if b"nginx" in Path(f"/proc/{each}/cmdline").read_bytes():
            continue
        told = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii").splitlines()
        sizes = {
            line.split(":")[0]: int(line.split()[1]) / 1024 for line in told if line.split(":")[0] in ("Rss", "Pss")
        }
        found.append((sizes["Rss"], sizes["Pss"]))
    return found


def run(figures: int, answers: int) -> dict[str, object]:
    """Measure everything once, ours and Datasette's in turns."""
    folder = publication(figures)
    lite, peer = sqlite_of(folder), datasette()
    views = choices(folder)
    ours_at, theirs_at = free_port(), free_port()
    ours = [sys.executable, "-m", "dashboard", "serve", "--port", str(ours_at)]
    theirs = [str(peer), "serve", str(lite), "--port", str(theirs_at), "--setting", "sql_time_limit_ms", "60000"]
    rows = []
    with serving(ours, ours_at, "/_dash-layout", ON_RECORD_PUBLISHED=str(folder)) as server, \
            serving(theirs, theirs_at, "/-/versions.json"):  # fmt: skip
        measured("warming up", ours_at, [of_ours(view) for view in views[-40:]], 4)
        at = 0
        for clients in (8, 32):
            fresh = views[at : at + answers]
            at += answers
            rows.append(measured("chart, uncached", ours_at, [of_ours(view) for view in fresh], clients))
            rows.append(
                measured("chart, cached", ours_at, [of_ours(view) for view in fresh[-20:] * (answers // 20)], clients)
            )
            rows.append(
                measured("Datasette", theirs_at, [of_datasette(view) for view in fresh[: answers // 4]], clients)
            )
        workers = memory(server.pid)
    return {"rows": rows, "workers_mb": workers, "figures": figures}


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--figures", type=int, default=1_000_000, help="figures of the publication; default 1,000,000")
    options.add_argument("--answers", type=int, default=1_200, help="answers of each row; default 1,200")
    options.add_argument("--json", action="store_true", help="for a program")
    chosen = options.parse_args()
    found = run(chosen.figures, chosen.answers)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, commit {commit()}"
    machine += f", load average {os.getloadavg()[0]:.1f}"
    if chosen.json:
        print(json.dumps({"machine": machine} | found, indent=2))
        return 0
    print(f"{machine}; {found['figures']:,} figures\n")
    print(f"{'what':18}{'clients':>8}{'answers':>9}{'a second':>10}{'median ms':>11}{'p95 ms':>9}")
    for row in found["rows"]:  # type: ignore[attr-defined]
        print(f"{row['what']:18}{row['clients']:>8}{row['answers']:>9}{row['per_second']:>10.0f}"
              f"{row['p50_ms']:>11.1f}{row['p95_ms']:>9.1f}")  # fmt: skip
    told = ", ".join(f"{rss:.0f} resident ({pss:.0f} proportional)" for rss, pss in found["workers_mb"])  # type: ignore[attr-defined]
    print(f"\nMB of each worker: {told}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
