"""One data set: what it is, whose, its releases, what it holds and which places it tells of."""

from typing import Any

import dash
from dash import Input, Output, State, html

from dashboard.components import page_frame
from dashboard.components.selection import search_of
from dashboard.sections.find import addresses, dataset
from dashboard.sections.find.one import contents_of

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path_template=f"{page_frame.DATASET}<dataset_id>", name="Data set", title="On Record: one data set"
)
TABLES = ("releases", "contents")
_contents = contents_of(page_frame.DATASET, "data set", TABLES, dataset.releases, dataset.page)


def layout(dataset_id: object = "", **query: Any) -> Any:
    """Return the page of an address. Neither `dataset_id` nor `query` is trusted."""
    named = addresses.named(page_frame.DATASET, dataset_id)
    inside = page_frame.filled(search_of(query), _contents(named), is_of_all=True)
    return html.Div(inside, id="dataset-page")


@dash.callback(
    Output("dataset-page", "children"), Input("url", "search"), State("url", "pathname"), prevent_initial_call=True
)
def show(search: object, pathname: object) -> list[Any]:
    """Build the page anew when only the address's query changes."""
    return page_frame.filled(search, _contents(addresses.of_path(pathname, page_frame.DATASET)), is_of_all=True)
