"""The one publication of a request: whatever a request reads, it reads from the file it began with.

Which file that is, the address says (`recorded_on`): that of the request, or, where a page asks for its parts by a
callback, that of the page. It is held from the first look until the answer is made.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, g, has_request_context, request

from dashboard.publication.cache import Reading
from dashboard.publication.folder import publications
from dashboard.publication.open_file import Publication
from dashboard.request import as_of
from dashboard.request.callback import CALLBACK_PATH
from dashboard.text import as_of as text_as_of


def search() -> str:
    """Return the query of the address that is shown, of the page where this is one of its callbacks."""
    if not request.path.endswith(CALLBACK_PATH):
        return request.query_string.decode(errors="replace")
    body: Any = request.get_json(silent=True)
    parts = [*body.get("inputs", []), *body.get("state", [])] if isinstance(body, dict) else []
    found = [part.get("value") for part in parts if isinstance(part, dict) and part.get("property") == "search"]
    return next((value for value in found if isinstance(value, str)), "")


def _held() -> Publication:
    """Return the publication of this request, held for it; raises NothingPublishedError, NotRecordedError."""
    if "publication" not in g:
        every = publications()
        publication = every.hold(as_of.requested(search()))
        g.publication, g.publications = publication, every
    found: Publication = g.publication
    return found


@contextmanager
def cursor() -> Iterator[Reading]:
    """Lend a cursor on the publication of this request, on the newest where there is no request.

    Raises NothingPublishedError, NotRecordedError.
    """
    if not has_request_context():
        with publications().cursor() as reading:
            yield reading
        return
    with _held().lend() as reading:
        yield reading


def held_longer() -> tuple[Publication, Callable[[], None]]:
    """Return the publication of this request, held beyond it, and what lets go of it: for an answer sent bit by bit.

    Raises NothingPublishedError, NotRecordedError.
    """
    publication = _held()
    every = g.publications
    every.hold_longer(publication)
    return publication, partial(every.release, publication)


def path() -> Path:
    """Return the file of this request's publication, the newest where there is no request; raises as `cursor` does."""
    return _held().path if has_request_context() else publications().newest()


def day() -> date | None:
    """Return the day as recorded on of this request where it is not now; raises as `cursor` does."""
    return as_of.requested(search()) if has_request_context() and _held().is_past else None


def days() -> list[date]:
    """List the days that may be asked for, in order, now as the last one; raises as `cursor` does."""
    if not has_request_context():
        return publications().days()
    publication, found = _held(), publications().days()
    now = publication.recorded_on
    # A newer publication may have come meanwhile: to this request its own is now.
    return found if publication.is_past else [*(day for day in found if day < now), now]


def attach(server: Flask) -> None:
    """Let go of the publication once the answer is made, and let templates say which day they show."""

    @server.teardown_request
    def release(_: BaseException | None) -> None:
        publication = g.pop("publication", None)
        if publication:
            g.pop("publications").release(publication)

    @server.context_processor
    def say_day() -> dict[str, Any]:
        publication: Publication | None = g.get("publication")
        if publication is None or not publication.is_past:
            return {"recorded_notice": "", "recorded_query": "", "now": ""}
        shown = as_of.requested(search())
        return {
            "recorded_notice": text_as_of.notice(shown) if shown else "",
            "recorded_query": f"{as_of.NAME}={shown.isoformat()}" if shown else "",
            "now": request.path + (f"?{left}" if (left := as_of.query(search(), None)) else ""),
        }
