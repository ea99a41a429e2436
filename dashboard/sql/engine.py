"""Answer a reader's SQL question in a child process that can be stopped at any moment.

The child (`sandbox`) has one life and one question. Here is what surrounds it: how many may live at once, how long
one may take, who may stop it, and what its end means in words.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

CHILD = Path(__file__).with_name("sandbox.py")
PACKAGES = Path(duckdb.__file__).resolve().parent.parent
LONGEST_QUESTION = 100_000
# Between two looks at whether the answer is still wanted, in seconds.
GLANCE = 0.05


@dataclass(frozen=True)
class Limits:
    """How much one question may take: seconds, memory in MiB, rows, bytes of the answer, characters of one cell.

    The seconds are those of a clock, from before the child starts until it is killed.
    """

    seconds: int = 5
    mebibytes: int = 256
    rows: int = 1_000
    bytes: int = 1_000_000
    cell: int = 1_000


PAGE = Limits()
DOWNLOAD = Limits(seconds=10, rows=50_000, bytes=10_000_000, cell=100_000)
TERMINAL = Limits(seconds=60, mebibytes=1024, rows=1_000_000, bytes=200_000_000, cell=1_000_000)

SENTENCES = {
    "syntax": "This is not SQL that the engine can read.",
    "name": "A name in the question does not exist here, or does not fit.",
    "refused": "Only questions are answered here, one at a time: from, select, with, describe, show, summarize "
    "or explain. Files, settings and other databases are out of reach.",
    "time": "The question took longer than {seconds} seconds and was stopped. Ask for fewer rows or join less.",
    "memory": "The question needed more than {mebibytes} MB of memory and was stopped. Ask for fewer rows.",
    "unrecorded": "There is no record of the day asked for.",
    "busy": "Other questions are being answered. Try again in a few seconds.",
    "yours": "Another question from your address is being answered. Ask again when it is.",
    "cancelled": "The question was cancelled.",
    "empty": "There is no question yet.",
    "long": "The question is too long: {longest} characters are the most.",
    "failed": "The engine could not answer.",
}


@dataclass(frozen=True)
class Answer:
    """The rows of a question, or in `kind` and `detail` why there are none.

    `columns` are pairs of name and DuckDB type. Values are None, bool, int, float or text: days and times in the
    engine's ISO spelling, decimals as text, nested values as JSON text. `cut_by` is "rows", "bytes" or "".
    """

    columns: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    cut_by: str = ""
    seconds: float = 0.0
    kind: str = ""
    detail: str = ""
    limits: Limits = PAGE

    @property
    def sentence(self) -> str:
        """What went wrong, in words; empty where nothing did."""
        bounds = {"seconds": self.limits.seconds, "mebibytes": self.limits.mebibytes, "longest": LONGEST_QUESTION}
        return SENTENCES.get(self.kind, "").format(**bounds)


class Desk:
    """How many questions are answered at once in this process, and how many may wait for how long (seconds).

    Nobody has all places, nor the whole line of those who wait: the last of each is kept for somebody else.
    """

    def __init__(self, places: int = 2, queue: int = 2, patience: float = 3.0) -> None:
        self.places, self.queue, self.patience = places, queue, patience
        self._changed = threading.Condition()
        self._busy, self._waiting = Counter[str](), Counter[str]()

    def _has_place(self, who: str) -> bool:
        is_within_share = not who or self._busy[who] < max(1, self.places - 1)
        return is_within_share and self._busy.total() < self.places

    def _enter(self, who: str) -> str:
        """Take a place, waiting for it; returns why there is none: "busy", "yours" or "" where there is one."""
        with self._changed:
            if not self._has_place(who):
                if who and self._waiting[who] >= max(1, self.queue - 1):
                    return "yours"
                if self._waiting.total() >= self.queue:
                    return "busy"
                self._waiting[who] += 1
                try:
                    came_free = self._changed.wait_for(lambda: self._has_place(who), self.patience)
                finally:
                    self._waiting[who] -= 1
                if not came_free:
                    return "yours" if self._busy.total() < self.places else "busy"
            self._busy[who] += 1
            return ""

    def _leave(self, who: str) -> None:
        with self._changed:
            self._busy[who] -= 1
            # Counts of those who left are dropped, or everybody who ever asked stays in memory.
            self._busy, self._waiting = +self._busy, +self._waiting
            self._changed.notify_all()

    @contextmanager
    def place(self, who: str = "") -> Iterator[str]:
        """Give a place for as long as the block lasts, or say why there is none: "busy" or "yours", "" for a place.

        `who` is the reader that asks, "" for somebody at this machine who need not share.
        """
        lacks = self._enter(who)
        try:
            yield lacks
        finally:
            if not lacks:
                self._leave(who)


DESK = Desk()


def _environment() -> dict[str, str]:
    """Return what a Python needs to start, and nothing of ours."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return {"TZ": "UTC", "LC_ALL": "C.UTF-8", **kept}


