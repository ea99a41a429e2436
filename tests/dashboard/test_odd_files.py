"""Only regular files that are publications of ours are opened: nothing else hangs the server or is served."""

import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pytest
from small_publication import publish
from workshop import Workshop

from common.contracts import CORE, contracts, objection
from common.foreign import NoRegularFileError, open_foreign
from dashboard.errors import NothingPublishedError, UnreadableDayError
from dashboard.publication.archive import Archives
from dashboard.publication.folder import Publications
from dashboard.queries import base
from ingest.warehouse import publish as warehouse_publish
from ingest.warehouse.backup import is_complete
from ingest.warehouse.retract import is_held, publications_of, stand_for_newest, tells_of

OLD, NEW = "20260101T000000000000Z.duckdb", "20260102T000000000000Z.duckdb"
DAY = date(2024, 12, 2)


def build_id(publications: Publications) -> str:
    with publications.cursor() as cursor:
        return str(base.build(cursor)["build_id"][0])


def make_socket(path: Path) -> None:
    # The path of a socket may hold 107 bytes: it is bound from within its folder.
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


def linked(to: Callable[[Path], object]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        # Outside of any folder of publications.
        target = Path(tempfile.mkdtemp(dir=path.parents[2])) / "target.duckdb"
        to(target)
        path.symlink_to(target)

    return make


ODD: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a socket": make_socket,
    "a folder": lambda path: path.mkdir(),
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to a pipe": linked(os.mkfifo),
    "a link to a folder": linked(lambda path: path.mkdir()),
    "a link to a publication": linked(lambda path: publish(path, build_id="elsewhere")),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
}


@pytest.fixture(params=ODD.values(), ids=ODD)
def odd(request: pytest.FixtureRequest) -> Callable[[Path], object]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """A pipe that is opened would wait for ever: the test fails instead."""
    main, stop = threading.main_thread().ident, threading.Event()

    def watch() -> None:
        if not stop.wait(60):
            os._exit(99)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    yield
    stop.set()
    assert main


def test_what_is_no_regular_file_is_skipped_by_the_dashboard(tmp_path: Path, odd: Callable[[Path], object]) -> None:
    folder = tmp_path / "of" / "published"
    publish(folder / OLD, build_id="old")
    odd(folder / NEW)
    (folder / "recorded").mkdir()
    odd(folder / "recorded" / f"{DAY}.duckdb")
    publications = Publications(folder)
    assert build_id(publications) == "old"
    archives = Archives(folder / "recorded")
    with pytest.raises(UnreadableDayError):
        archives.hold(DAY, date(2026, 1, 1))
    publications.close()


def test_a_log_that_is_no_regular_file_is_not_opened_with_its_publication(tmp_path: Path) -> None:
    publish(tmp_path / OLD, build_id="old")
    publish(tmp_path / NEW, build_id="new")
    os.mkfifo(tmp_path / f"{NEW}.wal")
    assert build_id(Publications(tmp_path)) == "old"
    with pytest.raises(NoRegularFileError):
        open_foreign(tmp_path / NEW)


def test_what_is_no_regular_file_stops_no_build_backup_or_unpublish(
    tmp_path: Path, odd: Callable[[Path], object]
) -> None:
    folder = tmp_path / "of" / "published"
    publish(folder / OLD, build_id="old")
    far = folder / "29990102T000000000000Z.duckdb"
    odd(far)
    odd(folder / f"{NEW}.writing")
    assert warehouse_publish.prepare_folder(str(folder)) == str(folder)
    assert warehouse_publish.objection_to_folder(str(folder)) == "", "its name is not taken for a later publication"
    assert warehouse_publish.prune_folder(str(folder)) == 0
    assert not warehouse_publish.copy_publication(str(folder), far.name, str(tmp_path / "copy"), [])
    assert not is_complete(far)
    assert not is_held(far)
    assert not tells_of(far, ["f-01"])
    assert publications_of(folder, ["f-01"]) == [folder / OLD]
    assert os.path.lexists(far), "what is not ours to judge is not ours to remove"


# --- complete-looking files -----------------------------------------------------------------------------------------

LACKING = {
    "nothing but a build row": "create table build as from given.build",
    "a build row and a table of its own": "create table build as from given.build; create table t (i int)",
    "figures of another kind": "create table build as from given.build; create table fct_figures (x int)",
}
SPOILT = {
    "a table missing": "drop table fct_readings",
    "a check missing": "drop table check_low_above_high",
    "a column missing": "alter table dim_sources drop column kind",
    "a column of another type": "alter table range_reported alter lowest type varchar",
    "a column called otherwise": "alter table dim_places rename column latitude to lat",
    "a table as a view": "alter table fct_figures rename to f; create view fct_figures as from f",
    "build as a view": "alter table build rename to b; create view build as from b",
    "two build rows": "insert into build from build",
    "no build row": "delete from build",
    "a build that says less": "alter table build drop column figure_count",
    "a day that is no time": "alter table build alter loaded_at type varchar using 'yesterday'",
}


