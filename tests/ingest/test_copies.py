"""A publication is copied before it is brought up to date: the same bytes, whether the kernel copies them or we do."""

import errno
import os
from pathlib import Path

import pytest

from common.foreign import copy_regular

CONTENT = os.urandom(3_000_001)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "day.duckdb"
    path.write_bytes(CONTENT)
    return path


def fails_after(count: int, number: int) -> object:
    """A kernel that copies so many bytes and then answers with this error."""

    def copy(source: int, target: int, _: int) -> int:
        left = count - os.lseek(target, 0, os.SEEK_CUR)
        if left <= 0:
            raise OSError(number, os.strerror(number))
        return os.write(target, os.read(source, left))

    return copy


def test_a_copy_is_the_file(source: Path, tmp_path: Path) -> None:
    copy_regular(source, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == CONTENT
    # Whatever is written into one of them is not in the other.
    with (tmp_path / "copy").open("r+b") as file:
        file.write(b"another")
    assert source.read_bytes() == CONTENT


@pytest.mark.parametrize("number", [errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS])
@pytest.mark.parametrize("count", [0, 70_000])
def test_where_the_kernel_cannot_copy_we_do_from_the_start(
    source: Path, tmp_path: Path, number: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "copy_file_range", fails_after(count, number))
    copy_regular(source, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == CONTENT


def test_a_system_without_such_a_call_copies_too(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "copy_file_range")
    copy_regular(source, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == CONTENT


def test_a_full_disk_is_no_reason_to_begin_again(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "copy_file_range", fails_after(70_000, errno.ENOSPC))
    with pytest.raises(OSError, match="No space left"):
        copy_regular(source, tmp_path / "copy")
