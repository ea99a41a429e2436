"""Our own clock: the record as it stood on any day, told and published exactly as it was then."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb
import pytest
from here import run_here
from test_small_records import CANARY, document, figure, write_record
from workshop import ROOT, Workshop, environment

from common.contracts import fingerprint
from common.layout import WRITING, restricted_mark
from dashboard.errors import NothingPublishedError, NotKeptDayError
from dashboard.publication.folder import Publications
from ingest.curation.check import Record, read_record
from ingest.errors import CannotRunError
from ingest.warehouse import load_days
from ingest.warehouse import publish as warehouse_publish
from ingest.warehouse.load import load_record
from ingest.warehouse.retract import marked_restricted, retract_publications

DAYS = [datetime(2026, 3, day, 12) for day in (2, 4, 6, 7)]
COMPARED = ("fct_figures", "fct_reports", "fct_readings", "range_deaths", "range_reported", "dim_documents")
DOCUMENTS = [document(1, publisher="Paper"), document(2, published_on="2024-11-30")]
DRAFT = {"status": "draft", "checked_on": ""}


def states() -> list[tuple[list[dict[str, str]], list[dict[str, str]]]]:
    """Documents and figures of four loads: what came, what changed, what left, and what was restricted at last."""
    secret = {"phrase": CANARY, "note": CANARY}
    first = [figure("1-01", "200"), figure("1-02", "90", population_id="civilians"), figure("1-03", "7", **DRAFT)]
    first += [figure("1-04", "31", place_id="SY02", **secret), figure("2-02", "12", place_id="SY07")]
    # A draft that is withdrawn and then leaves the record: no day ever tells of it.
    first += [figure("1-05", "6", place_id="SY03", **DRAFT)]
    second = [figure("1-01", "210", note="Misread at first."), first[1], figure("1-03", "8", place_id="SY05")]
    second += [first[3], figure("2-01", "255", reported_on="2024-11-30")]
    second += [first[5] | {"status": "withdrawn", "note": "Of another war."}]
    third = [second[0], first[1] | {"status": "withdrawn", "note": "Of another day."}, second[2] | DRAFT, first[3]]
    third += [second[4], first[4] | {"value": "13", "phrase": "13 dead"}]
    fourth = [*third[:3], first[3] | {"visibility": "restricted"}, *third[4:]]
    titled = [DOCUMENTS[0], DOCUMENTS[1] | {"title": "The day after"}]
    return [(DOCUMENTS, first), (DOCUMENTS, second), (titled, third), (titled, fourth)]


def load_states(workshop: Workshop, count: int) -> Workshop:
    """Load the first states, each at noon of its day."""
    for (documents, figures), day in list(zip(states(), DAYS, strict=True))[:count]:
        record, problems = read_record([write_record(workshop.folder, documents, figures)])
        assert problems == []
        assert load_record(record, workshop.warehouse, loaded_at=day).load_id
    return workshop


def until(day: str) -> tuple[str, str]:
    """The option for a build of what was recorded by then."""
    return "--vars", f"{{recorded_until: '{day}'}}"


def build(workshop: Workshop, *options: str) -> None:
    """Build and publish, with the claims about data."""
    result = workshop.dbt("build", "--exclude", "resource_type:unit_test", *options)
    assert result.success, [(row.node.name, row.message) for row in result.result or [] if row.status != "success"]


def rows(path: Path, table: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(f"select * from {table} order by all").fetchall()


def recorded(workshop: Workshop, day: datetime) -> Path:
    return workshop.published / "recorded" / f"{day:%Y-%m-%d}.duckdb"


def build_days(workshop: Workshop) -> None:
    """A warehouse that was built and published after each of the first three loads; the last time with its tests."""
    for count in (1, 2, 3):
        (workshop.warehouse).unlink(missing_ok=True)
        load_states(workshop, count)
        workshop.publish_without_tests() if count < 3 else build(workshop)


@pytest.fixture(scope="module")
def then(built_once: Callable[..., Workshop]) -> Workshop:
    """A copy of that, which the last test of this file changes."""
    return built_once(build_days)


@pytest.fixture(scope="module")
def again(built_once: Callable[..., Workshop]) -> Workshop:
    """The last of those warehouses, from which the first day is published again and the second built.

    Another version had published the first day, without a column of today's; what is listed then is kept.
    """

    def build_again(workshop: Workshop) -> None:
        before = built_once(build_days)
        shutil.copy(before.warehouse, workshop.warehouse)
        stale = recorded(workshop, DAYS[0])
        stale.parent.mkdir(parents=True)
        shutil.copy(recorded(before, DAYS[0]), stale)
        with duckdb.connect(str(stale)) as connection:
            connection.execute("alter table dim_documents drop column agency")
        with environment(**workshop.environment):
            listed = [run_here("recorded", *options).stdout for options in ([], ["--missing"], ["--json"])]
        (workshop.folder / "listed.json").write_text(json.dumps(listed))
        build(workshop, *until("2026-03-02"))
        workshop.build_without_tests(*until("2026-03-05T00:00:00Z"))

    return built_once(build_again)


def test_each_day_of_a_load_is_published_under_its_day(then: Workshop) -> None:
    assert [path.name for path in sorted((then.published / "recorded").iterdir())] == [
        "2026-03-02.duckdb", "2026-03-04.duckdb", "2026-03-06.duckdb"
    ]  # fmt: skip
    for day in DAYS[:3]:
        assert rows(recorded(then, day), "(select recorded_until_at, recorded_on from build)") == [(day, day.date())]


def test_the_newest_publication_is_its_own_last_loads_day_and_no_second_copy(then: Workshop) -> None:
    assert then.publications[-1].samefile(recorded(then, DAYS[2]))
    assert len(then.publications) == 3


@pytest.mark.parametrize("table", [*COMPARED, "fct_revisions", "check_disjoint_reports"])
def test_a_day_built_again_later_equals_what_was_built_that_day(then: Workshop, again: Workshop, table: str) -> None:
    assert rows(recorded(again, DAYS[0]), table) == rows(recorded(then, DAYS[0]), table)
    assert rows(again.warehouse, table) == rows(recorded(then, DAYS[1]), table)


def test_a_publication_says_on_which_days_something_was_loaded(then: Workshop) -> None:
    assert rows(then.publications[-1], "dim_recorded_days") == [(day.date(), day, 1) for day in DAYS[:3]]


def test_a_publication_prunes_the_days_that_are_not_kept_and_pinned_ones_stay(
    then: Workshop, new_workshop: Callable[[], Workshop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_days, "LAST_DAYS", 1)
    workshop = new_workshop()
    shutil.copy(then.warehouse, workshop.warehouse)
    shutil.copytree(then.published, workshop.published, dirs_exist_ok=True)
    load_days.pin(workshop.warehouse, [DAYS[0].date()], is_pinned=True)
    workshop.publish_without_tests()
    left = sorted(path.name for path in (workshop.published / "recorded").iterdir())
    assert left == ["2026-03-02.duckdb", "2026-03-06.duckdb"]
    # Whoever asks for the day that went is not shown another one.
    with pytest.raises(NotKeptDayError, match="4 March 2026 is not kept"):
        Publications(workshop.published).hold(DAYS[1].date())


def test_the_days_differ_from_each_other(then: Workshop) -> None:
    tolls = [rows(recorded(then, day), "(select value_stated from fct_figures)") for day in DAYS[:3]]
    assert [[value for (value,) in toll] for toll in tolls] == [
        [12, 31, 90, 200], [8, 12, 31, 90, 210, 255], [13, 31, 90, 210, 255]
    ]  # fmt: skip


def test_a_build_of_the_past_is_published_under_its_day_alone(again: Workshop) -> None:
    assert again.publications == []
    assert [path.name for path in (again.published / "recorded").iterdir()] == ["2026-03-02.duckdb"]


def test_a_day_of_another_version_is_listed_as_missing_and_built_again(again: Workshop) -> None:
    everything, missing, as_json = json.loads((again.folder / "listed.json").read_text())
    assert everything.splitlines()[0] == (
        "2026-03-02  1 load, published by another version: make history builds it again"
    )
    assert missing.split() == ["2026-03-04", "2026-03-02"]
    assert [day["state"] for day in json.loads(as_json)["days"]] == ["of another version", "missing", "missing"]
    assert rows(recorded(again, DAYS[0]), "(select tables_fingerprint from build)") == [(fingerprint(),)]
    with environment(**again.environment):
        assert run_here("recorded").stdout.splitlines()[0] == "2026-03-02  1 load, published"


def test_every_change_between_loads_is_told(then: Workshop) -> None:
    told = "(select figure_id, document_id, change, column_name, value_old, value_new, reason, loaded_at"
    revisions = [row for row in rows(then.publications[-1], f"{told} from fct_revisions)") if row[2] != "added"]
    gone = "No longer in the record since load 20260304T120000000000Z."
    assert revisions == [
        ("d-1-01", "d-1", "changed", "note", None, "Misread at first.", None, DAYS[1]),
        ("d-1-01", "d-1", "changed", "phrase", "200 dead", "210 dead", None, DAYS[1]),
        ("d-1-01", "d-1", "changed", "value", "200", "210", None, DAYS[1]),
        ("d-1-02", "d-1", "withdrawn", None, None, None, "Of another day.", DAYS[2]),
        ("d-1-03", "d-1", "removed", None, None, None, "Set back to draft.", DAYS[2]),
        ("d-2-02", "d-2", "changed", "phrase", "12 dead", "13 dead", None, DAYS[2]),
        ("d-2-02", "d-2", "changed", "value", "12", "13", None, DAYS[2]),
        ("d-2-02", "d-2", "removed", None, None, None, gone, DAYS[1]),
        ("d-2-02", "d-2", "restored", None, None, None, None, DAYS[2]),
        (None, "d-2", "changed", "title", "A day", "The day after", None, DAYS[2]),
    ]
    added = rows(then.publications[-1], "(select figure_id, loaded_at from fct_revisions where change = 'added')")
    assert [(figure_id, at) for figure_id, at in added if figure_id] == [
        ("d-1-01", DAYS[0]), ("d-1-02", DAYS[0]), ("d-1-03", DAYS[1]),
        ("d-1-04", DAYS[0]), ("d-2-01", DAYS[1]), ("d-2-02", DAYS[0]),
    ]  # fmt: skip


def test_half_a_day_is_not_published_and_a_word_that_is_no_time_is_refused(
    then: Workshop, new_workshop: Callable[[], Workshop], capfd: pytest.CaptureFixture
) -> None:
    workshop = load_states(new_workshop(), 1)
    documents, figures = states()[1]
    record, _ = read_record([write_record(workshop.folder, documents, figures)])
    load_record(record, workshop.warehouse, loaded_at=DAYS[0].replace(hour=18))
    workshop.publish_without_tests(*until("2026-03-02 15:00:00"))
    assert not (workshop.published / "recorded").exists()
    assert not workshop.dbt("build", *until("yesterday")).success
    assert "it must be a day (2026-11-20) or a UTC time" in capfd.readouterr().out


@pytest.fixture
def copied(then: Workshop, new_workshop: Callable[[], Workshop]) -> Workshop:
    """The same warehouse and publications, for a test that takes them away."""
    workshop = new_workshop()
    shutil.copy(then.warehouse, workshop.warehouse)
    shutil.copytree(then.published, workshop.published)
    return workshop


def test_a_load_that_restricts_a_figure_tells_which_publications_still_hold_it(copied: Workshop) -> None:
    documents, figures = states()[3]
    told = copied.load(write_record(copied.folder, documents, figures[1:]), "--reason", "Counted twice.")
    assert told.returncode == 0
    # One more line says how many are left out, since they are restricted.
    still, left = (line for line in told.stdout.splitlines() if line.startswith(("Readers can", "Left the record")))
    assert still.startswith("Readers can still see what is restricted now, in 6 published files (recorded/2026-03-02")
    assert still.endswith("To take it out at once: on-record unpublish")
    assert left.startswith("Left the record: d-1-01. Readers see it until `make build`, then as withdrawn")


def test_what_is_restricted_is_taken_out_at_once_and_who_reads_it_reads_on(copied: Workshop) -> None:
    documents, figures = states()[3]
    record, _ = read_record([write_record(copied.folder, documents, figures)])
    (copied.published / f"20260308T120000000000Z{WRITING}").write_bytes(CANARY.encode())
    served = Publications(copied.published)
    with served.cursor() as reading, served.cursor(DAYS[0].date()) as past:
        # Before it is loaded: the record's files are enough.
        rehearsed = retract_publications(record, copied.warehouse, copied.published, is_dry_run=True)
        assert len(list(copied.published.rglob("[0-9]*.duckdb"))) == len(rehearsed.removed) == 6
        assert retract_publications(record, copied.warehouse, copied.published) == rehearsed
        for each in (reading, past):
            assert each.execute("select count(*) from fct_figures where figure_id = 'd-1-04'").fetchall() == [(1,)]
    # What is left names figures that are held back, so it is not in the folder that people copy elsewhere.
    assert [path for path in copied.published.rglob("*") if path.is_file()] == []
    assert restricted_mark(copied.published).exists()
    for day in (None, DAYS[0].date()):
        with pytest.raises(NothingPublishedError, match="make build"), served.cursor(day):
            pass
    served.close()


def test_an_older_publication_that_does_not_hold_it_is_served_and_a_held_warehouse_keeps_nothing_in(
    copied: Workshop,
) -> None:
    documents, figures = states()[3]
    folder = write_record(copied.folder, documents, figures)
    for path in copied.published.rglob("[0-9]*.duckdb"):
        path.unlink()
    publish(copied.published / "20260301T120000000000Z.duckdb", "d-1-01")
    publish(copied.published / "20260302T120000000000Z.duckdb", "d-1-04")
    command = [sys.executable, "-m", "ingest", "unpublish", str(folder)]
    run = partial(
        subprocess.run, command, cwd=ROOT, env=os.environ | copied.environment, capture_output=True, text=True
    )
    with duckdb.connect(str(copied.warehouse)), duckdb.connect(str(copied.published / f"20260309T12Z{WRITING}")):
        # As while a build works and writes: it is the command for danger, and waits for nobody.
        done = run(check=True)
    assert done.stdout.splitlines() == [
        "Taken out: 20260302T120000000000Z.duckdb",
        "Readers get 20260301T120000000000Z.duckdb until `make build` is through; "
        "`make history` builds recorded days again.",
        "The warehouse is in use: what is being built from it is not published. Load and build when that ended.",
    ]
    assert [path.name for path in copied.publications] == ["20260301T120000000000Z.duckdb"]
    assert run(check=True).stdout == "No publication holds a figure that is restricted now.\n"


def test_no_build_publishes_what_was_restricted_while_it_was_built(
    then: Workshop, new_workshop: Callable[[], Workshop]
) -> None:
    documents, figures = states()[3]
    workshop = new_workshop()
    shutil.copy(then.warehouse, workshop.warehouse)
    record, _ = read_record([write_record(workshop.folder, documents, figures)])
    retract_publications(record, workshop.warehouse, workshop.published)
    workshop.publish_without_tests()
    assert list(workshop.published.rglob("[0-9]*.duckdb*")) == []
    # Another folder of the record lets go of nothing, and neither does a word that nobody can read.
    retract_publications(Record([]), workshop.warehouse, workshop.published)
    assert marked_restricted(workshop.published).asked == {"d-1-04"}
    load_record(record, workshop.warehouse, loaded_at=DAYS[3])
    workshop.publish_without_tests()
    assert len(workshop.publications) == 1
    mark = marked_restricted(workshop.published)
    assert (mark.asked, mark.loaded) == (set(), {"d-1-04"})
    # A copy of raw from before the figure was restricted brings no past day back with it.
    stale = new_workshop()
    shutil.copy(then.warehouse, stale.warehouse)
    stale.published.symlink_to(workshop.published)
    stale.publish_without_tests(*until("2026-03-02"))
    assert not recorded(workshop, DAYS[0]).exists()
    for odd in ("{", "[" * 100_000, '{"asked": [1], "loaded": []}'):
        restricted_mark(workshop.published).write_text(odd)
        workshop.publish_without_tests()
        assert len(workshop.publications) == 1
        with pytest.raises(CannotRunError, match="cannot be read"):
            retract_publications(record, workshop.warehouse, workshop.published)
    restricted_mark(workshop.published).unlink()
    os.mkfifo(restricted_mark(workshop.published))
    with pytest.raises(CannotRunError, match="cannot be read"):
        retract_publications(record, workshop.warehouse, workshop.published)


def test_a_figure_that_becomes_restricted_leaves_every_publication(then: Workshop) -> None:
    """Last in this file: it restricts a figure of the warehouse that the tests above look at."""
    before = [*then.publications, *(recorded(then, day) for day in DAYS[:3])]
    assert all(rows(path, "(select figure_id from fct_figures where figure_id = 'd-1-04')") for path in before)
    documents, figures = states()[3]
    record, _ = read_record([write_record(then.folder, documents, figures)])
    load_record(record, then.warehouse, loaded_at=DAYS[3])
    then.publish_without_tests()
    (newest,) = then.publications
    assert [path for path in before if path.exists()] == []
    then.publish_without_tests(*until("2026-03-02"))
    assert sorted(path.name for path in (then.published / "recorded").iterdir()) == [
        "2026-03-02.duckdb", "2026-03-07.duckdb"
    ]  # fmt: skip
    for path in then.published.rglob("[0-9]*.duckdb"):
        for trace in (CANARY, "d-1-04"):
            assert trace.encode() not in path.read_bytes(), path
        assert rows(path, "(select 1 from fct_revisions where figure_id = 'd-1-04')") == []
    assert rows(newest, "(select distinct change from fct_revisions where loaded_at = '2026-03-07 12:00')") == []


def publish(path: Path, figure_id: str = "d-1-01") -> Path:
    """Write a publication of one figure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table fct_figures as select '{figure_id}' as figure_id")
        connection.execute("create table build as select 'b' as build_id")
    return path


