"""The wall: this machine only, a token, the page's own origin, JSON alone, and headers that let nothing else in."""

import secrets

from flask import Flask, Response, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

COOKIE, TOKEN = "on_record_desk", "token"
MOST_BYTES = 64 * 1024
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # What is shown are texts of others, perhaps with figures that nobody else may see.
    "Cache-Control": "no-store",
}
WRONG_HOST = 421


def put_up(app: Flask, token: str, port: int) -> None:
    """Attach the wall to an app that is served on this port; ``token`` is of this start alone.

    A request is answered only if its Host is this machine's loopback name with the port (a name that somebody rebound
    to 127.0.0.1 is another), and it brings the token: once in the address, which sets the cookie, then in the cookie.
    What changes anything must come from the page itself and be JSON.
    """
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    origins = {f"http://{host}" for host in hosts}
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES

    @app.before_request
    def refuse_others() -> BaseResponse | None:
        if request.headers.get("Host", "") not in hosts:
            abort(WRONG_HOST)
        if request.method not in ("GET", "HEAD", "POST"):
            abort(405)
        if request.method == "POST" and (request.headers.get("Origin", "") not in origins or not request.is_json):
            abort(403)
        if _is_known(request.cookies.get(COOKIE, ""), token):
            return None
        if request.method == "GET" and request.path == "/" and _is_known(request.args.get(TOKEN, ""), token):
            return _let_in(token)
        return abort(403)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response


def _is_known(given: str, token: str) -> bool:
    return secrets.compare_digest(given.encode(), token.encode())


def _let_in(token: str) -> BaseResponse:
    """Set the cookie and go on without the token in the address, so that it stays in no history."""
    response = redirect("/", 303)
    response.set_cookie(COOKIE, token, httponly=True, samesite="Strict", path="/")
    return response
