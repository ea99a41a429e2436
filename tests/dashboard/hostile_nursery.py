"""Answers many statements, each in a child of its own, without starting Python and loading the engine for each.

A script of the tests: a JSON list of requests to `sandbox` on standard input, a JSON list of [what it said, how it
ended, seconds of the processor] on standard output. Each child is forked, shuts itself in and answers by the very
functions of `sandbox`; what surrounds these is tested by the statements that go the whole way.
"""

import json
import os
import select
import signal
import sys
import time
from typing import Any

# Beyond its statement, for a child that answers neither in its time nor with an end: no measure of anything.
START = 300.0


def live(child: Any, engine: Any, request: dict[str, Any], writer: int) -> None:
    """Be the child: never returns."""
    os.setsid()
    os.dup2(writer, 1)
    os.closerange(3, 64)
    child.shut_in(request["seconds"], request["mebibytes"])
    said = child.without_paths(json.dumps(child.answer(engine, request), allow_nan=False), request["hidden"])
    with os.fdopen(1, "w", closefd=False) as out:
        out.write(said)
    os._exit(0)


def listened(reader: int, pid: int, seconds: float) -> str:
    """Return what the child says until it ends; kill it at the end of its time."""
    until, said = time.monotonic() + seconds, b""
    while select.select([reader], [], [], max(0.0, until - time.monotonic()))[0]:
        part = os.read(reader, 1 << 16)
        if not part:
            return said.decode()
        said += part
    os.kill(pid, signal.SIGKILL)
    return ""


def one(child: Any, engine: Any, request: dict[str, Any]) -> list[Any]:
    """Answer one request; returns [what was said, exit code or minus the signal, seconds of the processor]."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        live(child, engine, request, writer)
    os.close(writer)
    said = listened(reader, pid, request["seconds"] + START)
    os.close(reader)
    _, status, used = os.wait4(pid, 0)
    return [said, os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime]


def main() -> None:
    """Answer them all."""
    selection = json.load(sys.stdin)
    sys.path += [selection["packages"], selection["dashboard"]]
    import _duckdb  # noqa: PLC0415
    import sandbox  # noqa: PLC0415

    json.dump([one(sandbox, _duckdb, request) for request in selection["requests"]], sys.stdout)


if __name__ == "__main__":
    main()
