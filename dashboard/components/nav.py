"""The bar at the top of every page: links to the pages there are, which carry the state of the view along."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

import dash
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, html

from dashboard.components.parts import aria
from dashboard.queries import measures
from dashboard.sql import routes

# In this order, those of measures after the first; a page that is not registered has no link.
FIRST = {"/": "Overview"}
LAST = {"/sources": "Sources", "/checks": "Checks", "/sql": "SQL", "/about": "About"}


def links() -> dict[str, str]:
    """Return path and name of the pages that are registered and not turned off, and of measures, in order."""
    offered = {page["path"] for page in dash.page_registry.values()} - (set() if routes.is_on() else {"/sql"})
    first, last = ({path: name for path, name in each.items() if path in offered} for each in (FIRST, LAST))
    return first | _measures() | last


def _measures() -> dict[str, str]:
    """Return path and name of the measures that have a place in the bar; none where nothing can be read."""
    return {path: each.page_name for path, each in (measures.readable() or {}).items() if each.bar_position is not None}


def bar(path: str = "", search: str = "") -> Any:
    """Return the bar, for the page and query shown where they are known.

    Else the query string is added in the browser, which alone knows it (assets/page.js).
    """
    carried = urlencode([(name, value) for name, value in parse_qsl(search) if name != "figure"])
    query = f"?{carried}" if carried else ""
    return html.Nav(
        [
            html.A(name, href=to + query, id={"nav": to}, className="soft", **aria(current=_is_here(to, path)))
            for to, name in links().items()
        ],
        className="bar",
        **aria(label="Pages"),
    )


def _is_here(to: str, path: str) -> str:
    return "page" if to == path else "false"


def attach(app: Dash) -> None:
    """Keep the links' query strings and the mark of the current page with the address."""
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("page", "carry"),
        Output({"nav": ALL}, "href"),
        Output({"nav": ALL}, "aria-current"),
        Input("url", "pathname"),
        Input("url", "search"),
        State({"nav": ALL}, "id"),
    )
