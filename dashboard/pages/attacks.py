"""Attacks other than airstrikes."""

import dash

from dashboard import room_page

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/attacks", name="Attacks", title=room_page.title("Attacks"), layout=room_page.page("attacks")
)
