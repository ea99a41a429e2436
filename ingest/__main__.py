"""The command line: ``on-record COMMAND``."""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial

from common.layout import published_folder
from ingest.cli import backup, build, check_verify_load, datasets, engines, retract
from ingest.cli.coding import compare, edit, new, review
from ingest.errors import CannotRunError
from ingest.files import warehouse_path
from ingest.work_folders import remove_dead, usual_places

CANNOT_RUN, INTERRUPTED = 2, 130
# Commands that first remove what killed ones left; unpublish does so itself, and says what it was.
CLEARING = frozenset({"load", "build", "backup", "restore", "recorded"})
# Modules that add commands of their own: register(add) says how each looks and sets the function that runs it.
FURTHER = (build, new, edit, retract, compare, review, backup, engines)

EPILOG = """\
A FOLDER is an episode of the record, such as figures/aleppo-2024: documents.csv and figures.csv. Its name is the
episode_id and stands in seeds/episodes.csv. Without FOLDER, every folder under figures/ is read.

exit codes:
  0  fine
  1  problems in the record: one a line on stdout, as FILE:LINE:COLUMN FIELD: MESSAGE
  2  it could not run: a wrong option, a folder missing, the warehouse locked or unreadable

environment:
  ON_RECORD_WAREHOUSE  the DuckDB file that load writes (default: warehouse.duckdb in the project)
  ON_RECORD_PUBLISHED  the folder of publications (default: published in the project)
"""
CHECK = """\
Read the record and report every problem at once, each with file, line and column: encoding, header, the shape of
the lines, every cell, closed lists, and the rules across cells, rows and files; so of the lookups in seeds/ and of the
lexicons. A warning (two tolls of one place and day, one of them without its incident_id) is for a person to look at,
and no problem. The warehouse is not touched.

With --against, a commit: also what a pull request must not do beside it. No figure leaves the record or gets another
document, no text gets the id of another one, no change goes without a word in the note, nothing restricted becomes
public, and nothing becomes validated whose document was not read twice."""
VERIFY = """\
Prove each figure against its text: the file has the SHA-256 of documents.csv, the paragraph holds the phrase, and
the number read from the phrase, in the language of its document, is the coded hedge and value. Where a language has no
lexicon the number is not judged, and that is counted apart. Drafts, withdrawn and restricted figures included."""
LOAD = """\
Check, then load in one transaction into the schema raw (documents, figures, loads). Nothing is touched where
anything is wrong, and an interrupted load leaves the warehouse as it was. A figure with equal content is left alone;
one that left its file stays, withdrawn, with --reason in its note; what a load replaces is kept. Prints how many were
added, changed, unchanged and withdrawn. Where more than a tenth of an episode's figures or documents left, or its whole
folder, --reason must say why: else nothing is loaded.

With --history, for a warehouse that holds no load yet: every state that git has of the record is loaded first, oldest
first, each at the time of its commit. A state that today's checks refuse is skipped and said.

Where the first argument is a data set (a reader of ingest/datasets/readers), the files after it are loaded as one
release of it: in bulk, judged by the rules of the record, every line loaded or rejected with its reason
(raw.rejects)."""
RECORDED = """\
List the days (UTC) on which a load changed something, and how the publication of each day as it ended stands, in
published/recorded: published, missing, of another version, or pruned. A build keeps the last 30 such days, the last
one of each month and those that are pinned; the others are pruned, and can be built again at any time. `make history`
builds what is missing, newest first; `make history DAY=YYYY-MM-DD` pins a day and builds it."""
EXAMPLES = {
    "check": (
        "on-record check",
        "on-record check figures/aleppo-2024 --json",
        "on-record check --against origin/main",
    ),
    "verify": ("on-record verify --documents ../documents", "on-record verify --documents texts --json"),
    "load": (
        "on-record load",
        "on-record load ucdp_ged ged251-csv.zip --version 25.1",
        "on-record load --reason 'Counted twice: it is aleppo-2024-001-05'",
        "ON_RECORD_WAREHOUSE=/tmp/try.duckdb on-record load --history figures/aleppo-2024",
    ),
    "recorded": (
        "on-record recorded",
        "on-record recorded --missing --json",
        "on-record recorded --pin 2026-11-21",
        "on-record recorded --unpin 2026-11-21",
    ),
}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line, with its help."""
    top = argparse.ArgumentParser(
        prog="on-record",
        description="Check the record, prove it against the texts, and load it into the warehouse.",
        epilog=_examples([examples[0] for examples in EXAMPLES.values()]) + "\n" + EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check = _add(subparsers, "check", "report every problem of the record", CHECK)
    check.add_argument("--against", metavar="REF", help="also what a pull request must not do beside REF")
    verify = _add(subparsers, "verify", "prove every figure against its text", VERIFY)
    verify.add_argument("--documents", required=True, metavar="DIR", help="the folder with the texts, by file_name")
    load = _add(subparsers, "load", "load the record or a data set into the warehouse", LOAD)
    load.set_defaults(run=_load)
    load.add_argument("--history", action="store_true", help="load the record's past from git first")
    load.add_argument("--reason", default="", metavar="TEXT", help="why rows left the record, for their note")
    datasets.add_options(load)
    recorded = _add(subparsers, "recorded", "list the days on which something was loaded", RECORDED, has_folders=False)
    recorded.set_defaults(run=_recorded)
    missing = "only days before the last one that should have a publication and have none, newest first"
    recorded.add_argument("--missing", action="store_true", help=missing)
    recorded.add_argument("--copy-to", metavar="FILE", help="also copy what was loaded into a new warehouse FILE")
    for name, text in (("--pin", "keep the publication of DAY for good"), ("--unpin", "let a build remove it again")):
        recorded.add_argument(name, metavar="DAY", action="append", default=[], help=text)
    for module in FURTHER:
        module.register(partial(_add, subparsers))
    datasets.add_commands(subparsers)
    return top


def _add(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    short: str,
    description: str,
    has_folders: bool = True,
    examples: Sequence[str] = (),
) -> argparse.ArgumentParser:
    command = subparsers.add_parser(
        name,
        help=short,
        description=description,
        epilog=_examples(examples or EXAMPLES[name]) + "\n" + EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if has_folders:
        command.add_argument(
            "folders", nargs="*", metavar="FOLDER", help="episode folders (default: all under figures/)"
        )
    command.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    return command


def _examples(commands_shown: Sequence[str]) -> str:
    return "examples:\n" + "".join(f"  {command}\n" for command in commands_shown)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    chosen = parser().parse_args(arguments)
    # A path may hold bytes that are no text; a message about it is still printed.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        return _run(chosen)
    except CannotRunError as reason:
        print(reason, file=sys.stderr)
        return CANNOT_RUN
    except KeyboardInterrupt:
        print("Interrupted; the warehouse is as it was.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) went away: nothing is left to say, and Python must not say so at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return check_verify_load.PROBLEMS


def _run(chosen: argparse.Namespace) -> int:
    if chosen.command in CLEARING:
        remove_dead(usual_places(warehouse_path(), published_folder()))
    if "run" in chosen:
        return int(chosen.run(chosen))
    if chosen.command == "verify":
        return check_verify_load.verify(chosen.folders, chosen.documents, chosen.json)
    return check_verify_load.check(chosen.folders, chosen.json, chosen.against)


def _load(chosen: argparse.Namespace) -> int:
    if datasets.is_meant(chosen):
        return datasets.load(chosen)
    if not chosen.history:
        return check_verify_load.load(chosen.folders, chosen.json, chosen.reason)
    # Here, so that the other commands start without pandas.
    from ingest.cli import history  # noqa: PLC0415

    return history.load_with_history(chosen.folders, chosen.json, chosen.reason)


def _recorded(chosen: argparse.Namespace) -> int:
    from ingest.cli import history  # noqa: PLC0415

    options = history.RecordedOptions(chosen.missing, chosen.copy_to, chosen.pin, chosen.unpin)
    return history.recorded(options, chosen.json)


if __name__ == "__main__":
    sys.exit(main())
