"""Every view as a file of its own: the page without JavaScript, and its rows as CSV, JSON, Parquet and XLSX."""

from flask import Flask

from dashboard.files.routes import blueprint


def attach(server: Flask) -> None:
    """Register every address of this package; before the first request, after which Flask refuses."""
    server.register_blueprint(blueprint)
