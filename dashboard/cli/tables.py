"""The ranges as a table for a terminal or a pipe, or as JSON."""

import json
from datetime import date
from itertools import groupby
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dashboard import wording
from dashboard.publication import cache
from dashboard.sql import formats
from dashboard.sql.engine import Answer
from dashboard.text import formatting

COLUMNS = ("scope", "lowest – highest", "up to when, what fits", "without party claims", "known since")
WIDTHS = (None, None, 18, 13, 13)
LONGEST_SPAN = 20


def without_parties(row: formatting.Row) -> str:
    """Return what is left without party claims, in words; that it is the same where it is."""
    told = formatting.without_party_claims(row)
    return "the same" if told == formatting.span(row) else told


def _fits(row: formatting.Row) -> str:
    """Up to which day the range counts, by how many sources, and what fits them."""
    parts = [
        wording.days(row["counted_from_on"], row["counted_to_on"], short=True) if row["counted_to_on"] else "",
        formatting.sources(row), formatting.agreement(row), formatting.earlier(row, short=True),
    ]  # fmt: skip
    return ", ".join(part for part in parts if part)


def cells(row: formatting.Row) -> tuple[str, ...]:
    """One range in words, in the order of COLUMNS."""
    span = formatting.span(row)
    ended = f" – {wording.day(row['valid_to_on'], short=True)}" if row["valid_to_on"] else ""
    return (
        formatting.scope(row),
        # Broken here or not at all, so that no number is ever cut.
        span if len(span) <= LONGEST_SPAN else span.replace(" or more", "\nor more"),
        _fits(row),
        without_parties(row),
        wording.day(row["valid_from_on"], short=True) + ended,
    )


def _plain(value: Any) -> Any:
    """A value as JSON and a terminal show it: days without a time, nothing as None."""
    return value.isoformat() if isinstance(value, date) else value


def as_json(ranges: pd.DataFrame, build: formatting.Row) -> str:
    """Return the ranges with their scope in words, and the build they come from; ISO dates, open ends as null."""
    rows = [{"scope": formatting.scope(row)} | {k: _plain(v) for k, v in row.items()} for row in cache.records(ranges)]
    return json.dumps({"build": {k: _plain(v) for k, v in build.items()}, "ranges": rows}, indent=2, ensure_ascii=False)


def print_ranges(ranges: pd.DataFrame, build: formatting.Row, console: Console) -> None:
    """One table a measure; numbers are never cut, scopes wrap."""
    console.print(
        f"As known on {wording.day(build['known_until_on'])}; built {formatting.moment(build['published_at'])}."
    )
    for name, rows in groupby(cache.records(ranges), key=lambda row: row["measure_name"]):
        table = Table(title=name, title_justify="left", title_style="bold", box=None, pad_edge=False,
                      header_style="dim", expand=True)  # fmt: skip
        for column, width in zip(COLUMNS, WIDTHS, strict=True):
            table.add_column(column, overflow="fold", width=width, ratio=1 if column == "scope" else None)
        spans = table.columns[1]
        spans.justify, spans.no_wrap, spans.min_width = "right", True, LONGEST_SPAN
        for row in rows:
            table.add_row(*cells(row))
        console.print()
        console.print(table)


def make_console() -> Console:
    """As wide as the terminal; 100 columns in a pipe, where rich would else assume 80."""
    console = Console(highlight=False, soft_wrap=False)
    return console if console.is_terminal else Console(highlight=False, width=100)


def rows_as_json(answer: Answer) -> str:
    """Return the rows of a query as a JSON list of objects; what JSON cannot hold without loss is text."""
    return json.dumps(formats.records(answer), indent=2, ensure_ascii=False)


def print_rows(answer: Answer, console: Console) -> None:
    """Print the rows of a query. A pipe gets them as wide as they are, so that nothing is cut or folded."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for place, (name, _) in enumerate(answer.columns):
        is_number = any(isinstance(row[place], int | float) for row in answer.rows)
        table.add_column(Text(name), overflow="fold", justify="right" if is_number else "left")
    for row in answer.rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    wide = console if console.is_terminal else Console(highlight=False, width=100_000)
    wide.print(table)
    wide.print(wording.plural(len(answer.rows), "row"), style="dim")
