"""A server that has just started answers everybody who was already waiting."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from api_publication import publish_for_api

from dashboard.request.callback import CALLBACK_PATH

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
AT_ONCE = 64
PATHS = ["/", "/deaths", "/_dash-layout", "/_dash-dependencies", "/assets/style.css", "/api/v1/ranges",
         "/_dash-component-suites/dash/dcc/async-graph.js"]  # fmt: skip
CONTENT = {
    "output": ".._pages_content.children..._pages_store.data..",
    "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
    "inputs": [
        {"id": "_pages_location", "property": "pathname", "value": "/deaths"},
        {"id": "_pages_location", "property": "search", "value": ""},
    ],
    "changedPropIds": [],
}
# Two workers whatever the machine has, and one fewer place where a start could differ from that of `make run`.
START = "import sys; from dashboard import server; server.worker_count = lambda: {0}; server.serve('127.0.0.1', {1})"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_for_api(tmp_path_factory.mktemp("burst") / "20260101T000000000000Z.duckdb").parent


@contextmanager
def started(folder: Path) -> Iterator[tuple[int, int]]:
    """Start gunicorn and give its port and process as soon as somebody listens there, before any worker is ready."""
    port = free_port()
    environment = os.environ | {"ON_RECORD_PUBLISHED": str(folder)}
    command = [sys.executable, "-c", START.format(WORKERS, port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            until = time.monotonic() + 300
            while time.monotonic() < until and server.poll() is None:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.005)
            yield port, server.pid
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=300)


def ask(port: int, number: int) -> tuple[str, int]:
    """Send one of the requests of a page that loads; returns what was asked and the status."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    path = [*PATHS, CALLBACK_PATH][number % (len(PATHS) + 1)]
    if path == CALLBACK_PATH:
        line.request("POST", path, json.dumps(CONTENT), {"Content-Type": "application/json"})
    else:
        line.request("GET", path, headers={"Accept-Encoding": "br"})
    answer = line.getresponse()
    answer.read()
    line.close()
    return path, answer.status


@pytest.mark.parametrize("_start", range(3))
def test_a_cold_burst_of_requests_at_fresh_workers_is_answered(publication: Path, _start: int) -> None:
    with started(publication) as (port, _), ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda number: ask(port, number), range(AT_ONCE)))
    assert {answer for answer in answers if answer[1] != 200} == set()
    assert len(answers) == AT_ONCE
