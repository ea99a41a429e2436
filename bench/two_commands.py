"""How long a newcomer waits for `make run`, from nothing and once more, and a coder for a changed figure.

Copies the project without anything built into a temporary folder, so packages come from the registries again (or from
pip's and uv's caches: `--cold` empties neither, it points them to an empty folder). The figure is changed in its file
of the copy; `make build` loads and builds it while the server of the second `make run` goes on. Prints one table; exit
code 1 where a bound is not met.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILT = (".venv", "target", "logs", "published", "*.duckdb", "*.duckdb.wal", "__pycache__", ".*_cache", ".hypothesis")
LONGEST_WAIT = 300
# A file of the record, the cells of one figure as they are and become, and the page that shows them.
FIGURE = ("figures/aleppo-2024/figures.csv", ("277 casualties,277", "278 casualties,278"), "/deaths.html?tab=table")


def free_port() -> int:
    """A port of the loopback interface that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def page(port: int, path: str = "/") -> str:
    """Return a page, or nothing where it is not there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return str(answer.read().decode()) if answer.status == 200 else ""
    except OSError:
        return ""


@contextmanager
def running(folder: Path, environment: dict[str, str]) -> Iterator[tuple[int, float]]:
    """Run `make run` in the folder until its page answers; gives its port and the seconds it took, and stops it then.

    Raises:
        RuntimeError: the command ended, or the page did not answer in time.

    """
    port = free_port()
    started = time.monotonic()
    command = ["make", "run", f"PORT={port}"]
    with subprocess.Popen(
        command, cwd=folder, env=environment, start_new_session=True, stdout=subprocess.DEVNULL
    ) as run:
        try:
            while not page(port):
                if run.poll() is not None or time.monotonic() - started > LONGEST_WAIT:
                    raise RuntimeError(f"make run did not serve: exit code {run.poll()}")
                time.sleep(0.1)
            yield port, time.monotonic() - started
        finally:
            os.killpg(run.pid, signal.SIGTERM)


def seconds_to_a_changed_figure(folder: Path, environment: dict[str, str], port: int) -> float:
    """Change a figure of the copy, build, and return the seconds until the running server shows it.

    Raises:
        RuntimeError: the build failed, or the page did not show it in time.

    """
    path, (was, becomes), shown = FIGURE
    if becomes.split(",")[0] in page(port, shown):
        raise RuntimeError(f"{shown} shows it before it was changed")
    text = (folder / path).read_text(encoding="utf-8")
    for before, after in zip(was.split(","), becomes.split(","), strict=True):
        text = text.replace(f",{before},", f",{after},", 1)
    started = time.monotonic()
    (folder / path).write_text(text, encoding="utf-8")
    subprocess.run(["make", "build"], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    while becomes.split(",")[0] not in page(port, shown):
        if time.monotonic() - started > LONGEST_WAIT:
            raise RuntimeError(f"{shown} does not show {becomes}")
        time.sleep(0.1)
    return time.monotonic() - started


def commit() -> str:
    """The commit measured, or 'unknown' outside git."""
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cold", action="store_true", help="with empty caches of packages")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "on-record"
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*BUILT, ".git"))
        environment = {key: value for key, value in os.environ.items() if not key.startswith("ON_RECORD_")}
        if chosen.cold:
            environment |= {"PIP_CACHE_DIR": f"{place}/pip", "UV_CACHE_DIR": f"{place}/uv"}
        with running(folder, environment) as (_, first):
            pass
        with running(folder, environment) as (port, second):
            changed = seconds_to_a_changed_figure(folder, environment, port)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, commit {commit()}, "
        f"load average {os.getloadavg()[0]:.1f}"
    )
    found = {
        "make run, from nothing until the page answers": (first, 60),
        "make run, once more": (second, 10),
        "make build, from a changed figure until a running server shows it": (changed, 8),
    }
    for what, (seconds, bound) in found.items():
        print(f"{what + ':':67}{seconds:5.1f} s (bound {bound}){'' if seconds < bound else ', not met'}")
    return 0 if all(seconds < bound for seconds, bound in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