def _hidden(path: Path) -> list[str]:
    """Return the paths of this machine that no answer may show, longest first."""
    known = {path, path.resolve(), path.parent, path.resolve().parent, PACKAGES, Path(sys.prefix), CHILD.parent.parent}
    return sorted((str(place) for place in known if len(place.parts) > 1), key=len, reverse=True)


def _start(request: bytes) -> subprocess.Popen[bytes]:
    """Start a child: a group of its own, no file of ours open, at the root of the file system.

    The request is a file without a name, since a long one would fill a pipe before the child reads it.
    """
    with tempfile.TemporaryFile() as asked:
        asked.write(request)
        asked.seek(0)
        return subprocess.Popen(  # noqa: S603 — the interpreter that runs this, and a file beside it
            [sys.executable, "-I", "-S", str(CHILD)],
            stdin=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            close_fds=True, start_new_session=True, cwd="/", env=_environment(),
        )  # fmt: skip


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child with all it may have started, and bury it."""
    if child.poll() is None:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            child.kill()
    child.communicate()


def _listen(child: subprocess.Popen[bytes], until: float, is_wanted: Callable[[], bool]) -> bytes | str:
    """Wait for the child; returns what it said, or the kind of its untimely end."""
    while True:
        try:
            return child.communicate(timeout=max(0.0, min(GLANCE, until - time.monotonic())))[0]
        except subprocess.TimeoutExpired:
            if not is_wanted():
                return "cancelled"
            if time.monotonic() > until:
                return "time"


def _understood(said: bytes | str, code: int | None, limits: Limits) -> Answer:
    """Turn the child's words, or its end without any, into an answer."""
    if isinstance(said, str):
        detail = f"The maximum execution time of {limits.seconds} seconds was over" if said == "time" else ""
        return Answer(kind=said, detail=detail, limits=limits)
    try:
        found = json.loads(said)
    except ValueError:
        # It died without a word: of the limits on time, or else of the one on memory.
        return Answer(kind="time" if code in (-signal.SIGXCPU, -signal.SIGALRM) else "memory", limits=limits)
    found["columns"] = [(name, kind) for name, kind in found.get("columns", [])]
    return Answer(**found, limits=limits)


def run(
    path: Path,
    sql: str,
    limits: Limits = PAGE,
    *,
    who: str = "",
    is_wanted: Callable[[], bool] = lambda: True,
    desk: Desk = DESK,
) -> Answer:
    """Answer one question on the publication at `path`; never raises for what a reader may write.

    `who` asks (see `Desk.place`). `is_wanted` is asked every 50 ms; as soon as it says no, the child is killed.
    """
    if not sql.strip() or len(sql) > LONGEST_QUESTION:
        return Answer(kind="long" if sql.strip() else "empty", limits=limits)
    request = {
        "path": str(path), "sql": sql, "packages": str(PACKAGES), "hidden": _hidden(path), "seconds": limits.seconds,
        "mebibytes": limits.mebibytes, "rows": limits.rows, "bytes": limits.bytes, "cell": limits.cell,
    }  # fmt: skip
    with desk.place(who) as lacks:
        if lacks:
            return Answer(kind=lacks, limits=limits)
        until = time.monotonic() + limits.seconds
        child = _start(json.dumps(request | {"until": until}).encode())
        try:
            said = _listen(child, until, is_wanted)
        finally:
            _kill(child)
    return _understood(said, child.returncode, limits)
