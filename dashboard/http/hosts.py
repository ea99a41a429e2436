"""Who can reach the dashboard: this machine, unless somebody says at which address readers find it.

`HOST` says where it listens, `ON_RECORD_PUBLIC_URL` what readers type. Without the second it answers this machine only.
"""

import os
import socket
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from flask import Flask, abort, request
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.errors import NotPublicError, UnknownSettingError
from dashboard.http import health
from dashboard.http.headers import is_public_over_https

SETTING = "ON_RECORD_PUBLIC_URL"
EXAMPLE = f"{SETTING}=https://figures.example"
# Set by us on the request that warms an app up; what comes from outside can only set names that begin with HTTP_.
WARMING = "on_record.is_warming"
MISDIRECTED = "This address is not the one that On Record is served at."


def public_address() -> SplitResult | None:
    """Return the address readers type, None where it is not set; raises UnknownSettingError where it is none."""
    wanted = os.environ.get(SETTING, "").strip()
    if not wanted:
        return None
    try:
        found = urlsplit(wanted)
        is_sound = found.scheme in ("http", "https") and bool(found.hostname) and (found.port or 1) > 0
    except ValueError:
        is_sound = False
    if not is_sound or found.query or found.fragment or found.username is not None:
        raise UnknownSettingError(f"{SETTING} is “{wanted}”, which is no address. Write for example {EXAMPLE}.")
    return found


def is_this_machine(name: str) -> bool:
    """Whether a name or address, as in a Host header without its port, means this machine itself."""
    # Not any address in the text: a name with a port or a zone is none of this machine's.
    try:
        found = ip_address(name)
    except ValueError:
        return name == "localhost"
    return found.is_loopback or bool(isinstance(found, IPv6Address) and found.ipv4_mapped
                                     and found.ipv4_mapped.is_loopback)  # fmt: skip


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens at `host`; a name that has no address is left to who binds."""
    try:
        found = socket.getaddrinfo(host or "0.0.0.0", None, type=socket.SOCK_STREAM)  # noqa: S104 — asked, not bound
    except OSError:
        return True
    return all(is_this_machine(str(address[0])) for *_, address in found)


def check(host: str, *, has_users: bool, is_debugged: bool = False) -> None:
    """Raise NotPublicError where listening at `host` would show more than was asked for, or passwords in clear."""
    public, is_open = public_address(), not is_loopback(host)
    if is_debugged and (is_open or public or has_users):
        raise NotPublicError(
            "--debug lets whoever reaches it run code on this machine: it is for HOST=127.0.0.1 alone, "
            f"without {SETTING} and ON_RECORD_USERS."
        )
    if is_open and public is None:
        raise NotPublicError(
            f"HOST={host} would answer other machines too. Say at which address readers find it, for example "
            f"{EXAMPLE}, or leave HOST out: then only this machine is answered."
        )
    is_clear = public is not None and public.scheme != "https" and not is_this_machine(public.hostname or "")
    if has_users and (is_clear or (is_open and not is_public_over_https())):
        raise NotPublicError(
            "ON_RECORD_USERS would send passwords unprotected: readers must find a sign-in at https. Put a server with "
            f"TLS in front and say its address, for example {EXAMPLE}."
        )


def _named() -> str:
    """Return the name in the Host header without its port, "" where there is none or nothing that is one."""
    try:
        return (urlsplit(f"//{request.headers.get('Host', '')}").hostname or "").rstrip(".")
    except ValueError:
        return ""


class Forwarded:
    """Believes a server in front about who asks: one on this machine always, any other where readers come by https.

    Without it every reader behind a server in front would have that server's address, and share its limit.
    """

    def __init__(self, app: Flask) -> None:
        self.plain = app.wsgi_app
        self.is_https = is_public_over_https()
        self.fixed = ProxyFix(self.plain, x_for=1, x_proto=int(self.is_https))

    def __call__(self, environment: dict[str, object], start: object) -> object:
        """Answer a request, told by the server in front where that one is believed."""
        is_near = is_this_machine(str(environment.get("REMOTE_ADDR", "")))
        return (self.fixed if is_near or self.is_https else self.plain)(environment, start)  # type: ignore[arg-type]


def attach(server: Flask) -> None:
    """Answer only to the name readers type, and to this machine's own; attached before all else that answers.

    Another name in the Host header is a mistake or somebody else's page (DNS rebinding, poisoned links).
    """
    public = public_address()
    server.wsgi_app = Forwarded(server)  # type: ignore[method-assign,assignment]

    @server.before_request
    def refuse_other_names() -> None:
        if public and not health.is_requested() and _named() != public.hostname and not is_this_machine(_named()):
            abort(421, MISDIRECTED)
