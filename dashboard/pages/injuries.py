"""People injured."""

import dash

from dashboard import room

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/injuries", name="Injuries", title=room.title("Injuries"), layout=room.page("injured")
)
