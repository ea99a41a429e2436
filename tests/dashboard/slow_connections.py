"""Connections that keep a server waiting: heads and bodies that do not end, answers that nobody reads."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from dashboard.request.callback import CALLBACK_PATH

# The longest answer of ours that every copy has: a script of a few megabytes.
LONG_ANSWER = b"/_dash-component-suites/plotly/package_data/plotly.min.js"
HEAD = b" HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST " + CALLBACK_PATH.encode() + HEAD + b"Content-Type: application/json\r\n"
# What is sent at once, and what a second after the other.
KINDS: dict[str, tuple[bytes, bytes]] = {
    "silent": (b"", b""),
    "heads": (b"GET /" + HEAD + b"X-Slow: ", b"x"),
    "bodies": (POST + b"Content-Length: 9000\r\n\r\n{", b" "),
    "chunks": (POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", b"1\r\n \r\n"),
    "deaf": (b"GET " + LONG_ANSWER + HEAD + b"\r\n", b""),
    "dribbling": (b"GET " + LONG_ANSWER + HEAD + b"\r\n", b""),
}
# Readers of these take a few bytes a second.
DRIBBLE = {"dribbling"}


class Slow:
    """Connections of one kind, opened again where the server ends them, in one thread."""

    def __init__(self, port: int, kind: str, count: int, source: str = "127.0.0.1") -> None:
        self.port, self.kind, self.count, self.source = port, kind, count, source
        self.lines: list[socket.socket] = []
        self.seen, self.is_over = Counter[str](), threading.Event()
        self.thread = threading.Thread(target=self._hold, daemon=True)

    def _open(self) -> None:
        line = socket.socket()
        # As little as the system allows is taken from an answer before somebody reads it.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(10)
        try:
            line.bind((self.source, 0))
            line.connect(("127.0.0.1", self.port))
            line.sendall(KINDS[self.kind][0])
        except OSError as reason:
            self.seen[type(reason).__name__] += 1
            line.close()
            return
        line.setblocking(False)
        self.seen["opened"] += 1
        self.lines.append(line)

    def _go_on(self, line: socket.socket) -> bool:
        """Send or read a little; False where the server has ended it."""
        try:
            line.send(KINDS[self.kind][1])
            if self.kind in DRIBBLE:
                return bool(line.recv(16))
            return bool(line.recv(1, socket.MSG_PEEK)) if self.kind != "deaf" else True
        except BlockingIOError:
            return True
        except OSError:
            return False

    def _hold(self) -> None:
        while not self.is_over.wait(1):
            for line in list(self.lines):
                # What has been said of it has been heard: a refusal is not read, and the connection opened anew.
                if not self._go_on(line) or (self.kind not in DRIBBLE | {"deaf"} and self._has_answer(line)):
                    self.seen["ended"] += 1
                    self.lines.remove(line)
                    line.close()
            for _ in range(self.count - len(self.lines)):
                self._open()

    @staticmethod
    def _has_answer(line: socket.socket) -> bool:
        try:
            return bool(line.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def __enter__(self) -> "Slow":
        """Open all of them, then keep them."""
        for _ in range(self.count):
            self._open()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close all of them."""
        self.is_over.set()
        self.thread.join()
        for line in self.lines:
            line.close()


@contextmanager
def held(port: int, kind: str, count: int) -> Iterator[Slow]:
    """Hold so many for as long as the block lasts, first for two seconds, in which a server would begin to wait."""
    with Slow(port, kind, count) as slow:
        time.sleep(2)
        yield slow
