"""plotly.js for the charts: the basic bundle in assets/plotly, a third of the one Dash brings along.

A page with charts names it in its head, so that it comes while Dash starts; on any other page it comes when the reader
goes to a page with a chart (assets/chart_library.js). README.md beside the bundle says where it is from.
"""

from pathlib import Path

from flask import Flask, Response, request

from dashboard.packed import ASSETS

VERSION = "4.1.1"
FILE = ASSETS / "plotly" / f"plotly-basic-{VERSION}.min.js"
WITH_CHARTS = frozenset({
    "/", "/deaths", "/injuries", "/displaced", "/airstrikes", "/attacks", "/killed-or-injured",
})  # fmt: skip


def address(file: Path = FILE) -> str:
    """Return the bundle's address; like Dash's own it changes with the file."""
    return f"/assets/{file.relative_to(ASSETS).as_posix()}?m={file.stat().st_mtime}"


def meta() -> dict[str, str]:
    """Return what tells every page where the bundle is."""
    return {"name": "chart-library", "content": address()}


def attach(server: Flask) -> None:
    """Let pages with charts ask for the bundle at once, after everything that draws the page."""

    @server.after_request
    def preload(response: Response) -> Response:
        path = request.path.rstrip("/") or "/"
        if response.status_code == 200 and response.mimetype == "text/html" and path in WITH_CHARTS:
            response.headers.add("Link", f"<{address()}>; rel=preload; as=script")
        return response
