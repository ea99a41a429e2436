"""A PostgreSQL of Debian's on loopback, in a folder of its own, for the tests that copy into one."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "s3cret-Σ'word"  # noqa: S105 - of a server that lives for a test


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL of Debian that knows `unique nulls not distinct`, or None."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    fit = [path for path in found if int(path.parent.name) >= 15]
    return max(fit, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def served() -> Iterator[str]:
    """Start a server and give the address of its database for its owner, whose password is PASSWORD, then end it."""
    place = programs()
    assert place
    folder = Path(tempfile.mkdtemp(prefix="on-record-postgres-"))
    # The server refuses to run as root.
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    as_user: dict[str, int | str | list[int]] = (
        {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    )
    try:
        secret = folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        if user:
            for path in (folder, secret):
                os.chown(path, user.pw_uid, user.pw_gid)
        data = folder / "data"
        made = [place / "initdb", "-D", data, "-U", "anna", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8",
                "--locale", "C.UTF-8", "--no-sync"]  # fmt: skip
        subprocess.run(made, cwd=folder, check=True, capture_output=True, **as_user)  # type: ignore[call-overload]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = ["-c", "listen_addresses=127.0.0.1", "-c", f"port={port}", "-c", "fsync=off", "-k", str(folder)]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen([place / "postgres", "-D", data, *options], cwd=folder, stderr=log, **as_user)  # type: ignore[call-overload]
        try:
            for _ in range(600):
                asked = [place / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
                if subprocess.run(asked, check=False).returncode == 0:
                    break
                assert server.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
            yield f"postgres://anna@127.0.0.1:{port}/postgres"
        finally:
            server.terminate()
            server.wait(timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
