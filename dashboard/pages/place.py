"""One place: its newest numbers, what is counted there and within it, and who tells of it."""

from functools import lru_cache
from typing import Any

import dash
from dash import Input, Output, State, html

from dashboard.components import downloads, page_frame
from dashboard.components.citation import citation
from dashboard.components.selection import Selection, search_of
from dashboard.publication.cache import Cursor
from dashboard.sections.find import addresses, place

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path_template=f"{page_frame.PLACE}<place_id>", name="Place", title="On Record: one place"
)
TABLES = ("newest", "counted", "places", "voices")


@lru_cache(maxsize=256)
def _contents(place_id: str) -> page_frame.Contents:
    """Return what reads and builds the page of one place."""

    def contents(cursor: Cursor, selection: Selection) -> list[Any]:
        if not place.exists(cursor, place_id):
            return page_frame.unknown("place", place_id)
        cite = citation(f"place {place_id}", selection.known_on, selection.build)
        files = downloads.line(f"{page_frame.PLACE}{place_id}", selection.query, TABLES, cite=cite)
        return [*place.page(cursor, place_id, selection), files]

    return contents


def layout(place_id: object = "", **query: Any) -> Any:
    """Return the page of an address. Neither `place_id` nor `query` is trusted."""
    named = addresses.named(page_frame.PLACE, place_id)
    inside = page_frame.filled(search_of(query), _contents(named), is_of_all=True)
    return html.Div(inside, id="place-page")


@dash.callback(
    Output("place-page", "children"), Input("url", "search"), State("url", "pathname"), prevent_initial_call=True
)
def show(search: object, pathname: object) -> list[Any]:
    """Build the page anew when only the address's query changes."""
    return page_frame.filled(search, _contents(addresses.of_path(pathname, page_frame.PLACE)), is_of_all=True)
