"""Addresses where no page is: Dash shows a page for every path, so the status is put right here.

The pages of measures are those of the publication being read (dashboard/queries/measures.py).
"""

import re
from typing import Any

import dash
from flask import Flask, Response, request

from dashboard.queries import measures

# Pages that fit every path, or none: the end of their modules' names.
FOR_ALL = ("not_found_404", "measures")
# The name Dash gives to the page for every path.
INDEX = "/<path:path>"


def _is_of(path: str, page: dict[str, Any]) -> bool:
    """Whether a path, without slashes at its ends, is this page's own or fits its template."""
    template = page["path_template"]
    if template:
        parts = re.split(r"<.*?>", template.strip("/"))
        return re.fullmatch(".+".join(map(re.escape, parts)), path, flags=re.DOTALL) is not None
    return path == str(page["path"]).strip("/")


def is_known(path: str) -> bool:
    """Whether a page is registered for this path, or a measure has it."""
    pages = [page for module, page in dash.page_registry.items() if module.rsplit(".", 1)[-1] not in FOR_ALL]
    return any(_is_of(path.strip("/"), page) for page in pages) or measures.may_be_page(f"/{path.strip('/')}")


def attach(server: Flask) -> None:
    """Answer 404 for a path without a page; the page itself says so in words (pages/not_found_404.py)."""

    @server.after_request
    def say_missing(response: Response) -> Response:
        if response.status_code == 200 and request.endpoint == INDEX and not is_known(request.path):
            response.status_code = 404
        return response
