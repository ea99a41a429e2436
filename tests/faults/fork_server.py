"""A warm process that forks one child for every order it is given, and kills, starves or misleads it as told.

Started once for a session: importing dbt and parsing the project takes seconds, a forked child takes none. Orders come
as one JSON object a line, answers go back likewise. It has no threads, so that forking it is safe.
"""

from __future__ import annotations

import ctypes
import datetime
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
QUICKLY = ["--exclude-resource-type", "unit_test", "--no-write-json"]
LONGEST_SECONDS = 3600  # what has not ended by then hangs; on a machine with much else to do a build takes minutes
CAPSET_VERSION = 0x20080522  # of linux/capability.h: two words of 32 rights each


def dbt_arguments(*arguments: str) -> list[str]:
    """Return the arguments of one dbt command in this project, with a target folder that trials share."""
    places = {"project": ROOT, "profiles": ROOT}
    target = ROOT / "target" / "faults"
    named = [part for name, path in places.items() for part in (f"--{name}-dir", str(path))]
    return ["--quiet", *arguments, *named, "--log-path", str(target / "logs"), "--target-path", str(target)]


def parsed() -> Any:
    """Parse the project once and return its manifest."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    done = dbtRunner().invoke(dbt_arguments("parse"))
    assert done.success, done.exception
    return done.result


def run_dbt(manifest: Any, *arguments: str) -> int:
    """Run one dbt command and return the exit code that its command line would have."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    done = dbtRunner(manifest=manifest).invoke(dbt_arguments(*arguments))
    # As the end of a process does, which a forked child does not have: the log is folded into the file.
    DuckDBConnectionManager.close_all_connections()
    return 2 if done.exception else 0 if done.success else 1


def until(order: dict[str, Any]) -> tuple[str, str]:
    """Return the option for what was recorded by the order's day."""
    return "--vars", f"{{recorded_until: '{order['day']}'}}"


def run_ingest(*arguments: str) -> int:
    """Run ``python -m ingest``."""
    from ingest.__main__ import main  # noqa: PLC0415

    return main(arguments)


def run_fetch(order: dict[str, Any]) -> int:
    """Fetch a release that no reader lists, as ``python -m ingest fetch`` does."""
    from ingest.datasets.cache import fetch  # noqa: PLC0415
    from ingest.datasets.registry.entries import DatasetEntry  # noqa: PLC0415

    os.environ["ON_RECORD_CACHE"] = order["cache"]
    told = {"version": "v1", "format": "csv", "download_urls": [{"version": "v1", "url": order["url"]}]}
    done = fetch(DatasetEntry("tolls", told), None, lambda *_: None)
    print(done.state, done.problem)
    return int(done.state == "refused")


def set_clock(seconds: float) -> None:
    """Have every clock that our code reads show this many seconds more."""

    class Moved(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return cls.fromtimestamp(time.time() + seconds, tz)

    from ingest.warehouse import backup, connection, load, publish  # noqa: PLC0415

    datetime.datetime = Moved  # type: ignore[misc]  # dbt's macros take it from its module
    backup.datetime = load.datetime = publish.datetime = connection.datetime = Moved  # type: ignore[misc, attr-defined]


def give_up_override() -> None:
    """Have the modes of files hold for root too: it gives up every right of its own (capset(2))."""
    if os.getuid() == 0:
        header, rights = (ctypes.c_uint32 * 2)(CAPSET_VERSION, 0), (ctypes.c_uint32 * 6)()
        if ctypes.CDLL(None, use_errno=True).capset(header, rights):
            raise OSError(ctypes.get_errno(), "capset")


def prepare(order: dict[str, Any]) -> None:
    """Make the child what the order says: its files, environment, limits, rights, clock and patience."""
    for name, stream in (("out", 1), ("err", 2)):
        os.dup2(os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), stream)
    os.environ |= {"ON_RECORD_WAREHOUSE": order["warehouse"], "ON_RECORD_PUBLISHED": order["published"]}
    if "clock" in order:
        set_clock(order["clock"])
    if "patience" in order:
        from ingest.warehouse import publish  # noqa: PLC0415

        publish.LONGEST_WAIT = order["patience"]
    if "file_size" in order:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails instead, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_size"], order["file_size"]))
    if order.get("is_plain"):
        give_up_override()


