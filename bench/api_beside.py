"""How fast the API's five lists answer 8 readers about a million figures, beside Datasette on the same rows.

Makes a publication of a million figures (bench/repeated.py), and from it a SQLite file of the same figures, ranges,
reports and findings, with an index on each column that is filtered by. Serves ours as `python -m dashboard serve` does,
nginx in front, and the file with Datasette, on free ports of loopback. Readers ask for figures, ranges, reports,
sources and findings, 100 rows a page: a filter, page after page of it by the links, then another. Ours and Datasette's
are asked in turns, never at once. No two readers walk the same filter and day, so that at first no answer is remembered
whole; then other readers ask ours for the same addresses once more, as most are asked in a newsroom.

Prints of each list median and 95th percentile in milliseconds and answers a second, and the most memory of a worker.
Readers ask without a pause, on the server's own cores: with eight of them and two cores no mean can be below four times
what an answer keeps a core busy for, which is printed too.
Exit code 1 where a bound is missed: p95 of at most 50 ms, and of at most a fifth of Datasette's.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import date, timedelta
from http.client import HTTPConnection
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import repeated  # noqa: E402
from bench.dashboard import datasette, publication, serving  # noqa: E402
from bench.many_readers import watched  # noqa: E402
from bench.two_commands import commit, free_port  # noqa: E402
from common.quoting import identifier  # noqa: E402

LISTS = ("figures", "ranges", "reports", "sources", "checks")
MOST_MS, MOST_OF_PEER = 50.0, 0.2
PAGES, SLICES = 4, 4
# What the findings are, of all checks that a made publication has.
FINDINGS = " union all ".join(
    f"""select '{name}' as check_id, c.sentence, c.{figure} as figure_id, f.scope_id, f.measure_id, f.population_id,
    f.place_id, f.counting, f.source_id, f.is_party_claim, f.published_on
    from {table} as c inner join fct_figures as f on c.{figure} = f.figure_id"""
    for name, table, figure in (("decreasing_totals", "check_decreasing_totals", "figure_id"),
                                ("disjoint_reports", "check_disjoint_reports", "lower_figure_id"),
                                ("parts_and_totals", "check_parts_and_totals", "figure_id"))
)  # fmt: skip
TABLES = {
    "figures": "select * from fct_figures",
    "reports": "select * from fct_reports",
    "ranges": "select * from range_reported where hedge_convention = (select hedge_convention from build)",
    "checks": FINDINGS,
}
KEPT = ("VARCHAR", "BIGINT", "INTEGER", "DOUBLE", "BOOLEAN")
INDEXED = ("measure_id", "place_id", "population_id", "counting", "source_id", "published_on", "first_published_on",
           "valid_from_on")  # fmt: skip
DAY = {"figures": "published_on", "reports": "first_published_on", "ranges": "valid_from_on", "checks": "published_on"}
SOURCES = """select voice_id, source_id, count(*) as figure_count, count(distinct report_id) as report_count,
    count(distinct document_id) as document_count, min(published_on) as first_published_on,
    max(published_on) as last_published_on from figures where {} group by voice_id order by voice_id limit 100"""
View = dict[str, str]
# Of which list, seconds, its address, whether it is the first page of a filter, and its status.
Answer = tuple[str, float, str, bool, int]


def sqlite_of(folder: Path) -> Path:
    """Return the four tables of the publication as a SQLite file."""
    source, target = next(folder.glob("[0-9]*.duckdb")), folder / "lists.sqlite"
    if target.exists():
        return target
    print("Writing the same rows for Datasette …", file=sys.stderr)
    half = target.with_suffix(".half")
    half.unlink(missing_ok=True)
    with duckdb.connect(str(source), read_only=True) as duck, closing(sqlite3.connect(half)) as lite:
        lite.execute("pragma journal_mode = off")
        lite.execute("pragma synchronous = off")
        for table, sql in TABLES.items():
            described = [(identifier(name), kind) for name, kind, *_ in duck.execute(f"describe {sql}").fetchall()]
            names = [name for name, _ in described]
            # SQLite has texts and numbers; made so by DuckDB, which takes a tenth of what Python would.
            told = [name if kind in KEPT else f"cast({name} as text)" for name, kind in described]
            found = duck.execute(f"select {', '.join(told)} from ({sql})")
            lite.execute(f"create table {table} ({', '.join(names)})")
            while rows := found.fetchmany(20_000):
                lite.executemany(f"insert into {table} values ({', '.join('?' * len(names))})", rows)
            for name in INDEXED:
                if identifier(name) in names:
                    lite.execute(f"create index {table}_{name} on {table} ({name})")
        lite.execute("analyze")
        lite.commit()
    half.rename(target)
    return target


def views(folder: Path) -> list[View]:
    """Return filters under which there are figures, each with a day of its own, in an order that is always the same."""
    with duckdb.connect(str(next(folder.glob("[0-9]*.duckdb"))), read_only=True) as connection:
        rows = connection.execute(
            "select distinct measure_id, place_id, population_id, counting, source_id from fct_figures order by all"
        ).fetchall()
    names = ("measure", "place", "population", "counting", "source")
    shapes = ((), ("measure",), ("place",), ("population",), ("counting",), ("source",), ("measure", "place"),
              ("measure", "population"), ("measure", "counting"))  # fmt: skip
    dice = random.Random(1)  # noqa: S311 — an order, not a secret
    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(repeated.DAYS - 60)]
    every = {json.dumps({name: row[names.index(name)] for name in shape}) for row in rows for shape in shapes}
    found = [json.loads(one) | {"known_on": day.isoformat()} for one in sorted(every) for day in days]
    dice.shuffle(found)
    return found


def ours(name: str, view: View) -> str:
    """Return the address of the first page of a list of ours under a filter."""
    return f"/api/v1/{name}?{urlencode({**view, 'limit': 100})}"


def theirs(name: str, view: View) -> str:
    """Return the same of Datasette: a page of its table, or, where there is no table, the SQL."""
    columns = [one for one in view if one != "known_on" and (name != "ranges" or one != "source")]
    if name == "sources":
        where = " and ".join(["published_on <= :known_on", *(f"{one}_id = :{one}" for one in columns)])
        sql = SOURCES.format(where.replace("counting_id", "counting"))
        return "/lists.json?" + urlencode({"sql": sql, "_shape": "objects", **view})
    chosen = {one if one == "counting" else f"{one}_id": view[one] for one in columns}
    return f"/lists/{name}.json?" + urlencode({**chosen, f"{DAY[name]}__lte": view["known_on"], "_size": 100})


# Where an answer says its next page is; to parse all of it would cost the reader what the server needs.
NEXT = re.compile(rb'"next(?:_url)?": ?"http://[^/"]+([^"]+)"')


def reader(port: int, walks: list[tuple[str, str]], until: float) -> list[Answer]:
    """Walk one list after the other, page by page, over one connection.

    What is too much at the moment is asked no further, and counted; RuntimeError for any other refusal.
    """
    found = []
    with closing(HTTPConnection("127.0.0.1", port, timeout=120)) as line:
        for name, start in walks:
            path: str | None = start
            for page in range(PAGES):
                if path is None or time.monotonic() > until:
                    break
                began = time.perf_counter()
                line.request("GET", path)
                answer = line.getresponse()
                body = answer.read()
                found.append((name, time.perf_counter() - began, path, page == 0, answer.status))
                if answer.status == 503 and answer.getheader("Retry-After"):
                    time.sleep(1)
                    break
                if answer.status != 200:
                    raise RuntimeError(f"{answer.status} for {path[:200]}: {body[:200]!r}")
                path = following[1].decode() if (following := NEXT.search(body)) else None
    return found


def crowd(port: int, walks: list[list[tuple[str, str]]], seconds: float) -> tuple[list[Answer], float]:
    """Let all readers ask at once, for so long; returns their answers, and the seconds it took."""
    began = time.monotonic()
    with ThreadPoolExecutor(len(walks)) as pool:
        found = list(pool.map(lambda each: reader(port, each, began + seconds), walks))
    return [one for each in found for one in each], time.monotonic() - began


def cpu_seconds(server: Any) -> float:
    """Return how long the cores have worked for a server and all it started, nginx too."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12]) if int(fields[3]) == server.pid else 0
    return ticks / os.sysconf("SC_CLK_TCK")


