"""The samples of published data sets beside the record, built: two sources of one scope, nothing counted twice."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from workshop import ROOT, Workshop

SAMPLES = {
    "ucdp_ged": ("20.1-sample", "ged_syria_extract.csv"),
    "unhcr_population": ("2025.12.1-sample", "population_syria.csv"),
    "idmc_gidd": ("2025-sample", "conflict_idps_extract.csv"),
}


def load(workshop: Workshop, *arguments: str) -> None:
    """`python -m ingest load` in a workshop."""
    command = [sys.executable, "-m", "ingest", "load", *arguments]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **workshop.environment}, check=True, capture_output=True)


@pytest.fixture(scope="module")
def samples(new_workshop: Callable[[], Workshop]) -> Workshop:
    """The record with the samples as `make run SAMPLES=1` loads them, built with every test of the data."""
    workshop = new_workshop()
    load(workshop)
    for dataset_id, (version, name) in SAMPLES.items():
        load(workshop, dataset_id, str(ROOT / "samples" / dataset_id / name), "--version", version)
    result = workshop.dbt("build", "--exclude", "resource_type:unit_test")
    assert result.success, [row.node.name for row in result.result if row.status not in ("pass", "success")]
    return workshop


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
        "where scope_id = 'worldwide.displaced.all.SY...stock.2022-12-31.2022-12-31.' and valid_to_on is null"
    )
    assert found == [(6780994, 6865308, 2, True)]


def test_a_copied_number_is_named_as_what_it_is(samples: Workshop) -> None:
    sentences = [text for (text,) in samples.inspect("select sentence from check_copied_figures")]
    assert any("7,248,188 for 2023-12-31" in text and "one count told by two" in text for text in sentences)
    assert any("gives 433,000 for 2010-12-31 as for 2009-12-31" in text for text in sentences)
    # A year late: what IDMC gives for the end of 2022 is what UNHCR gives for the end of 2021.
    assert any("6,865,308 for 2021-12-31" in text and "for 2022-12-31" in text for text in sentences)


def test_incidents_add_up_to_the_file_at_every_level(samples: Workshop) -> None:
    total = sum(int(row["best"]) for row in rows_of("ucdp_ged"))
    for span in ("day", "month"):
        found = samples.inspect(
            "select sum(value_stated), sum(incident_count) from fct_incident_totals where voice_id = 'ucdp' "
            f"and population_id = 'all' and place_id = 'SY' and span = '{span}'"
        )
        assert found == [(total, len(rows_of("ucdp_ged")))]


def test_what_contradicts_itself_is_in_the_check_and_breaks_no_test(samples: Workshop) -> None:
    assert samples.inspect("select count(*) from check_low_above_high where source_id = 'ucdp'") == [(101,)]
    reversed_bounds = "select count(*) from range_deaths where lowest > highest"
    assert samples.inspect(reversed_bounds) == [(0,)]


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
