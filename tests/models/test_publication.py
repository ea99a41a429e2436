"""What `dbt build` publishes, and what it does not."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from workshop import Workshop

from common.contracts import contracts
from ingest.warehouse import publish


def publish_empty(path: Path, *, complete: bool) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table fct_figures (figure_id text)")
        if complete:
            connection.execute("create table build as select 'b' as build_id")
    return path


def test_a_whole_build_publishes_one_file_named_by_its_time(real: Workshop) -> None:
    (path,) = real.publications
    assert path.stem[8] == "T"
    assert path.stem.endswith("Z")
    ((published_at, figures, documents, version, convention, known_until),) = real.query(
        "select published_at, figure_count, document_count, on_record_version, hedge_convention, known_until_on"
        " from build"
    )
    assert f"{published_at:%Y%m%dT%H%M%S%fZ}" == path.stem
    assert (figures, documents, version, convention, str(known_until)) == (45, 5, "0.1.0", "literal", "2024-12-02")


def test_every_unit_test_of_the_rules_holds(copy_of_real: Workshop) -> None:
    result = copy_of_real.dbt("test", "--select", "test_type:unit")
    assert [
        (row.node.name, row.message) for row in result.result if row.status not in ("pass", "success", "no-op")
    ] == []
    assert sum(row.node.resource_type == "unit_test" for row in result.result) >= 49


@pytest.mark.slow
def test_a_plain_dbt_build_runs_everything_and_publishes(new_workshop: Callable[[], Workshop]) -> None:
    workshop = new_workshop()
    assert workshop.load().returncode == 0
    result = workshop.dbt("build")
    assert [
        (row.node.name, row.message) for row in result.result if row.status not in ("pass", "success", "no-op")
    ] == []
    assert len(workshop.publications) == 1


def test_a_publication_holds_the_main_schema_and_nothing_else(real: Workshop) -> None:
    tables = {name for (name,) in real.query("select table_name from information_schema.tables")}
    schemas = {name for (name,) in real.query("select distinct table_schema from information_schema.tables")}
    assert schemas == {"main"}
    assert tables == set(contracts())
    assert {"fct_figures", "fct_reports", "range_deaths", "range_deaths_daily", "check_disjoint_reports"} <= tables


def test_a_publication_says_what_its_tables_and_columns_mean(real: Workshop) -> None:
    undescribed = real.query(
        "select table_name, column_name from duckdb_columns() where comment is null and not internal"
    )
    assert undescribed == []
    assert real.query("select count(*) from duckdb_tables() where comment is null") == [(0,)]
    of_macros = "from duckdb_functions() where function_type = 'table_macro' and not internal and schema_name = 'main'"
    assert real.query(f"select count(*) > 0, count(*) = count(comment) {of_macros}") == [(True, True)]
    assert real.query("select count(*) from duckdb_views() where comment is null and not internal") == [(0,)]


def test_a_publication_answers_alike_under_any_name(real: Workshop, tmp_path: Path) -> None:
    (published,) = real.publications
    path = shutil.copy(published, tmp_path / "another name.duckdb")
    daily = real.query("select * from range_deaths_daily order by all")
    with duckdb.connect() as connection:
        # Tables of one's own of the same names do not get between a view and what it shows.
        connection.execute(
            "create table range_deaths as select 1 as scope_id; create table fct_figures as select 1 as low"
        )
        connection.execute(f"attach '{path}' as theirs (read_only)")
        assert connection.execute("select * from theirs.range_deaths_daily order by all").fetchall() == daily
    assert daily


def test_published_files_open_in_duckdb_1_2(real: Workshop) -> None:
    (tags,) = real.query("select tags from duckdb_databases() where not internal")
    assert "v1.2" in str(tags), tags


def test_a_failed_build_publishes_nothing(copy_of_real: Workshop) -> None:
    with duckdb.connect(str(copy_of_real.warehouse)) as connection:
        connection.execute("update raw.figures set low = 300, high = 30 where figure_id = 'aleppo-2024-003-01'")
    result = copy_of_real.dbt("build", "--exclude", "resource_type:unit_test")
    assert not result.success
    assert copy_of_real.publications == []


def test_a_partial_build_publishes_nothing(copy_of_real: Workshop) -> None:
    assert copy_of_real.dbt("build", "--select", "dim_sources").success
    assert copy_of_real.publications == []


def test_a_build_without_a_loaded_record_says_what_to_run(
    new_workshop: Callable[[], Workshop], capfd: pytest.CaptureFixture
) -> None:
    result = new_workshop().dbt("build")
    assert not result.success
    assert "on-record load" in capfd.readouterr().out


@pytest.mark.parametrize(
    "change",
    ["delete from raw.schema_version where version = (select max(version) from raw.schema_version)",
     "drop table raw.schema_version"],
)  # fmt: skip
def test_a_build_of_what_an_earlier_version_loaded_says_what_to_run(copy_of_real: Workshop, change: str) -> None:
    with duckdb.connect(str(copy_of_real.warehouse)) as connection:
        connection.execute(change)
    result = copy_of_real.dbt("build", "--select", "stg_loads")
    assert not result.success
    assert "earlier version of this program" in str(result.exception)
    assert "load once more, which carries it along: on-record load" in str(result.exception)


def test_an_interrupted_publication_is_cleaned_up_and_a_complete_one_kept(tmp_path: Path) -> None:
    complete = publish_empty(tmp_path / "20260101T000000000000Z.duckdb", complete=True)
    interrupted = publish_empty(tmp_path / "20260102T000000000000Z.duckdb", complete=False)
    truncated = tmp_path / "20260103T000000000000Z.duckdb"
    truncated.write_bytes(complete.read_bytes()[:5000])
    stranger = tmp_path / "notes.txt"
    stranger.write_text("not ours")
    publish.prepare_folder(str(tmp_path))
    assert sorted(tmp_path.iterdir()) == [complete, stranger]
    assert not interrupted.exists()


def test_a_file_somebody_is_writing_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "20260101T000000000000Z.duckdb"
    command = f"import duckdb; held = duckdb.connect({str(path)!r}); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        publish.prepare_folder(str(tmp_path))
        assert path.exists()
        writer.communicate(b"\n")


def test_the_last_three_publications_are_kept(tmp_path: Path) -> None:
    paths = [publish_empty(tmp_path / f"2026010{day}T000000000000Z.duckdb", complete=True) for day in range(1, 6)]
    assert publish.prune_folder(str(tmp_path)) == 2
    assert sorted(tmp_path.iterdir()) == paths[2:]


def test_what_a_killed_reader_set_aside_goes_with_its_publication(tmp_path: Path) -> None:
    paths = [publish_empty(tmp_path / f"2026010{day}T000000000000Z.duckdb", complete=True) for day in range(1, 5)]
    aside = [path.with_name(f"{path.name}.tmp") for path in paths]
    for folder in aside:
        folder.mkdir()
        (folder / "duckdb_temp_block").write_bytes(b"a page of a table")
    assert publish.prune_folder(str(tmp_path)) == 1
    assert [folder.exists() for folder in aside] == [False, True, True, True]


def test_the_folder_is_made_where_it_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "published"
    assert publish.prepare_folder(str(folder)) == str(folder)
    assert folder.is_dir()
