"""Every view as a file of its own: the page without JavaScript, and its rows as CSV, JSON, Parquet and XLSX."""

from flask import Flask

from dashboard.exports.routes import blueprint
from dashboard.exports.views import NAMED, PAGES
from dashboard.queries import measures


def attach(server: Flask) -> None:
    """Register every address of this package; before the first request, after which Flask refuses."""
    server.register_blueprint(blueprint)


def has_view(path: str) -> bool:
    """Whether a path is that of a view, which has files and a plain page."""
    return path in PAGES or path.startswith(tuple(NAMED)) or measures.is_page(path)
