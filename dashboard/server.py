"""Serve the dashboard: gunicorn with threads, or one process for debugging."""

import gc
import os
import socket
from typing import Any

from gunicorn.app.base import BaseApplication
from werkzeug.serving import run_simple

from dashboard import binding, even_worker, limits, raw_refusals, sign_in, turns, users
from dashboard.app import create_app
from dashboard.errors import CannotListenError

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


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with the app built in each worker, after the fork: DuckDB files must not be shared across it."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn."""
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the app in the worker."""
        raw_refusals.attach()
        app = create_app().server
        app.wsgi_app = turns.Turns(app.wsgi_app)
        return app


def address(host: str, port: int) -> str:
    """Return the address a reader types; square brackets around IPv6."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def check(host: str, port: int, *, is_debugged: bool = False) -> None:
    """Raise the error that serving at `host`:`port` would meet, before anything listens."""
    named = sign_in.chosen()
    binding.check(host, has_users=named is not None, is_debugged=is_debugged)
    if named:
        users.read(named)
    check_free(host, port)


def serve(host: str, port: int) -> None:
    """Serve until stopped; print the address once the first worker can answer.

    Raises CannotListenError and NotPublicError; UnknownSettingError and UnusableUsersError before a worker meets them.
    """
    check(host, port)
    limits.chosen()

    def say_ready(worker: Any) -> None:
        # The app is there for good, too: looking through it for what can go took 60 ms, now and then.
        gc.collect()
        gc.freeze()
        if worker.age == 1:
            print(f"On Record answers at {address(host, port)}", flush=True)

    # What is loaded by now is for good: the collector of each worker leaves it alone, and so it stays in memory once.
    gc.freeze()
    Server({
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        **even_worker.settings(worker_count()),
        "threads": THREADS,
        "loglevel": "warning",
        # A worker that has not answered its master for so long hangs, and is replaced; slow answers do not count.
        "timeout": 60,
        # An answer takes seconds at most, a question of SQL is cut by itself: who stops us waits no longer.
        "graceful_timeout": 10,
        # A reader's browser keeps its connections between two clicks; waiting ones take no thread. Workers are never
        # replaced by count (max_requests): their memory does not grow, and a replaced one cuts off who is connected.
        "keepalive": 30,
        "limit_request_line": 8190,  # the address carries a whole question of SQL
        "post_worker_init": say_ready,
        "control_socket_disable": True,
        "proc_name": "on-record",
    }).run()  # fmt: skip


def serve_debug(host: str, port: int) -> None:
    """One process that reloads on change and shows tracebacks; for work on the code only. Raises as `serve` does."""
    # The reloader starts this again as a child while the parent keeps the port.
    if os.environ.get("WERKZEUG_RUN_MAIN") != "true":
        check(host, port, is_debugged=True)
    run_simple(host, port, create_app(is_debugged=True).server, use_reloader=True, use_debugger=True, threaded=True)
