"""How the dashboard answers many readers at once, at every address it has: by kind, statuses and milliseconds.

Serves a folder of publications (or asks a server that runs already), lists every address from the app's own registries
(bench/addresses.py), and lets so many readers ask for them for so long, each one address after the other in an order of
its own. What is too much must be refused quickly, with 503 and Retry-After: any other 5xx, an answer that never comes,
and a refusal that took longer than it tells to wait, is a failure. Refusals are timed apart, since many quick ones
would make the times of answers look good. Times include what waits for a free thread of the server, as a reader does.

Examples:
  python bench/many_readers.py                                      8, 32, 64, 200 readers, 60 seconds each, published/
  python bench/many_readers.py --published /tmp/all/published --readers 64 --seconds 20
  python bench/many_readers.py --port 8050 --readers 8 --only "api figures" "api ranges"
  python bench/many_readers.py --requests 100000 --readers 8        memory of each worker before and after so many

Exit code 1 where an answer was a failure.

"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.addresses import JSON, Ask, every, ids_of  # noqa: E402
from bench.dashboard import memory, serving  # noqa: E402
from bench.two_commands import commit, free_port  # noqa: E402

LONGEST = 120
# A reader's connection is used so often, as that of a browser between two pages.
ON_ONE_LINE = 20
MOST_SECONDS = 600


@dataclass
class Tally:
    """What came of the requests of one kind: seconds of answers and of refusals, statuses, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    slow: Counter[str] = field(default_factory=Counter)

    def add(self, ask: Ask, status: int, took: float, retry_after: str | None) -> None:
        """Count one answer, or a refusal, which is one only where it says after how many seconds to ask again."""
        self.statuses[str(status)] += 1
        is_refusal = status == 503 and retry_after is not None and retry_after.isdecimal()
        (self.refused if is_refusal else self.seconds).append(took)
        if status >= 500 and not is_refusal:
            self.wrong[f"{status} {ask.path[:120]}"] += 1
        elif is_refusal and took > int(retry_after or 0):
            self.slow[f"503 after {took:.0f} s {ask.path[:120]}"] += 1

    def fail(self, ask: Ask, reason: Exception) -> None:
        """Count one that had no answer."""
        self.statuses[type(reason).__name__] += 1
        self.wrong[f"{type(reason).__name__} {ask.path[:120]}"] += 1

    def merge(self, other: Tally) -> None:
        """Take in what another one counted."""
        self.seconds += other.seconds
        self.refused += other.refused
        self.statuses += other.statuses
        self.wrong += other.wrong
        self.slow += other.slow

    @property
    def told(self) -> dict[str, Any]:
        """What is printed; times in milliseconds."""
        parts = (("p50_ms", 0.5), ("p95_ms", 0.95), ("worst_ms", 1.0))
        return {
            "answers": len(self.seconds), "statuses": dict(self.statuses),
            **{name: at(self.seconds, part) * 1000 for name, part in parts},
            "refused": {"count": len(self.refused), **{name: at(self.refused, part) * 1000 for name, part in parts}},
            "wrong": dict(self.wrong), "slow": dict(self.slow),
        }  # fmt: skip


def at(seconds: Sequence[float], part: float) -> float:
    """Return the time within which this part of them came, 0 where there are none."""
    ranked = sorted(seconds) or [0.0]
    return ranked[min(len(ranked) - 1, int(len(ranked) * part))]


Tallies = dict[str, Tally]


def ask(line: HTTPConnection, one: Ask) -> HTTPResponse:
    """Send one request and read its answer."""
    line.request(one.method, one.path, one.body or None, JSON if one.body else {})
    answer = line.getresponse()
    answer.read()
    return answer


def reader(port: int, asks: Sequence[Ask], number: int, until: float, left: Iterator[int]) -> Tallies:
    """Ask for one address after the other, in an order of this reader's own."""
    dice, found = random.Random(number), defaultdict[str, Tally](Tally)  # noqa: S311 — an order, not a secret
    while time.monotonic() < until:
        with closing(HTTPConnection("127.0.0.1", port, timeout=LONGEST)) as line:
            for _ in range(ON_ONE_LINE):
                if time.monotonic() >= until or next(left, None) is None:
                    return found
                one = dice.choice(asks)
                began = time.perf_counter()
                try:
                    answer = ask(line, one)
                except (OSError, HTTPException) as reason:
                    found[one.kind].fail(one, reason)
                    break
                found[one.kind].add(one, answer.status, time.perf_counter() - began, answer.getheader("Retry-After"))
    return found


def crowd(port: int, asks: Sequence[Ask], readers: int, seconds: float, requests: int) -> Tallies:
    """Let so many readers ask at once; they stop after so many seconds or requests."""
    whole, lock = defaultdict[str, Tally](Tally), threading.Lock()
    until, left = time.monotonic() + seconds, iter(range(requests))

    def run(number: int) -> None:
        found = reader(port, asks, number, until, left)
        with lock:
            for kind, tally in found.items():
                whole[kind].merge(tally)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return dict(whole)


@contextmanager
def watched(server: Any) -> Iterator[list[tuple[float, float]]]:
    """Give the most resident and proportional memory in MB that each worker takes while the block lasts."""
    most: list[tuple[float, float]] = []
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(0.5):
            with_each = memory(server.pid)
            most[:] = [
                (max(rss, old[0]), max(pss, old[1]))
                for (rss, pss), old in zip(with_each, most or with_each, strict=False)
            ]

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        is_over.set()
        thread.join()


