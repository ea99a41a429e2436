"""The command ``review``: what a pull request changes, for whoever reads it."""

import argparse
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.cli.check_verify_load import FINE, PROBLEMS, print_problems, read
from ingest.cli.output import Add, print_json
from ingest.errors import counted

if TYPE_CHECKING:
    from ingest.history.review import Review

REVIEW = """\
Say what the record as its files are now changes beside a commit: what a pull request must not do (as check --against
says it), each range that reads otherwise, and the findings that came and went. Both states are loaded and built in
warehouses of their own that go again, by the lookups and models of now; nothing else is touched. It takes as long as
two builds."""
EXAMPLES = (
    "on-record review --against origin/main",
    "on-record review --against origin/main --output review.md",
    "on-record review --against HEAD~1 --json",
)
MOST_LINES = 200


def register(add: Add) -> None:
    """Add the command to the command line."""
    command = add("review", "what a pull request changes: ranges and findings", REVIEW, False, EXAMPLES)
    command.add_argument("--against", required=True, metavar="REF", help="the commit to hold the record against")
    command.add_argument("--output", metavar="FILE", help="write the Markdown there and not on stdout")
    command.set_defaults(run=_review)


def _review(chosen: argparse.Namespace) -> int:
    # Here, so that the other commands start without DuckDB.
    from ingest.history.review import review  # noqa: PLC0415

    record, problems = read([])
    if problems:
        if chosen.json:
            print_json({"problems": [asdict(problem) for problem in problems]})
        else:
            print_problems(problems, "; nothing was built")
        return PROBLEMS
    found = review(record, chosen.against)
    if chosen.output:
        Path(chosen.output).write_text(as_markdown(found), encoding="utf-8")
    if chosen.json:
        print_json(asdict(found))
    elif not chosen.output:
        print(as_markdown(found), end="")
    return PROBLEMS if found.problems else FINE


def as_markdown(found: "Review") -> str:
    """Return the comment of a pull request: at most MOST_LINES of each part, and how many there are."""
    parts = [f"## What this changes in the record\n\nHeld against commit {found.commit}."]
    if found.problems:
        parts.append(_list("Must not be", [_text(str(problem)) for problem in found.problems]))
    if found.ranges:
        rows = [f"| {_cell(each.what)} | {_cell(each.before)} | {_cell(each.now)} |" for each in found.ranges]
        more = _more(len(rows))
        table = "\n".join(["| what is counted | was | is |", "| --- | --- | --- |", *rows[:MOST_LINES]])
        parts.append(f"### {counted(len(rows), 'range')} read otherwise\n\n{table}{more}")
    for title, sentences in (("New findings", found.new_findings), ("Findings that are gone", found.gone_findings)):
        if sentences:
            parts.append(_list(title, [_text(sentence) for sentence in sentences]))
    if len(parts) == 1:
        parts.append("No range and no finding changes.")
    return "\n\n".join(parts) + "\n"


def _list(title: str, lines: list[str]) -> str:
    shown = "\n".join(f"- {line}" for line in lines[:MOST_LINES])
    return f"### {title} ({len(lines)})\n\n{shown}{_more(len(lines))}"


def _more(count: int) -> str:
    return f"\n\n… and {count - MOST_LINES:,} more." if count > MOST_LINES else ""


def _text(text: str) -> str:
    """Return a text that Markdown shows as it is: names and phrases come from anywhere.

    An empty comment parts what a forge would else make a mention or a link of, which it finds after Markdown is read.
    """
    escaped = "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|!~" else letter for letter in text.replace("\n", " "))
    printable = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in escaped)
    return re.sub(r"@|://|(?i:www)\.|#(?=\d)", r"\g<0><!-- -->", printable)


def _cell(text: str) -> str:
    return _text(text) or "–"