def test_a_copy_stands_for_the_day_where_the_disk_knows_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(source: Path, target: Path) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(warehouse_publish.os, "link", refused)
    newest = publish(Path(warehouse_publish.prepare_folder(str(tmp_path))) / "20260302T120000000000Z.duckdb")
    archived = Path(warehouse_publish.archive_publication(str(newest), "2026-03-02"))
    assert archived == tmp_path / "recorded" / "2026-03-02.duckdb"
    assert archived.read_bytes() == newest.read_bytes()
    assert not archived.samefile(newest)


def test_a_later_publication_takes_the_place_of_an_earlier_one_of_its_day(tmp_path: Path) -> None:
    warehouse_publish.prepare_folder(str(tmp_path))
    publications = [publish(tmp_path / f"20260302T{hour}0000000000Z.duckdb", f"d-{hour}") for hour in (12, 18)]
    # The last one twice: a link to itself is no change, and leaves nothing beside it.
    for newest in (*publications, publications[-1]):
        warehouse_publish.archive_publication(str(newest), "2026-03-02")
    assert (tmp_path / "recorded" / "2026-03-02.duckdb").samefile(newest)
    assert [path.name for path in (tmp_path / "recorded").iterdir()] == ["2026-03-02.duckdb"]


def test_interrupted_files_of_the_recorded_days_are_cleaned_up_and_the_days_are_kept(tmp_path: Path) -> None:
    days = [publish(tmp_path / "recorded" / f"2026-03-0{day}.duckdb") for day in range(1, 7)]
    (tmp_path / "recorded" / "20260302T120000000000Z.duckdb.writing").write_bytes(b"half of it")
    publish(tmp_path / "recorded" / "20260303T120000000000Z.duckdb.writing")
    warehouse_publish.prepare_folder(str(tmp_path))
    assert warehouse_publish.prune_folder(str(tmp_path)) == 0
    assert sorted((tmp_path / "recorded").iterdir()) == days


def test_a_publication_that_cannot_be_read_goes_with_those_of_a_restricted_figure(tmp_path: Path) -> None:
    kept = publish(tmp_path / "20260304T120000000000Z.duckdb")
    publish(tmp_path / "20260303T120000000000Z.duckdb", "d-1-04")
    publish(tmp_path / "recorded" / "2026-03-03.duckdb", "d-1-04")
    (tmp_path / "recorded" / "2026-03-02.duckdb").write_bytes(b"damaged")
    assert warehouse_publish.remove_publications_of(str(tmp_path), []) == ""
    removed = warehouse_publish.remove_publications_of(str(tmp_path), ["d-1-04"])
    assert removed == "recorded/2026-03-02.duckdb, recorded/2026-03-03.duckdb, 20260303T120000000000Z.duckdb"
    assert list(tmp_path.rglob("[0-9]*.duckdb")) == [kept]
