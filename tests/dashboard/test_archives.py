"""The record of an earlier day is that day's file, opened for a while; what cannot be read is refused, not replaced."""

import os
from datetime import date
from pathlib import Path
from threading import Thread

import duckdb
import pytest
from history_publication import DAYS, FIRST, NOW, SECOND, publish_history, write

from dashboard.errors import BusyDayError, NotKeptDayError, NotRecordedError, OtherVersionDayError, UnreadableDayError
from dashboard.publication.archive import MOST_OPEN, Archives
from dashboard.publication.folder import Publications
from dashboard.queries import base


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return publish_history(tmp_path)


def day(text: str) -> date:
    return date.fromisoformat(text)


def build_id(publications: Publications, on: str | None = None) -> str:
    with publications.cursor(day(on) if on else None) as cursor:
        return str(base.build(cursor)["build_id"][0])


@pytest.mark.parametrize(
    ("selection", "shown"),
    [(None, NOW), (NOW, NOW), ("2099-01-01", NOW), (SECOND, SECOND), ("2026-11-20", FIRST), (FIRST, FIRST)],
)
def test_a_day_is_served_by_the_last_file_not_after_it(folder: Path, selection: str | None, shown: str) -> None:
    publications = Publications(folder)
    assert build_id(publications, selection) == f"build-{shown}"
    with publications.cursor(day(selection) if selection else None) as cursor:
        assert cursor.is_past == (shown != NOW)


def test_a_day_before_the_first_is_refused_with_the_first(folder: Path) -> None:
    with pytest.raises(NotRecordedError, match="begins on 19 November 2026"):
        build_id(Publications(folder), "2026-11-18")


def test_the_days_are_those_of_the_files_and_of_now(folder: Path) -> None:
    (folder / "recorded" / "2026-11-3.duckdb").write_bytes(b"")
    (folder / "recorded" / "notes.txt").write_text("hello")
    assert [each.isoformat() for each in Publications(folder).days()] == list(DAYS)


def test_without_an_archive_there_is_only_now(tmp_path: Path) -> None:
    write(tmp_path / "20261122T200000000000Z.duckdb", NOW)
    publications = Publications(tmp_path)
    assert publications.days() == [day(NOW)]
    with pytest.raises(NotRecordedError, match="begins on 22 November 2026"):
        build_id(publications, SECOND)


@pytest.mark.parametrize("damage", [b"", b"not a database" * 999])
def test_a_damaged_day_is_refused_and_no_other_shown_in_its_place(folder: Path, damage: bytes) -> None:
    (folder / "recorded" / f"{SECOND}.duckdb").write_bytes(damage)
    publications = Publications(folder)
    with pytest.raises(UnreadableDayError, match="21 November 2026 cannot be read"):
        build_id(publications, SECOND)
    assert [each.isoformat() for each in publications.days()] == [FIRST, NOW]
    assert build_id(publications, FIRST) == f"build-{FIRST}"


@pytest.mark.parametrize(
    "change",
    [
        "update build set tables_fingerprint = 'of another version'",
        "alter table build drop column tables_fingerprint",
        "alter table fct_reports drop column report_id",
    ],
)
def test_a_day_in_the_tables_of_another_version_is_told_with_what_to_run(folder: Path, change: str) -> None:
    with duckdb.connect(str(folder / "recorded" / f"{SECOND}.duckdb")) as connection:
        connection.execute(change)
    publications = Publications(folder)
    for _ in range(2):
        with pytest.raises(OtherVersionDayError, match=r"21 November 2026 was published by another.*`make history`"):
            build_id(publications, SECOND)
    assert [each.isoformat() for each in publications.days()] == [FIRST, NOW]
    # Built again, it is shown at once.
    write(folder / "new.duckdb.part", SECOND).replace(folder / "recorded" / f"{SECOND}.duckdb")
    assert build_id(publications, SECOND) == f"build-{SECOND}"