def run(order: dict[str, Any], manifest: Any) -> int:
    """Run what is ordered."""
    commands: dict[str, Callable[[], int]] = {
        "fetch": lambda: run_fetch(order),
        "load": lambda: run_ingest("load", order["folder"]),
        "history": lambda: run_ingest("load", "--history", order["folder"]),
        "amend": lambda: run_ingest(
            "amend", order["figure"], f"value={order['value']}", "--reason", "Misread.", "--folder", order["folder"]
        ),
        "backup": lambda: run_ingest("backup", order["file"]),
        "restore": lambda: run_ingest("restore", order["file"], "--force"),
        "rehearse": lambda: run_ingest("restore", order["file"], "--force", "--dry-run"),
        "unpublish": lambda: run_ingest("unpublish", order["folder"]),
        "copy": lambda: run_ingest("recorded", "--copy-to", order["file"]),
        "build": lambda: run_dbt(manifest, "build", *QUICKLY),
        "publish": lambda: run_dbt(manifest, "run-operation", "write_publication"),
        # As `make history` does with each day, in the copy that is the order's warehouse.
        "missing": lambda: run_ingest("recorded", "--missing", "--copy-to", order["file"]),
        "build_past": lambda: run_dbt(manifest, "build", *QUICKLY, *until(order)),
        "publish_past": lambda: run_dbt(manifest, "run-operation", "write_publication", *until(order)),
    }
    return commands[order["what"]]()


def child_of(order: dict[str, Any], manifest: Any) -> int:
    """Fork a child that does as ordered, and return its process id."""
    child = os.fork()
    if child:
        return child
    try:
        os.setpgid(0, 0)
        prepare(order)
        code = run(order, manifest)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        import traceback  # noqa: PLC0415

        traceback.print_exc()
        sys.stderr.flush()
        code = 70
    os._exit(code)


def is_time(order: dict[str, Any], start: float) -> bool:
    """Say whether the moment has come to kill: a number of seconds, or a sight in the folders and a little later."""
    sight = order.get("sight")
    if sight is None:
        return time.monotonic() - start >= order.get("seconds", float("inf"))
    places = [order["cache"]] if "cache" in order else [order["published"], str(Path(order["warehouse"]).parent)]
    found = any(True for place in places
                for _ in Path(place).glob(sight))  # fmt: skip
    if found:
        time.sleep(order.get("seconds", 0))
    return found


def obey(order: dict[str, Any], manifest: Any) -> dict[str, Any]:
    """Do as ordered and say how it went: exit code (None if killed), seconds, and what was said."""
    start, status = time.monotonic(), 0
    child = child_of(order, manifest)
    is_killed = False
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            break
        if not is_killed and is_time(order, start):
            os.kill(child, signal.SIGKILL)
            is_killed = True
        if time.monotonic() - start > LONGEST_SECONDS:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.0005)
    code = None if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)
    said = {name: Path(order[name]).read_text(errors="replace") for name in ("out", "err")}
    return {"code": code, "seconds": time.monotonic() - start, **said}


def main() -> None:
    """Obey orders until there are no more."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sys.path.insert(0, str(ROOT))
    import ingest.cli.coding.edit  # noqa: PLC0415
    import ingest.cli.history  # noqa: PLC0415
    import ingest.datasets.cache  # noqa: PLC0415
    import ingest.warehouse.load  # noqa: PLC0415
    import ingest.warehouse.restore  # noqa: PLC0415
    import ingest.warehouse.retract  # noqa: F401, PLC0415

    manifest = parsed()
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(obey(json.loads(line), manifest)), file=answers, flush=True)


if __name__ == "__main__":
    main()
