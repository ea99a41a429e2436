"""People displaced."""

import dash

from dashboard import room

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/displaced", name="Displaced", title=room.title("Displaced"), layout=room.page("displaced")
)
