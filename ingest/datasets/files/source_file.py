"""One file of a data set as it lies on the disk: unpacked, hashed, its lines counted and its header read.

Nothing here holds more of a file than a few megabytes: what is packed is streamed into a temporary file.
"""

import codecs
import csv
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ingest.datasets.files.archives import zip_objection
from ingest.datasets.files.formats import SPREADSHEET, SPREADSHEET_MEMBERS, START, other_format
from ingest.errors import CannotRunError, quoted
from ingest.files import shown_path
from ingest.record.text import BYTE_ORDER_MARK

CHUNK = 1 << 22
SHOWN_NAMES = 5
LONGEST_HEADER = 1 << 20
# Published tables shrink to a tenth or a twentieth; what grows a hundredfold is meant to fill a disk.
MOST_GROWTH, ALWAYS_UNPACKED = 100, 1 << 28
UNREADABLE = (OSError, EOFError, RuntimeError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
SEPARATORS = {",": ",", ";": ";", "\t": "a tab", "|": "|"}


@dataclass(frozen=True)
class DataFile:
    """A file ready to be read: ``path`` is plain text with line feeds, ``shown`` the name given, packed or not.

    ``size_bytes`` is that of the file given, ``line_count`` counts its physical lines, and ``lines_above`` those above
    the header, which are not in ``path``.
    """

    path: Path
    shown: str
    size_bytes: int
    line_count: int
    ends_in_break: bool
    lines_above: int = 0

    @property
    def header_place(self) -> str:
        """Where the header stands, as problems are told."""
        return f"{self.shown}:{self.lines_above + 1}"


@dataclass(frozen=True)
class Dialect:
    """What separates the cells of a CSV file, and how it is encoded. Stated by the reader, never guessed."""

    delimiter: str
    encoding: str


@dataclass(frozen=True)
class Header:
    """The first row: its names in order, and how many physical lines it takes."""

    names: list[str]
    line_count: int


@dataclass(frozen=True)
class ReadFile:
    """What one file gave, in physical lines: a row with a line break inside a cell takes two.

    ``line_count`` is that of the file; of JSON, which has no lines of its own, the number of objects.
    ``unknown_columns`` are those that the reader neither reads nor lists as unread, ``missing_columns`` those that it
    would have read.
    """

    data: DataFile
    line_count: int
    header_line_count: int
    blank_line_count: int
    has_tags: bool = False
    has_separator: bool = False
    unknown_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()


def plain_file(given: Path, folder: Path, number: int, table_format: str = "csv") -> DataFile:
    """Unpack a file into ``folder`` where it is packed, and count it; ``table_format`` is ``csv`` or ``json``.

    CannotRunError where it cannot be read whole, or begins as a file of another format does.
    """
    shown = shown_path(given)
    try:
        refuse_other_than_file(given)
        size = given.stat().st_size
        path = _unpacked(given, folder / f"unpacked-{number}")
        count, carriage_returns, last = _counted(path)
        if carriage_returns:
            path = _with_line_feeds(path, folder / f"lines-{number}")
        if path == given:
            path = _plainly_named(given, folder / f"given-{number}")
    except UNREADABLE as error:
        reason = getattr(error, "strerror", None) or error
        said = f"{shown} cannot be read whole; is it cut off, or still being written? ({reason})"
        raise CannotRunError(said) from error
    if not size:
        raise CannotRunError(f"{shown} is empty.")
    with path.open("rb") as file:
        start = file.read(START)
    if objection := other_format(start, table_format):
        raise CannotRunError(f"{shown} {objection}.")
    return DataFile(path, shown, size, count + (last != b"\n"), last == b"\n")


def refuse_other_than_file(path: Path) -> None:
    """Refuse a folder, and a device or pipe, which might never end; CannotRunError."""
    if path.is_dir():
        raise CannotRunError(f"{shown_path(path)} is a folder; name the file.")
    if not path.is_file():
        raise CannotRunError(f"{shown_path(path)} is no regular file; save what is to be loaded as one.")


def _plainly_named(given: Path, target: Path) -> Path:
    """Return a link to the file: DuckDB takes ``ged[1].csv`` for a pattern, and fails at a name that is no UTF-8."""
    target.symlink_to(given.absolute())
    return target


def _unpacked(path: Path, target: Path) -> Path:
    """Return the path itself, or that of the one table inside a gzip or zip file."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(b"\x1f\x8b"):
        with gzip.open(path, "rb") as packed:
            return _copied(packed, target, path)
    if start.startswith(b"PK\x03\x04"):
        if objection := zip_objection(path):
            raise CannotRunError(f"{shown_path(path)} is no packed table: {objection}.")
        with zipfile.ZipFile(path) as archive, archive.open(_only_table(archive, path)) as member:
            return _copied(member, target, path)
    return path


def _only_table(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    names = [each for each in archive.infolist() if each.filename.lower().endswith((".csv", ".json"))]
    names = [each for each in names if not each.filename.startswith("__MACOSX/")]
    if not names and any(each.filename in SPREADSHEET_MEMBERS for each in archive.infolist()):
        raise CannotRunError(f"{shown_path(path)} {SPREADSHEET}.")
    if len(names) != 1:
        listed = ", ".join(quoted(each.filename) for each in names[:SHOWN_NAMES]) or "none"
        listed += f" and {len(names) - SHOWN_NAMES:,} more" if len(names) > SHOWN_NAMES else ""
        raise CannotRunError(f"{shown_path(path)} must hold one .csv or .json file; it holds {listed}.")
    if names[0].flag_bits & 1:
        raise CannotRunError(f"{shown_path(path)} is encrypted; unpack it first.")
    return names[0]


def _copied(source: IO[bytes] | gzip.GzipFile, target: Path, packed: Path) -> Path:
    most, written = max(ALWAYS_UNPACKED, MOST_GROWTH * packed.stat().st_size), 0
    with target.open("wb") as copy:
        while chunk := source.read(CHUNK):
            written += len(chunk)
            if written > most:
                raise CannotRunError(
                    f"{shown_path(packed)} grows more than {MOST_GROWTH} times when it is unpacked, which no table "
                    "does; if it is one, unpack it and name the file."
                )
            copy.write(chunk)
    return target


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _counted(path: Path) -> tuple[int, bool, bytes]:
    """Return the number of line feeds, whether there are carriage returns, and the last byte."""
    count, carriage_returns, last = 0, False, b""
    for chunk in _chunks(path):
        count += chunk.count(b"\n")
        carriage_returns = carriage_returns or b"\r" in chunk
        last = chunk[-1:]
    return count, carriage_returns, last


def _with_line_feeds(path: Path, target: Path) -> Path:
    """Write CRLF as LF, so that a file with both reads alike; the lines keep their numbers."""
    held = b""
    with target.open("wb") as copy:
        for chunk in _chunks(path):
            whole = held + chunk
            held = whole[-1:] if whole.endswith(b"\r") else b""
            copy.write(whole.removesuffix(b"\r").replace(b"\r\n", b"\n"))
        copy.write(held)
    return target


def read_header(data: DataFile, dialect: Dialect) -> Header:
    """Read the names of the columns; CannotRunError where that is no text."""
    with _text(data, dialect.encoding) as text:
        reader = csv.reader(text, delimiter=dialect.delimiter, strict=True)
        try:
            return Header([name.strip() for name in next(reader)], reader.line_num)
        except StopIteration:
            raise CannotRunError(f"{data.shown} holds no line.") from None
        except csv.Error as error:
            raise CannotRunError(f"{data.header_place} the header cannot be read: {error}.") from error


@contextmanager
def _text(data: DataFile, encoding: str) -> Iterator[io.TextIOBase]:
    """Open the start of a file as text, without its byte-order mark."""
    with data.path.open("rb") as file:
        start = file.read(LONGEST_HEADER)
        if len(start) == LONGEST_HEADER and b"\n" not in start:
            raise CannotRunError(f"{data.header_place} is longer than {LONGEST_HEADER:,} bytes, which no header is.")
    # A character cut at the end of the start is not the file's fault.
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(start.removeprefix(BYTE_ORDER_MARK))
    except UnicodeDecodeError as error:
        before = start[: error.start].count(b"\n")
        # Bad bytes below the header are rejected line by line.
        text = start[: error.start].removeprefix(BYTE_ORDER_MARK).decode(encoding) if before else ""
        if not text:
            raise CannotRunError(f"{data.header_place} is not {encoding}: {error.reason}.") from error
    yield io.StringIO(text, newline="")


def separator_seen(names: Sequence[str], wanted: Sequence[str], delimiter: str) -> str:
    """Say what separates the header's cells where it is not the delimiter expected: "looks like ;"; else nothing."""
    if len(names) > 1 and set(names) & set(wanted):
        return ""
    for other, shown in SEPARATORS.items():
        found = {cell.strip().strip('"') for name in names for cell in name.split(other)}
        if other != delimiter and len(found & set(wanted)) > len(set(names) & set(wanted)):
            return f"the cells look separated by {shown if shown != other else quoted(other)}"
    return ""
