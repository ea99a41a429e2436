"""Addresses that ask for what is not there: the page says so and shows what there is, and its status is 400."""

from collections.abc import Sequence
from contextlib import suppress

from flask import Flask, Response, request

from dashboard import asked, files, room
from dashboard.errors import NothingPublishedError
from dashboard.published import publications
from dashboard.unknown_paths import INDEX


def problems(path: str, search: str) -> Sequence[str]:
    """Return what an address asks for in vain, a sentence each; raises NothingPublishedError."""
    with publications().cursor() as cursor:
        if path in room.PATHS:
            return room.remembered(cursor, room.PATHS[path], search).problems
        return asked.read(cursor, search).problems


def attach(server: Flask) -> None:
    """Answer 400 where a value of a page's address does not exist."""

    @server.after_request
    def say_unknown(response: Response) -> Response:
        path = request.path.rstrip("/") or "/"
        is_page = response.status_code == 200 and request.endpoint in ("/", INDEX) and files.has_view(path)
        if is_page and request.query_string:
            with suppress(NothingPublishedError):
                if problems(path, f"?{request.query_string.decode(errors='replace')}"):
                    response.status_code = 400
        return response
