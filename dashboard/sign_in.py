"""Sign-in for deployments that are not for everybody: HTTP Basic, asked on every path but /health.

`ON_RECORD_USERS` names a file of lines `name:hash`; `python -m dashboard password NAME` makes them. It is read when the
server starts. Hashes are Werkzeug's (scrypt), which cost a twentieth of a second on purpose: a right password is
remembered while the process lives, as a digest with a key of that process, so that only the first answer waits for it.
"""

import hmac
import os
import secrets
import threading
import unicodedata
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request
from flask_httpauth import HTTPBasicAuth
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.security import check_password_hash, generate_password_hash

from dashboard import binding, client_address, health, refusals, users

SETTING = "ON_RECORD_USERS"
REALM = "On Record"
# Wrong tries of one reader, and of a whole /48 of IPv6 (`client_address`); each worker counts for itself.
WRONG_TRIES = RateLimitItemPerMinute(10)
WRONG_TRIES_OF_A_SITE = RateLimitItemPerMinute(10 * client_address.READERS_OF_A_SITE)
WHO = "This copy of On Record is for those who have a name and a password here."
WAIT = "Too many wrong passwords came from this address; try again in a minute."


def chosen() -> Path | None:
    """Return the file of those who may sign in, None where everybody may read."""
    named = os.environ.get(SETTING, "").strip()
    return Path(named) if named else None


def _counted() -> Sequence[tuple[RateLimitItem, str]]:
    """Return whose wrong tries this request counts among, and how many there may be."""
    counted = [(WRONG_TRIES, client_address.asking_reader()), (WRONG_TRIES_OF_A_SITE, client_address.asking_site())]
    return counted[: 2 if client_address.has_site(request.remote_addr or "") else 1]


class Gate:
    """Who may come in: checks names and passwords, remembers right ones, counts wrong ones."""

    def __init__(self, hashes: dict[str, str]) -> None:
        self.hashes = hashes
        # An unknown name costs as much time as a known one, so that time does not tell names.
        self.decoy = generate_password_hash(secrets.token_hex())
        self.key = secrets.token_bytes(32)
        self.known: dict[str, bytes] = {}
        self.tries = FixedWindowRateLimiter(MemoryStorage())
        # One hash at a time: each takes 32 MB, and the count is exact.
        self.lock = threading.Lock()

    def may_enter(self, name: str, password: str) -> str | None:
        """Return the name where the password is its own, else None; the callback of Flask-HTTPAuth."""
        name, password = (unicodedata.normalize("NFC", text) for text in (name, password))
        digest = hmac.digest(self.key, f"{name}\0{password}".encode(errors="replace"), sha256)
        if hmac.compare_digest(self.known.get(name, b""), digest):
            return name
        with self.lock:
            return self._check(name, password, digest) if name and not self.is_shut() else None

    def _check(self, name: str, password: str, digest: bytes) -> str | None:
        is_right = check_password_hash(self.hashes.get(name, self.decoy), password) and name in self.hashes
        if is_right:
            self.known[name] = digest
            return name
        for limit, who in _counted():
            self.tries.hit(limit, who)
        return None

    def is_shut(self) -> bool:
        """Whether too many wrong tries came from this address of late."""
        return not all(self.tries.test(limit, who) for limit, who in _counted())


def _turned_away(gate: Gate, auth: HTTPBasicAuth) -> Response:
    """Return 401 and how to sign in, or 429 once there were too many wrong tries."""
    if request.authorization and gate.is_shut():
        response = refusals.refusal(429, WAIT)
        response.headers["Retry-After"] = "60"
        return response
    response = refusals.refusal(401, WHO)
    response.headers["WWW-Authenticate"] = f'{auth.authenticate_header()}, charset="UTF-8"'
    return response


def attach(server: Flask) -> None:
    """Ask for name and password on every path where ON_RECORD_USERS is set; raises UnusableUsersError."""
    path = chosen()
    if path is None:
        return
    gate, auth = Gate(users.read(path)), HTTPBasicAuth(realm=REALM)
    auth.verify_password(gate.may_enter)

    @server.before_request
    def ask() -> Response | None:
        if request.environ.get(binding.WARMING) or health.is_asked():
            return None
        # Not its `login_required`: that lets every OPTIONS request in.
        return None if auth.authenticate(auth.get_auth(), None) else _turned_away(gate, auth)

    @server.after_request
    def keep_to_one_reader(response: Response) -> Response:
        """Let no cache between us and a reader keep what another may not see, and no other site show it."""
        response.cache_control.public = False
        if not response.cache_control.no_store:
            response.cache_control.private = True
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response
