"""The second record, displacement in Sudan: what must come out, and that nothing of the first one moves."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from scratch import RECORD, SAMPLE
from test_small_records import document, figure, write_record
from workshop import Workshop

SECOND = RECORD / "sudan-2023"
SUDAN = "episode_id = 'sudan-2023'"
TABLES = ("fct_figures", "fct_reports", "range_reported", "range_standing_reports", "check_nested_reports")


@pytest.fixture(scope="module")
def both(new_workshop: Callable[[], Workshop]) -> Workshop:
    """Load and build both records."""
    workshop = new_workshop()
    assert workshop.load(SAMPLE, SECOND).returncode == 0
    workshop.build_without_tests()
    return workshop


def test_seventeen_figures_of_six_documents_were_read_twice(both: Workshop) -> None:
    told = both.inspect(
        f"select count(*), count(distinct document_id), min(status) from main.fct_figures where {SUDAN}"
    )
    assert told == [(17, 6, "validated")]
    with (SECOND / "second" / "figures.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 17
    with (SECOND / "second" / "adjudication.csv").open(encoding="utf-8", newline="") as file:
        assert all(row["decision"] and row["reason"] for row in csv.DictReader(file))


def test_internal_displacement_grows_from_736_thousand_to_5_3_million(both: Workshop) -> None:
    steps = both.inspect(
        f"select value_stated from main.fct_reports where {SUDAN} and population_id = 'idps'"
        " and counting = 'cumulative'"
        " order by counted_until_on"
    )
    assert [value for (value,) in steps] == [736_000, 2_100_000, 4_100_000, 5_300_000]
    stock = both.inspect(
        f"select lowest, is_open_above from main.range_displaced where {SUDAN} and population_id = 'idps'"
        " and counting = 'stock' and valid_to_on is null"
    )
    assert stock == [(10_000_001, True)]


def test_the_headline_is_the_sum_of_its_parts_and_no_finding(both: Workshop) -> None:
    parts = both.inspect(
        "select population_id, value_stated from main.fct_figures where part_of = 'sudan-2023-005-01' order by 2 desc"
    )
    assert parts == [("idps", 5_300_000), ("refugees", 1_300_000)]
    assert both.inspect(f"select * from main.check_parts_and_totals where {SUDAN}") == []
    assert both.inspect(f"select * from main.check_disjoint_reports where {SUDAN}") == []


def test_who_left_who_came_and_who_returned_are_scopes_apart(both: Workshop) -> None:
    found = both.inspect(
        f"select distinct population_id, place_id, place_role from main.fct_figures where {SUDAN}"
        " and population_id in ('refugees', 'returnees', 'refugees_and_asylum_seekers', 'fled_abroad') order by all"
    )
    assert found == [
        ("fled_abroad", "SD", "from"), ("refugees", "SD", "from"), ("refugees", "SD", "to"), ("refugees", "TD", "to"),
        ("refugees_and_asylum_seekers", "TD", "to"), ("returnees", "TD", "to"),
    ]  # fmt: skip


@pytest.mark.parametrize("number", [200_000, 12_500_000, 24_700_000, 19_100_000, 25_600_000, 445_000_000])
def test_forecasts_needs_and_money_are_no_figures(both: Workshop, number: int) -> None:
    assert both.inspect(f"select * from main.fct_figures where {SUDAN} and value_stated = {number}") == []


@pytest.mark.parametrize("table", TABLES)
def test_nothing_of_the_first_record_moves(both: Workshop, real: Workshop, table: str) -> None:
    names = [
        name for (name,) in both.inspect(f"select column_name from (describe main.{table})")
        if name not in ("load_id", "loaded_at", "record_file")
    ]  # fmt: skip
    asked = f"select {', '.join(names)} from main.{table} where episode_id = 'aleppo-2024' order by all"
    assert both.inspect(asked) == real.inspect(asked)


def test_a_place_of_the_gazetteer_reaches_the_tables_with_what_it_lies_in_and_no_other(
    both: Workshop, new_workshop: Callable[[], Workshop], tmp_path: Path
) -> None:
    workshop = new_workshop()
    record = write_record(tmp_path, [document(1)], [figure("1-01", "40", place_id="geonames-379555")])
    assert workshop.load(record).returncode == 0
    workshop.build_without_tests()
    beyond = "select place_id, parent_id from main.dim_places where scheme in ('GeoNames', 'OCHA P-code') and place_id"
    beyond += " not like 'SY%' and place_id not like 'PS%' order by 1"
    assert workshop.inspect(beyond) == [("SD02", "SD"), ("geonames-379555", "SD02")]
    assert both.inspect(beyond) == []
