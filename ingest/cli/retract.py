"""The command ``unpublish``."""

import argparse
import sys
from dataclasses import asdict

from common.layout import published_folder
from ingest.cli.check_verify_load import FINE, PROBLEMS
from ingest.cli.output import Add, print_json
from ingest.curation.check import read_record
from ingest.files import episode_folders, warehouse_path

UNPUBLISH = """\
Take every publication out of service, at once, that holds a figure restricted now: in the record as its files say, or
as it was last loaded, or in a row of a data set that figures/restricted_rows.csv names. The newest ones and those of
recorded days are removed, and those that cannot be read, since nobody could say what they hold. Readers get the newest
publication that stays, or are told that nothing is published; who is reading a file that goes is answered to the end.
Nothing is built or loaded, so it takes seconds. A build that is under way does not publish what it read before:
word is left beside what is published, and no build publishes until the restriction is loaded.

Then run `make build`, and `make history` for the recorded days: they come back without the figure. Backups, and what
readers took with them, still hold it."""
EXAMPLES = (
    "on-record unpublish --dry-run",
    'on-record amend aleppo-2024-000-02 visibility=restricted --reason "To protect a witness."',
    "on-record unpublish",
)


def register(add: Add) -> None:
    """Add the command to the command line."""
    command = add("unpublish", "take out at once what is restricted and still published", UNPUBLISH, True, EXAMPLES)
    command.add_argument("--dry-run", action="store_true", help="name the files and remove nothing")
    command.set_defaults(run=_unpublish)


def _unpublish(chosen: argparse.Namespace) -> int:
    # Here, so that the other commands start without DuckDB.
    from ingest.datasets.restricted_rows import read_restricted_rows  # noqa: PLC0415
    from ingest.warehouse.retract import retract_publications  # noqa: PLC0415

    # Problems of the record do not matter: what must not be seen must not wait for them.
    record, _ = read_record(episode_folders(chosen.folders))
    rows = read_restricted_rows().rows
    names = ("dataset_id", "row_key", "place_name")
    kept_back = [(dataset, key, place) for dataset, key, place in ([row.text(n) or "" for n in names] for row in rows)]
    done = retract_publications(
        record, warehouse_path(), published_folder(), kept_back=kept_back, is_dry_run=chosen.dry_run
    )
    if chosen.json:
        is_written = bool(done.removed or done.left_by_killed) and not chosen.dry_run
        print_json(asdict(done) | {"is_written": is_written})
        return FINE
    if done.left_by_killed:
        taken = "Would be removed" if chosen.dry_run else "Removed"
        print(f"{taken}, with copies of the warehouse that killed commands left: {', '.join(done.left_by_killed)}")
    if not done.removed:
        print("No publication holds a figure that is restricted now.")
    else:
        print(f"{'Would be taken' if chosen.dry_run else 'Taken'} out: {', '.join(done.removed)}")
        served = f"Readers get {done.newest}" if done.newest else "Nothing is published"
        print(f"{served} until `make build` is through; `make history` builds recorded days again.")
    if done.is_held:
        print("The warehouse is in use: what is being built from it is not published. Load and build when that ended.")
    if done.has_unloaded_rows:
        print("Rows of data sets are kept back from when their data set is loaded again: on-record load DATASET FILE.")
    if done.is_half:
        print(
            "Rows of data sets (figures/restricted_rows.csv) are looked up in the warehouse, which is in use, and were "
            "NOT taken out: run this again once that has ended.",
            file=sys.stderr,
        )
    return PROBLEMS if done.is_half else FINE
