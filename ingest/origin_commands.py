"""``datasets`` and ``fetch``: which published data sets can be read, what of them is loaded, and getting one."""

import argparse

DATASETS = """\
List every data set there is a reader for: its producer, licence, versions, and what of it is in the warehouse."""
FETCH = """\
Download one release of a data set into the cache, on your request; no other command makes a network request. Its
size and SHA-256 are checked where they are known, a broken download is taken up again where it stopped, and an origin
record (origin.json: address, time, hash, licence, citation) is kept beside the file. The same version with other
bytes is refused, and the bytes fetched before stay."""
EXAMPLES = {
    "datasets": ("python -m ingest datasets", "python -m ingest datasets --json"),
    "fetch": (
        "python -m ingest fetch daily_series_gaza",
        "ON_RECORD_CACHE=/tmp/cache python -m ingest fetch daily_series_gaza --version 2026-08-22 --json",
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
    return command


def run(chosen: argparse.Namespace) -> int:
    """Run the command chosen and return its exit code."""
    # Here, so that check and verify start without an HTTP client and a table printer.
    from ingest import origin_actions  # noqa: PLC0415

    if chosen.command == "datasets":
        return origin_actions.datasets(chosen.json)
    return origin_actions.fetch_dataset(chosen.dataset, chosen.version, chosen.json)
