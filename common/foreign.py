"""The one way to open a database file that is not our working file.

A publication, a backup's member or a file that somebody put into the folder of publications may hold anything. It is
opened read-only, without access to any other file, with no extension loaded and no setting left to change. Only
regular files are opened: a pipe or a device would keep its reader waiting for ever, a link may lead anywhere.
"""

import errno
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from common.quoting import literal

# One configuration for every connection of a process: DuckDB refuses to open one file under two.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    # Enough for the heaviest page about a million figures; without a limit DuckDB keeps every block it has read.
    "memory_limit": "320MB",
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "lock_configuration": True,
}
# The format that tools from DuckDB 1.2 on can open; 2.0 would write a newer one (docs/decisions/0034-dbt-and-sql.md).
STORAGE_VERSION = "v1.2.0"
COPYING: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "1GB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# What the kernel says where it cannot copy between two files by itself.
NOT_HERE = {errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS, errno.EPERM}
MOST_AT_ONCE = 1 << 30
# What of a file must be as it was for it to be the same file: a file may be replaced under its name.
Identity = tuple[int, int, int, int]


class NoRegularFileError(OSError):
    """There is no file of this name, or it is a link, a pipe, a socket, a device or a folder; it was not opened."""


def identity(path: Path) -> Identity | None:
    """Return what tells a file from the one that takes its name, or None where there is no regular file."""
    try:
        found = path.lstat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def is_openable(path: Path) -> bool:
    """Say whether this is a regular file, and its write-ahead log, which DuckDB would read too, if there is one."""
    log = log_of(path)
    return identity(path) is not None and (identity(log) is not None or not _is_there(log))


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except OSError:
        return False
    return True


def log_of(path: Path) -> Path:
    """Return where DuckDB keeps the write-ahead log of a file."""
    return path.with_name(path.name + ".wal")


def spill_of(path: Path) -> Path:
    """Return the folder in which DuckDB sets aside what does not fit into memory while a file is worked on."""
    return path.with_name(path.name + ".tmp")


def regular_files(folder: Path, pattern: str) -> list[Path]:
    """Return the regular files of a folder that fit the pattern, by name; none where it cannot be listed."""
    try:
        return sorted(path for path in folder.glob(pattern) if identity(path) is not None)
    except OSError:
        return []


def copy_regular(source: Path, target: Path) -> None:
    """Copy a regular file; NoRegularFileError for anything else, which is not waited for.

    Where the file system can, both files share their blocks until one of them is written: so a day beside a large data
    set takes what changed since the day before, not what the data set takes.
    """
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise NoRegularFileError(f"{source.name} is no regular file, so it is not copied")
        with target.open("wb") as copy:
            if not _is_cloned(file.fileno(), copy.fileno()):
                shutil.copyfileobj(file, copy, 1 << 20)


def _is_cloned(source: int, target: int) -> bool:
    """Whether the kernel copied a file, which shares its blocks where XFS, Btrfs or ZFS can; else nothing was written.

    OSError where the disk is full.
    """
    if not hasattr(os, "copy_file_range"):
        return False
    try:
        while os.copy_file_range(source, target, MOST_AT_ONCE):
            pass
    except OSError as error:
        if error.errno not in NOT_HERE:
            raise
        os.lseek(source, 0, os.SEEK_SET)
        os.lseek(target, 0, os.SEEK_SET)
        os.ftruncate(target, 0)
        return False
    return True


def open_foreign(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a database file for reading, as described above.

    Raises:
        NoRegularFileError: it is no regular file, or was replaced at this very moment.
        duckdb.Error: it is held by a writer, damaged, or no database of DuckDB.

    """
    before = identity(path)
    if before is None or not is_openable(path):
        raise NoRegularFileError(f"{path.name} is no regular file, so it is not opened")
    connection = duckdb.connect(str(path.absolute()), read_only=True, config=CONFIG)
    if identity(path) != before:
        connection.close()
        raise NoRegularFileError(f"{path.name} was replaced while it was opened")
    return connection


@contextmanager
def open_beside(source: Path, target: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database file for reading, attached as ``source``, and a new one for writing, attached as ``w``.

    Nothing but these two files can be reached, and no setting changed, before anything is read.

    Raises:
        NoRegularFileError, duckdb.Error: as ``open_foreign`` does; the new file may be there, and is worthless.

    """
    with _shut_in(source, [target]) as connection:
        connection.execute(
            f"ATTACH {literal(str(target.absolute()))} AS w (STORAGE_VERSION {literal(STORAGE_VERSION)})"
        )
        yield connection


@contextmanager
def open_into(source: Path, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database file for reading, attached as ``source``, where files of other formats go into a folder.

    Nothing but this file and what is in the folder can be reached, and no setting changed, before anything is read.

    Raises:
        NoRegularFileError, duckdb.Error: as ``open_foreign`` does.

    """
    with _shut_in(source, [], folder) as connection:
        yield connection


@contextmanager
def _shut_in(source: Path, targets: Sequence[Path], folder: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    if not is_openable(source):
        raise NoRegularFileError(f"{source.name} is no regular file, so it is not opened")
    before = identity(source)
    paths = [str(each.absolute()) for path in (source, *targets) for each in (path, log_of(path))]
    paths += [f"{log_of(path.absolute())}.{passing}" for path in targets for passing in ("checkpoint", "recovery")]
    with duckdb.connect(config=COPYING) as connection:
        connection.execute(f"SET allowed_paths = [{', '.join(literal(path) for path in paths)}]")
        if folder:
            connection.execute(f"SET allowed_directories = [{literal(str(folder.absolute()))}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        connection.execute(f"ATTACH {literal(str(source.absolute()))} AS source (READ_ONLY)")
        if identity(source) != before:
            raise NoRegularFileError(f"{source.name} was replaced while it was opened")
        yield connection


def is_locked(error: Exception) -> bool:
    """Say whether somebody else holds the file."""
    return "Could not set lock" in str(error)