class Side:
    """One server, and every answer its readers had in all turns."""

    def __init__(self, address: Callable[[str, View], str], port: int, server: Any, every: list[View]) -> None:
        self.address, self.port, self.server, self.every = address, port, server, iter(every)
        self.answers: list[Answer] = []
        self.parts: list[list[tuple[str, str]]] = []
        self.last: list[Answer] = []
        self.seconds = self.cpu_seconds = 0.0

    def turn(self, readers: int, seconds: float) -> None:
        """Let the readers ask for so long, for what nobody has asked; they run in a process of their own."""
        names = [LISTS[(at + number) % len(LISTS)] for at in range(readers) for number in range(int(seconds * 20) + 5)]
        walks = [(name, self.address(name, next(self.every))) for name in names]
        each = len(walks) // readers
        self.parts = [walks[at * each : (at + 1) * each] for at in range(readers)]
        self._ask(seconds)

    def again(self, before: Side, seconds: float) -> None:
        """Let each reader ask for so long for what another asked the same server in its last turn, over and over."""
        asked: list[list[tuple[str, str]]] = [[] for _ in before.parts]
        for number, (name, _, path, is_first, _) in enumerate(before.last):
            asked[number % len(asked)] += [(name, path)] if is_first else []
        self.parts = [each * 200 for each in asked]
        self._ask(seconds)

    def _ask(self, seconds: float) -> None:
        before = cpu_seconds(self.server)
        with get_context("spawn").Pool(1) as pool:
            found, took = pool.apply(crowd, (self.port, self.parts, seconds))
        self.last = found
        self.answers += found
        self.seconds += took
        self.cpu_seconds += cpu_seconds(self.server) - before

    def told(self) -> dict[str, dict[str, float]]:
        """Return what is printed, by list."""
        found = {}
        for name in (*LISTS, "all"):
            mine = [one for one in self.answers if name in (one[0], "all")]
            took = sorted(seconds * 1000 for _, seconds, *_ in mine)
            found[name] = {
                "answers": len(mine), "cold": len({path for _, _, path, *_ in mine}),
                "filters": sum(is_first for *_, is_first, _ in mine), "p50_ms": statistics.median(took),
                "p95_ms": took[int(len(took) * 0.95)], "per_second": len(mine) / self.seconds,
                "refused": sum(status == 503 for *_, status in mine),
            }  # fmt: skip
        return found


