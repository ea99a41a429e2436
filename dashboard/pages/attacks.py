"""Attacks other than airstrikes."""

import dash

from dashboard import room

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/attacks", name="Attacks", title=room.title("Attacks"), layout=room.page("attacks")
)
