"""People injured."""

import dash

from dashboard import room_page

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/injuries", name="Injuries", title=room_page.title("Injuries"), layout=room_page.page("injured")
)
