"""A server of files on this machine that can be told to misbehave, and remembers what it was asked."""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Served:
    """How one path is answered; `cut_after` and `stall_after` count bytes of the body of one answer."""

    body: bytes = b""
    status: int = 200
    location: str | None = None
    has_etag: bool = True
    takes_ranges: bool = True
    says_length: bool = True
    cut_after: int | None = None
    stall_after: int | None = None
    pause_seconds: float = 0.0
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def etag(self) -> str:
        """The strong validator of the body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass
class FileServer:
    """What it serves by path, and its address."""

    address: str
    paths: dict[str, Served]

    def serve(self, path: str, body: bytes = b"", **options: object) -> str:
        """Serve a path from now on and return its address."""
        self.paths[path] = Served(body, **options)  # type: ignore[arg-type]
        return self.address + path

    def asked(self, path: str) -> list[dict[str, str]]:
        """The headers of every request of a path, names in lower case."""
        return self.paths[path].asked


class Handler(BaseHTTPRequestHandler):
    """Answers one request as its path was told."""

    paths: dict[str, Served]
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""

    def do_GET(self) -> None:
        """Answer as the path was told; `*` is every path not named."""
        served = self.paths.get(self.path) or self.paths.get("*") or Served(status=404)
        headers = {name.lower(): value for name, value in self.headers.items()}
        served.asked.append(headers)
        self.close_connection = True
        if served.location:
            self._head(served.status, {"Location": served.location, "Content-Length": "0"})
        elif served.status != 200:
            self._head(served.status, {"Content-Length": "0"})
        elif served.has_etag and headers.get("if-none-match") == served.etag:
            self._head(304, {"ETag": served.etag})
        else:
            self._body(served, self._start(served, headers))

    def _start(self, served: Served, headers: dict[str, str]) -> int:
        is_same = headers.get("if-range") == served.etag
        asked = headers.get("range", "").removeprefix("bytes=").removesuffix("-")
        return int(asked) if served.takes_ranges and is_same and asked else 0

    def _body(self, served: Served, start: int) -> None:
        if start >= len(served.body) > 0:
            self._head(416, {"Content-Length": "0"})
            return
        headers = {"ETag": served.etag} if served.has_etag else {}
        headers |= {"Content-Length": str(len(served.body) - start)} if served.says_length else {}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(served.body) - 1}/{len(served.body)}"
        self._head(206 if start else 200, headers)
        sent = served.body[start:][: served.cut_after]
        for offset in range(0, len(sent), 20_000):
            time.sleep(served.pause_seconds)
            if served.stall_after is not None and offset >= served.stall_after:
                time.sleep(1.5)
            self.wfile.write(sent[offset : offset + 20_000])

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()


@contextmanager
def file_server() -> Iterator[FileServer]:
    """Serve on this machine until the block ends."""
    paths: dict[str, Served] = {}
    handler = type("ThisHandler", (Handler,), {"paths": paths})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield FileServer(f"http://127.0.0.1:{server.server_port}", paths)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
