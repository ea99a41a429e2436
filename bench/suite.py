"""How long the tests take: `make test` with no test warehouse built yet, once more, and `make test-all`.

The packages are there (.venv); what the tests build (target/) is taken away first. Prints one table.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILT = (ROOT / "target" / "test-builds", ROOT / "target" / "tests")
MOST_SECONDS = 300


def timed(target: str) -> tuple[float, float, str, bool]:
    """Run a target of make; its seconds, its seconds of the processor, the last line it said, whether it passed."""
    before, started = os.times(), time.monotonic()
    done = subprocess.run(["make", target], cwd=ROOT, capture_output=True, text=True, check=False)
    after, seconds = os.times(), time.monotonic() - started
    used = after.children_user + after.children_system - before.children_user - before.children_system
    counts = re.findall(r"^.*(?:passed|failed).*$", done.stdout, flags=re.MULTILINE)
    return seconds, used, counts[-1] if counts else done.stdout[-500:] + done.stderr[-500:], done.returncode == 0


def main() -> int:
    """Print the table; the exit code says whether all passed and `make test` kept its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="time `make test-all` as well")
    chosen = parser.parse_args()
    for place in BUILT:
        shutil.rmtree(place, ignore_errors=True)
    runs = [("make test, nothing built", "test"), ("make test, again", "test")]
    runs += [("make test-all", "test-all")] if chosen.all else []
    print(f"{platform.machine()}, {os.cpu_count()} cores; 811064c: make test, then all of them, took 833 to 921 s\n")
    print(f"{'':<26}{'seconds':>9}{'of processors':>16}")
    is_fine = True
    for name, target in runs:
        seconds, used, said, has_passed = timed(target)
        is_kept = target != "test" or seconds <= MOST_SECONDS
        is_fine &= has_passed and is_kept
        print(f"{name:<26}{seconds:>9.0f}{used:>16.0f}  {said}{'' if is_kept else f' (more than {MOST_SECONDS} s)'}")
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(main())
