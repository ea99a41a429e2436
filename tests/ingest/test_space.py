"""A build that does not fit on the disk is not begun, and says in one sentence what it needs and what is free."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from workshop import Workshop

from common.layout import publication_name
from ingest import space, up_to_date
from ingest.errors import CannotRunError
from ingest.space import Sizes, objection_to_space

SENTENCE = re.compile(r"A build needs about ([\d,]+) MB on the disk of \S+, and ([\d,]+) MB are free there: make room "
                      r"first\. Nothing was begun\.")  # fmt: skip


def full(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(space, "free_bytes", lambda _: free)


def test_what_is_needed_and_what_is_free_are_both_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full(monkeypatch, 5_000_000)
    said = objection_to_space(tmp_path / "w.duckdb", tmp_path / "published", 100_000)
    found = SENTENCE.fullmatch(said)
    assert found, said
    assert [int(number.replace(",", "")) for number in found.groups()] == [129, 5]
    full(monkeypatch, 129_000_000)
    assert objection_to_space(tmp_path / "w.duckdb", tmp_path / "published", 100_000) == ""


def test_a_disk_that_cannot_be_asked_is_no_objection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (space.free_bytes(tmp_path / "nowhere"), (space.free_bytes(tmp_path) or 0) > 0) == (None, True)
    monkeypatch.setattr(space, "free_bytes", lambda _: None)
    assert objection_to_space(tmp_path / "w.duckdb", tmp_path / "published", 10**9) == ""


# Loaded figures, bytes and figures of the newest publication, and the bytes by which a build made both files grow:
# docs/decisions/0042-kept-running-for-years.md.
MEASURED = (
    (62, 0, 0, 14_700_000, 1_900_000),
    (657, 1_100_000, 62, 17_900_000, 4_200_000),
    (657, 2_700_000, 657, 7_600_000, 3_700_000),
    (200_577, 0, 0, 149_500_000, 78_400_000),
    (200_703, 78_400_000, 200_577, 22_800_000, 95_500_000),
)


@pytest.mark.parametrize(("loaded", "newest", "published", "grew", "wrote"), MEASURED)
def test_what_is_asked_for_is_what_was_measured_and_no_more_than_the_half_beyond(
    loaded: int, newest: int, published: int, grew: int, wrote: int
) -> None:
    sizes = Sizes(loaded, newest, published)
    asked, took = sizes.for_warehouse + sizes.for_publication, grew + wrote
    assert took <= asked <= 1.5 * took + space.AT_LEAST


def test_a_publication_that_cannot_be_read_is_weighed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / publication_name(datetime(2026, 1, 1))).write_bytes(bytes(8_000_000))
    full(monkeypatch, 0)
    found = SENTENCE.fullmatch(objection_to_space(tmp_path / "w.duckdb", tmp_path, 0))
    assert found and found.group(1) == "38"


@pytest.fixture
def loaded(new_workshop: Callable[[], Workshop], monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """A warehouse with a record on a disk that is full."""
    workshop = new_workshop()
    assert workshop.load().returncode == 0
    full(monkeypatch, 1_000_000)
    return workshop


def test_dbt_builds_nothing_where_there_is_no_room(loaded: Workshop) -> None:
    before = loaded.inspect("select schema_name, table_name from duckdb_tables() order by all")
    result = loaded.dbt("build")
    assert not result.success
    assert SENTENCE.search(str(result.exception)), result.exception
    assert loaded.inspect("select schema_name, table_name from duckdb_tables() order by all") == before
    assert list(loaded.published.rglob("*.duckdb*")) == []


def test_a_build_is_refused_before_it_begins(loaded: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(up_to_date, "NOTES", tmp_path / "notes")
    for name, value in loaded.environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CannotRunError) as refused:
        up_to_date.what_to_build()
    assert SENTENCE.fullmatch(str(refused.value))
    assert not (tmp_path / "notes").exists()
