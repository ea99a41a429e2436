"""How fast figures are loaded and built, beside what a data desk would use instead, in one run.

Steps (--steps, all by default):
  load   a file of UCDP GED's form loaded and validated, beside a bare read of it into a DuckDB table, and beside
         pydantic models row by row
  build  dbt build as `make build` runs it, the models alone, and the peers' tables alone, beside the same facts and
         ranges in pandas, polars and SQLite, each given figures that are read and placed already; the answers must be
         the same in every column but implied_low and implied_high, which the peers do not work out
  scale  the cost of a figure among N beside that among N/10, and the peak memory
  add    a build after one more document of 40 figures beside a full build; the results must be the same
  dataset  the same after a small data set was loaded beside those figures of others

Figures are made by repeating the samples of UCDP GED and UNHCR beside the real record (but for load), or rows of
an extract of GED (load), with ids and days of their own. Times are medians, memory is the most of any run,
steps take turns so that a busy moment hits all of them. dbt's parsed project is there before the clock starts, as it is
after the first `make build`. Exit code 1 where a bound is not met or an answer differs.

Examples:
  python bench/load.py                                   a million figures, three runs
  python bench/load.py --figures 20000 --steps build     quickly
  python bench/load.py --figures 10000000 --steps scale,add --runs 1

"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import load_builds, load_file  # noqa: E402
from bench.measured import Line, as_json, machine, table  # noqa: E402
from bench.two_commands import commit  # noqa: E402

STEPS = ("load", "build", "scale", "add", "dataset")


def steps(text: str) -> list[str]:
    """Read a comma list of steps; ArgumentTypeError where one is unknown."""
    chosen = text.split(",")
    if unknown := [name for name in chosen if name not in STEPS]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: the steps are {', '.join(STEPS)}")
    return [name for name in STEPS if name in chosen]


def measured(step: str, chosen: argparse.Namespace) -> list[Line]:
    """Run one step."""
    print(f"{step} …", file=sys.stderr)
    if step == "load":
        return load_file.load(chosen.figures, chosen.runs, chosen.ged)
    work = {
        "build": load_builds.build,
        "scale": load_builds.scale,
        "add": load_builds.add,
        "dataset": load_builds.dataset,
    }
    return work[step](chosen.figures, chosen.runs)


def options() -> argparse.ArgumentParser:
    """Return the options."""
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("--figures", type=int, default=1_000_000, help="figures; default 1,000,000")
    found.add_argument("--runs", type=int, default=3, help="runs of each, of which the median is told; default 3")
    found.add_argument("--steps", type=steps, default=list(STEPS), help=f"default {','.join(STEPS)}")
    found.add_argument("--ged", type=Path, metavar="FILE", help="an extract of UCDP GED; default: that of samples/")
    found.add_argument("--json", action="store_true", help="for a program")
    return found


def main() -> int:
    """Measure and print."""
    chosen = options().parse_args()
    told = f"{machine(commit())}; medians of {chosen.runs}"
    lines = [line for step in chosen.steps for line in measured(step, chosen)]
    if {"build", "scale", "add", "dataset"} & set(chosen.steps):
        told += f"\n{load_builds.described_build(load_builds.original())}"
    print(as_json(told, lines) if chosen.json else f"{told}\n\n{table(lines)}")
    return 0 if all(line.is_fine for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
