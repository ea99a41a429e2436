"""`make build` builds nothing where nothing has changed since the newest publication; whatever has changed is built."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from workshop import Workshop

from ingest import up_to_date

FILES = (
    "dbt_project.yml", "profiles.yml", "requirements.txt", "models/facts/fct_figures.sql", "models/mine/own.sql",
    "models/staging/_sources.yml", "macros/publish.sql", "seeds/sources.csv", "tests/models/own.sql",
    "figures/episode/figures.csv", "figures/restricted_rows.csv", "samples/idmc_gidd/rows.csv",
    "ingest/places/gazetteer.csv.gz", "ingest/warehouse/publish.py", "common/table_macros.py",
)  # fmt: skip
NOTHING, ROWS = "Nothing has changed", up_to_date.ROWS_ALONE


@pytest.fixture
def built(copy_of_built: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """A record that `make build` has just built, in a small checkout."""
    root = tmp_path / "checkout"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("select '{{ env_var(\"OF_MY_OWN\", '') }}'" if name.endswith(".sql") else "text")
    monkeypatch.setattr(up_to_date, "ROOT", root)
    monkeypatch.setattr(up_to_date, "NOTES", tmp_path / "notes")
    for name, value in copy_of_built.environment.items():
        monkeypatch.setenv(name, value)
    (published,) = copy_of_built.publications
    aside = shutil.move(published, tmp_path / "not published yet")
    assert said() == ""
    shutil.move(aside, published)
    assert up_to_date.note_build()
    return copy_of_built


@pytest.fixture
def copy_of_built(real: Workshop, new_workshop: Callable[[], Workshop]) -> Workshop:
    """The real record, built and published, to be changed."""
    workshop = new_workshop()
    shutil.copytree(real.folder, workshop.folder, dirs_exist_ok=True)
    return workshop


def said() -> str:
    """What is to be built, as a sentence or as options of dbt; it keeps what the build would begin with."""
    what = up_to_date.what_to_build()
    return what.nothing or what.options


def test_where_nothing_has_changed_it_says_so(built: Workshop) -> None:
    (published,) = built.publications
    for _ in range(2):
        told = said()
        assert f"{NOTHING} since {published.name} was published" in told
        assert len(told.splitlines()) == 1


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_of_the_project_is_built(built: Workshop, name: str) -> None:
    path = up_to_date.ROOT / name
    path.write_text(path.read_text() + " more")
    assert said() == (ROWS if name.startswith(("figures", "samples")) else "")


@pytest.mark.parametrize("name", ["models/mine/added.sql", "figures/another/figures.csv", "packages.yml"])
def test_an_added_file_is_built_and_one_that_goes_again_is_not(built: Workshop, name: str) -> None:
    path = up_to_date.ROOT / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    assert said() == (ROWS if name.startswith("figures") else "")
    path.unlink()
    assert NOTHING in said()


@pytest.mark.parametrize("name", ["OF_MY_OWN", "ON_RECORD_MEMORY", "DBT_PROFILES_DIR", "DBT_TARGET"])
def test_another_setting_is_built(built: Workshop, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "of another kind")
    assert said() == ""


def test_what_no_build_reads_is_no_change(built: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "another")
    (up_to_date.ROOT / "README.md").write_text("read me")
    assert NOTHING in said()


@pytest.mark.parametrize(
    "statement",
    [
        "update raw.figures set value = value + 1 where figure_id = 'aleppo-2024-000-01'",
        "delete from raw.documents where document_id = 'aleppo-2024-000'",
        "insert into raw.rejects (dataset_id) values ('another')",
        "create table raw.more as select 1 as one",
    ],
)
def test_another_row_in_raw_is_built(built: Workshop, statement: str) -> None:
    with duckdb.connect(str(built.warehouse)) as connection:
        connection.execute(statement)
    assert said() == ROWS


@pytest.mark.parametrize("variable", ["ON_RECORD_WAREHOUSE", "ON_RECORD_PUBLISHED"])
def test_the_same_record_elsewhere_is_built(
    built: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    here, there = Path(os.environ[variable]), tmp_path / "elsewhere"
    (shutil.copytree if here.is_dir() else shutil.copy2)(here, there)
    monkeypatch.setenv(variable, str(there))
    assert said() == ""


def test_a_warehouse_that_is_gone_is_built(built: Workshop) -> None:
    built.warehouse.unlink()
    assert said() == ""


@pytest.mark.parametrize("table", ["staging.built_from", "staging.published_as"])
def test_where_a_warehouse_has_not_what_was_published_everything_is_built(built: Workshop, table: str) -> None:
    with duckdb.connect(str(built.warehouse)) as connection:
        connection.execute(f"drop table {table}; update raw.figures set note = 'another'")
    assert said() == ""


def test_a_publication_that_is_gone_damaged_or_another_is_built(built: Workshop, tmp_path: Path) -> None:
    (published,) = built.publications
    kept = shutil.copy2(published, tmp_path / "kept")
    times = (published.stat().st_atime_ns, published.stat().st_mtime_ns)

    published.unlink()
    assert said() == ""

    shutil.copy2(kept, published.with_name("29990101T000000000000Z.duckdb"))
    assert said() == ""
    published.with_name("29990101T000000000000Z.duckdb").unlink()

    # Of the same size, and as if it had never been touched: its number on the disk is another, and it is not whole.
    published.write_bytes(bytes(len(kept.read_bytes())))
    os.utime(published, ns=times)
    assert NOTHING not in said()


def test_a_publication_edited_in_place_with_its_times_set_back_is_built(built: Workshop) -> None:
    (published,) = built.publications
    times = (published.stat().st_atime_ns, published.stat().st_mtime_ns)
    with published.open("r+b") as file:
        first = file.read(1)
        file.seek(0)
        file.write(first)
    os.utime(published, ns=times)
    assert published.stat().st_mtime_ns == times[1]
    assert NOTHING not in said()


@pytest.mark.parametrize("pattern", ["newest.duckdb", "recorded/*.duckdb"])
def test_what_stands_beside_a_publication_is_made_again(built: Workshop, pattern: str) -> None:
    (path,) = built.published.glob(pattern)
    path.unlink()
    assert NOTHING not in said()


def test_a_build_that_publishes_nothing_is_begun_again(built: Workshop) -> None:
    (up_to_date.ROOT / "macros" / "publish.sql").write_text("another")
    assert said() == ""
    assert not up_to_date.note_build()
    assert said() == ""


def test_what_changes_during_a_build_is_built_by_the_next(built: Workshop) -> None:
    macro = up_to_date.ROOT / "macros" / "publish.sql"
    macro.write_text("another")
    assert said() == ""
    macro.write_text("and another, after dbt had read it")
    shutil.copy2(built.publications[-1], built.published / "29990101T000000000000Z.duckdb")
    assert up_to_date.note_build()
    assert said() == ""


def test_half_a_note_is_none(built: Workshop) -> None:
    note = up_to_date.NOTES / "built.json"
    note.write_text(note.read_text()[:20])
    assert said() == ""
