"""The SQL page: a question, its answer, the tables that can be asked, and examples. assets/sql.js does the asking."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

import dash
from dash import dcc, html

from dashboard.components import as_of_picker
from dashboard.components.parts import aria
from dashboard.components.selection import search_of
from dashboard.errors import NothingPublishedError
from dashboard.publication import cache
from dashboard.queries import base
from dashboard.request import as_of, publication
from dashboard.sql import examples, routes
from dashboard.sql.engine import PAGE
from dashboard.text import formatting

dash.register_page(__name__, path="/sql", name="SQL", title="On Record: ask in SQL")  # type: ignore[no-untyped-call]

FIRST = "from range_deaths"


def _column(row: formatting.Row) -> Any:
    """One column: its name, type and what it means."""
    name = [html.Code(row["column_name"]), html.Span(f" {str(row['data_type']).lower()}", className="muted")]
    return [html.Dt(name), html.Dd(str(row["comment"] or "").replace("`", ""))]


def _address(question: str, day: str) -> str:
    """Return the address of a question, to the same day's record; `day` as the address says it, "" for now."""
    return "/sql?" + urlencode({"q": question} | ({as_of.NAME: day} if day else {}))


def _table(name: str, rows: list[formatting.Row], day: str) -> Any:
    """One table, folded: what its rows are, a link that asks for them, and its columns."""
    told = str(rows[0]["table_comment"] or "").replace("**", "").replace("`", "")
    ask = html.A(f"Show {name}", href=_address(f"from {name} limit 100", day), className="sql-ask")
    columns = html.Dl([part for row in rows for part in _column(row)])
    return html.Details([html.Summary(html.Code(name)), html.P(told), html.P(ask), columns])


def browser(columns: Sequence[formatting.Row], day: str = "") -> list[Any]:
    """Return every table of the publication, folded."""
    return [_table(name, list(rows), day) for name, rows in groupby(columns, key=lambda row: str(row["table_name"]))]


def _examples(day: str) -> Any:
    here = [question for question in examples.examples() if question.group != examples.ELSEWHERE]
    parts = []
    for group, questions in groupby(here, key=lambda question: question.group):
        links = [html.Li(html.A(each.words, href=_address(each.sql, day), className="sql-ask")) for each in questions]
        parts += [html.H3(group), html.Ul(links)]
    return html.Section([html.H2("Examples", id="sql-examples"), *parts], **aria(labelledby="sql-examples"))


def _console(selection: str) -> Any:
    """Return the box for the question, its two buttons, and the place where the answer appears."""
    bounds = f"{PAGE.seconds} seconds, {PAGE.mebibytes} MB of memory and {PAGE.rows:,} rows are the most one may take."
    return html.Section([
        html.Label("Question", htmlFor="sql-text", className="sql-label"),
        dcc.Textarea(id="sql-text", value=selection, rows=8, spellCheck=False, className="sql-text", maxLength=7000),
        html.Div([
            html.Button("Run", id="sql-run", type="button"),
            html.Button("Cancel", id="sql-cancel", type="button", disabled=True),
            html.Span("Ctrl+Enter runs.", className="muted"),
        ], className="sql-buttons"),
        html.P(f"Questions only: nothing can be changed. {bounds}", className="muted"),
        html.P(id="sql-status", role="status"),
        # The table below says in words what the chart shows.
        html.Div(id="sql-chart", **aria(hidden="true")),
        html.Div(id="sql-result"),
    ], **aria(label="Question and answer"))  # fmt: skip


def layout(q: Any = None, **query: Any) -> Any:
    """Return the page for an address; `q` is the question, not trusted and only ever shown as text or asked."""
    if not routes.is_on():
        return html.Div([html.H1("SQL is turned off"), html.P(routes.OFF, className="headline")], id="unpublished")
    search = search_of(query | ({"q": q} if isinstance(q, str) else {}))
    try:
        with publication.cursor() as cursor:
            columns = cache.records(base.columns(cursor))
        above = as_of_picker.above(search, "sql-day")
    except NothingPublishedError as reason:
        return as_of_picker.refused(reason, search)
    selection = q if isinstance(q, str) and q.strip() else FIRST
    tables = [html.H2("Tables", id="sql-tables"), *browser(columns, as_of.text_of(search))]
    return html.Div([
        html.H1("Ask in SQL"),
        *above,
        _console(selection),
        _examples(as_of.text_of(search)),
        html.Section(tables, className="sql-browser", **aria(labelledby="sql-tables")),
    ], id="sql-page")  # fmt: skip
