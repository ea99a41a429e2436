"""Addresses that ask for what is not there: the page says so and shows what there is, and its status is 400."""

from collections.abc import Sequence

from flask import Flask, Response, request

from dashboard import exports
from dashboard.components import selection
from dashboard.errors import NothingPublishedError, NotRecordedError
from dashboard.http.not_found import INDEX
from dashboard.queries import measures
from dashboard.request import publication
from dashboard.sections import measure_data

SQL = "/sql"


def problems(path: str, search: str) -> Sequence[str]:
    """Return what an address asks for in vain, a sentence each; raises NothingPublishedError."""
    with publication.cursor() as cursor:
        if path in measures.pages(cursor):
            return measure_data.remembered(cursor, path, search).problems
        # The SQL page knows no episodes and no days but the record's own.
        return () if path == SQL else selection.read(cursor, search).problems


def status(path: str, search: str) -> int:
    """Return the status of a page's address; nothing published yet is no fault of the address."""
    try:
        return 400 if problems(path, search) else 200
    except NotRecordedError as reason:
        return reason.status
    except NothingPublishedError:
        return 200


def attach(server: Flask) -> None:
    """Answer 400 where a value of a page's address does not exist."""

    @server.after_request
    def say_unknown(response: Response) -> Response:
        path = request.path.rstrip("/") or "/"
        has_view = path == SQL or exports.has_view(path)
        is_page = response.status_code == 200 and request.endpoint in ("/", INDEX) and has_view
        if is_page and request.query_string:
            response.status_code = status(path, f"?{request.query_string.decode(errors='replace')}")
        return response
