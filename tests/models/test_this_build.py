"""When a build keeps what was built before, and when it does not; test_data_sets.py compares the results."""

import shutil
from pathlib import Path

import duckdb
import pytest
from workshop import ROOT, Workshop

from ingest.warehouse import publish


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
    for place in publish.MADE_BY:
        source = ROOT / place
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / place)
    monkeypatch.setattr(publish, "ROOT", tmp_path)
    before = publish.fingerprint("literal")
    assert publish.fingerprint("literal") == before != publish.fingerprint("acled")
    with (tmp_path / name).open("a") as file:
        file.write("\n")
    assert publish.fingerprint("literal") != before


def test_a_publication_goes_on_from_the_last_one_unless_that_tells_of_what_is_restricted(
    real: Workshop, tmp_path: Path
) -> None:
    last, copied = tmp_path / "20260101T000000000000Z.duckdb", tmp_path / "next.duckdb.writing"
    shutil.copy(real.publications[-1], last)
    assert not publish.copy_publication(str(tmp_path), last.name, str(copied), ["d-2-01", "aleppo-2024-001-01"])
    assert not publish.copy_publication(str(tmp_path), "20250101T000000000000Z.duckdb", str(copied), [])
    assert not copied.exists()
    assert publish.copy_publication(str(tmp_path), last.name, str(copied), ["d-2-01"])
    assert copied.read_bytes() == last.read_bytes()
    last.write_bytes(last.read_bytes()[:5000])
    assert not publish.copy_publication(str(tmp_path), last.name, str(copied), [])
