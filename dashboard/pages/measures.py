"""The pages of the measures: one page at every address that dim_measures of the publication has one for.

A publication may come, or change, after Dash has registered its pages; so this one fits every path, and is asked last
(dashboard/app.py): what no measure has is no page.
"""

from typing import Any

import dash

from dashboard.components import page_frame
from dashboard.queries import measures
from dashboard.sections import measure

TEMPLATE = "/<measure_path>"


def title(measure_path: str = "") -> str:
    """Return the title of the browser's tab for a path."""
    every = measures.readable()
    if every is None:
        return "On Record"
    found = every.get(f"/{measure_path}")
    return measure.title(found.page_name) if found else "On Record: no such page"


def layout(measure_path: object = "", **query: Any) -> Any:
    """Return the page of a path and query, neither of which is trusted."""
    path = f"/{measure_path}"
    return measure.page(path, query) if measures.may_be_page(path) else page_frame.no_such_page()


dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path_template=TEMPLATE, name="Measure", title=title, layout=layout
)
