"""Seconds and peak memory of a command, medians of several, and one table of them beside their bounds."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# A child is charged with the memory of the process it was forked from, so a small one in between starts and times it.
LAUNCH = """
import json, os, subprocess, sys, time
start = time.perf_counter()
child = subprocess.Popen(sys.argv[2:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
told = child.stdout.read()
_, status, used = os.wait4(child.pid, 0)
seconds = time.perf_counter() - start
json.dump({"seconds": seconds, "cpu_seconds": used.ru_utime + used.ru_stime, "peak_mib": used.ru_maxrss / 1024,
           "told": told.decode(errors="replace"), "code": os.waitstatus_to_exitcode(status)}, open(sys.argv[1], "w"))
"""


@dataclass(frozen=True)
class Took:
    """What a command took: seconds on the wall and of all cores, and the most memory of it or a child of it."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    told: str = ""


def run(command: list[str | Path], folder: Path, **environment: str | Path) -> Took:
    """Run a command from the root of the project and measure it; `folder` is for what is written on the way.

    Raises:
        RuntimeError: it failed; the message ends with what it printed.

    """
    told = folder / "took.json"
    words = [sys.executable, "-I", "-c", LAUNCH, str(told), *map(str, command)]
    subprocess.run(words, cwd=ROOT, env=os.environ | {k: str(v) for k, v in environment.items()}, check=True)
    found = json.loads(told.read_text(encoding="utf-8"))
    told.unlink()
    if found.pop("code"):
        raise RuntimeError(f"{' '.join(map(str, command[:4]))} … failed:\n{found['told'][-2000:]}")
    return Took(**found)


def median(runs: list[Took]) -> Took:
    """Return the medians of time, and the most memory any run needed."""
    return Took(
        statistics.median(each.seconds for each in runs),
        statistics.median(each.cpu_seconds for each in runs),
        max(each.peak_mib for each in runs),
    )


@dataclass(frozen=True)
class Line:
    """One line of the table: what was measured, beside what, and the most that its ratio may be."""

    what: str
    figures: int
    took: Took
    beside: str = ""
    ratio: float | None = None
    bound: float | None = None
    unit: str = "times"
    problem: str = ""

    @property
    def verdict(self) -> str:
        """Whether the bound is met; empty where there is none."""
        if self.problem:
            return "wrong"
        if self.bound is None or self.ratio is None:
            return ""
        return "met" if self.ratio <= self.bound else "not met"

    @property
    def is_fine(self) -> bool:
        """Whether the exit code may be 0."""
        return self.verdict in ("", "met")


def compared(what: str, figures: int, took: Took, beside: str, theirs: Took, bound: float | None = None) -> Line:
    """Return a line whose ratio is our time to theirs."""
    return Line(what, figures, took, beside, took.seconds / theirs.seconds, bound)


def machine(commit: str) -> str:
    """Return what a reader needs to know about where this was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    told = f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"
    return f"{told}, commit {commit}, load average {os.getloadavg()[0]:.1f} (above 1 the times are of a busy machine)"


def table(lines: list[Line]) -> str:
    """Return the lines as one table, and the problems below it."""
    rows = [
        f"{'what':42}{'figures':>11}{'s':>9}{'cpu s':>9}{'µs each':>9}{'MiB':>7}  {'beside':18}{'ratio':>7}{'bound':>7}"
    ]
    for line in lines:
        took, each = line.took, line.took.seconds / line.figures * 1e6
        measured = f"{took.seconds:9.2f}{took.cpu_seconds:9.2f}{each:9.1f}{took.peak_mib:7.0f}"
        ratio = "" if line.ratio is None else f"{line.ratio:.3g}"
        bound = "" if line.bound is None else f"{line.bound:g}"
        rows.append(
            f"{line.what:42}{line.figures:>11,}{measured}  {line.beside:18}{ratio:>7}{bound:>7}  {line.verdict}"
        )
    return "\n".join([*rows, "", *(f"{line.what}: {line.problem}" for line in lines if line.problem)]).rstrip()


def as_json(told: str, lines: list[Line]) -> str:
    """Return the same for a program."""
    found = [asdict(line) | {"verdict": line.verdict} for line in lines]
    return json.dumps({"machine": told, "lines": found}, indent=2, ensure_ascii=False)
