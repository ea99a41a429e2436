"""Airstrikes."""

import dash

from dashboard import room

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/airstrikes", name="Airstrikes", title=room.title("Airstrikes"), layout=room.page("airstrikes")
)
