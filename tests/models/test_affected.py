"""What a build works out anew, what it keeps, and that the result is that of a build of everything."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from sample_data_sets import build_samples
from workshop import ROOT, Workshop

from ingest.warehouse import publish


def test_a_build_by_other_rules_keeps_nothing_and_nor_does_the_next(real: Workshop, copy_of_real: Workshop) -> None:
    assert real.inspect("select count(*) > 1 from staging.built_from") == [(True,)]
    assert copy_of_real.dbt("run", "--select", "dim_sources", "--vars", "{hedge_convention: acled}").success
    assert copy_of_real.inspect("select * from staging.built_from") == []


def test_a_table_that_is_gone_is_built_with_all_others(copy_of_real: Workshop) -> None:
    with duckdb.connect(str(copy_of_real.warehouse)) as connection:
        connection.execute("drop table main.range_agreements")
    assert copy_of_real.dbt("run", "--select", "dim_sources").success
    assert copy_of_real.inspect("select * from staging.built_from") == []


def test_what_another_version_built_with_other_columns_is_built_anew(copy_of_real: Workshop) -> None:
    with duckdb.connect(str(copy_of_real.warehouse)) as connection:
        connection.execute("alter table staging.measures drop column page_path")
        connection.execute("alter table staging.built_from rename column unit_id to part")
        connection.execute("alter table main.fct_reports drop column hedge_id")
    copy_of_real.publish_without_tests()
    assert copy_of_real.inspect("select count(*) from fct_reports where hedge_id is null") == [(0,)]
    assert copy_of_real.inspect("select count(*) > 0 from staging.measures where page_path is not null") == [(True,)]


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


BUILD = ("build", "--exclude", "resource_type:unit_test")
SHARED = "worldwide.displaced.all.SY...stock.2022-12-31.2022-12-31."
"""Where UNHCR and IDMC both count: a scope of two data sets."""
OF_SHARED = f"select figure_id from main.fct_figures where scope_id = '{SHARED}' and source_id = "


def change(workshop: Workshop, *statements: str) -> None:
    """Change rows of raw as a load would."""
    with duckdb.connect(str(workshop.warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)


def a_relay(figure_id: str, changed: str) -> tuple[str, ...]:
    """Statements that have a document of a hand-read "worldwide" repeat what UNHCR says in the shared scope."""
    loaded = f"'{figure_id}' as load_id, timestamp '2026-01-01' as loaded_at"
    return (
        f"insert into raw.loads select * replace ({loaded}) from raw.loads limit 1",
        f"""insert into raw.documents select * replace ('worldwide' as episode_id, 'hand-read' as document_id, {loaded})
            from raw.documents limit 1""",
        f"""insert into raw.figures by name
            select f.* replace ('worldwide' as episode_id, '{figure_id}' as figure_id, 'hand-read' as document_id,
                null as part_of, null as cause_id, null as actor_id, null as incident_id, 'SY' as place_id, {loaded},
                d.source_id as source_id, d.measure_id as measure_id, d.population_id as population_id,
                d.counting as counting, d.period_start_on as period_start_on, d.period_end_on as period_end_on,
                d.reported_on as reported_on, d.hedge_id as hedge_id, {changed})
            from (select * from raw.figures limit 1) as f,
                (select * from raw.dataset_figures where figure_id = ({OF_SHARED} 'unhcr')) as d""",
    )


def tables(workshop: Workshop) -> dict[str, list[tuple]]:
    """Every row of every table of the main schema, of the working file and of what it published last."""
    found = {}
    for place, ask in (("built", workshop.inspect), ("published", workshop.query)):
        names = (
            "select table_name from duckdb_tables() where schema_name = 'main' and table_name <> 'build' order by all"
        )
        for (name,) in ask(names):
            found[f"{place} {name}"] = ask(f'select * from main."{name}" order by all')
    return found


def build(workshop: Workshop) -> None:
    result = workshop.dbt(*BUILD).result
    assert [row.node.name for row in result if row.status not in ("pass", "success", "no-op")] == []


def begun_from(made: Workshop, workshop: Workshop) -> None:
    shutil.copy(made.warehouse, workshop.warehouse)
    shutil.copytree(made.published, workshop.published)


@pytest.fixture(scope="module")
def samples(built_once: Callable[..., Workshop]) -> Workshop:
    return built_once(build_samples)


@pytest.fixture(scope="module")
def one_data_set(samples: Workshop, built_once: Callable[..., Workshop]) -> Workshop:
    """One data set changed: a figure of a shared scope another number, one taken out, one put where nobody counted."""

    def idmc_changes(workshop: Workshop) -> None:
        begun_from(samples, workshop)
        change(
            workshop,
            f"update raw.dataset_figures set value = value + 7 where figure_id = ({OF_SHARED} 'idmc')",
            f"""delete from raw.dataset_figures where figure_id = (
                {OF_SHARED.replace("2022", "2023")} 'idmc')""",
            f"""update raw.dataset_figures set period_start_on = '1999-12-31', period_end_on = '1999-12-31'
                where figure_id = ({OF_SHARED.replace("2022", "2021")} 'idmc')""",
        )
        build(workshop)

    return built_once(idmc_changes)


@pytest.fixture(scope="module")
def after_failures(one_data_set: Workshop, built_once: Callable[..., Workshop]) -> Workshop:
    """A relay across units that a build got half way with, then is gone; another in its place; a source taken out."""

    def relays(workshop: Workshop) -> None:
        begun_from(one_data_set, workshop)
        change(workshop, *a_relay("lost-1", "'Lost' as phrase, d.value + 5 as value"))
        assert workshop.dbt("run", "--select", "+fct_reports", "+fct_readings", "+range_standing_reports").success
        change(workshop, "delete from raw.figures where document_id = 'hand-read'")
        change(workshop, "delete from raw.documents where document_id = 'hand-read'")
        change(workshop, *a_relay("told-1", "'Told' as phrase, d.value as value"))
        change(workshop, "delete from raw.figures where source_id = 'russian_mod'")
        build(workshop)

    return built_once(relays)


def anew(built_once: Callable[..., Workshop], made: Workshop, name: str) -> dict[str, list[tuple]]:
    """The same tables of the same rows in raw, all worked out anew."""

    def everything(workshop: Workshop) -> None:
        shutil.copy(made.warehouse, workshop.warehouse)
        workshop.build_without_tests("--full-refresh")
        assert workshop.dbt("run-operation", "write_publication").success

    everything.__qualname__ += name
    return tables(built_once(everything))


def differing(some: dict[str, list[tuple]], others: dict[str, list[tuple]]) -> list[str]:
    assert some.keys() == others.keys()
    return [name for name, rows in some.items() if rows != others[name]]


def test_a_change_of_one_data_set_works_out_that_one_alone(samples: Workshop, one_data_set: Workshop) -> None:
    assert {source for (source,) in samples.inspect("select source_id from staging.int_figures_scoped")} > {"unhcr"}
    found = one_data_set.inspect("select distinct episode_id, source_id from staging.int_figures_scoped")
    assert {source.removeprefix("idmc") for _, source in found} <= {"", "_triangulation"}
    assert {episode for episode, _ in found} == {"worldwide"}


def test_a_range_of_two_data_sets_is_worked_out_from_both(samples: Workshop, one_data_set: Workshop) -> None:
    shared = (
        f"select highest, source_count from main.range_reported where scope_id = '{SHARED}' and valid_to_on is null"
    )
    before, after = samples.inspect(shared), one_data_set.inspect(shared)
    assert before and before != after
    assert {count for _, count in after} == {2}


def test_what_one_data_set_changes_is_what_a_build_of_everything_gives(
    one_data_set: Workshop, built_once: Callable[..., Workshop]
) -> None:
    assert differing(tables(one_data_set), anew(built_once, one_data_set, "one data set")) == []


def test_units_that_share_a_source_are_worked_out_together(after_failures: Workshop) -> None:
    relayed = after_failures.inspect("select report_id, is_relay from main.fct_figures where figure_id = 'told-1'")
    (unhcr,) = after_failures.inspect(f"{OF_SHARED} 'unhcr' and dataset_id is not null")
    assert after_failures.inspect(
        f"select count(distinct report_id), count(*) from main.fct_figures where figure_id in ('told-1', '{unhcr[0]}')"
    ) == [(1, 2)], relayed
    found = after_failures.inspect(
        "select distinct dataset_id from staging.int_figures_scoped where episode_id = 'worldwide'"
    )
    assert set(found) == {(None,), ("unhcr_population",)}


def test_what_failed_was_loaded_and_left_again_leaves_nothing_behind(
    after_failures: Workshop, built_once: Callable[..., Workshop]
) -> None:
    assert after_failures.inspect("select count(*) from main.fct_readings where figure_id = 'lost-1'") == [(0,)]
    assert differing(tables(after_failures), anew(built_once, after_failures, "after failures")) == []


def test_nothing_is_affected_after_a_whole_build(after_failures: Workshop) -> None:
    for table in ("affected_sources", "affected_figures"):
        assert after_failures.inspect(f"select count(*) from staging.{table}") == [(0,)]
