"""People killed."""

import dash

from dashboard import room_page

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/deaths", name="Deaths", title=room_page.title("Deaths"), layout=room_page.page("killed")
)
