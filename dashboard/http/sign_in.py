"""Sign-in for deployments that are not for everybody: HTTP Basic, asked on every path but /health.

`ON_RECORD_USERS` names a file of lines `name:hash`; `on-record password NAME` makes them. It is read when the
server starts. Hashes are Werkzeug's (scrypt), which cost a twentieth of a second on purpose: a right password is
remembered while the process lives, as a digest with a key of that process, so that only the first answer waits for it.
"""

import getpass
import hmac
import os
import re
import secrets
import sys
import tempfile
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

from dashboard.errors import UnusableUsersError
from dashboard.http import client_address, errors, health
from dashboard.http import hosts as http_hosts

# The file of those who may sign in: lines `name:hash`, comments after #; read when serving starts.
#
# No error here repeats what a line holds: it may be a password that somebody put in the wrong place.

HASH = re.compile(r"(scrypt:\d+:\d+:\d+|pbkdf2:sha(256|512):\d+)\$[^$\s]+\$[0-9a-f]{64,}")
NAME = re.compile(r"[^\s:#][^:\n\r\t]{0,99}")
SHORTEST = 12
HOW = "Lines are made by: on-record password NAME"


def _text(path: Path) -> str:
    """Return what the file holds; raises UnusableUsersError where it cannot be read, or everybody can read it."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as reason:
        why = getattr(reason, "strerror", None) or "it is not UTF-8 text"
        raise UnusableUsersError(f"Nobody can sign in: ON_RECORD_USERS names “{path}”: {why}. {HOW}") from reason
    if mode & 0o007:
        raise UnusableUsersError(f"Everybody on this machine may read or write “{path}”. Run: chmod 600 {path}")
    return text


def _is_usable(hashed: str) -> bool:
    """Whether a hash is one of Werkzeug's, with a cost that this machine can pay."""
    if not HASH.fullmatch(hashed):
        return False
    try:
        check_password_hash(hashed, "")
    except (ValueError, MemoryError, OverflowError):
        return False
    return True


def _line(path: Path, number: int, line: str) -> tuple[str, str]:
    """Return name and hash of a line; raises UnusableUsersError with file and line."""
    name, mark, hashed = line.partition(":")
    if not mark or not NAME.fullmatch(name):
        raise UnusableUsersError(f"{path}, line {number}: this is not a name, a colon and a hash. {HOW}")
    if not _is_usable(hashed):
        raise UnusableUsersError(f"{path}, line {number}: what stands after the colon is not a hash. {HOW}")
    return unicodedata.normalize("NFC", name), hashed


def read(path: Path) -> dict[str, str]:
    """Return the hash of each name; raises UnusableUsersError, with the line where there is one."""
    found: dict[str, str] = {}
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, hashed = _line(path, number, line.strip())
        if name in found:
            raise UnusableUsersError(f"{path}, line {number}: “{name}” has a line already. Keep one of the two.")
        found[name] = hashed
    if not found:
        raise UnusableUsersError(f"Nobody can sign in: “{path}” names nobody. {HOW}")
    return found


def ask() -> str:
    """Return a new password: typed twice at a terminal, else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise UnusableUsersError("The two were not the same; nothing was changed.")
    return password


def new_line(name: str, password: str) -> str:
    """Return the line of a user; raises UnusableUsersError where name or password cannot be used."""
    if not NAME.fullmatch(name):
        raise UnusableUsersError("A name begins with a letter or digit, holds no colon and at most 100 characters.")
    if len(password) < SHORTEST:
        raise UnusableUsersError(
            f"A password has at least {SHORTEST} characters; a few words in a row are easy to keep."
        )
    name, password = (unicodedata.normalize("NFC", text) for text in (name, password))
    return f"{name}:{generate_password_hash(password)}"


def put(path: Path, line: str) -> bool:
    """Write a user's line into the file, in the place of the old one; returns whether there was one.

    The file is replaced as a whole, readable by its owner alone; comments stay. Raises UnusableUsersError.
    """
    name = line.partition(":")[0]
    lines = _text(path).splitlines() if path.exists() else []
    is_old = [unicodedata.normalize("NFC", old.strip().partition(":")[0]) == name for old in lines]
    kept = [line if old else text for text, old in zip(lines, is_old, strict=True)]
    if not any(is_old):
        kept.append(line)
    try:
        mode = path.stat().st_mode & 0o770 if path.exists() else 0o600
        handle, draft = tempfile.mkstemp(dir=path.absolute().parent, prefix=".users-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("\n".join(kept) + "\n")
        Path(draft).chmod(mode)
        Path(draft).replace(path)
    except OSError as reason:
        raise UnusableUsersError(f"“{path}” cannot be written: {reason.strerror}.") from reason
    return any(is_old)


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
        response = errors.refusal(429, WAIT)
        response.headers["Retry-After"] = "60"
        return response
    response = errors.refusal(401, WHO)
    response.headers["WWW-Authenticate"] = f'{auth.authenticate_header()}, charset="UTF-8"'
    return response


def attach(server: Flask) -> None:
    """Ask for name and password on every path where ON_RECORD_USERS is set; raises UnusableUsersError."""
    path = chosen()
    if path is None:
        return
    gate, auth = Gate(read(path)), HTTPBasicAuth(realm=REALM)
    auth.verify_password(gate.may_enter)

    @server.before_request
    def ask() -> Response | None:
        if request.environ.get(http_hosts.WARMING) or health.is_requested():
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
