"""Headers on every answer, and plain 400s for callback bodies that no page of ours would send."""

from typing import Any

from dash import Dash
from flask import Flask, Response, abort, request

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
CALLBACK_PATH = "/_dash-update-component"


def policy(script_hashes: list[str]) -> str:
    """Return the content security policy; plotly and Dash need inline styles, scripts are ours or known by hash."""
    scripts = " ".join(["'self'", *script_hashes])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def _ids(parts: Any) -> list[tuple[str, str]] | None:
    """(id, property) of every part of a callback body, or None where it has another shape."""
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        return None
    return [(str(part.get("id")), str(part.get("property"))) for part in parts]


def _named(outputs: Any) -> str | None:
    """Spell outputs as Dash names a callback: `a.b` for one, `..a.b...c.d..` for several."""
    parts = _ids(outputs if isinstance(outputs, list) else [outputs])
    if parts is None:
        return None
    names = [".".join(part) for part in parts]
    return f"..{'...'.join(names)}.." if isinstance(outputs, list) else names[0]


def is_sound(body: Any, callbacks: dict[str, Any]) -> bool:
    """Whether a callback body names a callback of ours with the inputs and states of ours."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str) or body["output"] not in callbacks:
        return False
    callback = callbacks[body["output"]]
    expected = [[(part["id"], part["property"]) for part in callback[kind]] for kind in ("inputs", "state")]
    found = [_ids(body.get("inputs")), _ids(body.get("state", []))]
    changed = body.get("changedPropIds", [])
    return found == expected and _named(body.get("outputs")) == body["output"] and isinstance(changed, list)


def protect(app: Dash) -> list[str]:
    """Attach headers and the check of callback bodies; returns the list of script hashes, to be filled once warm."""
    hashes: list[str] = []
    server: Flask = app.server

    @server.before_request
    def refuse_garbage() -> None:
        if request.path.endswith(CALLBACK_PATH) and not is_sound(request.get_json(silent=True), app.callback_map):
            abort(400, "This is not a request that a page of On Record sends.")

    @server.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        response.headers["Content-Security-Policy"] = policy(hashes)
        return response

    return hashes
