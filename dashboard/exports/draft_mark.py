"""The mark on every page of a preview: figures that one person alone has read are in it, and it is not published.

Whether drafts are in a publication, its figures say: no page needs to be told how it came to be.
"""

import re

import duckdb
from flask import Flask, Response, request

from dashboard import wording
from dashboard.errors import BusyError, NothingPublishedError
from dashboard.exports import documentation
from dashboard.queries import pages
from dashboard.request import publication

HEADER = "X-On-Record-Drafts"
NO_FIGURES = ("text/css", "text/javascript", "application/javascript", "image/x-icon")
BODY = re.compile(rb"<body[^>]*>")
# Beside everything else on a page, in every colour scheme and on paper; it stays in sight.
STYLE = (
    "position:sticky;top:0;z-index:1000;margin:0;padding:.35rem 1rem;background:#7a0012;color:#fff;font-weight:600;"
    "print-color-adjust:exact;-webkit-print-color-adjust:exact"
)


def sentence(count: int) -> str:
    """Return what a preview says of itself, with how many drafts are in it."""
    are = "is" if count == 1 else "are"
    figures = wording.plural(count, "figure")
    return f"DRAFT: {figures} here {are} not read a second time yet. This is not published, and not to be cited."


def attach(server: Flask) -> None:
    """Mark every answer about a publication with drafts: a page in sight, a file in its head."""

    @server.after_request
    def mark(response: Response) -> Response:
        count = _drafts() if _may_tell_figures(response) else 0
        if not count:
            return response
        response.headers[HEADER] = str(count)
        if response.mimetype == "text/html" and not response.is_streamed:
            response.direct_passthrough = False
            told = f'<p class="draft-mark" role="status" style="{STYLE}">{sentence(count)}</p>'.encode()
            response.set_data(BODY.sub(lambda found: found[0] + told, response.get_data(), count=1))
        return response


def _may_tell_figures(response: Response) -> bool:
    """Whether an answer may be about figures: no refusal, no script, and no part of a page that is marked already."""
    is_part = request.method not in ("GET", "HEAD") or request.path.startswith(("/_dash", "/assets/"))
    is_other = response.mimetype in NO_FIGURES or request.path == documentation.PATH
    return response.status_code in (200, 404) and not is_part and not is_other


def _drafts() -> int:
    try:
        with publication.cursor() as cursor:
            return pages.draft_count(cursor)
    except (NothingPublishedError, BusyError, duckdb.Error):
        return 0
