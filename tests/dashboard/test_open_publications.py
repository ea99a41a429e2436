"""The newest complete publication is served, and a newer one is noticed without a restart."""

import subprocess
import sys
from pathlib import Path

import pytest
from small_publication import publish

from dashboard.errors import NothingPublishedError
from dashboard.publication.folder import Publications
from dashboard.queries import base

OLD, NEW, NEWEST = (f"2026010{day}T000000000000Z.duckdb" for day in (1, 2, 3))


def build_id(publications: Publications) -> str:
    with publications.cursor() as cursor:
        return str(base.build(cursor)["build_id"][0])


def test_the_newest_complete_one_is_chosen(tmp_path: Path) -> None:
    publish(tmp_path / OLD, build_id="old")
    publish(tmp_path / NEW, build_id="new")
    publish(tmp_path / NEWEST, is_complete=False)
    assert build_id(Publications(tmp_path)) == "new"


def test_a_damaged_file_and_strangers_are_skipped(tmp_path: Path) -> None:
    publish(tmp_path / OLD, build_id="old")
    (tmp_path / NEW).write_bytes(b"not a database" * 1000)
    (tmp_path / NEWEST).mkdir()
    (tmp_path / "notes.txt").write_text("hello")
    assert build_id(Publications(tmp_path)) == "old"


def test_a_file_locked_by_its_writer_is_skipped(tmp_path: Path) -> None:
    publish(tmp_path / OLD, build_id="old")
    publish(tmp_path / NEW, build_id="new")
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(tmp_path / NEW)]
    publications = Publications(tmp_path)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout and writer.stdout.readline()
        assert build_id(publications) == "old"
        writer.communicate()
    assert build_id(publications) == "new"


def test_a_newer_one_is_picked_up_while_the_old_is_being_read(tmp_path: Path) -> None:
    publish(tmp_path / OLD, build_id="old")
    publications = Publications(tmp_path)
    with publications.cursor() as reading:
        publish(tmp_path / NEW, build_id="new")
        assert build_id(publications) == "new"
        assert base.build(reading)["build_id"][0] == "old"
    assert build_id(publications) == "new"


def test_a_newer_one_that_cannot_be_read_leaves_the_old_in_service(tmp_path: Path) -> None:
    publish(tmp_path / OLD, build_id="old")
    publications = Publications(tmp_path)
    assert build_id(publications) == "old"
    (tmp_path / NEW).write_bytes(b"")
    assert build_id(publications) == "old"


def test_a_file_taken_out_of_the_folder_is_out_of_service_and_who_reads_it_reads_on(tmp_path: Path) -> None:
    publish(tmp_path / OLD, build_id="old")
    publish(tmp_path / NEW, build_id="new")
    publications = Publications(tmp_path)
    with publications.cursor() as reading:
        (tmp_path / NEW).unlink()
        assert build_id(publications) == "old"
        assert base.build(reading)["build_id"][0] == "new"
    (tmp_path / OLD).unlink()
    with pytest.raises(NothingPublishedError, match="make build"), publications.cursor():
        pass


@pytest.mark.parametrize("folder", [".", "missing"])
def test_none_says_what_to_run(tmp_path: Path, folder: str) -> None:
    with pytest.raises(NothingPublishedError, match="make build"), Publications(tmp_path / folder).cursor():
        pass
