"""`/docs`: the project as dbt documents it, one page: every table, its columns, and the way to it from the raw rows.

`make docs` writes it. It is dbt's own page with scripts inside, so it has a policy of its own: those scripts, known by
hash, and nothing from anywhere, not even from here.
"""

import base64
import hashlib
import re
from functools import lru_cache

from flask import Flask, Response, abort, g

from common.layout import ROOT
from dashboard.http import compressed

PATH = "/docs"
FILE = ROOT / "target" / "docs" / "index.html"
SCRIPT = re.compile(rb"<script[^>]*>(.*?)</script>", re.DOTALL)


def is_there() -> bool:
    """Whether the page was written."""
    return FILE.is_file()


@lru_cache(maxsize=2)
def policy(_digest: str) -> dict[str, list[str] | str]:
    """Return the content security policy of the page as it is: its own scripts and styles, and no connection at all."""
    hashes = [
        base64.b64encode(hashlib.sha256(script).digest()).decode() for script in SCRIPT.findall(FILE.read_bytes())
    ]
    return {
        "default-src": "'none'",
        "script-src": [f"'sha256-{each}'" for each in hashes],
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


def answer() -> Response:
    """Return the page; 404 where nobody has written it."""
    if not is_there():
        abort(404)
    digest = compressed.digest(FILE)
    g.content_security_policy = policy(digest)
    response = Response(FILE.read_bytes(), content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(digest)
    return response


def attach(server: Flask) -> None:
    """Answer it."""
    server.add_url_rule(PATH, "documentation", answer)
