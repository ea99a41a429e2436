"""Archives opened so that no number in them decides how much memory is taken.

A tar file says in a header how long the next one is, and ``tarfile`` reads that much at once; a zip file lists its
members at its end, and ``zipfile`` reads the whole list. Both are bounded here before they are believed.
"""

import struct
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

# tarfile copies what a member holds in pieces of 16 KB: what is asked for in one piece beyond this is a header.
MOST_HEADER_BYTES = 1 << 16
MOST_TAR_MEMBERS = 100_000
MOST_ZIP_MEMBERS = 10_000
MOST_LIST_BYTES = 1 << 24

# The end of a zip file: its mark, numbers of disks, members here and in all, size and place of the list, comment.
END, END_64, LOCATOR = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL")


class ArchiveTooLargeError(tarfile.ReadError):
    """An archive whose own numbers ask for more than is taken for it; the text says which."""


class _Bounded:
    """A file that is never read in one piece beyond what a header may have."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes; ArchiveTooLargeError where that is more than any header of ours has."""
        if not 0 <= size <= MOST_HEADER_BYTES:
            described = "an endless header" if size < 0 else f"a header of {size:,} bytes"
            raise ArchiveTooLargeError(f"it has {described}, and at most {MOST_HEADER_BYTES:,} are read")
        return self._file.read(size)

    def seek(self, place: int, whence: int = 0) -> int:
        """Go to a place of the file."""
        return self._file.seek(place, whence)

    def tell(self) -> int:
        """Say where in the file it stands."""
        return self._file.tell()


@contextmanager
def open_tar(unpacked: IO[bytes]) -> Iterator[tarfile.TarFile]:
    """Open an unpacked tar file to read it member by member, with headers bounded.

    Raises ArchiveTooLargeError (a tarfile.ReadError) for a header beyond all bounds, here or while it is read.
    """
    with _sentences(), tarfile.open(fileobj=cast("IO[bytes]", _Bounded(unpacked)), mode="r:") as archive:
        yield archive


def members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Yield the members of a tar file in turn; ArchiveTooLargeError beyond so many, or for a chain of headers."""
    for count, member in enumerate(archive, 1):
        if count > MOST_TAR_MEMBERS:
            raise ArchiveTooLargeError(f"it has more than {MOST_TAR_MEMBERS:,} members")
        yield member


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except RecursionError as error:
        # tarfile calls itself for a header that follows a header.
        raise ArchiveTooLargeError("it has a chain of headers without a member") from error


def zip_objection(path: Path) -> str:
    """Say why the list of members of a zip file is too long to be read; empty where it is not, or is no list at all."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = max(0, size - END.size - 65_535)
        file.seek(start)
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or at + END.size > len(tail):
            return ""  # zipfile says that it is no zip file
        _, _, _, _, count, list_bytes, _, _ = END.unpack_from(tail, at)
        locator = start + at - LOCATOR.size
        if locator >= 0:
            file.seek(locator)
            mark, _, place, _ = LOCATOR.unpack(file.read(LOCATOR.size))
            if mark == b"PK\x06\x07" and place + END_64.size <= size:
                file.seek(place)
                found = END_64.unpack(file.read(END_64.size))
                count, list_bytes = max(count, found[7]) if count != 0xFFFF else found[7], max(found[8], 0)
    if count > MOST_ZIP_MEMBERS:
        return f"it says that it holds {count:,} files, and at most {MOST_ZIP_MEMBERS:,} are looked through"
    if list_bytes > MOST_LIST_BYTES:
        return f"its list of files has {list_bytes:,} bytes, and at most {MOST_LIST_BYTES:,} are read"
    return ""
