"""Lines that are no row are skipped and counted wherever they stand; files of another shape cost no memory."""

import gzip
import io
import resource
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from test_dataset_lines import read_whole

from ingest.datasets.files import archives
from ingest.datasets.files.archives import ArchiveTooLargeError, members, open_tar, zip_objection
from ingest.errors import CannotRunError

TAGS = "#x,#affected+killed,#adm1 +name"
ABOVE = {
    "a blank line": ("\n", 0, 1), "blank lines": ("\n\n\n", 0, 3), "a line of spaces": ("   \n", 0, 1),
    "a row of empty cells": (",,\n", 0, 1), "Excel's separator": ("sep=,\n", 1, 0),
    "the separator in quotes": ('"sep=,"\n', 1, 0), "the separator in capitals": ("SEP=,\n", 1, 0),
    "the separator saved again": ("sep=,,,\n", 1, 0), "both": ("\nsep=,\n\n", 1, 2), "tags": (f"{TAGS}\n", 1, 0),
    "a byte-order mark": ("\ufeff\n", 0, 1), "two marks": ("\ufeffsep=,\n\ufeff", 1, 0),
    "CRLF": ("sep=,\r\n\r\n", 1, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", ABOVE)
def test_lines_above_the_header_are_skipped_and_counted(tmp_path: Path, name: str) -> None:
    above, header, blank = ABOVE[name]
    rows, rejects, result = read_whole(tmp_path, f"{above}a,b,c\n1,2,3\nx,y\n7,8,9\n".encode())
    first = header + blank + 2
    assert rows == [(first, "2", "3"), (first + 2, "8", "9")]
    assert rejects == [(first + 1, "has fewer cells than the header")]
    assert (result.header_line_count, result.blank_line_count) == (header + 1, blank)
    assert result.line_count == header + blank + 4


BELOW = {
    "tags": (f"{TAGS}\n", 1, 0), "a blank line and tags": (f"\n{TAGS}\n", 1, 1),
    "tags and a blank line": (f"{TAGS}\n\n", 1, 1),
    "tags twice": (f"{TAGS}\n{TAGS}\n", 2, 0), "tags in some cells": (",,#Adm1+NAME\n", 1, 0),
    "tags with blanks": (" #x , , #adm1 \n", 1, 0),
    "tags of odd case": ("#X,#Affected+KILLED,\n", 1, 0),
    "tags in quotes": ('"#x","#affected +killed",""\n', 1, 0), "too few tags": ("#x\n", 1, 0),
    "too many tags": ("#x,,,#y\n", 1, 0), "a row of empty cells": (",,\n", 0, 1), "too few empty cells": (",\n", 0, 1),
    "empty cells in quotes": ('"","",""\n', 0, 1), "cells of blanks": (" , ,\t\n", 0, 1),
    "a line of spaces": ("  \n", 0, 1),
}  # fmt: skip


@pytest.mark.parametrize("where", [0, 1, 2])
@pytest.mark.parametrize("name", BELOW)
def test_tags_and_blank_lines_below_the_header_are_skipped_wherever_they_stand(
    tmp_path: Path, name: str, where: int
) -> None:
    between, header, blank = BELOW[name]
    lines = ["1,2,3\n", "7,8,9\n"]
    lines.insert(where, between)
    rows, rejects, result = read_whole(tmp_path, f"a,b,c\n{''.join(lines)}".encode())
    assert [(b, c) for _, b, c in rows] == [("2", "3"), ("8", "9")]
    wanted = [2 + (where == 0) * (header + blank), 3 + (where < 2) * (header + blank)]
    assert [line for line, _, _ in rows] == wanted
    assert rejects == []
    assert (result.header_line_count, result.blank_line_count) == (header + 1, blank)


def test_a_row_that_begins_with_a_hash_and_says_something_is_no_tag(tmp_path: Path) -> None:
    rows, _, result = read_whole(tmp_path, b"a,b,c\n#1,2,3\n#x,5,6\n#,8,9\n")
    assert len(rows) == 3
    assert not result.has_tags


def test_another_separator_in_the_line_that_names_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match=r"t\.csv:2 the cells look separated by ';'"):
        read_whole(tmp_path, b"sep=;\na;b;c\n1;2;3\n")


def test_a_title_above_the_header_is_no_header_and_said_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match=r"t\.csv:2 is no file of x: the header lacks b"):
        read_whole(tmp_path, b"\nDeaths by day\na,b,c\n1,2,3\n")


def test_a_file_of_nothing_but_blank_lines_holds_no_line(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="holds no line"):
        read_whole(tmp_path, b"\n\n,,\n")