def run(figures: int, readers: int, seconds: float) -> dict[str, Any]:
    """Measure both once, in turns."""
    folder = publication(figures)
    lite, peer = sqlite_of(folder), datasette()
    every = views(folder)
    at, peers_at = free_port(), free_port()
    command = [sys.executable, "-m", "dashboard", "serve", "--port", str(at)]
    peers = [str(peer), "serve", str(lite), "--port", str(peers_at), "--setting", "sql_time_limit_ms", "60000",
             "--setting", "facet_time_limit_ms", "5"]  # fmt: skip
    with serving(command, at, "/health", ON_RECORD_PUBLISHED=str(folder)) as server, \
            serving(peers, peers_at, "/-/versions.json") as other, watched(server) as most:  # fmt: skip
        sides = Side(ours, at, server, every[::2]), Side(theirs, peers_at, other, every[1::2])
        again = Side(ours, at, server, [])
        for side in sides:
            side.turn(readers, seconds / 4)
            side.answers, side.seconds, side.cpu_seconds = [], 0.0, 0.0
        for _ in range(SLICES):
            for side in sides:
                side.turn(readers, seconds / SLICES)
            again.again(sides[0], seconds / SLICES)
        return {"figures": figures, "readers": readers, "ours": sides[0].told(), "datasette": sides[1].told(),
                "again": again.told(),
                "cpu_ms_an_answer": [side.cpu_seconds * 1000 / len(side.answers) for side in (*sides, again)],
                "workers_mb": [rss for rss, _ in most], "load": os.getloadavg()[0]}  # fmt: skip


