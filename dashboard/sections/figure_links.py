"""The address of a figure, /figure/<id>: read with care, and answered 404 where it names no figure."""

import re
from datetime import date
from typing import Any
from urllib.parse import unquote

from flask import Flask, Response, request

from dashboard.errors import NothingPublishedError
from dashboard.publication import cache
from dashboard.publication.cache import Cursor
from dashboard.queries import base
from dashboard.request import publication
from dashboard.request.view import LONGEST

PREFIX = "/figure/"
IDS = re.compile(rf"[A-Za-z0-9._:-]{{1,{LONGEST}}}")


def clean(figure_id: object) -> str:
    """Return an id as text, whatever the address held; cut, since it is shown to the reader."""
    return unquote(figure_id)[:LONGEST].strip() if isinstance(figure_id, str) else ""


def of_path(path: object) -> str:
    """Return the id in a path; an empty text where the path is another one."""
    return clean(path[len(PREFIX) :].strip("/")) if isinstance(path, str) and path.startswith(PREFIX) else ""


def known_id(figure_id: str) -> str:
    """Return what may be asked for as an id, else an empty text."""
    return figure_id if IDS.fullmatch(figure_id) else ""


def found(cursor: Cursor, figure_id: str, day: date | None = None) -> dict[str, Any] | None:
    """Return the figure as it stood on a day (None: now), or None; what is no id is never asked for."""
    rows = cache.records(base.figure(cursor, figure_id, day)) if IDS.fullmatch(figure_id) else []
    return rows[0] if rows else None


def _is_missing(path: str) -> bool:
    """Whether a publication is there and has no such figure."""
    try:
        with publication.cursor() as cursor:
            return found(cursor, of_path(path)) is None
    except NothingPublishedError:
        return False


def attach(server: Flask) -> None:
    """Answer 404 for a figure that does not exist; the page itself still says so in words."""

    @server.after_request
    def say_missing(response: Response) -> Response:
        is_page = response.status_code == 200 and request.blueprint is None and request.path.startswith(PREFIX)
        if is_page and _is_missing(request.path):
            response.status_code = 404
        return response
