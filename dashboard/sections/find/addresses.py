"""The addresses of places and data sets, /place/<id> and /dataset/<id>: read with care, 404 where there is none."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import dash
from dash.exceptions import MissingCallbackContextException
from flask import Flask, Response, redirect, request

from dashboard.components.page_frame import DATASET, PLACE
from dashboard.errors import NothingPublishedError
from dashboard.publication.cache import Cursor
from dashboard.queries.find import index
from dashboard.request import publication
from dashboard.sections import figure_links
from dashboard.sections.find import dataset, place


def _has_dataset(cursor: Cursor, dataset_id: str) -> bool:
    return bool(dataset.releases(cursor, dataset_id))


# By the beginning of the path: whether a publication has what the rest names.
THERE: dict[str, Callable[[Cursor, str], bool]] = {PLACE: place.exists, DATASET: _has_dataset}


def of_path(path: object, prefix: str) -> str:
    """Return the id in a path; an empty text where the path is another one."""
    if not isinstance(path, str) or not path.startswith(prefix):
        return ""
    return figure_links.clean(path[len(prefix) :].strip("/"))


def named(prefix: str, fallback: object) -> str:
    """Return what the path names, where Dash asks: it would let the query's own value of that name win."""
    try:
        return of_path(dash.ctx.inputs.get("_pages_location.pathname"), prefix) or figure_links.clean(fallback)
    except (MissingCallbackContextException, LookupError):
        return figure_links.clean(fallback)


def _is_missing(path: str, prefix: str) -> bool:
    """Whether a publication is there and has no such thing."""
    try:
        with publication.cursor() as cursor:
            return not THERE[prefix](cursor, of_path(path, prefix))
    except NothingPublishedError:
        return False


def attach(server: Flask) -> None:
    """Answer 404 for a place or a data set that a publication does not have; the page itself says so in words.

    A place that is asked for by a name or code of its own, /place/PSE, is led to its address.
    """
    server.before_request(_lead_on)
    server.after_request(_say_missing)


def _lead_on() -> Any:
    text = of_path(request.path, PLACE)
    if not text or request.method != "GET":
        return None
    try:
        with publication.cursor() as cursor:
            found = [] if place.exists(cursor, text) else index.places_called(cursor, text)
    except NothingPublishedError:
        return None
    if len(found) != 1:
        return None
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    return redirect(f"{PLACE}{quote(found[0])}{query}")


def _say_missing(response: Response) -> Response:
    prefix = next((each for each in THERE if request.path.startswith(each)), "")
    is_page = response.status_code == 200 and request.blueprint is None and prefix
    if is_page and _is_missing(request.path, prefix):
        response.status_code = 404
    return response
