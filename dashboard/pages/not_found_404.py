"""What is shown at an address where no page is; dashboard/http/not_found.py gives it its status."""

from typing import Any

import dash

from dashboard.components import page_frame

dash.register_page(__name__, name="Not found", title="On Record: no such page")  # type: ignore[no-untyped-call]


def layout(**_: Any) -> Any:
    """Return the page."""
    return page_frame.no_such_page()
