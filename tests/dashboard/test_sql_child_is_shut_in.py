"""A child that answers a question has no files, no environment and no way to get more: looked at while it lives."""

import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from asking import children
from dash import Dash
from small_publication import publish

from dashboard.cli.screenshot import running
from dashboard.sql import engine, sandbox
from dashboard.sql.engine import Answer, Desk, Limits, run

ENDLESS = "select count(*) from range(1000000000) a, range(100000) b"
LIMITS = Limits(seconds=600, mebibytes=128)
TRIES = """
import os, socket, sys
sys.path[:0] = [{packages!r}, {dashboard!r}]
import _duckdb, sandbox
sandbox.shut_in(4, 128)
connection = sandbox.open_locked(_duckdb, {path!r}, 4, 128)
def told(act):
    try:
        act()
    except (OSError, ValueError, RuntimeError) as reason:
        return type(reason).__name__
    return "done"
acts = [lambda: open("/etc/hostname"), lambda: os.listdir("/"), lambda: socket.socket(), os.pipe, lambda: os.dup(0),
        lambda: open({new!r}, "w")]
print([told(act) for act in acts], connection.execute("select count(*) from fct_figures").fetchall())
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("shut") / "20260101T000000000000Z.duckdb")


def until(is_so: object, seconds: float = 300.0) -> None:
    """Wait until a function says yes."""
    end = time.monotonic() + seconds
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def is_shut(pid: int) -> bool:
    """Whether a child has opened its publication and lowered its last limit."""
    return limits_of(pid).get("Max open files") == ("0", "0")


def limits_of(pid: int) -> dict[str, tuple[str, str]]:
    lines = Path(f"/proc/{pid}/limits").read_text(encoding="utf-8").splitlines()[1:]
    return {line[:26].strip(): (line[26:47].strip(), line[47:68].strip()) for line in lines}


@contextmanager
def living(path: Path) -> Iterator[tuple[int, list[Answer]]]:
    """Ask an endless question and give its child's pid while it lives."""
    is_over, answers = threading.Event(), list[Answer]()

    def ask() -> None:
        answers.append(run(path, ENDLESS, LIMITS, is_wanted=lambda: not is_over.is_set(), desk=Desk()))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        until(lambda: any(map(is_shut, children())))
        yield children()[0], answers
    finally:
        is_over.set()
        thread.join()


def test_it_inherits_no_descriptor(path: Path, tmp_path: Path) -> None:
    mine = (tmp_path / "mine").open("w", encoding="utf-8")
    os.set_inheritable(mine.fileno(), True)
    with mine, living(path) as (pid, _):
        open_files = {int(entry.name): str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()}
    assert open_files[0].endswith("(deleted)")
    assert open_files[1].startswith("pipe:")
    assert open_files[2] == "/dev/null"
    rest = {target for number, target in open_files.items() if number > 2}
    assert rest == {str(path)}


def test_it_has_no_environment_and_stands_at_the_root(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ON_RECORD_HIDDEN", "plover")
    with living(path) as (pid, _):
        names = {part.split(b"=")[0] for part in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") if part}
        where, group = str(Path(f"/proc/{pid}/cwd").readlink()), os.getpgid(pid)
    assert names <= {b"TZ", b"LC_ALL", b"LD_LIBRARY_PATH"}
    assert (where, group) == ("/", pid)


def test_its_limits_are_hard(path: Path) -> None:
    with living(path) as (pid, _):
        found = limits_of(pid)
    memory = str((768 + LIMITS.mebibytes) * 2**20)
    assert found["Max address space"] == (memory, memory)
    assert found["Max cpu time"] == ("601", "601")
    for name in ("Max file size", "Max open files", "Max processes", "Max core file size"):
        assert found[name] == ("0", "0"), name


def test_its_memory_stays_within_its_limit(path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    for sql in ("select length(repeat('x', 4000000000))", "select list(range) from range(1000000000)"):
        assert run(path, sql, LIMITS, desk=Desk()).kind in ("memory", "time")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before, (768 + LIMITS.mebibytes) * 1024)


def test_once_its_publication_is_open_nothing_more_can_be_opened(path: Path, tmp_path: Path) -> None:
    """What the engine might be talked into, tried by Python itself after the doors are shut."""
    code = TRIES.format(packages=str(engine.PACKAGES), dashboard=str(engine.CHILD.parent), path=str(path),
                        new=str(tmp_path / "new"))  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True, env={}, cwd="/"
    )  # fmt: skip
    assert done.stdout.strip() == f"{['OSError'] * 6} [(13,)]"
    assert not (tmp_path / "new").exists()


def test_it_yields_to_whoever_else_wants_the_processor(path: Path) -> None:
    with living(path) as (pid, _):
        assert os.getpriority(os.PRIO_PROCESS, pid) == min(os.getpriority(os.PRIO_PROCESS, 0) + sandbox.NICE, 19)


def test_it_ends_as_soon_as_nobody_waits(path: Path) -> None:
    with living(path) as (pid, answers):
        assert Path(f"/proc/{pid}").exists()
    assert [answer.kind for answer in answers] == ["cancelled"]
    assert not Path(f"/proc/{pid}").exists()


def test_a_reader_who_hangs_up_leaves_no_child(app: Dash, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(path.parent))
    with running(app.server) as url:
        line = socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])))
        line.sendall(f"GET /sql/run?q={ENDLESS.replace(' ', '+')} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        until(lambda: any(map(is_shut, children())))
        line.close()
        until(lambda: children() == [], engine.PAGE.seconds / 2)