def missed(found: dict[str, Any]) -> list[str]:
    """Return which bounds were missed, in words."""
    refused = found["ours"]["all"]["refused"]
    every = [(f"{name}{suffix}", found[side][name]["p95_ms"], found["datasette"][name]["p95_ms"])
             for side, suffix in (("ours", ""), ("again", ", asked again")) for name in LISTS]  # fmt: skip
    return [
        *(f"{name}: p95 of {p95:.0f} ms, at most {MOST_MS:.0f}" for name, p95, _ in every if p95 > MOST_MS),
        *(f"{name}: p95 is {p95 / peers:.2f} of Datasette's, at most {MOST_OF_PEER}" for name, p95, peers in every
          if p95 > peers * MOST_OF_PEER),
        *([f"{refused} answers were refused"] if refused else []),
    ]  # fmt: skip


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--figures", type=int, default=1_000_000, help="figures of the publication; default 1,000,000")
    options.add_argument("--readers", type=int, default=8, help="who ask at once; default 8")
    options.add_argument("--seconds", type=float, default=60, help="for which each side is asked; default 60")
    options.add_argument("--json", action="store_true", help="for a program")
    chosen = options.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, commit {commit()}"
    machine += f", load average before {os.getloadavg()[0]:.1f}"
    found = run(chosen.figures, chosen.readers, chosen.seconds) | {"machine": machine}
    found["missed"] = missed(found)
    if chosen.json:
        print(json.dumps(found, indent=2))
        return int(bool(found["missed"]))
    print(f"{machine}; {found['figures']:,} figures, {found['readers']} readers, 100 rows a page\n")
    print(f"{'':9}{'ours':>10}{'cold':>9}{'filters':>9}{'p50 ms':>9}{'p95 ms':>9}{'a second':>10}"
          f"{'Datasette':>12}{'p50 ms':>9}{'p95 ms':>9}{'a second':>10}{'p95 ratio':>11}")  # fmt: skip
    for name, side in [(name, side) for side in ("ours", "again") for name in (*LISTS, "all")]:
        own, peer = found[side][name], found["datasette"][name]
        if (name, side) == (LISTS[0], "again"):
            print("\nthe same, asked again")
        print(f"{name:9}{own['answers']:>10,}{own['cold']:>9,}{own['filters']:>9,}{own['p50_ms']:>9.1f}{own['p95_ms']:>9.1f}"
              f"{own['per_second']:>10.1f}{peer['answers']:>12,}{peer['p50_ms']:>9.1f}{peer['p95_ms']:>9.1f}"
              f"{peer['per_second']:>10.1f}{own['p95_ms'] / peer['p95_ms']:>11.3f}")  # fmt: skip
    each, peers, again = found["cpu_ms_an_answer"]
    print(f"\nAn answer keeps a core busy for {each:.1f} ms, asked again {again:.1f}, Datasette's for {peers:.1f} "
          f"(load {found['load']:.1f})")  # fmt: skip
    print(f"Most MB of each worker: {', '.join(f'{each:.0f}' for each in found['workers_mb'])}")
    print("\n".join(f"Missed: {each}" for each in found["missed"]) or "Every bound is met.")
    return int(bool(found["missed"]))


if __name__ == "__main__":
    sys.exit(main())
