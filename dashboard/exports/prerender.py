"""What a reader sees before Dash has started: the page as the server builds it, and the first chart that is drawn.

A browser takes seconds to start Dash on a slow machine, and a page of numbers can be read meanwhile: its links lead to
live pages. assets/first/first_view.js draws the first chart into it and takes it away once the live page is whole.
"""

from html import escape
from typing import Any

import duckdb
from dash import html
from flask import Blueprint, Flask, Response, abort, current_app, request
from plotly.io.json import to_json_plotly

from dashboard import exports
from dashboard.charts.theme import Theme
from dashboard.components import nav
from dashboard.components.parts import GRAPH_CONFIG
from dashboard.errors import NothingPublishedError
from dashboard.exports.static_html import rendered
from dashboard.exports.static_pages import layout
from dashboard.http import errors, static_files
from dashboard.http.compressed import ASSETS
from dashboard.http.not_found import INDEX
from dashboard.queries import measures
from dashboard.sections import measure, overview
from dashboard.sections.find import results

# Named by the page itself, in this order, before any script of Dash: Dash must find the promise of plotly.js.
SCRIPTS = ("first/chart_library.js", "first/first_view.js")
# Files of assets/ that Dash shall not load by itself.
NOT_BY_DASH = r"plotly-.*\.js|chart_library\.js|first_view\.js"
# The dictionary of all columns is as long as all of Dash: it is sent once.
LONG = frozenset({"/about"})
NAME, SAYING = "On Record", "who reported how many, as of when, read where"
SCHEMES, WIDTHS = ("light", "dark"), ("wide", "narrow")

blueprint = Blueprint("first_view", __name__)


def head(path: str = "", search: str = "") -> html.Header:
    """Return the top of every page; for the page and query shown where they are known."""
    name = html.A(NAME, href="/", className="name")
    return html.Header([name, html.Span(SAYING, className="muted"), nav.bar(path, search)], className="top")


def page(path: str, search: str) -> str:
    """Return the HTML of a page before Dash has started, every text in it escaped; nothing for one that has none."""
    if not (exports.has_view(path) or path == results.PATH) or path in LONG:
        return ""
    try:
        inside = measure.filled(path, search) if measures.is_page(path) else layout(path, search)
    except NothingPublishedError:
        # Dash will say so.
        return ""
    except duckdb.Error:
        # So it will of this: a damaged publication is no reason to answer nothing at all.
        current_app.logger.exception("The first view of %s could not be built.", path)
        return ""
    main = html.Main(inside, id="main", tabIndex="-1")
    return rendered(html.Div([head(path, search), main], id="first-view"), is_live=True)


def scripts() -> str:
    """Return the tags of the scripts."""
    return "".join(f'<script src="{escape(static_files.address(ASSETS / name))}"></script>' for name in SCRIPTS)


def chart(path: str, search: str, theme: Theme) -> dict[str, Any] | None:
    """Return the first chart of a page's address; None where it has none.

    Raises NothingPublishedError, NotRecordedError.
    """
    if path != "/":
        return measure.first_chart(path, search, theme)
    return next(iter(overview.charts_of(search, theme).values()), None)


@blueprint.get("/first-chart/<scheme>/<width>/")
@blueprint.get("/first-chart/<scheme>/<width>/<path:path>")
def first_chart(scheme: str, width: str, path: str = "") -> Response:
    """Answer with the first chart of a page's address, for a screen: {figure, config}."""
    if scheme not in SCHEMES or width not in WIDTHS or (path and not measures.may_be_page(f"/{path}")):
        abort(404)
    theme = Theme(scheme, is_narrow=width == "narrow")
    try:
        figure = chart(f"/{path}", request.query_string.decode(errors="replace"), theme)
    except NothingPublishedError as reason:
        return errors.refusal(getattr(reason, "status", 404), str(reason))
    if figure is None:
        return Response(status=204)
    return Response(to_json_plotly({"figure": figure, "config": GRAPH_CONFIG}), mimetype="application/json")


def attach(server: Flask) -> None:
    """Register the address of first charts; before the first request, after which Flask refuses."""
    server.register_blueprint(blueprint)

    @server.after_request
    def ask_anew(response: Response) -> Response:
        # A page holds figures now: no browser may show them again without asking whether they stand.
        if request.endpoint in ("/", INDEX, "first_view.first_chart"):
            response.headers.setdefault("Cache-Control", "no-cache")
        return response
