"""``load DATASET FILE…``: its options, and what it prints."""

import argparse
import re
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.cli.output import print_json
from ingest.datasets.registry.entries import reader_ids
from ingest.datasets.registry.reader import read_reader
from ingest.errors import CannotRunError, counted, quoted
from ingest.files import shown_path, warehouse_path
from ingest.text_checks.days import OUTSIDE, is_possible

if TYPE_CHECKING:
    from ingest.datasets.load import DatasetResult

FINE, PROBLEMS = 0, 1
MOST_REJECTS = "1%"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of a data set to the command ``load``."""
    group = command.add_argument_group("of a data set (load DATASET FILE…)")
    group.add_argument("--version", metavar="V", help="which release the files are (default: what their bytes prove)")
    group.add_argument(
        "--published-on", metavar="DAY", help="when that release was published, where its .yml does not say"
    )
    group.add_argument(
        "--max-rejects",
        metavar="N",
        help=f"load if at most this many rows are rejected: a share (1%%) or a number (default: {MOST_REJECTS}%)",
    )


def is_meant(chosen: argparse.Namespace) -> bool:
    """Whether ``load`` names a data set; CannotRunError where its options are given to the record."""
    named = chosen.folders[0] if chosen.folders else ""
    if named in reader_ids():
        return True
    for option in ("version", "published_on", "max_rejects"):
        if getattr(chosen, option) is not None:
            ids = ", ".join(reader_ids())
            raise CannotRunError(f"--{option.replace('_', '-')} is of a data set: load DATASET FILE… ({ids}).")
    return False


def load(chosen: argparse.Namespace) -> int:
    """Load a release and print what became of every line."""
    reader = read_reader(chosen.folders[0])
    files = [Path(name) for name in chosen.folders[1:]]
    if not files:
        raise CannotRunError(f"Name the file: on-record load {reader.dataset_id} FILE")
    for path in files:
        if not path.exists():
            raise CannotRunError(f"{shown_path(path)} does not exist.")
        if path.with_name(path.name + ".json").exists() and path.suffix == ".part":
            raise CannotRunError(f"{shown_path(path)} is the beginning of a download: fetch it to its end first.")
    # Here, so that every other command starts without DuckDB.
    from ingest.datasets.load import load_release  # noqa: PLC0415
    from ingest.datasets.which_release import version_of  # noqa: PLC0415

    published_on = _day(chosen.published_on)
    release = reader.release(version_of(reader, files) if chosen.version is None else chosen.version, published_on)
    result = load_release(
        reader, release, files, warehouse_path(), chosen.max_rejects or reader.text("max_rejects") or MOST_REJECTS
    )
    if chosen.json:
        changes = result.release_changes
        print_json(asdict(result) | {"against_the_one_before": changes.sentence if changes else None})
    else:
        _print(result)
    return PROBLEMS if result.refusal else FINE


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text if DAY.fullmatch(text) else "")
    except ValueError:
        raise CannotRunError(f"--published-on is a day written YYYY-MM-DD, not {quoted(text)}.") from None
    if day > datetime.now(UTC).date():
        raise CannotRunError(f"--published-on says {text}, which is yet to come.")
    if not is_possible(day):
        raise CannotRunError(f"--published-on: {text} {OUTSIDE}.")
    return day


def _print(result: "DatasetResult") -> None:
    name = f"{result.dataset_id} {result.version}"
    for remark in result.remarks:
        print(remark)
    if result.is_unchanged:
        print(f"{name} is loaded already: nothing to do")
        return
    for problem in result.problems:
        print(problem)
    for reject in result.rejects:
        print(reject)
    for reason, count in result.reasons:
        print(f"  {count:,} × {reason}")
    sys.stdout.flush()
    if result.refusal:
        print(f"{name}: {result.refusal}; nothing was loaded", file=sys.stderr)
    else:
        print(f"{name}: {_described(result.counts)}")
        if result.release_changes:
            print(result.release_changes.sentence)


def _described(counts: dict[str, int]) -> str:
    described = [
        f"{counted(counts['lines'], 'line')} read",
        f"{counted(counts['loaded_rows'], 'row')} loaded ({counts['rows_without_figures']:,} without a figure)",
        f"{counts['rejected_rows']:,} rejected",
        f"{counted(counts['figures'], 'figure')} ({counts['flagged_figures']:,} contradict themselves)",
    ]
    if counts["corrections"]:
        described.append(f"{counted(counts['corrections'], 'correction')} applied")
    return ", ".join(described)


# ``datasets`` and ``fetch``: which published data sets can be read, what of them is loaded, and getting one.

DATASETS = """\
List every data set there is a reader for: its producer, licence, versions, and what of it is in the warehouse."""
FETCH = """\
Download one release of a data set into the cache, on your request; no other command makes a network request. Its
size and SHA-256 are checked where they are known, a broken download is taken up again where it stopped, and an origin
record (origin.json: address, time, hash, licence, citation) is kept beside the file. The same version with other
bytes is refused, and the bytes fetched before stay."""
EXAMPLES = {
    "datasets": ("on-record datasets", "on-record datasets --json"),
    "fetch": (
        "on-record fetch daily_series_gaza",
        "ON_RECORD_CACHE=/tmp/cache on-record fetch daily_series_gaza --version 2026-08-22 --json",
    ),
}
EPILOG = """\
exit codes:
  0  fine
  1  the bytes are not those of this version: another size or hash, or changed since they were fetched
  2  it could not run: no such data set or version, no network, no room, the warehouse locked or unreadable

environment:
  ON_RECORD_CACHE      the folder of downloads, one folder a data set and version (default: ~/.cache/on-record)
  ON_RECORD_WAREHOUSE  the DuckDB file whose loads datasets shows (default: warehouse.duckdb in the project)
"""


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both commands to the command line."""
    _add(subparsers, "datasets", "list the data sets that can be read and what of them is loaded", DATASETS)
    command = _add(subparsers, "fetch", "download a release of a data set into the cache", FETCH)
    command.add_argument("dataset", metavar="DATASET", help="its id, as datasets lists it")
    command.add_argument("--version", metavar="V", help="the release (default: the one its reader was written for)")


def _add(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, short: str, description: str
) -> argparse.ArgumentParser:
    command = subparsers.add_parser(
        name,
        help=short,
        description=description,
        epilog="examples:\n" + "".join(f"  {example}\n" for example in EXAMPLES[name]) + "\n" + EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    command.set_defaults(run=run)
    return command


def run(chosen: argparse.Namespace) -> int:
    """Run the command chosen and return its exit code."""
    # Here, so that check and verify start without an HTTP client and a table printer.
    from ingest.cli import dataset_actions  # noqa: PLC0415

    if chosen.command == "datasets":
        return dataset_actions.datasets(chosen.json)
    return dataset_actions.fetch_dataset(chosen.dataset, chosen.version, chosen.json)
