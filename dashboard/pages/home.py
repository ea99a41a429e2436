"""The first page: people killed."""

import dash

from dashboard import room

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/", name="Deaths", title=room.title("Deaths"), layout=room.page("killed")
)
