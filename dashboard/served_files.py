"""Serves scripts and styles from their compressed copies, and compresses all other answers on the fly."""

from pathlib import Path

from dash.fingerprint import check_fingerprint
from flask import Flask, Response, request
from flask_compress import Compress

from dashboard import packed

SUITE = "/_dash-component-suites/dash/"
ASSETS = "/assets/"
A_YEAR = "public, max-age=31536000, immutable"
# Answers wait for this: level 4 of 11 is the fastest that still beats gzip by far.
LEVEL = 4
_DASH = packed.dash_files()
_OURS = packed.asset_files()
MORE_TYPES = ("text/csv", "application/geo+json", "application/problem+json", "application/vnd.oai.openapi+json")


def _found(path: str) -> tuple[Path | None, bool]:
    """Return the file at an address that names a file of ours or of Dash, and whether the address names its version."""
    if path.startswith(SUITE):
        name, is_versioned = check_fingerprint(path.removeprefix(SUITE))  # type: ignore[no-untyped-call]
        return _DASH.get(name), is_versioned
    if path.startswith(ASSETS):
        file = _OURS.get(path.removeprefix(ASSETS))
        return file, file is not None and file.exists() and request.args.get("m") == str(file.stat().st_mtime)
    return None, False


def _content(file: Path) -> tuple[bytes, str]:
    """Return a file's bytes and their encoding, "" for none: also while the copy that would fit is not made yet."""
    for encoding in packed.WRITERS:
        copy = packed.copy_of(file, encoding)
        if request.accept_encodings.quality(encoding) > 0 and copy.exists():
            return copy.read_bytes(), encoding
    return file.read_bytes(), ""


def serve() -> Response | None:
    """Answer a request for a script or style of ours; None where somebody else answers."""
    file, is_versioned = _found(request.path) if request.method in ("GET", "HEAD") else (None, False)
    if not file or not file.exists():
        return None
    content, encoding = _content(file)
    response = Response(content, content_type=packed.kind(file))
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = A_YEAR if is_versioned else "no-cache"
    response.set_etag(f"{packed.digest(file)}-{encoding or 'whole'}")
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
