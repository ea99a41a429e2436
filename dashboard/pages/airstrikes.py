"""Airstrikes."""

import dash

from dashboard import room_page

dash.register_page(  # type: ignore[no-untyped-call]
    __name__,
    path="/airstrikes",
    name="Airstrikes",
    title=room_page.title("Airstrikes"),
    layout=room_page.page("airstrikes"),
)
