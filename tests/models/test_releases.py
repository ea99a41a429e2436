"""Two releases of a data set, loaded one after the other: what the second changes is told of it, and of nobody else."""

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from workshop import Workshop

GED = ("id", "where_prec", "where_coordinates", "adm_1", "adm_2", "latitude", "longitude", "country", "date_start",
       "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "low", "best", "high")  # fmt: skip
FIRST, SECOND = date(2020, 6, 30), date(2022, 6, 30)
Cells = dict[str, str]


def event(number: str, best: str, day: str = "2015-02-11", **cells: str) -> Cells:
    """An event of made-up dead, all of side a, in a town whose district no list knows."""
    at = ("2", "Debaltseve town", "Donetsk Oblast", "Debaltseve City Municipality", "48.3", "38.4", "Ukraine")
    values = (number, *at, day, day, best, "0", "0", "0", best, best, best)
    return dict(zip(GED, values, strict=True)) | cells


RENAMED = {"adm_1": "Donetsk oblast", "adm_2": "Debaltseve City municipality"}
EVENTS = {
    "20.1-case": [
        event("1", "19"), event("2", "7"), event("3", "3"), event("4", "8"), event("5", "6"), event("7", "4", low="9"),
    ],
    # One with another number, one with the same, one with another low alone, one dropped, one on an earlier day with
    # another number, one added: each under another spelling of its place. One contradicts itself in both.
    "22.1-case": [
        event("1", "5", **RENAMED), event("2", "7", **RENAMED), event("3", "3", low="1", **RENAMED),
        event("5", "9", "2015-02-01", **RENAMED), event("6", "2", **RENAMED), event("7", "4", low="9", **RENAMED),
    ],
}  # fmt: skip


def gaza(children: int) -> list[dict[str, Any]]:
    """Two days of the ministry; the children of the first day are a misprint in one of two releases."""
    day = {"report_source": "mohtel", "report_period": 24, "injured_cum": 26475}
    return [
        day | {"report_date": "2023-11-07", "killed_cum": 10569, "killed_children_cum": children},
        day | {"report_date": "2023-11-08", "killed_cum": 10812, "killed_children_cum": 4324},
    ]


def west_bank(*killed: tuple[int, str]) -> list[dict[str, Any]]:
    """A day after the other from 1 July: the dead, and whether somebody reported them or they were carried forward."""
    rest = {"injured_cum": 50, "killed_children_cum": 0, "injured_children_cum": 0}
    return [
        rest | {"report_date": f"2026-07-{number:02}", "killed_cum": dead, "flash_source": source}
        for number, (dead, source) in enumerate(killed, 1)
    ]


DAYS = {
    "daily_series_gaza": {"2023-11-10": gaza(4327), "2023-11-20": gaza(4237)},
    "daily_series_west_bank": {
        "2026-07-07": west_bank(*[(95, "un"), *[(95, "fill")] * 2, (96, "un"), *[(96, "fill")] * 2]),
        "2026-07-09": west_bank(
            *[(94, "un"), *[(94, "fill")] * 2, (96, "un"), (96, "fill"), (98, "un"), (98, "fill"), (99, "un")]
        ),
    },
}
# The rows of regions and of the world count those of the countries again.
TOTALS = """\
iso3,country_name,year,new_displacement,new_displacement_rounded,total_displacement,total_displacement_rounded
SYR,Syria,2023,174000,174000,7248000,7248000
UKR,Ukraine,2023,714000,714000,3689000,3689000
AB9,Abyei Area,2023,1000,1000,31000,31000
XKX,Kosovo,2023,0,0,16000,16000
MENA,Middle East and North Africa,2023,174000,174000,7248000,7248000
GLOBAL,Global,2023,888000,888000,10984000,10984000
"""


def write(folder: Path, rows: list[Cells] | list[dict[str, Any]], name: str) -> Path:
    """Write rows as a CSV file or, of days, as a JSON one."""
    path = folder / name
    if name.endswith(".json"):
        path.write_text(json.dumps(rows))
        return path
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, rows[0], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return path


def build_releases(workshop: Workshop) -> None:
    """Every release loaded, oldest first, and all built with its claims; what each load said is kept beside."""
    assert workshop.load().returncode == 0
    loads = [("ucdp_ged", version, rows, ".csv") for version, rows in EVENTS.items()]
    loads += [(name, version, rows, ".json") for name, series in DAYS.items() for version, rows in series.items()]
    told: dict[str, Any] = {}
    for name, version, rows, ending in loads:
        path = write(workshop.folder, rows, f"{name}-{version}{ending}")
        dated = () if name == "ucdp_ged" else ("--published-on", version)
        done = workshop.load(name, path, "--version", version, *dated, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        told[f"{name}-{version}"] = json.loads(done.stdout)
    totals = workshop.folder / "totals.csv"
    totals.write_text(TOTALS)
    assert workshop.load("idmc_gidd", totals, "--version", "2025-case").returncode == 0
    (workshop.folder / "told.json").write_text(json.dumps(told))
    result = workshop.dbt("build", "--exclude", "resource_type:unit_test")
    assert result.success, [(row.node.name, row.message) for row in result.result or [] if row.status != "success"]


@pytest.fixture(scope="module")
def releases(built_once: Callable[..., Workshop]) -> Workshop:
    return built_once(build_releases)


@pytest.fixture(scope="module")
def told(releases: Workshop) -> dict[str, Any]:
    """What each load said of itself, by release."""
    return json.loads((releases.folder / "told.json").read_text())


def test_a_load_says_what_its_release_changes(told: dict[str, Any]) -> None:
    assert {release: said["against_the_one_before"] for release, said in told.items()} == {
        "ucdp_ged-20.1-case": None,
        "ucdp_ged-22.1-case": "against 20.1-case: 1 event added, 1 dropped, 2 best estimates changed",
        "daily_series_gaza-2023-11-10": None,
        "daily_series_gaza-2023-11-20":
            "against 2023-11-10: 0 days added, 0 dropped, killed children corrected on 1 day",
        "daily_series_west_bank-2026-07-07": None,
        "daily_series_west_bank-2026-07-09":
            "against 2026-07-07: 2 days added, 0 dropped, killed corrected on 4 days",
    }  # fmt: skip


def test_the_table_counts_what_the_load_said(releases: Workshop, told: dict[str, Any]) -> None:
    counted = releases.query(
        """
        select document_id, count(distinct row_key) filter (where row_change = 'added'),
            count(distinct row_key) filter (where row_change = 'dropped'),
            count(*) filter (where has_other_number and not is_part and counting <> 'cumulative'),
            sum(corrected_day_count)::bigint
        from fct_release_changes group by document_id order by document_id
        """
    )
    said = {release: each["release_changes"] for release, each in told.items() if each["release_changes"]}
    assert counted == [
        (release, each["rows_added"], each["rows_dropped"], each["numbers_changed"] or 0,
         sum(count["day_count"] for count in each["corrected_days"]))
        for release, each in sorted(said.items())
    ]  # fmt: skip


def test_an_event_in_two_releases_is_one_report_where_its_numbers_are_the_same(releases: Workshop) -> None:
    reports = releases.query(
        """
        select incident_id, count(distinct scope_id), count(distinct report_id), count(*) from fct_figures
        where dataset_id = 'ucdp_ged' and population_id = 'all' group by incident_id order by incident_id
        """
    )
    assert reports == [
        ("ucdp_ged-1", 1, 2, 2), ("ucdp_ged-2", 1, 1, 2), ("ucdp_ged-3", 1, 2, 2), ("ucdp_ged-4", 1, 1, 1),
        ("ucdp_ged-5", 1, 2, 2), ("ucdp_ged-6", 1, 1, 1), ("ucdp_ged-7", 1, 1, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("incident_id", "stood"),
    [
        ("ucdp_ged-1", [(19, 19, FIRST, SECOND), (5, 5, SECOND, None)]),
        ("ucdp_ged-2", [(7, 7, FIRST, None)]),
        ("ucdp_ged-4", [(8, 8, FIRST, SECOND)]),
        ("ucdp_ged-5", [(6, 6, FIRST, SECOND), (9, 9, SECOND, None)]),
        ("ucdp_ged-6", [(2, 2, SECOND, None)]),
    ],
)
def test_a_release_stands_until_the_day_of_the_next(releases: Workshop, incident_id: str, stood: list[tuple]) -> None:
    sql = (
        "select lowest, highest, valid_from_on, valid_to_on from range_deaths "
        f"where incident_id = '{incident_id}' and population_id = 'all' and report_count > 0 order by valid_from_on"
    )
    assert releases.query(sql) == stood


def test_a_correction_by_a_data_set_is_no_revision_of_its_source(releases: Workshop) -> None:
    """4,327 was a misprint of the release before: no range holds both numbers, and nobody says the ministry revised."""
    sql = "select previous_value_stated, value_stated, source_id, released_on from fct_release_changes"
    assert releases.query(f"{sql} where dataset_id = 'daily_series_gaza'") == [
        (4327, 4237, "gaza_moh", date(2023, 11, 20))
    ]
    ranges = "select distinct lowest, highest from range_deaths where population_id = 'children' and place_id = 'PS02'"
    assert releases.query(f"{ranges} order by all") == [(4324, 4324), (4327, 4327)]
    said_twice = "from {} where episode_id = 'worldwide'"
    for table in ("check_decreasing_totals", "check_disjoint_reports", "range_contradictions"):
        assert releases.query(f"select * {said_twice.format(table)}") == []
    assert releases.query(f"select * {said_twice.format('fct_revisions')} and change <> 'added'") == []
    assert releases.query(f"select * {said_twice.format('fct_differences')} and is_revision") == []


def test_what_is_wrong_in_every_release_is_found_once_in_the_newest(releases: Workshop) -> None:
    found = "select document_id, count(*) from {} where document_id like 'ucdp%' group by document_id"
    assert releases.query(found.format("check_low_above_high")) == [("ucdp_ged-22.1-case", 1)]
    raised = {document for document, _ in releases.query(found.format("check_parts_and_totals"))}
    assert raised <= {"ucdp_ged-22.1-case"}
    both = "select count(distinct document_id) from fct_figures where incident_id = 'ucdp_ged-7' and low > value_stated"
    assert releases.query(both) == [(2,)]


def test_rows_of_totals_are_never_added_to_their_parts(releases: Workshop) -> None:
    stocks = "from fct_source_totals where source_id = 'idmc' and counting = 'stock'"
    assert releases.query(f"select sum(value_stated)::bigint {stocks}") == [(10_984_000,)]
    assert releases.query(f"select count(*) {stocks} and value_stated > 7248000") == [(0,)]
