"""The sources: who states what and when, how far they lie apart, and which documents relay whom."""

from typing import Any

import dash
from dash import Input, Output, html

from dashboard import downloads, frame, queries, queries_pages, source_words, words
from dashboard.asked import Asked
from dashboard.quoting import citation

PATH = "/sources"
dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path=PATH, name="Sources", title="On Record: who states what"
)


def contents(cursor: queries.Cursor, asked: Asked) -> list[Any]:
    """Read and build the page of one episode and day."""
    here = (cursor, asked.episode, asked.known_on)
    days = words.records(queries_pages.source_days(*here))
    figures = words.records(queries_pages.known_figures(*here))
    pairs = words.records(queries_pages.pair_distances(*here))
    relays = words.records(queries_pages.relayed_reports(*here))
    how = "Only reports that stood on that day and count the same are set side by side."
    cite = citation(f"{asked.episode_name}, sources", asked.known_on, asked.build)
    return [
        html.H1(f"Who states what, {asked.known}"),
        *frame.episodes(cursor, asked),
        html.Section([html.H2("Sources and days"), source_words.matrix(days)]),
        html.Section([
            html.H2("Pairs of sources"), html.P(how, className="muted"), *source_words.pairs(pairs, asked),
        ]),
        html.Section([html.H2("Which documents relay whom"), *source_words.relays(relays, asked)]),
        html.Section([html.H2("What each source states"), *source_words.statements(days, figures, asked)]),
        *frame.credited(cursor, asked),
        downloads.line(PATH, asked.query, ("days", "pairs", "relays", "figures"), cite=cite),
    ]  # fmt: skip


def layout(**query: Any) -> Any:
    """Return the page of an address. `query` is not trusted."""
    return html.Div(frame.filled(frame.search_of(query), contents), id="sources-page")


@dash.callback(Output("sources-page", "children"), Input("url", "search"), prevent_initial_call=True)
def show(search: object) -> list[Any]:
    """Build the page anew when only the address's query changes."""
    return frame.filled(search, contents)
