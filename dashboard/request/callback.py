"""Where Dash's callbacks arrive."""

CALLBACK_PATH = "/_dash-update-component"
