"""Whether others are answered while somebody asks hostile statements: both side by side in one run.

Serves the newest publication with gunicorn, and lets readers open pages, first alone and then beside clients that send
every hostile statement of the tests to /sql/run, in turns. Prints median and 95th percentile of the readers' answers,
the ratio of the two (2 at most is what is wanted), what became of the statements, and the most memory a child took.

Then the same readers, and somebody who asks for /health, beside slow connections of every kind from one address
(tests/dashboard/slow_connections.py): heads and bodies that do not end, answers that nobody reads. --steps sql,slow.
"""

from __future__ import annotations

import argparse
import itertools
import os
import resource
import statistics
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "dashboard")]

from bench.dashboard import serving  # noqa: E402
from bench.two_commands import commit, free_port  # noqa: E402

PAGES = [
    "/api/v1/ranges?measure=killed",
    "/deaths.json",
    "/deaths.html",
    "/",
    "/api/v1/figures?limit=20",
    "/sources.html",
]
LONGEST_ADDRESS = 7_000


def statements() -> list[str]:
    """Every statement of the tests that fits an address, bombs among the others."""
    from hostile_grammar import bombs, families  # noqa: PLC0415
    from hostile_sql import quick, slow  # noqa: PLC0415

    every = [sql for found in families().values() for sql in found] + [sql for _, sql in (*quick(), *slow())]
    mixed = [sql for pair in itertools.zip_longest(every, itertools.islice(itertools.cycle(bombs()), len(every) // 4))
             for sql in pair if sql]  # fmt: skip
    return [sql for sql in mixed if len(quote(sql)) < LONGEST_ADDRESS]


def read(port: int, seconds: float) -> list[float]:
    """Open pages one after the other; returns seconds of each. Raises RuntimeError where one is not answered."""
    took, until = [], time.monotonic() + seconds
    line = HTTPConnection("127.0.0.1", port, timeout=60)
    for path in itertools.cycle(PAGES):
        if time.monotonic() > until:
            return took
        started = time.perf_counter()
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        took.append(time.perf_counter() - started)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} for {path}")
    return took


class Attack:
    """Clients that send statements until they are stopped."""

    def __init__(self, port: int, clients: int) -> None:
        self.port, self.rest, self.lock = port, itertools.cycle(statements()), threading.Lock()
        self.is_over, self.codes = threading.Event(), Counter[int]()
        self.threads = [threading.Thread(target=self._send) for _ in range(clients)]

    def _send(self) -> None:
        while not self.is_over.is_set():
            with self.lock:
                sql = next(self.rest)
            line = HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                line.request("GET", f"/sql/run?q={quote(sql)}")
                answer = line.getresponse()
                answer.read()
                code = answer.status
            except (OSError, HTTPException):
                code = 0
            line.close()
            with self.lock:
                self.codes[code] += 1

    def __enter__(self) -> Attack:
        """Begin."""
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and wait for the last answers."""
        self.is_over.set()
        for thread in self.threads:
            thread.join()


def readers(port: int, count: int, seconds: float) -> list[float]:
    """Let readers read at once; returns seconds of every answer."""
    with ThreadPoolExecutor(count) as pool:
        return [one for found in pool.map(lambda _: read(port, seconds), range(count)) for one in found]


class Watcher:
    """Somebody who asks for /health every tenth of a second; seconds of each answer, and how many were none."""

    def __init__(self, port: int) -> None:
        self.port, self.took, self.failed = port, list[float](), 0
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self.is_over.wait(0.1):
            started = time.perf_counter()
            line = HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                line.request("GET", "/health")
                self.failed += line.getresponse().status != 200
            except (OSError, HTTPException):
                self.failed += 1
            line.close()
            self.took.append(time.perf_counter() - started)

    def __enter__(self) -> Watcher:
        """Begin."""
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.is_over.set()
        self.thread.join()


def slow_connections(port: int, chosen: argparse.Namespace) -> bool:
    """Measure beside slow connections; returns whether every answer came."""
    from slow_connections import KINDS, Slow  # noqa: PLC0415

    print(f"\n{'beside slow connections':28}{'answers':>9}{'median ms':>12}{'p95 ms':>10}{'longest /health ms':>20}")
    is_fine = True
    for count, kind in itertools.product(chosen.slow, KINDS):
        with Slow(port, kind, count) as slow, Watcher(port) as watcher:
            time.sleep(2)
            try:
                told(f"{count} {kind}", readers(port, chosen.readers, chosen.seconds), end="")
            except (OSError, HTTPException, RuntimeError) as reason:
                is_fine = False
                print(f"{count} {kind}: {reason!r}", end="")
        is_fine = is_fine and not watcher.failed
        failed = f", {watcher.failed} of {len(watcher.took)} not answered" if watcher.failed else ""
        print(f"{max(watcher.took) * 1000:>20.1f}{failed}   {dict(slow.seen)}")
    return is_fine


def told(name: str, took: list[float], end: str = "\n") -> float:
    """Print one row; returns the 95th percentile in milliseconds."""
    p95 = statistics.quantiles(took, n=20)[-1] * 1000
    print(f"{name:28}{len(took):>9}{statistics.median(took) * 1000:>12.1f}{p95:>10.1f}", end=end)
    return p95


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=4, help="turns of each kind; default 4")
    options.add_argument("--seconds", type=float, default=20, help="length of a turn; default 20")
    options.add_argument("--readers", type=int, default=4, help="readers at once; default 4")
    options.add_argument("--clients", type=int, default=8, help="hostile clients at once; default 8")
    options.add_argument("--slow", type=int, nargs="*", default=[20, 200, 1000], help="slow connections at once")
    options.add_argument("--steps", default="sql,slow", help="which of sql and slow; default both")
    chosen = options.parse_args()
    port = free_port()
    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}, commit {commit()}\n")
    is_fine = True
    with serving([sys.executable, "-m", "dashboard", "serve", "--port", str(port)], port, "/health"):
        readers(port, chosen.readers, 3)
        if "sql" in chosen.steps:
            statements_beside(port, chosen)
        if "slow" in chosen.steps:
            is_fine = slow_connections(port, chosen)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nMost memory of the server or a process of its: {most:.0f} MB")
    return 0 if is_fine else 1


def statements_beside(port: int, chosen: argparse.Namespace) -> None:
    """Measure beside hostile statements."""
    quiet, beside, codes = list[float](), list[float](), Counter[int]()
    for _ in range(chosen.rounds):
        quiet += readers(port, chosen.readers, chosen.seconds)
        with Attack(port, chosen.clients) as attack:
            beside += readers(port, chosen.readers, chosen.seconds)
        codes += attack.codes
    print(f"{'pages, ' + str(chosen.readers) + ' readers':28}{'answers':>9}{'median ms':>12}{'p95 ms':>10}")
    ratio = told("alone", quiet) ** -1 * told(f"beside {chosen.clients} hostile clients", beside)
    print(f"\np95 beside hostile statements is {ratio:.2f} times that alone.")
    print(f"Statements sent: {sum(codes.values())}; answers by status (0: none): {dict(sorted(codes.items()))}")


if __name__ == "__main__":
    sys.exit(main())
