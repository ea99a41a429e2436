"""How much one reader may ask for: so many answers a minute, and bodies of a modest size.

`ON_RECORD_RATE_LIMIT` is the limit of one reader ("600 per minute"), or off: an address of IPv4, a /64 of IPv6
(`client_address`). A /48 has the limit of sixteen readers. Each worker counts for itself, in memory.
"""

import os
import time

from flask import Flask, Response, abort, request
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded
from limits import parse_many

from dashboard.errors import UnknownSettingError
from dashboard.http import client_address, errors
from dashboard.http import hosts as http_hosts

SETTING = "ON_RECORD_RATE_LIMIT"
GENEROUS = "600 per minute"
OFF = ("off", "0", "no", "false")
LARGEST_BODY = 256 * 1024
# One question of SQL may take seconds of a whole process, a callback takes milliseconds.
SQL_COST = 10
FREE = ("/_dash-component-suites/", "/assets/", "/_dash-layout", "/_dash-dependencies", "/_favicon.ico")


def chosen() -> str | None:
    """Return the limit that is set, None where it is off; raises UnknownSettingError where it cannot be read."""
    wanted = os.environ.get(SETTING, "").strip() or GENEROUS
    if wanted.lower() in OFF:
        return None
    try:
        parse_many(wanted)
    except ValueError as reason:
        raise UnknownSettingError(
            f"{SETTING} is “{wanted}”, which is no limit. Write for example “{GENEROUS}”, or off."
        ) from reason
    return wanted


def _is_free() -> bool:
    """Whether this request is not counted: files that every page loads, and whoever sits at this machine itself.

    Behind a server in front on this machine everybody seems to sit here. So once readers have an address to find us at,
    or a request says whom it was sent on for, only what is free for all is not counted.
    """
    is_sent_on = "X-Forwarded-For" in request.headers or bool(os.environ.get(http_hosts.SETTING, "").strip())
    is_here = not is_sent_on and http_hosts.is_this_machine(request.remote_addr or "")
    return is_here or request.path.startswith(FREE) or bool(request.environ.get(http_hosts.WARMING))


def _cost() -> int:
    """How many answers this one counts for."""
    return SQL_COST if request.path.startswith("/sql/") else 1


def _of_a_site(limit: str) -> str:
    """Return the limit of a whole /48 of IPv6."""
    many = client_address.READERS_OF_A_SITE
    return "; ".join(f"{item.amount * many} per {item.multiples} {item.GRANULARITY.name}" for item in parse_many(limit))


def _has_no_site() -> bool:
    return not client_address.has_site(request.remote_addr or "")


def _limit_body(server: Flask) -> None:
    """Refuse a body that no page of ours would send, before anything reads it."""
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY

    @server.before_request
    def refuse_large() -> None:
        if (request.content_length or 0) >= LARGEST_BODY:
            abort(413)
        has_no_length = request.content_length is None and request.method not in ("GET", "HEAD", "OPTIONS")
        # Sent in chunks, its length not told: as much as may be is read, and kept for who asks next.
        if has_no_length and len(request.get_data()) >= LARGEST_BODY:
            abort(413)


def attach(server: Flask) -> None:
    """Count what each address asks for, and refuse what is too much with 429 or 413 and a sentence."""
    limit = chosen()
    limiter = Limiter(
        client_address.asking_reader,
        application_limits=[
            ApplicationLimit(limit or GENEROUS, cost=_cost),
            ApplicationLimit(
                _of_a_site(limit or GENEROUS), client_address.asking_site, cost=_cost, exempt_when=_has_no_site
            ),
        ],
        storage_uri="memory://",
        enabled=limit is not None,
    )
    limiter.request_filter(_is_free)
    limiter.init_app(server)
    _limit_body(server)

    @server.errorhandler(RateLimitExceeded)
    def say_wait(reason: RateLimitExceeded) -> Response:
        reached = limiter.current_limit
        seconds = max(1, int(reached.reset_at - time.time())) if reached else 60
        response = errors.refusal(429, f"Too much was asked from this address; ask again in {seconds} seconds.")
        response.headers["Retry-After"] = str(seconds)
        return response