@pytest.mark.parametrize("sql", LACKING.values(), ids=LACKING)
def test_a_file_with_a_build_row_and_without_our_tables_is_not_served(tmp_path: Path, sql: str) -> None:
    publish(tmp_path / OLD, build_id="old")
    with duckdb.connect(str(tmp_path / NEW)) as connection:
        connection.execute(f"attach '{tmp_path / OLD}' as given (read_only)")
        connection.execute(sql)
    assert build_id(Publications(tmp_path)) == "old"
    (tmp_path / OLD).unlink()
    with pytest.raises(NothingPublishedError), Publications(tmp_path).cursor():
        pass


@pytest.mark.parametrize("sql", SPOILT.values(), ids=SPOILT)
def test_a_built_publication_that_lost_something_is_not_served(tmp_path: Path, real: Workshop, sql: str) -> None:
    for name in (OLD, NEW):
        shutil.copy(real.publications[-1], tmp_path / name)
    with duckdb.connect(str(tmp_path / NEW)) as connection:
        connection.execute(sql)
    publications = Publications(tmp_path)
    assert publications.newest().name == OLD
    publications.close()


def test_a_build_writes_exactly_what_the_contracts_declare(real: Workshop) -> None:
    with open_foreign(real.publications[-1]) as connection:
        assert objection(connection) == ""
        found = connection.execute("select table_name, column_name, data_type from duckdb_columns() where not internal")
        columns = {(table, name): kind for table, name, kind in found.fetchall()}
    declared = {(each.name, name): kind for each in contracts().values() for name, kind in each.columns.items()}
    assert columns == declared
    assert set(CORE) <= set(contracts())


def test_a_file_that_cannot_be_served_is_not_opened_again_for_every_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / OLD, build_id="old")
    (tmp_path / NEW).write_bytes(b"damaged" * 1000)
    opened = []

    def counted(path: Path) -> duckdb.DuckDBPyConnection:
        opened.append(path.name)
        return open_foreign(path)

    monkeypatch.setattr("dashboard.publication.open_file.open_foreign", counted)
    publications = Publications(tmp_path)
    for _ in range(5):
        assert build_id(publications) == "old"
    assert sorted(opened) == [OLD, NEW]
    (tmp_path / NEW).unlink()
    publish(tmp_path / NEW, build_id="new")
    assert build_id(publications) == "new", "another file of that name is looked at again"
    publications.close()


# --- a file replaced under its name ---------------------------------------------------------------------------------


def replaced(path: Path, build: str) -> None:
    """Put another file under this name, by rename as a restore does."""
    beside = path.with_suffix(".new")
    publish(beside, build_id=build)
    beside.replace(path)


def test_a_file_replaced_under_its_name_is_seen(tmp_path: Path) -> None:
    publish(tmp_path / NEW, build_id="first")
    publications = Publications(tmp_path)
    assert build_id(publications) == "first"
    replaced(tmp_path / NEW, "second")
    assert build_id(publications) == "second"
    publications.close()


def test_who_reads_a_replaced_file_reads_on_and_the_next_reader_gets_the_new_one(tmp_path: Path) -> None:
    publish(tmp_path / NEW, build_id="first")
    publications = Publications(tmp_path)
    with ThreadPoolExecutor(1) as pool:
        with publications.cursor() as reading:
            replaced(tmp_path / NEW, "second")
            waiting = pool.submit(build_id, publications)
            time.sleep(0.3)
            assert base.build(reading)["build_id"][0] == "first"
        assert waiting.result(timeout=120) == "second"
    publications.close()


def test_the_name_that_stands_for_the_newest_hides_nothing_of_the_folder(tmp_path: Path) -> None:
    publish(tmp_path / OLD, build_id="first")
    stand_for_newest(tmp_path)
    publications = Publications(tmp_path)
    assert (build_id(publications), publications.newest().name) == ("first", OLD)
    replaced(tmp_path / OLD, "second")
    assert build_id(publications) == "second"
    # As where a build is killed before the name stands for what it published.
    publish(tmp_path / NEW, build_id="third")
    assert build_id(publications) == "third"
    publications.close()


@pytest.mark.parametrize("name", ["zz.duckdb", "newest.duckdb", "copy of 2026.duckdb", "-1.duckdb", "\u0669.duckdb"])
def test_a_file_of_another_name_is_never_served_nor_stands_in_the_way(tmp_path: Path, name: str) -> None:
    publish(tmp_path / name, build_id="stranger")
    publications = Publications(tmp_path)
    with pytest.raises(NothingPublishedError):
        build_id(publications)
    publish(tmp_path / OLD, build_id="ours")
    assert build_id(publications) == "ours"
    publications.close()


def test_a_file_overwritten_in_place_by_something_else_is_let_go_of(tmp_path: Path) -> None:
    publish(tmp_path / OLD, build_id="old")
    publish(tmp_path / NEW, build_id="new")
    publications = Publications(tmp_path)
    assert build_id(publications) == "new"
    (tmp_path / NEW).unlink()
    os.mkfifo(tmp_path / NEW)
    assert build_id(publications) == "old"
    publications.close()
