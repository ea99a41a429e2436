"""Small disks, closed folders, held files and commands at once, for the trials of faults."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from stage import Done, require

HOLDER = """
import duckdb, sys
held = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == 'read-only')
held.execute('select 1').fetchall()
print('held', flush=True)
sys.stdin.read()
"""


def at_once(*commands: Callable[[], Done]) -> list[Done]:
    """Run them together."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(len(commands)) as pool:
        return [running.result() for running in [pool.submit(command) for command in commands]]


@contextmanager
def modes(wanted: dict[Path, int]) -> Iterator[None]:
    """Give files and folders these modes meanwhile."""
    before = {path: path.stat().st_mode for path in wanted}
    for path, mode in wanted.items():
        path.chmod(mode)
    try:
        yield
    finally:
        for path, mode in before.items():
            path.chmod(mode)


@contextmanager
def holding(path: Path, kind: str) -> Iterator[int]:
    """Hold the file as somebody's open shell does; gives the id of its process."""
    command, pipe = [sys.executable, "-c", HOLDER, str(path), kind], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as holder:
        assert holder.stdout is not None
        require(holder.stdout.readline() == "held\n", "the file could not be held")
        yield holder.pid
        holder.communicate()


def can_mount() -> bool:
    """Whether this process may mount a disk in memory."""
    if os.getuid() != 0 or not shutil.which("mount"):
        return False
    import tempfile  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as place:
        tried = subprocess.run(["mount", "-t", "tmpfs", "none", place], capture_output=True, check=False)
        if tried.returncode == 0:
            subprocess.run(["umount", place], check=True)
    return tried.returncode == 0


@contextmanager
def mounted(place: Path, options: str) -> Iterator[Path]:
    """Mount a small disk in memory."""
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)
        place.rmdir()
