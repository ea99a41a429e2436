"""Serve the dashboard: gunicorn with threads behind nginx (`front`), or one process for debugging."""

import gc
import os
import socket
import sys
import threading
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from werkzeug.serving import run_simple

from dashboard.app import create_app
from dashboard.errors import CannotListenError
from dashboard.http import front, rate_limit, sign_in
from dashboard.http import hosts as http_hosts
from dashboard.http.headers import is_public_over_https

# Four of them at most can wait for questions of SQL (sql_engine.DESK): the others answer pages meanwhile.
THREADS = 8
MOST_WORKERS = 4


def check_free(host: str, port: int) -> None:
    """Raise CannotListenError where `host`:`port` is taken, not allowed or not an address of this machine."""
    if not 0 < port < 65536:
        raise CannotListenError(f"There is no port {port}. Choose one from 1 to 65535, for example PORT=8050.")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as reason:
        why = getattr(reason, "strerror", None) or str(reason)
        raise CannotListenError(
            f"Cannot serve at {host} port {port}: {why}. Choose another port, for example PORT={port % 65535 + 1}, "
            "or stop what uses this one."
        ) from reason


def worker_count() -> int:
    """One worker a core that this process may use, four at most."""
    return max(1, min(MOST_WORKERS, len(os.sched_getaffinity(0))))


class Keeper(Arbiter):  # type: ignore[misc]
    """gunicorn's master, which looks after nginx as it does after its workers."""

    def manage_workers(self) -> None:
        """Start what died."""
        super().manage_workers()
        if self.app.front:
            self.app.front.keep()

    def stop(self, graceful: bool = True) -> None:
        """Stop: nginx first, which waits for what is under way, then the workers, that have nothing to do any more."""
        if self.app.front:
            self.app.front.stop()
        try:
            super().stop(graceful)
        finally:
            if self.app.front:
                self.app.front.remove()


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with the app built in each worker, after the fork: DuckDB files must not be shared across it."""

    def __init__(self, settings: dict[str, Any], server_in_front: front.Front | None) -> None:
        self.settings, self.front = settings, server_in_front
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn."""
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the app in the worker."""
        front.attach()
        app = create_app().server
        if self.front:
            app.wsgi_app = front.Peer(app.wsgi_app)
            # In a thread of its own: however many wait for the others, whether we can answer is answered.
            threading.Thread(target=_Health(self.front.health, app).serve_forever, daemon=True).start()
        return app

    def run(self) -> None:
        """Serve until stopped."""
        Keeper(self).run()


class _Quiet(WSGIRequestHandler):
    """Writes no line of every request."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Health(WSGIServer):
    """Answers one after the other at a socket between nginx and us, where nobody has an address of their own."""

    def __init__(self, listening: socket.socket, app: Any) -> None:
        super().__init__(("", 0), _Quiet, bind_and_activate=False)
        self.socket.close()
        self.socket, self.server_name, self.server_port = listening, "localhost", 0
        self.setup_environ()
        self.set_app(app)

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """Accept a connection."""
        return self.socket.accept()[0], ("", 0)


def address(host: str, port: int) -> str:
    """Return the address a reader types; square brackets around IPv6."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def check(host: str, port: int, *, is_debugged: bool = False) -> None:
    """Raise the error that serving at `host`:`port` would meet, before anything listens."""
    named = sign_in.chosen()
    http_hosts.check(host, has_users=named is not None, is_debugged=is_debugged)
    if named:
        sign_in.read(named)
    front.check(
        is_public=not is_debugged and (http_hosts.public_address() is not None or not http_hosts.is_loopback(host))
    )
    check_free(host, port)


def serve(host: str, port: int) -> None:
    """Serve until stopped; print the address once the first worker can answer.

    Raises CannotListenError and NotPublicError; UnknownSettingError and UnusableUsersError before a worker meets them.
    """
    check(host, port)
    rate_limit.chosen()
    has_front = front.program() is not None
    if not has_front:
        print(f"{front.MISSING} Only this machine is answered.", file=sys.stderr, flush=True)
    # What is loaded by now is for good: the collector of each worker leaves it alone, and so it stays in memory once.
    gc.freeze()
    server_in_front = front.Front(host, port, is_behind_a_server=is_public_over_https()) if has_front else None
    if server_in_front:
        server_in_front.start()
    Server(_settings(host, port, server_in_front), server_in_front).run()


def _settings(host: str, port: int, server_in_front: front.Front | None) -> dict[str, Any]:
    """Return gunicorn's settings, behind nginx or alone."""

    def say_ready(worker: Any) -> None:
        # The app is there for good, too: looking through it for what can go took 60 ms, now and then.
        gc.collect()
        gc.freeze()
        if worker.age == 1:
            print(f"On Record answers at {address(host, port)}", flush=True)

    common = {
        "workers": worker_count(),
        "worker_class": "gthread",
        "threads": THREADS,
        "loglevel": "warning",
        # A worker that has not answered its master for so long hangs, and is replaced; slow answers do not count.
        "timeout": 60,
        # An answer takes seconds at most, a question of SQL is cut by itself: who stops us waits no longer. Workers are
        # never replaced by count (max_requests): their memory does not grow, and a replaced one cuts off its readers.
        "graceful_timeout": 10,
        "limit_request_line": 8190,  # the address carries a whole question of SQL
        # Whom a server in front speaks for is decided in one place (binding.Forwarded).
        "secure_scheme_headers": {},
        "forwarder_headers": "",
        "post_worker_init": say_ready,
        "control_socket_disable": True,
        "proc_name": "on-record",
    }
    if server_in_front is None:
        # A reader's browser keeps its connections between two clicks; waiting ones take no thread.
        return common | {"bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}", "keepalive": 30}
    # One request a connection, and no more taken than there are threads: what waits, waits in one line for all workers,
    # and whichever has a thread first takes the first. So nobody is behind one worker while another has nothing to do.
    shared = {"bind": f"fd://{server_in_front.hand_over()}", "keepalive": 0, "worker_connections": THREADS}
    return common | shared


def serve_debug(host: str, port: int) -> None:
    """One process that reloads on change and shows tracebacks; for work on the code only. Raises as `serve` does."""
    # The reloader starts this again as a child while the parent keeps the port.
    if os.environ.get("WERKZEUG_RUN_MAIN") != "true":
        check(host, port, is_debugged=True)
    run_simple(host, port, create_app(is_debugged=True).server, use_reloader=True, use_debugger=True, threaded=True)
