"""Where things are: the project's root, the episode folders, the warehouse."""

import difflib
import fcntl
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path

from common.atomic import sync_folder, write_beside
from common.layout import FIGURES, ROOT, WAREHOUSE, WAREHOUSE_SETTING, named
from ingest.errors import CannotRunError, NoEpisodeError

# DuckDB names a database after its file, and these names mean something else in our SQL or in DuckDB's.
RESERVED_NAMES = frozenset({"raw", "staging", "main", "temp", "system", "memory", "on_record_publication"})


def warehouse_path() -> Path:
    """Return the warehouse file: ``ON_RECORD_WAREHOUSE``, else ``warehouse.duckdb`` in the root.

    Raises CannotRunError where the file's name could not be built from: a reserved word, or with a quote in it.
    """
    path = named(WAREHOUSE_SETTING, WAREHOUSE)
    if path.stem.lower() in RESERVED_NAMES or {"'", '"'} & set(path.stem):
        raise CannotRunError(
            f"{path.name} cannot be the name of a warehouse; choose another, such as warehouse.duckdb."
        )
    return path


def shown_path(path: Path) -> str:
    """Return the path as messages and ``record_file`` give it: relative to the root, else to the working folder."""
    try:
        absolute = path.resolve()
    except RuntimeError:  # a link that leads to itself
        absolute = path.absolute()
    for base in (ROOT, Path.cwd()):
        if absolute.is_relative_to(base):
            return _printable(absolute.relative_to(base).as_posix())
    return _printable(path.as_posix())


def _printable(name: str) -> str:
    """Return a name as text: bytes of it that are none can be neither printed nor stored."""
    return name.encode("utf-8", errors="backslashreplace").decode("utf-8")


def episode_folders(named: Sequence[str]) -> list[Path]:
    """Return the folders named, each once, or every folder under ``figures/`` where none is named.

    Raises CannotRunError where a folder is missing, where two different folders carry one name (a folder's name is its
    episode_id), or where there is none at all.
    """
    folders = [Path(name).resolve() for name in named] if named else _default_folders()
    for folder in folders:
        if not folder.is_dir():
            raise CannotRunError(f"{shown_path(folder)} is not a folder; name a folder such as figures/aleppo-2024.")
        if folder.name == "second" and (folder.parent / "figures.csv").exists():
            raise CannotRunError(
                f"{shown_path(folder)} is the second reading of an episode; name the episode's own folder."
            )
    unique = sorted(set(folders), key=lambda folder: (folder.name, folder))
    for first, second in pairwise(unique):
        if first.name == second.name:
            raise CannotRunError(
                f"{shown_path(first)} and {shown_path(second)} have the same name, so the same episode."
            )
    return unique


def _default_folders() -> list[Path]:
    there = [path for path in FIGURES.iterdir() if path.is_dir()] if FIGURES.is_dir() else []
    found = [path for path in there if not path.name.startswith(".")]
    if not found:
        raise NoEpisodeError(f"There is no episode folder under {shown_path(FIGURES)}.")
    return found


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes; FileNotFoundError where it is missing, CannotRunError where it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise CannotRunError(f"{shown_path(path)} cannot be read: {error.strerror or error}.") from error


def read_instead(path: Path, content: bytes) -> Callable[[Path], bytes]:
    """Return a reader of files for which this one already holds what it is going to hold."""
    return lambda wanted: content if wanted == path else read_bytes(wanted)


# One file of the record replaced: whole or not at all, and only where it is still what was read.


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


def replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Replace a file by rename, keeping its permissions.

    Raises CannotRunError where it no longer holds ``before``, or cannot be written; then it is as it was.
    """
    path = path.resolve()
    new = path.with_name(f".{path.name}.new")
    try:
        write_beside(new, after, stat.S_IMODE(path.stat().st_mode))
        _refuse_changed(path, before)
        new.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise CannotRunError(f"{shown_path(path)} is unchanged, since {_reason(error)}.") from error
    finally:
        new.unlink(missing_ok=True)


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
