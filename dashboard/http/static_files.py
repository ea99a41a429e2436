"""Serves scripts and styles from their compressed copies, and compresses all other answers on the fly."""

from pathlib import Path

from dash.fingerprint import check_fingerprint
from flask import Flask, Response, request
from flask_compress import Compress

from dashboard.http import compressed
from dashboard.http.compressed import ASSETS
from dashboard.queries import measures

SUITE = "/_dash-component-suites/dash/"
OURS = "/assets/"
A_YEAR = "public, max-age=31536000, immutable"
# Answers wait for this: level 4 of 11 is the fastest that still beats gzip by far.
LEVEL = 4
_DASH = compressed.dash_files()
_OURS = compressed.asset_files()
MORE_TYPES = ("text/csv", "application/geo+json", "application/problem+json", "application/vnd.oai.openapi+json")


def _found(path: str) -> tuple[Path | None, bool]:
    """Return the file at an address that names a file of ours or of Dash, and whether the address names its version."""
    if path.startswith(SUITE):
        name, is_versioned = check_fingerprint(path.removeprefix(SUITE))  # type: ignore[no-untyped-call]
        return _DASH.get(name), is_versioned
    if path.startswith(OURS):
        file = _OURS.get(path.removeprefix(OURS))
        return file, file is not None and file.exists() and request.args.get("m") == str(file.stat().st_mtime)
    return None, False


def _content(file: Path) -> tuple[bytes, str]:
    """Return a file's bytes and their encoding, "" for none: also while the copy that would fit is not made yet."""
    for encoding in compressed.WRITERS:
        copy = compressed.copy_of(file, encoding)
        if request.accept_encodings.quality(encoding) > 0 and copy.exists():
            return copy.read_bytes(), encoding
    return file.read_bytes(), ""


def serve() -> Response | None:
    """Answer a request for a script or style of ours; None where somebody else answers."""
    file, is_versioned = _found(request.path) if request.method in ("GET", "HEAD") else (None, False)
    if not file or not file.exists():
        return None
    content, encoding = _content(file)
    response = Response(content, content_type=compressed.kind(file))
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = A_YEAR if is_versioned else "no-cache"
    response.set_etag(f"{compressed.digest(file)}-{encoding or 'whole'}")
    response.make_conditional(request)
    return response


def compress(server: Flask) -> None:
    """Compress what is made on request; attached before all else that changes answers, so that it runs last."""
    server.config["COMPRESS_ALGORITHM"] = server.config["COMPRESS_ALGORITHM_STREAMING"] = ["br", "gzip"]
    server.config["COMPRESS_BR_LEVEL"] = server.config["COMPRESS_LEVEL"] = LEVEL
    # It would leave the files that Flask streams open.
    server.config["COMPRESS_STREAMS"] = False
    done = Compress()
    done.init_app(server)
    done.compress_mimetypes_set.update(MORE_TYPES)


# plotly.js for the charts: the basic bundle in assets/plotly, a third of the one Dash brings along.
#
# A page with charts names it in its head, so that it comes while Dash starts; on any other page it comes when the
# reader goes to a page with a chart (assets/chart_library.js). README.md beside the bundle says where it is from.

VERSION = "4.1.1"
FILE = ASSETS / "plotly" / f"plotly-basic-{VERSION}.min.js"


def has_charts(path: str) -> bool:
    """Whether the page at a path has charts: the overview has, and every measure."""
    return path == "/" or measures.is_page(path)


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
        if response.status_code == 200 and response.mimetype == "text/html" and has_charts(path):
            response.headers.add("Link", f"<{address()}>; rel=preload; as=script")
        return response
