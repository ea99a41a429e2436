"""``on-record COMMAND``: hand the command to the program it belongs to; --help lists those of all."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from common.layout import ROOT, is_project

# What each does, in the order of a first use.
PROGRAMS = {
    "ingest": "Load and keep the record",
    "desk": "Code a document",
    "dashboard": "Show and ask what is published",
}
CANNOT_RUN = 2
NO_PROJECT = (
    "{folder} is no checkout of On Record, whose record, seeds and models a command needs: go to one, or name it in "
    "ON_RECORD_PROJECT."
)
HELP = """\
usage: on-record COMMAND [OPTION …]

On Record: who reported how many, lowest to highest, and where it was read.
{commands}
  on-record COMMAND --help    what a command does, with examples

A first use, in a checkout of the project:
  on-record check             is the record as it should be?
  on-record load              the record into the warehouse; then: dbt build
  on-record ranges            what is reported now, lowest to highest
  on-record serve             the pages, at http://127.0.0.1:8050

exit codes:
  0  fine
  1  problems in the record: one a line on stdout, as FILE:LINE:COLUMN FIELD: MESSAGE
  2  it could not run; one sentence on stderr says why

environment:
  ON_RECORD_PROJECT    the checkout to work in (default: the folder here or above that holds dbt_project.yml)
  ON_RECORD_WAREHOUSE  the DuckDB file that load writes (default: warehouse.duckdb in the project)
  ON_RECORD_PUBLISHED  the folder of publications (default: published in the project)
"""


def commands(program: str) -> dict[str, str]:
    """Return the commands of a program with a line on each, in its own order."""
    parser: argparse.ArgumentParser = import_module(f"{program}.__main__").parser()
    listed = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return {each.dest: each.help or "" for each in listed._choices_actions}


def help_text() -> str:
    """Return the help over all commands."""

    def lines() -> Iterator[str]:
        for program, title in PROGRAMS.items():
            yield f"\n{title}:"
            yield from (f"  {name:<12} {what}" for name, what in commands(program).items())

    return HELP.format(commands="\n".join(lines()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("-h", "--help", "help"):
        print(help_text())
        return 0 if given else CANNOT_RUN
    # The lists of the dashboard and the desk first: they cost nothing, and who serves need not wait for all that the
    # record is loaded with.
    for program in reversed(PROGRAMS):
        if given[0] in commands(program):
            if not is_project(ROOT) and not {"-h", "--help"} & set(given):
                print(NO_PROJECT.format(folder=ROOT), file=sys.stderr)
                return CANNOT_RUN
            return int(import_module(f"{program}.__main__").main(given, **handed_to(program)))
    near = did_you_mean(given[0])
    print(f"on-record: there is no command {given[0]!r}{near or '.'} on-record --help lists them.", file=sys.stderr)
    return CANNOT_RUN


def handed_to(program: str) -> dict[str, Any]:
    """Return what a program gets of another one: the desk the dashboard's words, since it imports nothing of it."""
    if program != "desk":
        return {}
    from on_record.sentence import sentence_of  # noqa: PLC0415 - only the desk needs it

    return {"tell": sentence_of}


def did_you_mean(word: str) -> str:
    """Return the nearest command in words, or nothing where none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 — where a command is right, nothing is compared

    near = get_close_matches(word, [name for program in PROGRAMS for name in commands(program)], n=1)
    return f"; did you mean {near[0]}?" if near else ""


if __name__ == "__main__":
    sys.exit(main())