def addresses(port: int) -> list[Ask]:
    """Return every address of the app, with ids of what is served at a port."""
    from dashboard.app import create_app  # noqa: PLC0415 — after the folder is known

    with closing(HTTPConnection("127.0.0.1", port, timeout=LONGEST)) as line:
        line.request("GET", "/api/v1/figures?limit=100")
        rows = json.loads(line.getresponse().read())["rows"]
        line.request("GET", "/")
        html = line.getresponse().read().decode()
    return every(create_app(), ids_of(rows), html)


def measured(port: int, asks: Sequence[Ask], readers: int, seconds: float, requests: int) -> dict[str, Any]:
    """Measure one crowd, which runs in a process of its own; returns what came of each kind of address."""
    with get_context("spawn").Pool(1) as pool:
        found = pool.apply(crowd, (port, asks, readers, seconds, requests))
    whole = Tally()
    for tally in found.values():
        whole.merge(tally)
    kinds = {kind: found[kind].told for kind in sorted(found)} | {"all": whole.told}
    return {"readers": readers, "kinds": kinds, "load": os.getloadavg()[0]}


def table(run: dict[str, Any]) -> str:
    """Return one crowd as a table."""
    lines = [f"\n{run['readers']} readers (load average {run['load']:.1f})",
             f"{'kind':22}{'answers':>9}{'p50 ms':>9}{'p95 ms':>9}{'worst ms':>10}  statuses"]  # fmt: skip
    for kind, told in run["kinds"].items():
        statuses = ", ".join(f"{name}: {count:,}" for name, count in sorted(told["statuses"].items()))
        lines.append(f"{kind:22}{told['answers']:>9,}{told['p50_ms']:>9.0f}{told['p95_ms']:>9.0f}"
                     f"{told['worst_ms']:>10.0f}  {statuses}")  # fmt: skip
    whole = run["kinds"]["all"]
    if (refused := whole["refused"])["count"]:
        share = refused["count"] / (refused["count"] + whole["answers"])
        lines.append(f"  refused: {refused['count']:,} ({share:.1%}), p50 {refused['p50_ms']:.0f} ms, "
                     f"p95 {refused['p95_ms']:.0f} ms, worst {refused['worst_ms']:.0f} ms")  # fmt: skip
    failed = [*whole["wrong"].items(), *whole["slow"].items()]
    lines += [f"  failed: {what} ({count}×)" for what, count in failed[:20]]
    for when, name in (("before", "workers_mb_before"), ("at most", "workers_mb"), ("after", "workers_mb_after")):
        if run.get(name):
            told = ", ".join(f"{rss:.0f} resident ({pss:.0f} proportional)" for rss, pss in run[name])
            lines.append(f"  MB of each worker {when}: {told}")
    return "\n".join(lines)


def run(chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Serve, and measure one crowd after the other."""
    folder = str(chosen.published.resolve())
    os.environ["ON_RECORD_PUBLISHED"] = folder
    if chosen.port:
        return [measured(chosen.port, _only(addresses(chosen.port), chosen), readers, chosen.seconds, chosen.requests)
                for readers in chosen.readers]  # fmt: skip
    port, runs = free_port(), []
    command = [sys.executable, "-m", "dashboard", "serve", "--port", str(port)]
    with serving(command, port, "/health", ON_RECORD_PUBLISHED=folder) as server:
        asks = _only(addresses(port), chosen)
        for readers in chosen.readers:
            before = memory(server.pid)
            with watched(server) as most:
                found = measured(port, asks, readers, chosen.seconds, chosen.requests)
            at = {"workers_mb_before": before, "workers_mb": most, "workers_mb_after": memory(server.pid)}
            runs.append(found | at)
            if not chosen.json:
                print(table(runs[-1]), flush=True)
    return runs


def _only(asks: list[Ask], chosen: argparse.Namespace) -> list[Ask]:
    found = [one for one in asks if not chosen.only or one.kind in chosen.only]
    if not found:
        raise SystemExit(f"There is no such kind. Choose from: {', '.join(sorted({one.kind for one in asks}))}.")
    return found


def options() -> argparse.ArgumentParser:
    """Return the options."""
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("--readers", type=int, nargs="+", default=[8, 32, 64, 200], help="default 8 32 64 200")
    found.add_argument("--seconds", type=float, default=60, help="of each crowd, 600 at most; default 60")
    found.add_argument("--requests", type=int, default=10**9, help="stop a crowd after so many; default: never")
    found.add_argument("--published", type=Path, default=ROOT / "published", help="what to serve; default published/")
    found.add_argument("--port", type=int, help="ask a server of that folder that runs already at this port of ours")
    found.add_argument("--only", nargs="+", metavar="KIND", help="only these kinds, as the table names them")
    found.add_argument("--json", action="store_true", help="for a program")
    return found


def main() -> int:
    """Measure and print."""
    chosen = options().parse_args()
    chosen.seconds = min(chosen.seconds, MOST_SECONDS)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, commit {commit()}"
    if not chosen.json:
        print(machine)
    runs = run(chosen)
    if chosen.json:
        print(json.dumps({"machine": machine, "runs": runs}, indent=2))
    elif chosen.port:
        print("\n".join(map(table, runs)))
    return int(any(found["kinds"]["all"][failed] for found in runs for failed in ("wrong", "slow")))


if __name__ == "__main__":
    sys.exit(main())