@pytest.mark.parametrize("asked", [SECOND, "2026-11-20"])
def test_a_day_that_is_not_kept_is_refused_with_how_to_get_it_and_no_earlier_one_shown(
    folder: Path, asked: str
) -> None:
    with duckdb.connect(str(next(folder.glob("[0-9]*.duckdb")))) as connection:
        connection.execute("create table dim_recorded_days as select unnest(?::date[]) as recorded_on", [
            [FIRST, "2026-11-20", SECOND, NOW]
        ])  # fmt: skip
    (folder / "recorded" / f"{SECOND}.duckdb").unlink()
    publications = Publications(folder)
    with pytest.raises(NotKeptDayError, match=rf"is not kept as a file.*`make history DAY={asked}`"):
        build_id(publications, asked)
    assert [each.isoformat() for each in publications.days()] == [FIRST, NOW]
    assert build_id(publications, FIRST) == f"build-{FIRST}"


def test_a_file_named_after_another_day_is_refused(folder: Path) -> None:
    (folder / "recorded" / f"{FIRST}.duckdb").rename(folder / "recorded" / "2026-11-20.duckdb")
    with pytest.raises(UnreadableDayError):
        build_id(Publications(folder), "2026-11-20")


def test_two_days_are_open_at_most_and_none_after_a_while(folder: Path) -> None:
    write(folder / "recorded" / "2026-11-20.duckdb", "2026-11-20")
    publications = Publications(folder)
    for each in (FIRST, "2026-11-20", SECOND, FIRST):
        assert build_id(publications, each) == f"build-{each}"
        assert len(publications.archives.open_days) <= MOST_OPEN
    assert publications.archives.open_days == [day(FIRST), day(SECOND)]
    publications.archives.close_idle(0)
    assert publications.archives.open_days == []
    assert not open_files(folder / "recorded")


def open_files(folder: Path) -> list[str]:
    found = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    return [path.name for path in found if path.parent == folder and path.suffix.startswith(".duckdb")]


def test_a_third_day_waits_for_a_place_and_is_refused_in_the_end(folder: Path) -> None:
    write(folder / "recorded" / "2026-11-20.duckdb", "2026-11-20")
    archives = Archives(folder / "recorded", patience=0.05)
    first, second = (archives.hold(day(each), day(NOW)) for each in (FIRST, SECOND))
    with pytest.raises(BusyDayError, match="again"):
        archives.hold(day("2026-11-20"), day(NOW))
    archives.release(first)
    third = archives.hold(day("2026-11-20"), day(NOW))
    assert third.build["build_id"] == "build-2026-11-20"
    archives.release(second)
    archives.release(third)


def replace(folder: Path, build_id: str) -> None:
    """Put a new file in the place of the second day's, as a load on the same day does."""
    new = write(folder / "new.duckdb.part", SECOND, build_id=build_id)
    new.replace(folder / "recorded" / f"{SECOND}.duckdb")


def test_a_file_replaced_under_its_name_is_noticed(folder: Path) -> None:
    publications = Publications(folder)
    for name in ("one", "two"):
        replace(folder, name)
        assert build_id(publications, SECOND) == name
    # Gone, as where a figure has become restricted: nothing of it is served from memory.
    (folder / "recorded" / f"{SECOND}.duckdb").unlink()
    assert build_id(publications, SECOND) == f"build-{FIRST}"
    assert open_files(folder / "recorded") == [f"{FIRST}.duckdb"]


def test_who_reads_the_old_file_ends_on_it_and_the_next_gets_the_new(folder: Path) -> None:
    publications = Publications(folder)
    found: list[str] = []
    with publications.cursor(day(SECOND)) as reading:
        replace(folder, "new")
        waiting = Thread(target=lambda: found.append(build_id(publications, SECOND)))
        waiting.start()
        waiting.join(0.1)
        # The old one would be handed out again while it is open.
        assert found == []
        assert base.build(reading)["build_id"][0] == f"build-{SECOND}"
    waiting.join(5)
    assert found == ["new"]


def test_the_newest_file_becomes_an_archive_under_a_newer_one(folder: Path) -> None:
    publications = Publications(folder)
    with publications.cursor(day(NOW)) as now:
        assert not now.is_past
    later = write(folder / "recorded" / "2026-11-24.duckdb", "2026-11-24")
    os.link(later, folder / "20261124T200000000000Z.duckdb")
    with publications.cursor(day(NOW)) as then:
        assert then.is_past
        assert base.build(then)["build_id"][0] == f"build-{NOW}"
    assert build_id(publications) == "build-2026-11-24"
