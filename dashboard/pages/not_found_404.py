"""What is shown at an address where no page is; dashboard/http/not_found.py gives it its status."""

from typing import Any

import dash
from dash import html

dash.register_page(__name__, name="Not found", title="On Record: no such page")  # type: ignore[no-untyped-call]


def layout(**_: Any) -> Any:
    """Return the page; whatever the address held is not repeated."""
    ways: list[Any] = ["The bar above has the pages there are; ", html.A("the overview", href="/"), " is one."]
    return html.Div([
        html.H1("There is no page at this address"),
        html.P("The address may be mistyped, or from a version of On Record that had other pages.",
               className="headline"),
        html.P(ways),
    ], id="not-found")  # fmt: skip
