"""One data set: what it is, whose, its releases, what it holds and which places it tells of."""

from functools import lru_cache
from typing import Any

import dash
from dash import Input, Output, State, html

from dashboard.components import downloads, page_frame
from dashboard.components.citation import citation
from dashboard.components.selection import Selection, search_of
from dashboard.publication.cache import Cursor
from dashboard.sections.find import addresses, dataset

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path_template=f"{page_frame.DATASET}<dataset_id>", name="Data set", title="On Record: one data set"
)
TABLES = ("releases", "contents")


@lru_cache(maxsize=256)
def _contents(dataset_id: str) -> page_frame.Contents:
    """Return what reads and builds the page of one data set."""

    def contents(cursor: Cursor, selection: Selection) -> list[Any]:
        if not dataset.releases(cursor, dataset_id):
            return page_frame.unknown("data set", dataset_id)
        cite = citation(f"data set {dataset_id}", selection.known_on, selection.build)
        files = downloads.line(f"{page_frame.DATASET}{dataset_id}", selection.query, TABLES, cite=cite)
        return [*dataset.page(cursor, dataset_id, selection), files]

    return contents


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
