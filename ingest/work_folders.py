"""Folders that hold copies of the warehouse while a command works, and what a killed command left of them.

A copy holds restricted figures: its folder is for its owner alone (mode 0700), and holds a file that the living process
keeps locked. The kernel lets go of the lock when the process ends, however it ends, so that the next command can tell
the dead from the living and remove them.
"""

import fcntl
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from common.layout import ROOT, published_folder, recorded_folder
from ingest.files import shown_path, warehouse_path

PREFIX = ".on-record-"
UNLOCKED = f"{PREFIX}new-"
"""What a folder is called until its lock is held."""
LOCK, ELSEWHERE = "lock", "elsewhere"
LONGEST_PATH = 1 << 14
# What earlier versions called them, who locked none: removed only where they hold nothing but what those wrote.
FORMER = re.compile(r"\.(restore|backup)-[a-z0-9_]{8}")
FORMER_LOADING = re.compile(r"\..+\.loading-[a-z0-9_]{1,8}")
FORMER_NAMES = re.compile(r"warehouse\.duckdb(\.wal|\.tmp)?|published|manifest\.json|.+\.tar\.gz")


@contextmanager
def work_folder(parent: Path, what: str, known_from: Path | None = None) -> Iterator[Path]:
    """Make a folder in ``parent`` for one command, locked while the block lasts, and remove it afterwards.

    Args:
        parent: an existing folder.
        what: the command, for the folder's name.
        known_from: where the next command looks if it does not know ``parent``; left out where it cannot be written.

    Raises:
        OSError: nothing can be written there.

    """
    with ExitStack() as stack:
        if known_from and known_from.resolve() != parent.resolve():
            with suppress(OSError):
                register = stack.enter_context(_locked_folder(known_from, what))
                (register / ELSEWHERE).write_bytes(os.fsencode(parent.absolute()))
        yield stack.enter_context(_locked_folder(parent, what))


@contextmanager
def _locked_folder(parent: Path, what: str) -> Iterator[Path]:
    made = None
    while made is None:
        made = _made(parent, what)
    folder, lock = made
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _made(parent: Path, what: str) -> tuple[Path, int] | None:
    """Make a folder and lock it; None where another command took it for a dead one before it was locked."""
    unlocked = Path(tempfile.mkdtemp(prefix=UNLOCKED, dir=parent))
    try:
        lock = os.open(unlocked / LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = parent / f"{PREFIX}{what}-{unlocked.name.removeprefix(UNLOCKED)}"
        unlocked.rename(folder)
    except FileNotFoundError:
        os.close(lock)
        return None
    except OSError:
        os.close(lock)
        shutil.rmtree(unlocked, ignore_errors=True)
        raise
    return folder, lock


def usual_places(warehouse: Path, published: Path) -> list[Path]:
    """Return the folders in which our commands make such folders; a backup elsewhere is told of by a register."""
    return [warehouse.parent, published, recorded_folder(published), ROOT, ROOT / "backups"]


def dead_folders(places: list[Path]) -> list[Path]:
    """Return what killed commands left in these places, and where their registers say."""
    found: dict[Path, None] = {}
    waiting = [place.absolute() for place in places]
    seen: set[Path] = set()
    while waiting:
        place = waiting.pop(0)
        if place in seen:
            continue
        seen.add(place)
        for folder in _ours_in(place):
            if _is_dead(folder):
                found[folder] = None
                waiting += _elsewhere(folder)
    return list(found)


def remove_dead(places: list[Path]) -> list[Path]:
    """Remove what killed commands left in these places; returns the folders that are gone."""
    found = dead_folders(places)
    # A register goes last, so that what it tells of is not forgotten should this be killed too.
    for folder in reversed(found):
        _remove(folder)
    return [folder for folder in found if not folder.exists()]


def _ours_in(place: Path) -> list[Path]:
    try:
        names = sorted(entry.name for entry in os.scandir(place) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []
    folders = [place / name for name in names if name.startswith(PREFIX) or _is_former(place / name)]
    return [folder for folder in folders if _is_own(folder)]


def _is_former(folder: Path) -> bool:
    if FORMER_LOADING.fullmatch(folder.name):
        return True
    if not FORMER.fullmatch(folder.name):
        return False
    try:
        return all(FORMER_NAMES.fullmatch(path.name) for path in folder.iterdir())
    except OSError:
        return False


def _is_own(folder: Path) -> bool:
    try:
        return folder.lstat().st_uid == os.geteuid()
    except OSError:
        return False


def _is_dead(folder: Path) -> bool:
    """Whether nobody holds the lock of this folder; one without is dead too, and its maker would begin anew."""
    lock = _locked(folder)
    if lock is None:
        return not (folder / LOCK).exists()
    os.close(lock)
    return True


def _locked(folder: Path) -> int | None:
    """Take the lock of a folder whose process is gone; None where it lives, or there is no lock."""
    try:
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def _elsewhere(folder: Path) -> list[Path]:
    try:
        with (folder / ELSEWHERE).open("rb") as file:
            described = Path(os.fsdecode(file.read(LONGEST_PATH)))
    except (OSError, ValueError):
        return []
    return [described] if described.is_absolute() else []


def _remove(folder: Path) -> None:
    lock = _locked(folder)
    if lock is None and (folder / LOCK).exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    if lock is not None:
        os.close(lock)


if __name__ == "__main__":
    for gone in remove_dead(usual_places(warehouse_path(), published_folder())):
        print(f"Removed {shown_path(gone)}, which a killed command left.", file=sys.stderr)
