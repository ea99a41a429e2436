"""``on-record`` and its commands that show: serve the page, print the ranges, answer SQL, renew the picture.

Commands import what they need when they run, so that --help answers at once.
"""

# ruff: noqa: PLC0415

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from dashboard.errors import DashboardError, RefusedQueryError, UnknownMeasureError

EXAMPLES = """examples:
  on-record serve                        the page at http://127.0.0.1:8050
  PORT=9000 on-record serve              the same on another port
  on-record serve --debug                one process that reloads when the code changes
  on-record ranges                       what is reported now, lowest to highest
  on-record ranges --measure killed --all
                                                   every range of people killed, past ones too
  on-record ranges --json | jq .ranges   the same for a program
  on-record query "from range_deaths" --csv   ask the publication in SQL
  on-record screenshot docs/first-page.png
  on-record password anna --file users   let anna sign in (serve with ON_RECORD_USERS=users)

The published folder is published/ in the project, or ON_RECORD_PUBLISHED.
"""


def parser() -> argparse.ArgumentParser:
    """Return the command line; every command has examples in --help."""
    top = argparse.ArgumentParser("on-record", description="Show who reported how many.", epilog=EXAMPLES,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    commands = top.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve the page until stopped")
    serve.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1", help="default: HOST or 127.0.0.1")
    serve.add_argument("--port", type=int, default=os.environ.get("PORT") or "8050", help="default: PORT or 8050")
    serve.add_argument("--debug", action="store_true", help="one process that reloads and shows tracebacks")
    ranges = commands.add_parser("ranges", help="print what is reported now, lowest to highest")
    ranges.add_argument("--measure", help="one measure only, such as killed or displaced")
    ranges.add_argument("--all", action="store_true", help="past ranges too, with the days between which they stood")
    ranges.add_argument("--json", action="store_true", help="as JSON, open ends as null")
    query = commands.add_parser("query", help="ask the newest publication in SQL, read-only")
    query.add_argument("sql", help="one statement; tables: docs/codebook.md, or: show tables")
    form = query.add_mutually_exclusive_group()
    form.add_argument(
        "--csv",
        action="store_true",
        help="as CSV for a spreadsheet: empty cells for null, formulas defused by an apostrophe",
    )
    form.add_argument("--json", action="store_true", help="as a JSON list of rows, days in ISO form")
    password = commands.add_parser("password", help="make the line of somebody who may sign in")
    password.add_argument("name", help="whom; the password is asked twice, or read from standard input")
    password.add_argument("--file", type=Path, default=os.environ.get("ON_RECORD_USERS") or None,
                          help="put the line into this file; default: ON_RECORD_USERS, or print it")  # fmt: skip
    picture = commands.add_parser("screenshot", help="write a picture of the page (needs Chromium)")
    picture.add_argument("target", type=Path, help="the PNG to write")
    picture.add_argument("--search", default="deaths", help="the view, such as displaced?scale=log")
    picture.add_argument("--width", type=int, default=1280, help="window width in pixels (default 1280)")
    picture.add_argument("--height", type=int, default=1120, help="window height in pixels (default 1120)")
    picture.add_argument("--dark", action="store_true", help="in the dark scheme")
    picture.add_argument("--whole", action="store_true", help="the whole page, not one window of it")
    return top


def print_ranges(measure: str | None, *, past_too: bool, json: bool) -> None:
    """Print the ranges; raises NothingPublishedError and UnknownMeasureError."""
    from dashboard.cli import tables
    from dashboard.publication import cache
    from dashboard.publication.folder import publications
    from dashboard.queries import base

    with publications().cursor() as cursor:
        build = cache.records(base.build(cursor))[0]
        found = base.all_ranges(cursor, measure, past_too=past_too)
        known = sorted(set(base.all_ranges(cursor, past_too=True)["measure_id"]))
    if measure and measure not in known:
        raise UnknownMeasureError(f"There are no ranges of “{measure}”. Choose one of: {', '.join(known)}.")
    if json:
        print(tables.as_json(found, build))
    else:
        tables.print_ranges(found, build, tables.make_console())


def print_answer(sql: str, *, csv: bool, json: bool) -> None:
    """Print the rows of a query; raises NothingPublishedError and RefusedQueryError."""
    from dashboard.cli import tables
    from dashboard.formats.registry import to_csv
    from dashboard.publication.folder import publications
    from dashboard.sql import engine, formats

    answer = engine.run(publications().newest(), sql, engine.TERMINAL)
    if answer.kind:
        raise RefusedQueryError(f"{answer.sentence}\n{answer.detail}".strip())
    if csv or json:
        print(
            to_csv([formats.Answered(answer, {})]).decode() if csv else tables.rows_as_json(answer),
            end="" if csv else "\n",
        )
    else:
        tables.print_rows(answer, tables.make_console())
    if answer.cut_by:
        print(f"Only the first {len(answer.rows):,} rows: the answer is longer.", file=sys.stderr)


def make_password(name: str, file: Path | None) -> None:
    """Print the line of a user, or put it into the file; raises UnusableUsersError."""
    from dashboard.http import sign_in

    line = sign_in.new_line(name, sign_in.ask())
    if file is None:
        return print(line)
    had_one = sign_in.put(file, line)
    print(
        f"{'Changed' if had_one else 'Added'} the password of {name} in {file}. Who serves now starts again to read it."
    )
    return None


def run(options: argparse.Namespace) -> None:
    """Run one command; raises DashboardError."""
    if options.command == "ranges":
        return print_ranges(options.measure, past_too=options.all, json=options.json)
    if options.command == "query":
        return print_answer(options.sql, csv=options.csv, json=options.json)
    if options.command == "password":
        return make_password(options.name, options.file)
    from dashboard import server
    from dashboard.cli import screenshot

    if options.command == "screenshot":
        size = {"width": options.width, "height": options.height}
        return screenshot.take(options.target, search=options.search, dark=options.dark, whole=options.whole, **size)
    return (server.serve_debug if options.debug else server.serve)(options.host, options.port)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 2 with one sentence on standard error where it cannot be done."""
    options = parser().parse_args(arguments)
    try:
        run(options)
    except DashboardError as reason:
        print(reason, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
