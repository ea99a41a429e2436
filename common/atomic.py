"""Files written whole or not at all: beside their place first, on the disk, then renamed. Not here: who may write."""

import os
from pathlib import Path


def write_beside(beside: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file that is going to be renamed into its place, and have its bytes on the disk; raises OSError."""
    with beside.open("wb") as file:
        if mode is not None:
            os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def flush(path: Path) -> None:
    """Have the bytes of a file on the disk before its name says that they are there."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename last through a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
