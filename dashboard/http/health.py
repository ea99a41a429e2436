"""`/health`: whether this server can answer and how old is what it shows, for a machine that watches it.

It tells nothing else, to anybody.
"""

from datetime import UTC, datetime

from flask import Flask, Response, request

from dashboard.errors import NothingPublishedError
from dashboard.publication.folder import publications
from dashboard.request import as_of

PATH = "/health"
MAX_AGE = "max_age"
LONGEST = 11


def is_requested() -> bool:
    """Whether this request is for the health of the server; it needs neither the right name nor a password."""
    return request.path == PATH and request.method in ("GET", "HEAD")


def answer() -> Response:
    """Return 200, "ok" and when what is shown was published and loaded, 503 where nothing can be read.

    With ``max_age``, in seconds as in Cache-Control: 503 too where the publication is older, so that whoever watches
    hears of builds that fail or do not run. 400 where it is no number of seconds.
    """
    asked = request.args.get(MAX_AGE, "")
    if asked and not (len(asked) <= LONGEST and asked.isascii() and asked.isdecimal()):
        return _said(f"{MAX_AGE} is a number of seconds, such as {MAX_AGE}=93600\n", 400)
    try:
        build = publications().newest_build()
    except NothingPublishedError:
        return _said("nothing is published\n", 503)
    age = (datetime.now(UTC) - _utc(build["published_at"])).total_seconds() if build.get("published_at") else 0.0
    is_stale = bool(asked) and age > int(asked)
    head = f"stale: published {age:.0f} seconds ago, at most {asked}" if is_stale else "ok"
    times = [f"{name} {as_of.iso(build[name])}" for name in ("published_at", "loaded_at") if build.get(name)]
    return _said("\n".join([head, *times, ""]), 503 if is_stale else 200)


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _said(text: str, code: int) -> Response:
    return Response(text, code, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def attach(server: Flask) -> None:
    """Answer it before anything asks for https, counts or asks who is there; attached before all of these."""
    server.add_url_rule(PATH, "health", answer)

    @server.before_request
    def answer_first() -> Response | None:
        return answer() if is_requested() else None
