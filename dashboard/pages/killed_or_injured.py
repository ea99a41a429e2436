"""People killed or injured, counted together."""

import dash

from dashboard import room_page

dash.register_page(  # type: ignore[no-untyped-call]
    __name__,
    path="/killed-or-injured",
    name="Killed or injured",
    title=room_page.title("Killed or injured"),
    layout=room_page.page("killed_or_injured"),
)
