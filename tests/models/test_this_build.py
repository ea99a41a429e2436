"""A build works out what a load touched and keeps the rest, and the result is that of a build of everything."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from workshop import ROOT, Workshop

from dashboard.publication import CONFIG
from ingest import project, publication

SAMPLE = ROOT / "samples" / "unhcr_population" / "population_syria.csv"
BUILD = ("build", "--exclude", "resource_type:unit_test")
FIGURES, DOCUMENTS = "figures.csv", "documents.csv"


def changed_record(folder: Path) -> Path:
    """The real record with one document told again as another, a number changed and a figure taken out."""
    episode = folder / "aleppo-2024"
    shutil.copytree(ROOT / "figures" / "aleppo-2024", episode)
    with duckdb.connect() as connection:
        renamed = "'aleppo-2024-009' as document_id"
        replaced = {
            DOCUMENTS: f"{renamed}, repeat('9', 64) as sha256",
            FIGURES: f"{renamed}, replace(figure_id, '-003-', '-009-') as figure_id, "
            "replace(part_of, '-003-', '-009-') as part_of",
        }
        for name, columns in replaced.items():
            path = episode / name
            read = f"select * from read_csv('{path}', all_varchar = true, header = true)"
            more = f"select * replace ({columns}) from ({read}) where document_id = 'aleppo-2024-003'"
            connection.execute(f"create table t as {read} union all {more}")
            if name == FIGURES:
                connection.execute("update t set value = '201' where figure_id = 'aleppo-2024-001-03'")
                connection.execute(
                    "delete from t where figure_id = (select max(figure_id) from t as o where document_id ="
                    " 'aleppo-2024-004' and not exists (select 1 from t as p where p.part_of = o.figure_id))"
                )
            connection.execute(f"copy (from t order by all) to '{path}' (header true)")
            connection.execute("drop table t")
    return episode


def tables(path: Path) -> dict[str, list[tuple]]:
    """Every row of every table of the main schema, in an order of its own, apart from the table about the build."""
    with duckdb.connect(str(path), read_only=True, config=CONFIG) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'main' and table_name <> 'build' order by all"
        ).fetchall()
        return {name: connection.execute(f'select * from main."{name}" order by all').fetchall() for (name,) in names}


def worked_out(workshop: Workshop) -> set[str]:
    """The episodes of which the last build made anything."""
    return {episode for (episode,) in workshop.inspect("select distinct episode_id from staging.int_figures_scoped")}


def copy(real: Workshop, new_workshop: Callable[[], Workshop]) -> Workshop:
    workshop = new_workshop()
    shutil.copy(real.warehouse, workshop.warehouse)
    shutil.copytree(real.published, workshop.published)
    return workshop


@pytest.fixture(scope="module")
def built(real: Workshop, new_workshop: Callable[[], Workshop]) -> dict[str, object]:
    """The real record built, then a data set, then a changed record, each beside what there was; then all anew."""
    workshop = copy(real, new_workshop)
    command = [sys.executable, "-m", "ingest", "load", "unhcr_population", str(SAMPLE), "--version", "2025.12.1-sample"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **workshop.environment}, check=True)
    assert workshop.dbt(*BUILD).success
    found: dict[str, object] = {"after the data set": worked_out(workshop)}
    loaded = workshop.load(changed_record(workshop.folder))
    assert loaded.returncode == 0, loaded.stdout
    assert "changed 1, " in loaded.stdout, loaded.stdout
    assert "withdrawn 1 figures" in loaded.stdout, loaded.stdout
    assert workshop.dbt(*BUILD).success
    found |= {"after the record": worked_out(workshop), "beside": tables(workshop.publications[-1])}
    found["warehouse"] = tables(workshop.warehouse)
    assert workshop.dbt(*BUILD, "--full-refresh").success
    return found | {"anew": tables(workshop.publications[-1])}


def test_a_build_works_out_the_episodes_a_load_touched(built: dict[str, object]) -> None:
    assert built["after the data set"] == {"worldwide"}
    assert built["after the record"] == {"aleppo-2024"}


def test_what_is_built_beside_what_was_kept_is_what_is_built_anew(built: dict[str, dict[str, list[tuple]]]) -> None:
    assert built["beside"].keys() == built["anew"].keys()
    assert [name for name, rows in built["anew"].items() if built["beside"][name] != rows] == []
    assert {name: rows for name, rows in built["warehouse"].items() if built["anew"][name] != rows} == {}
    episodes = {row[3] for row in built["anew"]["fct_figures"]}
    assert episodes == {"aleppo-2024", "worldwide"}


def test_a_build_by_other_rules_keeps_nothing_and_nor_does_the_next(real: Workshop, copy_of_real: Workshop) -> None:
    assert real.inspect("select count(*) from staging.built_from")[0][0] > 1
    assert copy_of_real.dbt("run", "--select", "dim_sources", "--vars", "{hedge_convention: acled}").success
    assert copy_of_real.inspect("select * from staging.built_from") == []


def test_a_table_that_is_gone_is_built_with_all_others(copy_of_real: Workshop) -> None:
    with duckdb.connect(str(copy_of_real.warehouse)) as connection:
        connection.execute("drop table main.range_agreements")
    assert copy_of_real.dbt("run", "--select", "dim_sources").success
    assert copy_of_real.inspect("select * from staging.built_from") == []


def test_a_model_run_alone_tells_nobody_twice(copy_of_real: Workshop) -> None:
    before = copy_of_real.inspect("select * from main.fct_reports order by all")
    assert copy_of_real.dbt("run", "--select", "fct_reports").success
    assert copy_of_real.inspect("select * from main.fct_reports order by all") == before


@pytest.mark.parametrize("name", ["models/facts/fct_deaths.sql", "macros/scope_id.sql", "seeds/hedges.csv"])
def test_a_change_of_the_project_is_another_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for place in project.MADE_BY:
        source = ROOT / place
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / place)
    monkeypatch.setattr(project, "ROOT", tmp_path)
    before = project.fingerprint("literal")
    assert project.fingerprint("literal") == before != project.fingerprint("acled")
    with (tmp_path / name).open("a") as file:
        file.write("\n")
    assert project.fingerprint("literal") != before


def published(path: Path) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table fct_figures as select 'd-1-01' as figure_id")
        connection.execute("create table build as select 'b' as build_id")
    return path


def test_a_publication_goes_on_from_the_last_one_unless_that_tells_of_what_is_restricted(tmp_path: Path) -> None:
    last, copied = published(tmp_path / "20260101T000000000000Z.duckdb"), tmp_path / "next.duckdb.writing"
    assert not publication.copy_publication(str(tmp_path), last.name, str(copied), ["d-2-01", "d-1-01"])
    assert not publication.copy_publication(str(tmp_path), "20250101T000000000000Z.duckdb", str(copied), [])
    assert not copied.exists()
    assert publication.copy_publication(str(tmp_path), last.name, str(copied), ["d-2-01"])
    assert copied.read_bytes() == last.read_bytes()
    last.write_bytes(last.read_bytes()[:5000])
    assert not publication.copy_publication(str(tmp_path), last.name, str(copied), [])
