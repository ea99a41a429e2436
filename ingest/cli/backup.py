"""The commands ``backup`` and ``restore``."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from common.layout import published_folder
from ingest.cli.output import Add, print_json
from ingest.errors import counted
from ingest.files import shown_path, warehouse_path

if TYPE_CHECKING:
    from ingest.warehouse.backup import Manifest


BACKUP = """\
Write one archive of the warehouse and of what is published (ON_RECORD_PUBLISHED, default: published in the project),
with the SHA-256 and the rows of each file. Recorded days that can be built again from what was loaded are left out, and
counted. Nobody can load or build meanwhile; where somebody does, it says
so and writes nothing. FILE must be new, and appears only when it is whole.

A backup holds restricted figures, since the warehouse does: the file can be read by its owner alone (mode 0600).
Keep it where nobody else can read it, and encrypt it before it leaves this machine."""
RESTORE = """\
Put a backup back in place of the warehouse and the publications. First all of it is proved: the archive is whole,
every file has its SHA-256 and holds its rows and nothing that is not ours; otherwise nothing is changed. Rows are
copied into new files, so nothing in a backup runs. Of the warehouse what was loaded comes back; `make build` works out
the rest. What is newer than the backup is
kept, and the backup refused, unless --force (FORCE=1) says to lose it.

A backup shows the figures as they stood then, such as one that was restricted only later: run `make build`
afterwards, which loads the record as it is now."""
BACKUP_EXAMPLES = ("on-record backup backups/monday.tar.gz", "make backup")
RESTORE_EXAMPLES = (
    "on-record restore backups/monday.tar.gz --dry-run",
    "on-record restore backups/monday.tar.gz",
    "make restore FILE=backups/monday.tar.gz FORCE=1",
)


def register(add: Add) -> None:
    """Add both commands to the command line."""
    backup = add("backup", "write the warehouse and what is published into one file", BACKUP, False, BACKUP_EXAMPLES)
    backup.add_argument("file", metavar="FILE", help="the new file, such as backups/monday.tar.gz")
    backup.set_defaults(run=_backup)
    restore = add("restore", "put a backup back", RESTORE, False, RESTORE_EXAMPLES)
    restore.add_argument("file", metavar="FILE", help="a backup")
    restore.add_argument("--force", action="store_true", help="also where that loses what is newer")
    restore.add_argument("--dry-run", action="store_true", help="prove the backup and change nothing")
    restore.set_defaults(run=_restore)


def _backup(chosen: argparse.Namespace) -> int:
    # Here, so that the other commands start without DuckDB.
    from ingest.warehouse.backup import write_backup  # noqa: PLC0415

    file = Path(chosen.file)
    manifest = write_backup(file, warehouse_path(), published_folder())
    _tell(chosen.json, manifest, f"{shown_path(file)} ({file.stat().st_size / 1e6:,.1f} MB) holds", {})
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    from ingest.warehouse.restore import restore_backup  # noqa: PLC0415

    done = restore_backup(Path(chosen.file), warehouse_path(), published_folder(), chosen.force, chosen.dry_run)
    words = f"{chosen.file} is whole and holds" if chosen.dry_run else "Restored"
    _tell(chosen.json, done.manifest, words, {"newer": done.newer, "is_written": not chosen.dry_run})
    if not chosen.json and not chosen.dry_run:
        print("Run `make build` to load the record as it is now.")
    return 0


def _tell(as_json: bool, manifest: "Manifest", words: str, more: dict[str, object]) -> None:
    if as_json:
        print_json(asdict(manifest) | more)
        return
    for each in manifest.left_out:
        print(f"Left out, since no restore would take it: {each}", file=sys.stderr)
    if manifest.days_left_out:
        days = counted(manifest.days_left_out, "recorded day")
        print(f"Left out: {days}, which `make history` builds again from what was loaded.")
    warehouse = next(each for each in manifest.files if each.path == "warehouse.duckdb")
    figures = counted(warehouse.rows.get("raw.figures", 0), "figure")
    published = counted(len(manifest.files) - 1, "publication")
    print(f"{words} the warehouse as loaded at {manifest.loaded_at} UTC ({figures}) and {published}.")
    if manifest.restricted_count:
        kept_back = counted(manifest.restricted_count, "figure")
        print(f"{kept_back} of the warehouse must not be shown, or not so exactly: nobody else may read this.")
