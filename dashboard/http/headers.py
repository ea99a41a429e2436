"""Headers on every answer, and plain 400s for callback bodies that no page of ours would send."""

import json
import os
from typing import Any

from dash import Dash
from flask import Flask, Response, abort, g, request
from flask_talisman import Talisman
from werkzeug.datastructures import ContentSecurityPolicy
from werkzeug.http import COOP

from dashboard.request import strict_json
from dashboard.request.callback import CALLBACK_PATH

LOCATION, ROUTER = ("pathname", "search", "hash", "href"), "_pages_location"
PERMISSIONS = {"camera": "()", "geolocation": "()", "microphone": "()"}


def policy(scripts: list[str]) -> dict[str, str | list[str]]:
    """Return the content security policy; plotly and Dash need inline styles, scripts are ours or known by hash."""
    return {
        "default-src": "'self'",
        "script-src": scripts,
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


def is_public_over_https() -> bool:
    """Whether readers find us at an https address: then something in front of us ends TLS and says who asks."""
    return os.environ.get("ON_RECORD_PUBLIC_URL", "").strip().lower().startswith("https:")


def is_embedded() -> bool:
    """Whether this address is made to be shown inside another site: `embed=1`, once, and nothing like it."""
    return request.args.getlist("embed") == ["1"]


def _ids(parts: Any) -> list[tuple[str, str]] | None:
    """(id, property) of every part of a callback body, or None where it has another shape."""
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        return None
    return [(str(part.get("id")), str(part.get("property"))) for part in parts]


def _named(outputs: Any) -> str | None:
    """Spell outputs as Dash names a callback: `a.b` for one, `..a.b...c.d..` for several."""
    names = [_name(part) for part in (outputs if isinstance(outputs, list) else [outputs])]
    if None in names:
        return None
    return f"..{'...'.join(map(str, names))}.." if isinstance(outputs, list) else names[0]


def _name(part: Any) -> str | None:
    """Spell one output; a list is of all parts of a page whose ids one pattern fits, `{"card":["ALL"]}.figure`."""
    if isinstance(part, list):
        names = {_pattern(each) for each in part}
        return names.pop() if len(names) == 1 else None
    found = _ids([part])
    # A pattern is no part of a page.
    return None if found is None or found[0][0].startswith("{") else ".".join(found[0])


def _pattern(part: Any) -> str | None:
    """Spell the pattern of a part with an id of names and texts; None for any other part."""
    id_, prop = (part.get("id"), part.get("property")) if isinstance(part, dict) else (None, None)
    if not isinstance(id_, dict) or not all(isinstance(value, str) for value in id_.values()):
        return None
    pattern = {name: ["ALL"] for name in sorted(id_)}
    return f"{json.dumps(pattern, separators=(',', ':'))}.{prop}"


def _is_place(part: Any) -> bool:
    """Whether a part that says where the page is holds what a browser has there: text, of Dash's own router a path."""
    value = part.get("value")
    if part["property"] not in LOCATION:
        return True
    if part["id"] != ROUTER:
        return value is None or isinstance(value, str)
    return isinstance(value, str) and (part["property"] != "pathname" or value.startswith("/"))


def is_sound(body: Any, callbacks: dict[str, Any]) -> bool:
    """Whether a callback body names a callback of ours, with inputs and states of ours that hold what they can."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str) or body["output"] not in callbacks:
        return False
    callback = callbacks[body["output"]]
    expected = [[(part["id"], part["property"]) for part in callback[kind]] for kind in ("inputs", "state")]
    given = [body.get("inputs"), body.get("state", [])]
    found = [_ids(each) for each in given]
    changed = body.get("changedPropIds", [])
    is_list_of_texts = isinstance(changed, list) and all(isinstance(one, str) for one in changed)
    is_named = found == expected and _named(body.get("outputs")) == body["output"]
    return is_named and is_list_of_texts and all(_is_place(part) for each in given for part in each)


def _set_headers(server: Flask, scripts: list[str]) -> None:
    """Hand the headers to Talisman, and add the two things it cannot say."""

    # What is attached first runs last: this sees what Talisman has set. Talisman knows no Cross-Origin-Opener-Policy,
    # and its exceptions are made for a route, not for a query.
    @server.after_request
    def add_the_rest(response: Response) -> Response:
        response.cross_origin_opener_policy = COOP.SAME_ORIGIN
        # A page that is not made here, such as dbt's, has a policy of its own.
        if own := g.get("content_security_policy"):
            response.content_security_policy = ContentSecurityPolicy(
                {name: value if isinstance(value, str) else " ".join(value) for name, value in own.items()}
            )
        if is_embedded():
            response.content_security_policy.frame_ancestors = "*"
            del response.headers["X-Frame-Options"]
        return response

    is_https = is_public_over_https()
    Talisman(
        server,
        content_security_policy=policy(scripts),
        permissions_policy=PERMISSIONS,
        referrer_policy="no-referrer",
        frame_options="DENY",
        force_https=is_https,
        strict_transport_security=is_https,
        strict_transport_security_include_subdomains=False,
        session_cookie_secure=is_https,
    )


def protect(app: Dash) -> list[str]:
    """Attach the headers; returns the allowed scripts, to be filled once warm."""
    scripts = ["'self'"]
    _set_headers(app.server, scripts)
    return scripts


def refuse_garbage(app: Dash) -> None:
    """Answer 400 to callback bodies that no page of ours would send."""
    server: Flask = app.server
    strict_json.attach(server)

    @server.before_request
    def refuse() -> None:
        if not request.path.endswith(CALLBACK_PATH):
            return
        # Nobody here unpacks a body, and what says that it is packed must not be read as if it were not.
        is_plain = request.headers.get("Content-Encoding", "identity").strip().lower() == "identity"
        if not is_plain or not is_sound(request.get_json(silent=True), app.callback_map):
            abort(400, "This is not a request that a page of On Record sends.")
