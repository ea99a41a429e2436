"""The checks: what a person should look at, in words."""

from typing import Any

import dash
from dash import Input, Output, html

from dashboard.components import downloads, page_frame
from dashboard.components.citation import citation
from dashboard.components.selection import Selection, search_of
from dashboard.publication import cache
from dashboard.queries import base, checks, datasets, pages
from dashboard.sections import checks as sections_checks

PATH = "/checks"
dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path=PATH, name="Checks", title="On Record: what to look at"
)


def contents(cursor: base.Cursor, selection: Selection) -> list[Any]:
    """Read and build the page of one episode and day."""
    found = cache.records(checks.findings(cursor, selection.episode, selection.known_on))
    known = set(pages.existing_figures(cursor, sections_checks.named_ids(found))["figure_id"])
    how = "Sources contradict themselves and each other; that is recorded, never repaired."
    return [
        html.H1("What a person should look at"),
        *page_frame.episodes(cursor, selection),
        html.P(sections_checks.headline(found, selection), className="headline"),
        html.P(how, className="muted"),
        *sections_checks.by_check(found, known, selection),
        *sections_checks.compared(datasets.compared(cursor, selection.episode, selection.known_on), selection),
        *page_frame.credited(cursor, selection),
        downloads.line(
            PATH,
            selection.query,
            cite=citation(f"{selection.episode_name}, checks", selection.known_on, selection.build),
        ),
    ]


def layout(**query: Any) -> Any:
    """Return the page of an address. `query` is not trusted."""
    return html.Div(page_frame.filled(search_of(query), contents), id="checks-page")


@dash.callback(Output("checks-page", "children"), Input("url", "search"), prevent_initial_call=True)
def show(search: object) -> list[Any]:
    """Build the page anew when only the address's query changes."""
    return page_frame.filled(search, contents)
