"""The search: what is called so, in the order of what fits best. Its field is at the top of every page."""

from functools import lru_cache
from typing import Any

import dash
from dash import Input, Output, html

from dashboard.components import page_frame
from dashboard.components.selection import Selection, search_of
from dashboard.publication.cache import Cursor
from dashboard.queries.find.index import LONGEST
from dashboard.request import as_of, view
from dashboard.sections.find import results

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path=results.PATH, name="Search", title="On Record: search"
)


@lru_cache(maxsize=256)
def _contents(text: str) -> page_frame.Contents:
    """Return what reads and builds the page of a text."""

    def contents(cursor: Cursor, selection: Selection) -> list[Any]:
        day = dict(selection.carried).get(as_of.NAME, "")
        return results.page(text, results.told(cursor, text, results.MOST_LISTED, day))

    return contents


def filled(search: object) -> list[Any]:
    """Return the page of an address, which is not trusted."""
    text = view.values(search).get(results.NAME, "")[:LONGEST]
    return page_frame.filled(search, _contents(text), is_of_all=True)


def layout(**query: Any) -> Any:
    """Return the page of an address. `query` is not trusted."""
    return html.Div(filled(search_of(query)), id="search-page")


@dash.callback(Output("search-page", "children"), Input("url", "search"), prevent_initial_call=True)
def show(search: object) -> list[Any]:
    """Build the page anew when only the address's query changes."""
    return filled(search)
