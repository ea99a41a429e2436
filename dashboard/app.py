"""Build the dashboard: Dash on Flask, pages from pages/, nothing asked of any other host."""

import re
from html import escape
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, dcc, html, page_container
from flask import Flask, request

from dashboard import (
    api,
    binding,
    bound,
    chart_library,
    figure_address,
    files,
    first_view,
    health,
    limits,
    nav,
    refusals,
    room_page,
    security,
    served_files,
    sign_in,
    sql_routes,
    unknown_paths,
    unknown_values,
)
from dashboard.downloads import file_address

INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
{%favicon%}
{%css%}
</head>
<body class="{%body_class%}">
<a class="skip" href="#main">Skip to the figures</a>
<noscript><p>The charts need JavaScript. Without it: <a href="{%plain%}">this page in plain HTML</a>,
<a href="/ranges.html">the ranges</a>, <a href="/figures.html">the figures</a>,
<a href="/api">the API</a>.</p></noscript>
{%app_entry%}
{%first_view%}
{%our_scripts%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""
PLACES = re.compile("{%(.*?)%}")
META = [
    {"name": "viewport", "content": "width=device-width, initial-scale=1"},
    {"name": "color-scheme", "content": "light dark"},
]


class Page(Dash):
    """Dash with two things more: what a page shows until Dash has started, and its plain page, without JavaScript."""

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """Return the HTML of any address."""
        path = request.path.rstrip("/") or "/"
        search = request.query_string.decode(errors="replace")
        view = first_view.page(path, search)
        every = parts | {
            "plain": escape(file_address(path, "html", search) if files.has_view(path) else "/index.html"),
            "our_scripts": first_view.scripts(),
            "body_class": "first" if view else "",
            "first_view": view,
        }
        # In one go, unlike Dash: an address and a document may say anything, also what is a place in the template.
        return PLACES.sub(lambda found: str(every[found[1]]), INDEX)


def _layout() -> html.Div:
    """Return what every page shares: the name of the house, the address, and what is known of the reader's screen."""
    return html.Div([
        dcc.Location(id="url", refresh=False),
        dcc.Store(id="viewport"),
        first_view.head(),
        html.Main(page_container, id="main", tabIndex="-1"),
    ])  # fmt: skip


def _attach(app: Dash) -> list[str]:
    """Attach what stands between a request and the pages; returns the allowed scripts, to be filled once warm.

    The order counts: what answers a request runs from first to last, what changes an answer from last to first.
    """
    server: Flask = app.server
    served_files.compress(server)
    health.attach(server)
    binding.attach(server)
    scripts = security.protect(app)
    limits.attach(server)
    sign_in.attach(server)
    server.before_request(served_files.serve)
    security.refuse_garbage(app)
    refusals.attach(server)
    chart_library.attach(server)
    bound.attach(server)
    unknown_paths.attach(server)
    unknown_values.attach(server)
    figure_address.attach(server)
    api.attach(server)
    files.attach(server)
    first_view.attach(server)
    server.register_blueprint(sql_routes.blueprint)
    return scripts


def create_app(*, is_debugged: bool = False) -> Dash:
    """Return the app, warm: its first request is answered here, so that no reader meets a half-built one."""
    app = Page(
        "dashboard",
        use_pages=True,
        pages_folder="pages",
        serve_locally=True,
        index_string=INDEX,
        meta_tags=[*META, chart_library.meta()],
        assets_ignore=first_view.NOT_BY_DASH,
        title="On Record",
        update_title="",
        suppress_callback_exceptions=True,
    )
    app.layout = _layout
    seen = ClientsideFunction("page", "viewport")
    app.clientside_callback(seen, Output("viewport", "data"), Input("viewport", "id"))  # type: ignore[no-untyped-call]
    nav.attach(app)
    room_page.attach(app)
    scripts = _attach(app)
    if is_debugged:
        # Before the first request, after which nothing can be attached; and without its call home for a newer version.
        app.enable_dev_tools(debug=True, dev_tools_hot_reload=False, dev_tools_disable_version_check=True)
    # A page that reads nothing: what is read for one stays in memory, and nobody has asked for it yet.
    app.server.test_client().get("/about", base_url="https://localhost", environ_overrides={binding.WARMING: True})
    scripts.extend(app.csp_hashes())
    return app
