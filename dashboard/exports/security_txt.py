"""`/.well-known/security.txt` (RFC 9116): whom to tell of a hole in this server."""

from datetime import UTC, datetime, timedelta

from flask import Flask, Response, request

from dashboard.api.result import public_url
from dashboard.components.operated import UNREACHABLE
from dashboard.request.operator import operator

PATH = "/.well-known/security.txt"
# It is made when it is asked for; the RFC recommends less than a year.
VALID_DAYS = 90


def answer() -> Response:
    """Return the file; 404 and a sentence where no address was given."""
    contact = operator().contact
    if not contact:
        return Response(f"{UNREACHABLE}\n", 404, content_type="text/plain; charset=utf-8")
    expires = (datetime.now(UTC) + timedelta(days=VALID_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {public_url(request.host_url)}{PATH}",
    ]
    return Response("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def attach(server: Flask) -> None:
    """Answer it."""
    server.add_url_rule(PATH, "security_txt", answer)
