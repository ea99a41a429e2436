"""Readers who ask the published files without pause, and write down every error and every answer that is a mixture.

Run as a process: FOLDER, KIND (``served``: as the dashboard reads; ``plain``: the newest file opened by DuckDB alone),
how many threads, and the seconds a reader rests between two questions. Each reader prints the build id of a publication
with its first answer from it; one JSON object with the counts follows once the input is closed.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from dashboard.publication.folder import CONFIG, Publications  # noqa: E402

QUESTIONS = (
    "select build_id, figure_count, strftime(published_at, '%Y%m%dT%H%M%S%fZ') from build",
    "select count(*), min(value_stated), max(value_stated) from fct_figures",
    "select min(value_stated), max(value_stated) from fct_reports",
)


class Notebook:
    """What all readers of this process found."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.answers = 0
        self.errors: list[str] = []
        self.mixtures: list[str] = []
        self.seen: set[str] = set()

    def note(self, rows: list[tuple[Any, ...]], last: str) -> str:
        """Judge one answer: all its parts are of one publication, the one its build row names; returns its time.

        ``last`` is the time of the publication this reader saw last; going back to an earlier one is an error.
        """
        (build_id, figure_count, published_at), (count, low, high), (report_low, report_high) = rows
        with self.lock:
            self.answers += 1
            self.seen.add(build_id)
            if published_at != last:
                print(build_id, flush=True)
            if published_at < last:
                self.errors.append(f"went back from {last} to {published_at}")
            if figure_count != count or not low == high == report_low == report_high:
                self.mixtures.append(str(rows))
        return str(published_at)

    def report(self) -> dict[str, Any]:
        """The counts, and the first few of what was wrong."""
        told = {"answers": self.answers, "publications": len(self.seen)}
        for name in ("errors", "mixtures"):
            found = getattr(self, name)
            told |= {name: len(found), f"first_{name}": found[:3]}
        return told


def served(folder: Path) -> Callable[[], Any]:
    """How the dashboard reads: one set of publications for all threads."""
    return Publications(folder).cursor


def plain(folder: Path) -> Callable[[], Any]:
    """How a reader with a shell reads: the newest file, which may be pruned between the look and the opening."""

    @contextlib.contextmanager
    def opened() -> Iterator[duckdb.DuckDBPyConnection]:
        while True:
            path = max(folder.glob("[0-9]*.duckdb"))
            try:
                connection = duckdb.connect(str(path), read_only=True, config=CONFIG)
                break
            except duckdb.Error:
                if path.exists():
                    raise
        with connection:
            yield connection

    return opened


def read_on(lend: Callable[[], Any], notebook: Notebook, end: threading.Event, rest: float) -> None:
    """Ask until the end; no publication older than the last one seen may come."""
    last = ""
    while not end.is_set():
        try:
            with lend() as cursor:
                rows = [cursor.execute(question).fetchall()[0] for question in QUESTIONS]
            last = notebook.note(rows, last)
        except Exception as error:  # every one of them counts
            notebook.errors.append(f"{type(error).__name__}: {error}")
        time.sleep(rest)


def main() -> None:
    """Read until the input is closed."""
    folder, kind, count, rest = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    lend = {"served": served, "plain": plain}[kind](folder)
    notebook, end = Notebook(), threading.Event()
    threads = [threading.Thread(target=read_on, args=(lend, notebook, end, rest)) for _ in range(count)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    end.set()
    for thread in threads:
        thread.join()
    print(json.dumps(notebook.report()))


if __name__ == "__main__":
    main()
