"""Callbacks in turn, and connections spread evenly over workers: nobody waits for those who came later."""

import http.client
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event, Lock

import pytest
from api_publication import publish_for_api
from test_cold_burst import WORKERS, started

from dashboard.security import CALLBACK_PATH
from dashboard.turns import Turns

ASKS = 12


class Slow:
    """An application that notes who is worked on, as long as it is told to."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.at_once, self.most_at_once = 0, 0
        self.may_end = Event()
        self.lock = Lock()

    def __call__(self, environment: dict[str, str], _start: object) -> Iterable[bytes]:
        """Answer with the name of who asked, or fail where told to."""
        with self.lock:
            self.began.append(environment["name"])
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        if environment.get("fails"):
            with self.lock:
                self.at_once -= 1
            raise ValueError(environment["name"])
        assert self.may_end.wait(300)
        with self.lock:
            self.at_once -= 1
        return [environment["name"].encode()]


def callback(name: str, **more: str) -> dict[str, str]:
    return {"PATH_INFO": CALLBACK_PATH, "name": name} | more


def until(holds: Callable[[], bool]) -> None:
    """Wait for what `holds` says, a minute at most."""
    end = time.monotonic() + 300
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_callbacks_are_answered_one_by_one_in_the_order_they_came() -> None:
    app = Slow()
    turns = Turns(app, patience=60)
    with ThreadPoolExecutor(ASKS) as pool:
        asked = []
        for number in range(ASKS):
            asked.append(pool.submit(turns, callback(str(number)), None))
            until(lambda: len(turns._waiting) == len(asked))
        app.may_end.set()
        assert [one.result() for one in asked] == [[str(number).encode()] for number in range(ASKS)]
    assert app.began == [str(number) for number in range(ASKS)]
    assert app.most_at_once == 1


def test_what_is_no_callback_does_not_wait() -> None:
    app = Slow()
    turns = Turns(app, patience=60)
    with ThreadPoolExecutor(2) as pool:
        pool.submit(turns, callback("first"), None)
        until(lambda: app.began == ["first"])
        page = pool.submit(turns, {"PATH_INFO": "/deaths", "name": "page"}, None)
        until(lambda: app.began == ["first", "page"])
        app.may_end.set()
        assert page.result() == [b"page"]


def test_a_callback_that_fails_hands_the_turn_on() -> None:
    app = Slow()
    app.may_end.set()
    turns = Turns(app, patience=60)
    with pytest.raises(ValueError, match="bad"):
        turns(callback("bad", fails="yes"), None)
    assert turns(callback("good"), None) == [b"good"]


def test_who_has_waited_long_enough_goes_ahead_of_something_slow() -> None:
    app = Slow()
    turns = Turns(app, patience=0.05)
    with ThreadPoolExecutor(3) as pool:
        slow = pool.submit(turns, callback("slow"), None)
        until(lambda: app.began == ["slow"])
        others = [pool.submit(turns, callback(name), None) for name in ("a", "b")]
        until(lambda: len(app.began) == 3)
        app.may_end.set()
        assert [slow.result(), *(one.result() for one in others)] == [[b"slow"], [b"a"], [b"b"]]
    assert list(turns._waiting) == []


def sockets(pid: int) -> list[str]:
    """List the sockets a process holds."""
    found = []
    for one in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(str(one.readlink()))
        except FileNotFoundError:
            continue
    return [name for name in found if name.startswith("socket:")]


def workers(server: int) -> list[int]:
    """List the processes a server has started."""
    return [int(pid) for pid in Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()]


def ask(line: http.client.HTTPConnection) -> int:
    """Ask for something over a connection that stays open; returns the status."""
    line.request("GET", "/assets/style.css")
    answer = line.getresponse()
    answer.read()
    return answer.status


def test_connections_that_stay_are_spread_evenly_over_workers(tmp_path: Path) -> None:
    folder = publish_for_api(tmp_path / "20260101T000000000000Z.duckdb").parent
    with started(folder) as (port, server), ExitStack() as stack:
        until(lambda: len(workers(server)) == WORKERS)
        held = {pid: len(sockets(pid)) for pid in workers(server)}

        def taken() -> list[int]:
            return [len(sockets(pid)) - before for pid, before in held.items()]

        def connected() -> int:
            line = stack.enter_context(closing(http.client.HTTPConnection("127.0.0.1", port, timeout=300)))
            return ask(line)

        # One may be ready long before the other, and takes everybody until then.
        def are_both_there() -> bool:
            assert connected() == 200
            return min(taken()) > 2

        until(are_both_there)
        with ThreadPoolExecutor(24) as pool:
            assert set(pool.map(lambda _: connected(), range(24))) == {200}
        assert max(taken()) - min(taken()) <= 3, taken()
