"""The first page, until an overview takes its place: people killed."""

import dash

from dashboard import room

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/", name="Overview", title=room.title("Overview"), layout=room.page("killed")
)
