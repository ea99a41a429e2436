"""A warehouse and a publication of the first commit that had them are taken on by today's code, and nothing is lost."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from here import run_here
from workshop import ROOT, Workshop, environment

from common.foreign import STORAGE_VERSION
from dashboard.errors import NothingPublishedError
from dashboard.publication.folder import Publications
from ingest.warehouse.backup import is_complete

OLDEST = ROOT / "tests" / "fixtures" / "oldest"
DAY, NAME = "2026-11-21", "20261121T233729075817Z.duckdb"
FIGURES = 12
# As the table was then: of what came since, a load can say nothing about that day.
ROWS = (
    "select figure_id, phrase, source_id, measure_id, place_id, hedge_id, value, low, high, status, load_id, loaded_at "
    "from {} where load_id = '20261121T233604232550Z' order by figure_id"
)


class Past(Workshop):
    """The copy in which a day is built; it publishes where the warehouse does, as `make history` has it."""

    @property
    def published(self) -> Path:
        """The folder of publications."""
        return self.folder.parent / "published"


def made(sql: str, path: Path) -> Path:
    """A database of that commit: its statements, in the format it wrote."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path), config={"storage_compatibility_version": STORAGE_VERSION}) as connection:
        connection.execute((OLDEST / sql).read_text(encoding="utf-8"))
    return path


def place(workshop: Workshop) -> None:
    made("warehouse.sql", workshop.warehouse)
    made("publication.sql", workshop.published / NAME)


def go_on(workshop: Workshop) -> None:
    """What somebody does who comes back with today's code: load, build, and build the day that is missing."""
    place(workshop)
    loaded = workshop.load()
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    assert workshop.dbt("build", "--exclude", "resource_type:unit_test").success
    past = Past(workshop.folder / "past")
    with environment(**workshop.environment):
        copied = run_here("recorded", "--missing", "--copy-to", str(past.warehouse))
    assert (copied.returncode, copied.stdout.split()) == (0, [DAY]), copied.stderr
    past.publish_without_tests("--vars", f"{{recorded_until: '{DAY}'}}")


@pytest.fixture(scope="module")
def oldest(new_workshop: Callable[[], Workshop]) -> Workshop:
    """As that commit left it."""
    workshop = new_workshop()
    place(workshop)
    return workshop


@pytest.fixture(scope="module")
def today(built_once: Callable[..., Workshop]) -> Workshop:
    """As today's code leaves it."""
    return built_once(go_on)


def test_its_publication_is_refused_in_a_sentence_that_says_what_to_do(oldest: Workshop) -> None:
    publications = Publications(oldest.published)
    with pytest.raises(NothingPublishedError, match=rf"{NAME} cannot be shown: .*another version.*make build"):
        publications.newest()
    publications.close()


def test_it_is_backed_up_and_restored_whole(oldest: Workshop, new_workshop: Callable[[], Workshop]) -> None:
    other = new_workshop()
    with environment(**oldest.environment):
        kept = run_here("backup", str(other.folder / "b.tar.gz"))
    assert (kept.returncode, kept.stderr) == (0, "")
    with environment(**other.environment):
        done = run_here("restore", str(other.folder / "b.tar.gz"))
    assert (done.returncode, f"{FIGURES} figures) and 1 publication" in done.stdout) == (0, True), done.stderr
    assert other.inspect(ROWS.format("raw.figures")) == oldest.inspect(ROWS.format("raw.figures"))
    assert is_complete(other.published / NAME)


@pytest.mark.slow
def test_every_row_it_held_is_there_after_a_load_of_today(oldest: Workshop, today: Workshop) -> None:
    versions = "(from raw.figures union all select * exclude (replaced_by, replaced_at) from raw.replaced_figures)"
    before = oldest.inspect(ROWS.format("raw.figures"))
    assert len(before) == FIGURES
    assert today.inspect(ROWS.format(versions)) == before
    ((first, *_), *later) = today.inspect("select * from raw.loads order by loaded_at")
    assert (first, len(later)) == ("20261121T233604232550Z", 1)


@pytest.mark.slow
def test_a_build_of_today_publishes_beside_what_was_published(oldest: Workshop, today: Workshop) -> None:
    earlier, newest = today.publications
    assert earlier.name == NAME
    assert rows(earlier) == rows(oldest.published / NAME)
    publications = Publications(today.published)
    assert publications.newest() == newest
    with publications.cursor() as cursor:
        assert cursor.execute("select count(*) from fct_figures").fetchall() == [(45,)]
    publications.close()


@pytest.mark.slow
def test_its_day_is_built_as_it_stood(today: Workshop) -> None:
    found = rows(today.published / "recorded" / f"{DAY}.duckdb")
    assert len(found) == FIGURES
    assert found == rows(today.published / NAME)


def rows(path: Path) -> list[tuple]:
    """What a publication of any version tells of its figures."""
    with duckdb.connect(str(path), read_only=True) as connection:
        told = "figure_id, source_id, measure_id, place_id, low, value_stated, high"
        return connection.execute(f"select {told} from fct_figures order by figure_id").fetchall()
