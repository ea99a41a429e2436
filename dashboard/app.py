"""Build the dashboard: Dash on Flask, pages from pages/, nothing asked of any other host."""

from dash import ClientsideFunction, Dash, Input, Output, dcc, html, page_container

from dashboard import api, figure_address, files, nav, room_page, security, sql_routes

INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
{%favicon%}
{%css%}
</head>
<body>
<a class="skip" href="#main">Skip to the figures</a>
{%app_entry%}
<noscript><p>This page needs JavaScript. Without it: <a href="/ranges.html">the ranges</a>,
<a href="/figures.html">the figures</a>, <a href="/api">the API</a>.</p></noscript>
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""
META = [
    {"name": "viewport", "content": "width=device-width, initial-scale=1"},
    {"name": "color-scheme", "content": "light dark"},
]


def _layout() -> html.Div:
    """Return what every page shares: the name of the house, the address, and what is known of the reader's screen."""
    name = html.A("On Record", href="/", className="name")
    saying = html.Span("who reported how many, as of when, read where", className="muted")
    return html.Div([
        dcc.Location(id="url", refresh=False),
        dcc.Store(id="viewport"),
        html.Header([name, saying, nav.bar()], className="top"),
        html.Main(page_container, id="main", tabIndex="-1"),
    ])  # fmt: skip


def create_app(*, is_debugged: bool = False) -> Dash:
    """Return the app, warm: its first request is answered here, so that no reader meets a half-built one."""
    app = Dash(
        "dashboard",
        use_pages=True,
        pages_folder="pages",
        serve_locally=True,
        index_string=INDEX,
        meta_tags=META,
        title="On Record",
        update_title="",
        suppress_callback_exceptions=True,
    )
    app.layout = _layout
    seen = ClientsideFunction("page", "viewport")
    app.clientside_callback(seen, Output("viewport", "data"), Input("viewport", "id"))  # type: ignore[no-untyped-call]
    nav.attach(app)
    room_page.attach(app)
    hashes = security.protect(app)
    figure_address.attach(app.server)
    api.attach(app.server)
    files.attach(app.server)
    app.server.register_blueprint(sql_routes.blueprint)
    if is_debugged:
        # Before the first request, after which nothing can be attached; and without its call home for a newer version.
        app.enable_dev_tools(debug=True, dev_tools_hot_reload=False, dev_tools_disable_version_check=True)
    app.server.test_client().get("/")
    hashes.extend(app.csp_hashes())
    return app
