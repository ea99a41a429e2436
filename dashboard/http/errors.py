"""What every refusal says: one sentence, as a page for a person, as a problem for a program, as text for our script."""

import duckdb
from dash.exceptions import DependencyException
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from dashboard.errors import BusyError
from dashboard.http import problems
from dashboard.publication.gate import HOW_TO_GO_ON
from dashboard.queries import unshown

SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address answers, but not to this kind of request.",
    413: "This request is larger than anything a page of On Record sends, and was not read.",
    500: "Something went wrong on this server. The figures are unharmed; the reason is in the server's log.",
}
TITLES = {404: "Not found", 413: "Too large", 429: "Too many requests", 500: "Something went wrong",
          503: "Too much at once"}  # fmt: skip


def refusal(code: int, sentence: str) -> Response:
    """Return a sentence with a status, in the form that fits the address."""
    title = TITLES.get(code, "Not answered")
    if request.path.startswith("/api/"):
        return problems.refusal(sentence, code, title)
    if request.path.startswith(("/_dash-", "/assets/")):
        response = Response(sentence, code, content_type="text/plain; charset=utf-8")
    elif request.path == "/sql/run":
        # It is put into the page that asked.
        response = Response(problems.sentence(sentence), code)
    else:
        response = Response(problems.whole_page(title, problems.sentence(sentence)), code)
    response.headers["Cache-Control"] = "no-store"
    return response


def attach(server: Flask) -> None:
    """Answer every error that nothing else answers."""

    @server.errorhandler(DependencyException)
    def say_no_such_file(_: DependencyException) -> Response:
        return refusal(404, SENTENCES[404])

    # Whatever was being made, by a page, a callback or a file: another try can succeed, and nothing is wrong.
    @server.errorhandler(BusyError)
    @server.errorhandler(duckdb.OutOfMemoryException)
    @server.errorhandler(MemoryError)
    def say_busy(_: Exception) -> Response:
        response = refusal(503, HOW_TO_GO_ON)
        response.headers["Retry-After"] = str(problems.RETRY_AFTER)
        return response

    @server.errorhandler(HTTPException)
    def say(reason: HTTPException) -> Response:
        code = reason.code or 500
        if code == 500 and (told := unshown.sentence()):
            # What the file holds, and not what we did with it: the next publication mends it.
            return refusal(503, told)
        response = refusal(code, SENTENCES.get(code) or reason.description or "This cannot be answered.")
        for name, value in reason.get_headers():
            if name not in ("Content-Type", "Content-Length"):
                response.headers[name] = value
        return response
