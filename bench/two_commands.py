"""How long a newcomer waits: `make run` from nothing until the page answers, then once more.

Copies the project without anything built into a temporary folder, so packages come from the registries again (or from
pip's and uv's caches: `--cold` empties neither, it points them to an empty folder). Prints one table.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILT = (".venv", "target", "logs", "published", "*.duckdb", "*.duckdb.wal", "__pycache__", ".*_cache", ".hypothesis")
LONGEST_WAIT = 300


def free_port() -> int:
    """A port of the loopback interface that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether the page is there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
            return bool(page.status == 200)
    except OSError:
        return False


def seconds_to_the_page(folder: Path, environment: dict[str, str]) -> float:
    """Run `make run` in the folder until its page answers, stop it, and return the seconds it took.

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
            while not answers(port):
                if run.poll() is not None or time.monotonic() - started > LONGEST_WAIT:
                    raise RuntimeError(f"make run did not serve: exit code {run.poll()}")
                time.sleep(0.1)
            return time.monotonic() - started
        finally:
            os.killpg(run.pid, signal.SIGTERM)


def commit() -> str:
    """The commit measured, or 'unknown' outside git."""
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


def main() -> int:
    """Measure both runs and print them."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cold", action="store_true", help="with empty caches of packages")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "on-record"
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*BUILT, ".git"))
        environment = {key: value for key, value in os.environ.items() if not key.startswith("ON_RECORD_")}
        if chosen.cold:
            environment |= {"PIP_CACHE_DIR": f"{place}/pip", "UV_CACHE_DIR": f"{place}/uv"}
        first = seconds_to_the_page(folder, environment)
        second = seconds_to_the_page(folder, environment)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, commit {commit()}")
    print(f"make run, from nothing until the page answers: {first:5.1f} s (bound 60)")
    print(f"make run, once more:                           {second:5.1f} s (bound 15)")
    return 0 if first < 60 and second < 15 else 1


if __name__ == "__main__":
    sys.exit(main())
