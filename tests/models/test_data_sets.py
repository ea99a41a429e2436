"""The samples of published data sets beside the record, built: two sources of one scope, nothing counted twice."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sample_data_sets import SAMPLES, build_samples
from workshop import ROOT, SAMPLE, Workshop

from dashboard.publication.open_file import CONFIG

BUILD = ("build", "--exclude", "resource_type:unit_test")
FIGURES, DOCUMENTS = "figures.csv", "documents.csv"


@pytest.fixture(scope="module")
def samples(built_once: Callable[..., Workshop]) -> Workshop:
    """The record with the samples as `make run SAMPLES=1` loads them, built with every test of the data."""
    return built_once(build_samples)


def rows_of(dataset_id: str) -> list[dict[str, str]]:
    with (ROOT / "samples" / dataset_id / SAMPLES[dataset_id][1]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_figure_of_a_data_set_is_a_fact_with_its_licence(samples: Workshop) -> None:
    counts = "select dataset_id, count(*) from raw.dataset_figures group by all order by all"
    facts = "select dataset_id, count(*) from fct_figures where dataset_id is not null group by all order by all"
    assert samples.inspect(facts) == samples.inspect(counts)
    untold = """select f.figure_id from fct_figures as f left join dim_datasets as d on f.document_id = d.document_id
        where f.dataset_id is not null and (d.licence is null or d.attribution is null)"""
    assert samples.inspect(untold) == []


def test_unhcr_and_idmc_are_two_sources_of_one_country_and_year(samples: Workshop) -> None:
    found = samples.inspect(
        "select lowest, highest, source_count, is_disputed from range_displaced "
        "where scope_id = 'worldwide.displaced.idps.SY...stock.2022-12-31.2022-12-31..own' and valid_to_on is null"
    )
    assert found == [(6780994, 6865308, 2, True)]


def test_a_copied_number_is_named_as_what_it_is(samples: Workshop) -> None:
    sentences = [text for (text,) in samples.inspect("select sentence from check_copied_figures")]
    assert any("7,248,188 for 31 December 2023" in text and "one count told by two" in text for text in sentences)
    assert any("gives 433,000 for 31 December 2010 as for 31 December 2009" in text for text in sentences)
    # A year late: what IDMC gives for the end of 2022 is what UNHCR gives for the end of 2021.
    assert any("6,865,308 for 31 December 2021" in text and "for 31 December 2022" in text for text in sentences)


def test_incidents_add_up_to_the_file_at_every_level(samples: Workshop) -> None:
    total = sum(int(row["best"]) for row in rows_of("ucdp_ged"))
    for span in ("day", "month"):
        found = samples.inspect(
            "select sum(value_stated), sum(incident_count) from fct_incident_totals where voice_id = 'ucdp' "
            f"and population_id = 'all' and place_id = 'SY' and span = '{span}'"
        )
        assert found == [(total, len(rows_of("ucdp_ged")))]


def test_no_event_stands_in_a_month_it_reached_beyond_and_none_is_lost(samples: Workshop) -> None:
    rows = rows_of("ucdp_ged")
    whole = [row for row in rows if row["date_start"][:7] == row["date_end"][:7]]
    assert 0 < len(whole) < len(rows)
    for span, expected in (("month", whole), ("year", rows)):
        found = samples.inspect(
            "select sum(value_stated), sum(report_count) from range_over_time where voice_id = 'ucdp' "
            f"and population_id = 'all' and place_id = 'SY' and counting = 'incident' and span = '{span}'"
        )
        assert found == [(sum(int(row["best"]) for row in expected), len(expected))]


def test_what_contradicts_itself_is_in_the_check_and_breaks_no_test(samples: Workshop) -> None:
    assert samples.inspect("select count(*) from check_low_above_high where source_id = 'ucdp'") == [(101,)]
    reversed_bounds = "select count(*) from range_deaths where lowest > highest"
    assert samples.inspect(reversed_bounds) == [(0,)]


AGREEMENT = ("agreement_low", "agreement_high", "agreement_source_count")
SIDES = (("included", "", "true"), ("excluded", "_without_party_claims", "not is_party_claim"))


def agreements_said(which: str) -> str:
    """Return a query for what range_reported says of agreement where that many reports stand, a row for each side."""
    return " union all ".join(
        f"""select scope_id, hedge_convention, valid_from_on, '{party_claims}' as party_claims,
            {", ".join(f"{name}{suffix} as {name}" for name in AGREEMENT)}
        from range_reported where report_count{suffix} {which} and agreement_source_count{suffix} is not null"""
        for party_claims, suffix, _ in SIDES
    )


def test_every_range_says_what_its_reports_agree_on(samples: Workshop) -> None:
    several = f"""select scope_id, hedge_convention, valid_from_on, party_claims, {", ".join(AGREEMENT)}
        from range_agreements"""
    alone = " union all ".join(
        f"""select scope_id, hedge_convention, valid_from_on, '{party_claims}', any_value(low), any_value(high), 1
        from range_standing_reports where {chosen}
        group by scope_id, hedge_convention, valid_from_on
        having count(*) = 1 and coalesce(any_value(low), 0) <= coalesce(any_value(high), any_value(low), 0)"""
        for party_claims, _, chosen in SIDES
    )
    for which, wanted in (("> 1", several), ("= 1", alone)):
        said = agreements_said(which)
        assert samples.inspect(f"select count(*) > 0 from ({wanted})") == [(True,)]
        assert samples.inspect(f"({said}) except all ({wanted})") == []
        assert samples.inspect(f"({wanted}) except all ({said})") == []


def test_a_report_is_alone_where_no_other_stands(samples: Workshop) -> None:
    counted = """select count(*) = 1 as is_one, bool_and(is_alone) as is_all, bool_or(is_alone) as is_any
        from range_standing_reports group by scope_id, hedge_convention, valid_from_on"""
    assert samples.inspect(f"select distinct is_one from ({counted}) order by all") == [(False,), (True,)]
    assert samples.inspect(f"select count(*) from ({counted}) where is_one <> is_all or is_one <> is_any") == [(0,)]


def test_governorates_are_known_by_the_names_ucdp_gives_them(samples: Workshop) -> None:
    found = samples.inspect(
        "select count(*), count(*) filter (where w.within_id is null) from fct_figures as f "
        "left join staging.int_places_within as w on f.place_id = w.place_id and w.within_id = 'SY07' "
        "where f.dataset_id = 'ucdp_ged' and contains(f.place_stated, 'Idlib Governorate')"
    )
    assert found[0][0] > 0
    assert found[0][1] == 0


def test_names_that_no_list_knows_are_findings_and_still_count(samples: Workshop) -> None:
    found = samples.inspect("select coalesce(sum(figure_count), 0) from check_unresolved_places")
    unresolved = """select count(*) from fct_figures as f inner join staging.int_places_named as n
        on f.place_stated = n.place_name
        where f.dataset_id is not null and not n.is_resolved"""
    assert found == samples.inspect(unresolved)
    assert samples.inspect("select count(*) from fct_figures where place_id is null") == [(0,)]


def test_the_record_beside_data_sets_is_what_it_is_alone(samples: Workshop, real: Workshop) -> None:
    columns = "scope_id, valid_from_on, valid_to_on, lowest, highest, source_count, is_disputed"
    query = f"select {columns} from range_reported where episode_id = 'aleppo-2024' order by all"
    assert samples.inspect(query) == real.inspect(query)


def test_the_publication_says_whom_to_credit(samples: Workshop) -> None:
    assert len(samples.query("select attribution from dim_datasets")) == len(SAMPLES)
    notes = samples.query("select note from dim_documents where episode_id = 'worldwide' order by document_id")
    assert all("CC BY" in note for (note,) in notes)


def changed_record(folder: Path) -> Path:
    """The real record with one document told again as another, a number changed and a figure taken out."""
    episode = folder / "aleppo-2024"
    shutil.copytree(SAMPLE, episode)
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


@pytest.fixture(scope="module")
def built(samples: Workshop, built_once: Callable[..., Workshop]) -> dict[str, Any]:
    """A changed record built beside data sets that nobody touched, and then everything anew."""

    def beside(workshop: Workshop) -> None:
        shutil.copy(samples.warehouse, workshop.warehouse)
        shutil.copytree(samples.published, workshop.published)
        loaded = workshop.load(changed_record(workshop.folder))
        assert loaded.returncode == 0, loaded.stdout
        assert "changed 1, " in loaded.stdout, loaded.stdout
        assert "withdrawn 1 figures" in loaded.stdout, loaded.stdout
        result = workshop.dbt(*BUILD).result
        assert [(row.node.name, row.message) for row in result if row.status not in ("pass", "success", "no-op")] == []

    def anew(workshop: Workshop) -> None:
        shutil.copy(built_once(beside).warehouse, workshop.warehouse)
        workshop.build_without_tests("--full-refresh")

    workshop = built_once(beside)
    worked_out = workshop.inspect("select distinct episode_id from staging.int_figures_scoped")
    found = {"worked out": worked_out, "beside": tables(workshop.publications[-1])}
    return found | {"warehouse": tables(workshop.warehouse), "anew": tables(built_once(anew).warehouse)}


def test_a_build_works_out_the_episode_a_load_touched(built: dict[str, Any]) -> None:
    assert built["worked out"] == [("aleppo-2024",)]


@pytest.mark.parametrize("where", ["beside", "warehouse"])
def test_what_is_built_beside_what_was_kept_is_what_is_built_anew(built: dict[str, Any], where: str) -> None:
    assert built[where].keys() == built["anew"].keys()
    assert [name for name, rows in built["anew"].items() if built[where][name] != rows] == []
    assert {row[3] for row in built[where]["fct_figures"]} == {"aleppo-2024", "worldwide"}
