"""Build the dashboard: Dash on Flask, pages from pages/, nothing asked of any other host."""

import re
from html import escape
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, dcc, html, page_container, page_registry
from flask import Flask, request

from dashboard import api, exports
from dashboard.components import nav
from dashboard.components.downloads import file_address
from dashboard.exports import (
    documentation,
    draft_mark,
    prerender,
    security_txt,
    static_html,
    suggestions,
    unknown_values,
)
from dashboard.http import errors, headers, health, not_found, rate_limit, sign_in, static_files
from dashboard.http import hosts as http_hosts
from dashboard.request import publication
from dashboard.request.view import values as view_values
from dashboard.sections import figure_links, measure
from dashboard.sections.find import addresses
from dashboard.sql import routes

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
{%find%}
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
        view = prerender.page(path, search)
        values = view_values(search)
        every = parts | {
            "find": suggestions.form(values.get("q", "") if path == "/search" else "", values.get("recorded_on", "")),
            "plain": escape(file_address(path, "html", search) if exports.has_view(path) else "/index.html"),
            "our_scripts": prerender.scripts(),
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
        prerender.head(),
        html.Main(page_container, id="main", tabIndex="-1"),
    ])  # fmt: skip


def _attach(app: Dash) -> list[str]:
    """Attach what stands between a request and the pages; returns the allowed scripts, to be filled once warm.

    The order counts: what answers a request runs from first to last, what changes an answer from last to first.
    """
    server: Flask = app.server
    static_files.compress(server)
    health.attach(server)
    http_hosts.attach(server)
    scripts = headers.protect(app)
    rate_limit.attach(server)
    sign_in.attach(server)
    server.before_request(static_files.serve)
    headers.refuse_garbage(app)
    errors.attach(server)
    static_files.attach(server)
    publication.attach(server)
    not_found.attach(server)
    unknown_values.attach(server)
    figure_links.attach(server)
    addresses.attach(server)
    suggestions.attach(server)
    api.attach(server)
    exports.attach(server)
    documentation.attach(server)
    security_txt.attach(server)
    prerender.attach(server)
    draft_mark.attach(server)
    server.register_blueprint(routes.blueprint)
    return scripts


def create_app(*, is_debugged: bool = False) -> Dash:
    """Return the app, warm: its first request is answered here, so that no reader meets a half-built one."""
    app = Page(
        "dashboard",
        use_pages=True,
        pages_folder="pages",
        serve_locally=True,
        index_string=INDEX,
        meta_tags=[*META, static_files.meta()],
        assets_ignore=prerender.NOT_BY_DASH,
        title="On Record",
        update_title="",
        suppress_callback_exceptions=True,
    )
    app.layout = _layout
    # Its template fits every path, so all others are asked first.
    page_registry.move_to_end(next(name for name in page_registry if name.endswith("pages.measures")))
    seen = ClientsideFunction("page", "viewport")
    app.clientside_callback(seen, Output("viewport", "data"), Input("viewport", "id"))  # type: ignore[no-untyped-call]
    nav.attach(app)
    measure.attach(app, static_html.within_page)
    scripts = _attach(app)
    if is_debugged:
        # Before the first request, after which nothing can be attached; and without its call home for a newer version.
        app.enable_dev_tools(debug=True, dev_tools_hot_reload=False, dev_tools_disable_version_check=True)
    # A page that reads nothing: what is read for one stays in memory, and nobody has asked for it yet.
    app.server.test_client().get("/about", base_url="https://localhost", environ_overrides={http_hosts.WARMING: True})
    scripts.extend(app.csp_hashes())
    return app
