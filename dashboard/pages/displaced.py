"""People displaced."""

import dash

from dashboard import room_page

dash.register_page(  # type: ignore[no-untyped-call]
    __name__,
    path="/displaced",
    name="Displaced",
    title=room_page.title("Displaced"),
    layout=room_page.page("displaced"),
)
