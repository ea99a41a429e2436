"""The checks: what a person should look at, in words."""

from typing import Any

import dash
from dash import Input, Output, html

from dashboard import check_words, downloads, frame, queries, queries_data_sets, queries_findings, queries_pages, words
from dashboard.asked import Asked
from dashboard.quoting import citation

PATH = "/checks"
dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path=PATH, name="Checks", title="On Record: what to look at"
)


def contents(cursor: queries.Cursor, asked: Asked) -> list[Any]:
    """Read and build the page of one episode and day."""
    found = words.records(queries_findings.findings(cursor, asked.episode, asked.known_on))
    known = set(queries_pages.existing_figures(cursor, check_words.named_ids(found))["figure_id"])
    how = "Sources contradict themselves and each other; that is recorded, never repaired."
    return [
        html.H1("What a person should look at"),
        *frame.episodes(cursor, asked),
        html.P(check_words.headline(found, asked), className="headline"),
        html.P(how, className="muted"),
        *check_words.by_check(found, known, asked),
        *check_words.compared(queries_data_sets.compared(cursor, asked.episode, asked.known_on), asked),
        *frame.credited(cursor, asked),
        downloads.line(PATH, asked.query, cite=citation(f"{asked.episode_name}, checks", asked.known_on, asked.build)),
    ]


def layout(**query: Any) -> Any:
    """Return the page of an address. `query` is not trusted."""
    return html.Div(frame.filled(frame.search_of(query), contents), id="checks-page")


@dash.callback(Output("checks-page", "children"), Input("url", "search"), prevent_initial_call=True)
def show(search: object) -> list[Any]:
    """Build the page anew when only the address's query changes."""
    return frame.filled(search, contents)