def wide(cells: int) -> bytes:
    return b",".join([b"1"] * cells) + b"\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"b,c," + b",".join(b"x%d" % n for n in range(50_000)) + b"\n", r"t\.csv:1 the header has 50,002 columns"),
        (b"b,c\n1,2\n" + wide(50_000), r"t\.csv:3 has 50,000 cells under a header of 2"),
        (b"b,c\n" + wide(1_000) * 300, r"t\.csv:2 has 1,000 cells under a header of 2"),
        (b"b,c,e\n" + wide(13) * 20_000, r"t\.csv:2 has 13 cells under a header of 3"),
        (b"b,c," + b",".join(b"x%d" % n for n in range(900)) + b"\n" + wide(2) * 1_000, r"t\.csv:2 has 2 cells"),
        (b"b,c," + b"x" * 2_000_000, "is longer than 1,048,576 bytes, which no header is"),
    ],
)
def test_a_file_of_another_shape_is_refused_before_it_takes_memory(tmp_path: Path, content: bytes, said: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(CannotRunError, match=said):
        read_whole(tmp_path, content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_texts_full_of_separators_are_no_other_shape(tmp_path: Path) -> None:
    rows, rejects, _ = read_whole(tmp_path, b"b,c\n" + b'1,"' + b"," * 50_000 + b'"\n2,3\n')
    assert [(line, len(c or "")) for line, _, c in rows] == [(2, 50_000), (3, 1)]
    assert rejects == []


def packed(*headers: tuple[bytes, bytes, int]) -> bytes:
    """A tar file of these headers: type, what follows, and the size the header says it has."""
    made = b""
    for kind, content, size in headers:
        member = tarfile.TarInfo("x")
        member.type, member.size = kind, size
        made += member.tobuf(tarfile.GNU_FORMAT) + content + b"\0" * (-len(content) % 512)
    return made


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK])
def test_a_header_of_a_tar_file_that_says_it_has_gigabytes_is_not_read(kind: bytes) -> None:
    content = packed((kind, b"", 5 << 30))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with (
        pytest.raises(ArchiveTooLargeError, match=r"a header of 5,368,\d{3},\d{3} bytes"),
        open_tar(io.BytesIO(content)),
    ):
        pass
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_chain_of_headers_without_a_member_is_refused_in_a_sentence() -> None:
    header = (tarfile.XGLTYPE, b"11 a=bcdefg", 11)
    with pytest.raises(ArchiveTooLargeError, match="chain of headers"), open_tar(io.BytesIO(packed(*[header] * 5_000))):
        pass


def test_a_tar_file_of_too_many_members_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_TAR_MEMBERS", 10)
    content = packed(*[(tarfile.REGTYPE, b"", 0)] * 11)
    with open_tar(io.BytesIO(content)) as archive, pytest.raises(ArchiveTooLargeError, match="more than 10 members"):
        list(members(archive))


def test_an_ordinary_tar_file_is_read_to_its_last_byte(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 3_000_000)
    with tarfile.open(tmp_path / "t.tar.gz", "w:gz", pax_headers={"comment": "of ours"}) as archive:
        archive.add(tmp_path / "large", "a" * 200)
    with gzip.open(tmp_path / "t.tar.gz") as file, open_tar(file) as archive:  # type: ignore[arg-type]
        for member in members(archive):
            archive.extract(member, tmp_path / "out", filter="data")
    assert (tmp_path / "out" / ("a" * 200)).read_bytes() == b"x" * 3_000_000


def spoilt(count: int, size: int) -> Callable[[bytes], bytes]:
    def spoil(content: bytes) -> bytes:
        at = content.rindex(b"PK\x05\x06")
        return content[: at + 8] + struct.pack("<2HL", count, count, size) + content[at + 16 :]

    return spoil


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoilt(20_000, 100), "says that it holds 20,000 files"),
        (spoilt(1, 1 << 30), "its list of files has 1,073,741,824 bytes"),
    ],
)
def test_a_zip_file_that_lists_more_than_any_table_needs_is_refused(
    tmp_path: Path, spoil: Callable[[bytes], bytes], said: str
) -> None:
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr("t.csv", "b,c\n1,2\n")
    content = (tmp_path / "made.zip").read_bytes()
    assert zip_objection(tmp_path / "made.zip") == ""
    with pytest.raises(CannotRunError, match=said):
        read_whole(tmp_path, spoil(content), "t.zip")


def test_a_zip_file_of_many_thousand_members_is_refused_unread(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(70_000):
            archive.writestr(f"{number}", b"")
    assert "it says that it holds 70,000 files" in zip_objection(tmp_path / "many.zip")
