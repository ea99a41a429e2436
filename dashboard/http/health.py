"""`/health`: whether this server can answer, for a machine that watches it. It tells nothing else, to anybody."""

from flask import Flask, Response, request

from dashboard.errors import NothingPublishedError
from dashboard.publication.folder import publications

PATH = "/health"


def is_asked() -> bool:
    """Whether this request is for the health of the server; it needs neither the right name nor a password."""
    return request.path == PATH and request.method in ("GET", "HEAD")


def answer() -> Response:
    """Return 200 and "ok" where a publication can be read, 503 where none can."""
    try:
        publications().newest()
    except NothingPublishedError:
        said, code = "nothing is published\n", 503
    else:
        said, code = "ok\n", 200
    return Response(said, code, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def attach(server: Flask) -> None:
    """Answer it before anything asks for https, counts or asks who is there; attached before all of these."""
    server.add_url_rule(PATH, "health", answer)

    @server.before_request
    def answer_first() -> Response | None:
        return answer() if is_asked() else None
