"""One file of the record replaced: whole or not at all, and only where it is still what was read."""

import difflib
import fcntl
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ingest.errors import CannotRunError
from ingest.paths import read_bytes, shown_path


@contextmanager
def locked(folders: Sequence[Path]) -> Iterator[None]:
    """Hold these folders against other edits by this program; whoever comes second waits and reads what is then there.

    The lock is on the folder itself, so no file of it is left behind. Editors of other programs do not know it: for
    those, `put_in_place` compares.
    """
    with ExitStack() as stack:
        for folder in sorted(folders):
            try:
                descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            except OSError as error:
                raise CannotRunError(f"{shown_path(folder)} cannot be opened: {error.strerror}.") from error
            stack.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def put_in_place(path: Path, before: bytes, after: bytes) -> None:
    """Replace a file by rename, keeping its permissions.

    Raises CannotRunError where it no longer holds ``before``, or cannot be written; then it is as it was.
    """
    path = path.resolve()
    new = path.with_name(f".{path.name}.new")
    try:
        _write(new, after, stat.S_IMODE(path.stat().st_mode))
        _refuse_changed(path, before)
        new.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise CannotRunError(f"{shown_path(path)} is unchanged, since {_reason(error)}.") from error
    finally:
        new.unlink(missing_ok=True)


def _write(path: Path, content: bytes, mode: int) -> None:
    # A leftover of an interrupted edit is ours to overwrite: the folder is locked.
    with path.open("wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename last through a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_changed(path: Path, before: bytes) -> None:
    try:
        is_same = read_bytes(path) == before
    except FileNotFoundError:
        is_same = False
    if not is_same:
        raise CannotRunError(f"{shown_path(path)} was changed by somebody else meanwhile; look at it and try again.")


def _reason(error: OSError) -> str:
    return f"a new one could not be written beside it: {error.strerror or error}"


def unified_diff(name: str, before: bytes, after: bytes) -> str:
    """Return what changed as `patch` and `git apply` read it; empty where nothing did."""
    old, new = (content.decode("utf-8", errors="surrogateescape") for content in (before, after))
    shown = name.lstrip("/")
    lines = difflib.unified_diff(_lines(old), _lines(new), f"a/{shown}", f"b/{shown}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """Split at line feeds only: other characters that end a line for Python stay inside it."""
    lines = text.split("\n")
    ended = [line + "\n" for line in lines[:-1]]
    return ended + lines[-1:] if lines[-1] else ended
