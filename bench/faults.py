"""Try the faults a machine can have, and count: kills, full disks, damage, bad rows, phrases, many readers.

The trials are those of tests/faults, where a short form runs with the tests; here they run as long as is asked.

Examples:
  python bench/faults.py                       500 kills, 10,000 bad rows, 100 publications
  python bench/faults.py --only kills --kills 50 --seed 7
  python bench/faults.py --only rows phrases --json

Ends with 1 where anything came out otherwise than promised (docs/decisions/0014-faults.md).

"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench"), str(ROOT / "tests"), str(ROOT / "tests" / "faults")]

import disk_trials  # noqa: E402
import fault_trials  # noqa: E402
import fetch_trials  # noqa: E402
import good_trials  # noqa: E402
import hypothesis  # noqa: E402
import kill_trials  # noqa: E402
import phrase_trials  # noqa: E402
import readers  # noqa: E402
import row_trials  # noqa: E402
from away_trials import AwayTrials  # noqa: E402
from fault_tools import can_mount  # noqa: E402
from past_trials import PastTrials  # noqa: E402
from stage import Durations, Stage, TrialFailedError  # noqa: E402
from two_commands import commit  # noqa: E402

CROWD = {"served": [20, 20], "plain": [5, 5]}
Found = list[tuple[str, int]]


def tell_progress(said: str) -> None:
    """Say on stderr how far it is: five hundred kills take an hour or two."""
    print(f"{time.strftime('%H:%M:%S')} {said}", file=sys.stderr, flush=True)


def kills(folder: Path, chosen: argparse.Namespace) -> Found:
    """SIGKILL, so many times."""
    with Stage(folder) as stage:
        result = kill_trials.KillTrials(stage, chosen.seed).run(chosen.kills, 25, tell_progress)
    found = [(f"kill {kind} at {aim}: {said}", count) for (kind, aim, said), count in sorted(result.counts.items())]
    found += [(f"meanwhile readers' {name}", count) for name, count in result.reading.counts.items()]
    return [*found, ("load and build afterwards", result.builds_after)]


def faults(folder: Path, chosen: argparse.Namespace) -> Found:
    """Disks, folders, damage, clock, locks, two at once."""
    found: Found = []
    with Stage(folder) as stage:
        trials = fault_trials.FaultTrials(stage, chosen.seed)
        away = AwayTrials(stage, lambda what, sight: {}, Durations())
        past = PastTrials(stage, random.Random(chosen.seed), Durations())  # noqa: S311
        each: dict[str, Callable[[], Counter[str]]] = {
            "quota": lambda: trials.full_disk_by_limit(8),
            "folder without right": trials.read_only_folders,
            "damaged warehouse": lambda: trials.damaged_warehouse(300, 10),
            "damaged publication": lambda: trials.damaged_publication(300),
            "clock set back": trials.clock_set_back,
            "backup without right": away.read_only_folders,
            "backup with a clock set back": away.clock_set_back,
            "past and fetch without right": past.read_only_folders,
            "past with a clock set back": past.clock_set_back,
            "held by a shell": trials.held_by_a_shell,
            "two loads": lambda: trials.two_at_once("load", "load"),
            "build and load": lambda: trials.two_at_once("build", "load"),
            "two builds": lambda: trials.two_at_once("build", "build"),
        }
        if can_mount():
            each["full disk"] = lambda: trials.full_disk_by_mount((1, 2, 4, 6, 8, 10, 12, 16, 20, 24))
        else:
            found.append(("full disk by mount: left out, a disk in memory cannot be mounted here", 0))
        for name, trial in each.items():
            found += [(f"{name}: {said}", count) for said, count in sorted(trial().items())]
    return found


def fetches(folder: Path, chosen: argparse.Namespace) -> Found:
    """SIGKILL of fetches, a fifth as many as of loads and builds."""
    with Stage(folder) as stage:
        return sorted(fetch_trials.FetchTrials(stage, chosen.seed).run(max(6, chosen.kills // 5)).items())


def disks(folder: Path, chosen: argparse.Namespace) -> Found:
    """A disk that fills before and during builds of the real record."""
    if not can_mount():
        return [("left out: a disk in memory cannot be mounted here", 0)]
    with Stage(folder) as stage:
        return sorted(disk_trials.DiskTrials(stage, chosen.seed).run(20).items())


def rows(folder: Path, chosen: argparse.Namespace) -> Found:
    """Bad rows and good variants."""
    counts: Counter[str] = Counter()
    quiet = hypothesis.settings(
        deadline=None, phases=[hypothesis.Phase.generate], suppress_health_check=list(hypothesis.HealthCheck),
        database=None, max_examples=max(1, chosen.rows // 400 + 1),
    )  # fmt: skip

    @hypothesis.seed(chosen.seed)
    @quiet
    @hypothesis.given(row_trials.spoilt_files(400))
    def refuse(pairs: row_trials.Pairs) -> None:
        counts.update(row_trials.judge(folder, pairs))

    good = 0

    @hypothesis.seed(chosen.seed)
    @hypothesis.settings(quiet, max_examples=max(1, chosen.rows // 10))
    @hypothesis.given(good_trials.good_files())
    def accept(content: good_trials.Content) -> None:
        nonlocal good
        good_trials.accept(folder, content)
        good += 1

    refuse()
    accept()
    total = sum(counts.values())
    return [*((f"bad row refused: {how}", count) for how, count in sorted(counts.items())),
            ("bad rows refused at their line", total), ("good variants accepted", good)]  # fmt: skip


def phrases(folder: Path, chosen: argparse.Namespace) -> Found:
    """Phrases proved, and refused with one digit changed."""
    rng, counts = random.Random(chosen.seed), Counter[str]()  # noqa: S311
    while sum(counts.values()) < chosen.rows:
        counts += phrase_trials.judge(folder, rng, 400)
    total = sum(counts.values())
    return [
        ("phrases proved", total),
        ("phrases refused with one digit changed", total),
        ("ways of writing", len(counts)),
    ]


def crowd(folder: Path, chosen: argparse.Namespace) -> Found:
    """Fifty readers through many publications."""
    result = readers.many_publications(folder, chosen.publications, CROWD, rest=0.3)
    found = [("publications", chosen.publications), ("readers", sum(map(sum, CROWD.values())))]
    return [*found, ("publications one process saw", result.publications), *result.counts.items()]


PARTS: dict[str, Callable[[Path, argparse.Namespace], Found]] = {
    "kills": kills, "fetches": fetches, "disks": disks, "faults": faults, "rows": rows, "phrases": phrases,
    "readers": crowd,
}  # fmt: skip


def tried(name: str, chosen: argparse.Namespace) -> dict[str, Any]:
    """Run one part in a folder of its own; what failed is told with what was promised."""
    started = time.monotonic()
    told: dict[str, Any] = {"part": name, "failed": None, "counts": {}}
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        try:
            told["counts"] = dict(PARTS[name](Path(place), chosen))
        except TrialFailedError as reason:
            told["failed"] = str(reason)
    return told | {"seconds": round(time.monotonic() - started)}


def main() -> int:
    """Run the parts asked for and print their counts."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="these parts (default: all)")
    options.add_argument("--kills", type=int, default=500)
    options.add_argument("--rows", type=int, default=10_000, help="bad rows, phrases; a tenth as many good variants")
    options.add_argument("--publications", type=int, default=100)
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    options.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    chosen = options.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, commit {commit()}"
    if not chosen.json:
        print(f"{machine}, seed {chosen.seed}")
    results = []
    for name in chosen.only:
        results.append(tried(name, chosen))
        if not chosen.json:
            show(results[-1])
    if chosen.json:
        print(json.dumps({"machine": machine, "seed": chosen.seed, "parts": results}, indent=2))
    return 1 if any(result["failed"] for result in results) else 0


def show(result: dict[str, Any]) -> None:
    """Print one part as lines of a table."""
    print(f"\n{result['part']} ({result['seconds']} s)", flush=True)
    for what, count in result["counts"].items():
        print(f"  {count:>9,}  {what}")
    if result["failed"]:
        print(f"  FAILED: {result['failed']}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
