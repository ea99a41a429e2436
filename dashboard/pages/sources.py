"""The sources: who states what and when, how far they lie apart, and which documents relay whom."""

from typing import Any

import dash
from dash import Input, Output, html

from dashboard.components import downloads, page_frame
from dashboard.components.citation import citation
from dashboard.components.selection import Selection, search_of
from dashboard.publication import cache
from dashboard.queries import base, datasets, measures, pages
from dashboard.sections import sources

PATH = "/sources"
dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path=PATH, name="Sources", title="On Record: who states what"
)


def contents(cursor: base.Cursor, selection: Selection) -> list[Any]:
    """Read and build the page of one episode and day."""
    here = (cursor, selection.episode, selection.known_on)
    days = cache.records(pages.source_days(*here))
    figures = cache.records(pages.known_figures(*here))
    counts = cache.records(pages.source_measures(*here))
    paths = {each.measure_id: path for path, each in measures.pages(cursor).items()}
    pairs = cache.records(pages.pair_distances(*here))
    relays = cache.records(pages.relayed_reports(*here))
    stated = sources.statements(days, figures, counts, paths, selection)
    how = "Only reports that stood on that day and count the same are set side by side."
    cite = citation(f"{selection.episode_name}, sources", selection.known_on, selection.build)
    return [
        html.H1(f"Who states what, {selection.known}"),
        *page_frame.episodes(cursor, selection),
        html.Section([html.H2("Sources and days"), sources.summary(days)]),
        html.Section([
            html.H2("Pairs of sources"), html.P(how, className="muted"), *sources.pairs(pairs, selection),
        ]),
        html.Section([html.H2("Which documents relay whom"), *sources.relays(relays, selection)]),
        html.Section([html.H2("What each source states"), *stated]),
        *(_release_changes(cursor, selection) if selection.episode == datasets.EPISODE else []),
        *page_frame.credited(cursor, selection),
        downloads.line(PATH, selection.query, ("days", "pairs", "relays", "figures"), cite=cite),
    ]  # fmt: skip


def _release_changes(cursor: base.Cursor, selection: Selection) -> list[Any]:
    here = (cursor, selection.known_on)
    return sources.release_changes(datasets.release_changes(*here), datasets.changed_numbers(*here), selection)


def layout(**query: Any) -> Any:
    """Return the page of an address. `query` is not trusted."""
    return html.Div(page_frame.filled(search_of(query), contents), id="sources-page")


@dash.callback(Output("sources-page", "children"), Input("url", "search"), prevent_initial_call=True)
def show(search: object) -> list[Any]:
    """Build the page anew when only the address's query changes."""
    return page_frame.filled(search, contents)
