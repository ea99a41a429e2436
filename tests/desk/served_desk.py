"""The desk as a person has it: served at a port of this machine, and looked at in Chromium."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from dashboard.cli.screenshot import chromium_path
from desk.page.app import make_app
from desk.page.desk import Desk

TOKEN, PATIENCE = "t", 120_000

needs_chromium = pytest.mark.skipif(chromium_path() is None, reason="there is no Chromium here")


@contextmanager
def served(desk: Desk, browser: Browser) -> Iterator[str]:
    """Give the address of a desk, with its token, as long as the block lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = make_server("127.0.0.1", port, make_app(desk, TOKEN, port), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}/?token={TOKEN}"
    finally:
        for context in browser.contexts:  # a page left open may hold a connection past the server's end
            context.close()
        server.shutdown()
        thread.join()
        server.server_close()
