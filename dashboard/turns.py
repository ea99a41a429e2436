"""Callbacks of one worker are worked out one after the other, in the order in which they came.

Together they would take as long, each as long as all of them; and threads that share an interpreter share it unevenly.
"""

from collections import deque
from collections.abc import Iterable
from threading import Event, Lock
from typing import TYPE_CHECKING

from dashboard.security import CALLBACK_PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Seconds after which one goes ahead before its turn: something slow must not keep the others waiting.
PATIENCE = 0.5


class Turns:
    """An application that answers callbacks in turn, and everything else at once."""

    def __init__(self, app: "WSGIApplication", patience: float = PATIENCE) -> None:
        self._app, self._patience = app, patience
        # The first is whose turn it is.
        self._waiting: deque[Event] = deque()
        self._lock = Lock()

    def __call__(self, environment: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer a request once it is its turn."""
        if not environment.get("PATH_INFO", "").endswith(CALLBACK_PATH):
            return self._app(environment, start)
        turn = self._enter()
        try:
            turn.wait(self._patience)
            return self._app(environment, start)
        finally:
            self._leave(turn)

    def _enter(self) -> Event:
        turn = Event()
        with self._lock:
            self._waiting.append(turn)
            self._waiting[0].set()
        return turn

    def _leave(self, turn: Event) -> None:
        with self._lock:
            self._waiting.remove(turn)
            if self._waiting:
                self._waiting[0].set()
