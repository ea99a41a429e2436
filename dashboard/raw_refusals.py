"""What servers answer without the app: a plain sentence with the same headers as everything else.

Of bytes that are no request, of what is too slow or too much no app hears, so neither Talisman nor our own refusals can
say anything of it. nginx has the sentences in its configuration (`front`), gunicorn by `attach`.
"""

import socket

from gunicorn import util

SENTENCES = {
    400: "This is not a request that a browser sends.",
    403: "This is not answered here.",
    404: "There is nothing at this address.",
    405: "This address answers, but not to this kind of request.",
    408: "The request did not arrive in time.",
    413: "This request is larger than anything a page of On Record sends, and was not read.",
    414: "The address is longer than any of On Record.",
    417: "This is not answered here.",
    431: "The headers are longer than any that a browser sends.",
    501: "This way of sending is not understood here.",
    503: "Too much is asked at once; ask again in a few seconds.",
}
# Statuses of nginx's own, and of an app that is not there, as a reader hears them.
SPOKEN_AS = {494: 431, 495: 400, 496: 400, 497: 400, 500: 503, 502: 503, 504: 503, 505: 400, 507: 503}
RETRY_AFTER = "5"
HEADERS = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
    "Connection": "close",
}


def answer(code: int, reason: str) -> bytes:
    """Return a whole answer; nothing of the request is repeated in it."""
    body = (SENTENCES.get(code, "Something went wrong on this server.") + "\n").encode()
    head = [f"HTTP/1.1 {code} {reason}", *(f"{name}: {value}" for name, value in HEADERS.items())]
    return "\r\n".join([*head, f"Content-Length: {len(body)}", "", ""]).encode("ascii") + body


def _write_error(client: socket.socket, code: int, reason: str, _: str) -> None:
    util.write_nonblock(client, answer(code, reason))


def attach() -> None:
    """Take the place of gunicorn's own pages in this process; its workers have no other hook for them."""
    util.write_error = _write_error
