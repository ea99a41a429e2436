"""The command line of the desk: ``on-record read`` and ``on-record desk``."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from ingest.errors import CannotRunError

PROBLEMS, CANNOT_RUN, INTERRUPTED = 1, 2, 130
READ = """\
Take the text out of FILE (a saved web page, a PDF, plain text), say what it tells of itself (title, publisher, wire,
language, day of publication) and what in it may be a figure of the record. Nothing is fetched, and without --episode
nothing is written: --json prints the proposals. With --episode the text is shown, and once you have said that it is
the text, it is kept in --documents, outside the project, and its row is added to documents.csv. A text that is in the
record already is refused; one that mostly repeats another is warned of."""
READ_EXAMPLES = """\
examples:
  on-record read report.html --json
  on-record read report.pdf --episode aleppo-2024 --documents ../texts --published 2024-11-30

exit codes:
  0  fine
  1  the record would have problems: one a line, and nothing was written
  2  it could not run; one sentence on stderr says why
"""


DESK = """\
Serve the coder's desk of an episode at 127.0.0.1 until Ctrl+C, for the documents that `read` took in. What is accepted
is written to figures.csv at once, as a draft, after `check` and `verify` have nothing against it; what was decided and
read is kept in a worksheet beside the text. With --second the rows go to second/figures.csv, and the first reading is
never opened. The page can be reached from this machine alone, with the token in the address that is printed."""
DESK_EXAMPLES = """\
examples:
  on-record desk --episode aleppo-2024 --documents ../texts
  on-record desk --episode aleppo-2024 --documents ../texts --second

environment:
  ON_RECORD_FINDER  a program that may be asked for more phrases (JSON in and out); the page says so before it is
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line, with its help."""
    top = argparse.ArgumentParser(prog="on-record", description="Code a document: from its text to figures.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    read = commands.add_parser(
        "read",
        help="take the text out of a file and find what may be a figure",
        description=READ,
        epilog=READ_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    read.add_argument("file", metavar="FILE", help="a saved page (.html), a .pdf or a .txt in UTF-8")
    read.add_argument("--episode", metavar="E", help="the episode to take it into: its id, or its folder")
    read.add_argument("--documents", metavar="DIR", help="the folder for texts, outside the project")
    read.add_argument("--json", action="store_true", help="print one JSON object with the proposals; write nothing")
    read.add_argument("--yes", action="store_true", help="say without being asked that this is the text")
    for name, what in (
        ("title", "its title, where the file does not tell it"),
        ("publisher", "who printed it: not who states the figures"),
        ("agency", "the wire whose report it prints"),
        ("language", "its language, by two letters"),
        ("published", "the day it was published, YYYY-MM-DD, as the text or its page states it"),
        ("url", "its address, for documents.csv; nothing is fetched from it"),
    ):
        read.add_argument(f"--{name}", metavar=name.upper(), help=what)
    desk = commands.add_parser(
        "desk",
        help="code the documents of an episode on a page of this machine",
        description=DESK,
        epilog=DESK_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    desk.add_argument("--episode", metavar="E", required=True, help="the episode: its id, or its folder")
    desk.add_argument(
        "--documents", metavar="DIR", required=True, help="the folder with the texts, outside the project"
    )
    desk.add_argument("--second", action="store_true", help="a second reading, which never opens the first")
    aid = desk.add_mutually_exclusive_group()
    aid.add_argument("--aided", action="store_true", help="show proposals (the default of a first reading)")
    aid.add_argument("--unaided", action="store_true", help="show none before all is read (the default of a second)")
    desk.add_argument("--port", type=int, default=0, metavar="N", help="the port at 127.0.0.1 (default: a free one)")
    return top


def main(arguments: Sequence[str] | None = None, tell: Callable[[Any, str], str] | None = None) -> int:
    """Run one command and return its exit code.

    ``tell`` puts the range of a figure's scope into words, given a cursor over the models and the figure's id.
    """
    chosen = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        return _run(chosen, tell)
    except CannotRunError as reason:
        print(reason, file=sys.stderr)
        return CANNOT_RUN
    except KeyboardInterrupt:
        print("Interrupted; what was accepted is kept.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) went away: nothing is left to say, and Python must not say so at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PROBLEMS


def _run(chosen: argparse.Namespace, tell: Callable[[Any, str], str] | None) -> int:
    # Here, so that the help of on-record costs no library, and a text is read without a server.
    if chosen.command == "desk":
        from desk.cli import desk  # noqa: PLC0415

        return desk.serve(chosen, tell)
    from desk.cli import read  # noqa: PLC0415

    return read.read(chosen)


if __name__ == "__main__":
    sys.exit(main())
