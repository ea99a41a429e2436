"""One place: its newest numbers, what is counted there and within it, and who tells of it."""

from typing import Any

import dash
from dash import Input, Output, State, html

from dashboard.components import page_frame
from dashboard.components.selection import search_of
from dashboard.sections.find import addresses, place
from dashboard.sections.find.one import contents_of

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path_template=f"{page_frame.PLACE}<place_id>", name="Place", title="On Record: one place"
)
TABLES = ("newest", "newest_within", "counted", "places", "voices")
_contents = contents_of(page_frame.PLACE, "place", TABLES, place.exists, place.page)


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
