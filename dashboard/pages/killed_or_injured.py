"""People killed or injured, counted together."""

import dash

from dashboard import room

dash.register_page(  # type: ignore[no-untyped-call]
    __name__,
    path="/killed-or-injured",
    name="Killed or injured",
    title=room.title("Killed or injured"),
    layout=room.page("killed_or_injured"),
)
