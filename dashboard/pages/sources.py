"""The sources: who states what and when, how far they lie apart, and which documents relay whom."""

from typing import Any

import dash
from dash import Input, Output, html

from dashboard.components import downloads, page_frame
from dashboard.components.citation import citation
from dashboard.components.selection import Asked, search_of
from dashboard.publication import cache
from dashboard.queries import base, pages
from dashboard.sections import sources

PATH = "/sources"
dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path=PATH, name="Sources", title="On Record: who states what"
)


def contents(cursor: base.Cursor, asked: Asked) -> list[Any]:
    """Read and build the page of one episode and day."""
    here = (cursor, asked.episode, asked.known_on)
    days = cache.records(pages.source_days(*here))
    figures = cache.records(pages.known_figures(*here))
    pairs = cache.records(pages.pair_distances(*here))
    relays = cache.records(pages.relayed_reports(*here))
    how = "Only reports that stood on that day and count the same are set side by side."
    cite = citation(f"{asked.episode_name}, sources", asked.known_on, asked.build)
    return [
        html.H1(f"Who states what, {asked.known}"),
        *page_frame.episodes(cursor, asked),
        html.Section([html.H2("Sources and days"), sources.matrix(days)]),
        html.Section([
            html.H2("Pairs of sources"), html.P(how, className="muted"), *sources.pairs(pairs, asked),
        ]),
        html.Section([html.H2("Which documents relay whom"), *sources.relays(relays, asked)]),
        html.Section([html.H2("What each source states"), *sources.statements(days, figures, asked)]),
        *page_frame.credited(cursor, asked),
        downloads.line(PATH, asked.query, ("days", "pairs", "relays", "figures"), cite=cite),
    ]  # fmt: skip


def layout(**query: Any) -> Any:
    """Return the page of an address. `query` is not trusted."""
    return html.Div(page_frame.filled(search_of(query), contents), id="sources-page")


@dash.callback(Output("sources-page", "children"), Input("url", "search"), prevent_initial_call=True)
def show(search: object) -> list[Any]:
    """Build the page anew when only the address's query changes."""
    return page_frame.filled(search, contents)
