"""What kind of number, of whom: small episodes in which unlike numbers stand beside each other and never meet."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from small_episodes import Episode, Project
from workshop import ROOT, Workshop

from dashboard.components import selection
from dashboard.publication.folder import CONFIG
from dashboard.sections import overview

GAZA = {"place_id": "PS02", "counting": "cumulative", "period_start_on": "2023-10-07"}
FLED = {"measure_id": "displaced", "counting": "stock", "to": "2024-12-31", "on": "2025-01-15"}
DATA_SETS = {
    "hapi_returnees": "hdx_hapi_returnees_extract.csv",
    "idmc_gidd": "conflict_idps_extract.csv",
    "unhcr_population": "population_extract.csv",
    "war_tolls": "claims_flat.csv",
}


def build(workshop: Workshop) -> None:
    gaza = Episode("gaza")
    gaza.says("gaza_moh", 37877, to="2024-06-30", on="2024-06-30", **GAZA)
    gaza.says(
        "insecurity_insight", 64260, to="2024-06-30", on="2025-01-09", low=55298, high=78525, kind="modelled",
        interval_level=95, interval_kind="confidence", phrase="64,260 (95% CI 55,298–78,525)", **GAZA,
    )  # fmt: skip

    siege = Episode("siege")
    total = siege.says("un", 752, to="2024-12-01", on="2024-12-01", hedge_id="at_least")
    siege.says("un", 58, to="2024-12-01", on="2024-12-01", population_id="children", part_of=total)
    siege.says("un", 694, to="2024-12-01", on="2024-12-01", population_id="adults_sex_unknown", part_of=total)
    short = siege.says("ocha", 700, to="2024-12-02", on="2024-12-02", place_id="SY02")
    siege.says("ocha", 58, to="2024-12-02", on="2024-12-02", place_id="SY02", population_id="children", part_of=short)
    siege.says("ocha", 694, to="2024-12-02", on="2024-12-02", place_id="SY02", population_id="women", part_of=short)

    flight = Episode("flight")
    flight.says("idmc", 3665165, population_id="idps", place_role="own", **FLED)
    flight.says("unhcr", 3665000, population_id="idps", place_role="own", **FLED)
    flight.says("unhcr", 5120036, population_id="refugees", place_role="from", **FLED)
    flight.says("ocha", 900, population_id="idps", place_role="to", **FLED)

    toll = Episode("toll")
    toll.says("sohr", 40, to="2024-12-01", on="2024-12-01")
    toll.says("ocha", 30, to="2024-12-01", on="2024-12-01", measure_id="killed_or_missing")
    toll.says("sohr", 9, to="2024-12-01", on="2024-12-01", measure_id="missing", counting="stock")

    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), workshop.environment)
        project.begin()
        project.knows([gaza, siege, flight, toll])
        project.runs("on_record", "load")
        for dataset_id, name in DATA_SETS.items():
            path = ROOT / "tests" / "fixtures" / "datasets" / dataset_id / name
            release = ("--version", "extract", "--published-on", "2026-06-30")
            project.runs("on_record", "load", dataset_id, str(path), *release)
        project.builds()


@pytest.fixture(scope="module")
def cases(built_once: Callable[..., Workshop]) -> Workshop:
    return built_once(build)


def standing(cases: Workshop, episode_id: str, columns: str, order: str = "all") -> list[tuple]:
    return cases.inspect(
        f"""select {columns} from range_reported where episode_id = '{episode_id}' and hedge_convention = 'literal'
            and valid_to_on is null order by {order}"""
    )


def test_an_estimate_stands_apart_from_the_count_of_a_ministry(cases: Workshop) -> None:
    assert standing(cases, "gaza", "kind, lowest, highest, source_count, is_disputed") == [
        ("count", 37877, 37877, 1, False), ("modelled", 55298, 78525, 1, False),
    ]  # fmt: skip
    bounds = """select low_basis, high_basis, interval_level, interval_kind from fct_figures
        where kind = 'modelled' and episode_id = 'gaza'"""
    assert cases.inspect(bounds) == [("stated", "stated", 95.0, "confidence")]
    for check in ("check_disjoint_reports", "check_nested_reports"):
        assert cases.inspect(f"select count(*) from {check} where episode_id = 'gaza'") == [(0,)]


def test_children_and_adults_of_unknown_sex_add_up_to_their_total(cases: Workshop) -> None:
    found = cases.inspect(
        "select place_id, value_stated, implied_low from fct_figures where episode_id = 'siege' and part_of is null"
    )
    assert sorted(found) == [("SY", 752, 752), ("SY02", 700, 752)]
    assert cases.inspect("select place_id from check_parts_and_totals join fct_figures using (figure_id) "
                         "where check_parts_and_totals.episode_id = 'siege'") == [("SY02",)]  # fmt: skip


def test_who_fled_within_and_who_fled_abroad_are_never_one_scope(cases: Workshop) -> None:
    columns = "population_id, place_role, lowest, highest, source_count, is_disputed, is_within_rounding"
    assert standing(cases, "flight", columns) == [
        ("idps", "own", 3665000, 3665165, 2, False, True), ("idps", "to", 900, 900, 1, False, False),
        ("refugees", "from", 5120036, 5120036, 1, False, False),
    ]  # fmt: skip
    assert cases.inspect("select count(*) from check_nested_reports where episode_id = 'flight'") == [(0,)]
    assert cases.inspect("select count(*) from check_disjoint_reports where episode_id = 'flight'") == [(0,)]
    told = "select finding from check_copied_figures where episode_id = 'flight'"
    assert cases.inspect(told) == [("same_within_rounding",)]


THREE = {"UA": (3665000, 3665165), "SS": (944631, 944631), "AF": (3199710, 4186882)}
ABROAD_IN_2024 = [
    ("AF", "asylum_seekers", 384732), ("AF", "refugees", 5766586), ("SS", "asylum_seekers", 32841),
    ("SS", "refugees", 2290622), ("UA", "asylum_seekers", 44349), ("UA", "refugees", 5120036),
]  # fmt: skip


def test_three_countries_by_two_data_sets_have_no_whole_smaller_than_its_part(cases: Workshop) -> None:
    stock = """select place_id, population_id, lowest, highest, source_count, is_disputed, is_within_rounding
        from range_reported where measure_id = 'displaced' and counting = 'stock' and place_id in ('UA', 'SS', 'AF')
        and hedge_convention = 'literal' and valid_to_on is null and episode_id <> 'flight' order by all"""
    found = cases.inspect(stock)
    within = {place: each for place, population, *each in found if population == "idps"}
    assert {place: (low, high) for place, (low, high, *_) in within.items()} == THREE
    # 3,665,000 and 3,665,165 differ by rounding alone, 3,199,710 and 4,186,882 do not.
    assert {place: tuple(each[2:]) for place, each in within.items()} == {
        "UA": (2, False, True), "SS": (2, False, False), "AF": (2, True, False),
    }  # fmt: skip
    abroad = [(place, population, low) for place, population, low, *_ in found if population != "idps"]
    assert abroad == ABROAD_IN_2024
    nested = "select count(*) from check_nested_reports where part_scope_id like '%displaced%'"
    assert cases.inspect(nested) == [(0,)]


def test_the_dead_are_at_most_the_dead_and_missing(cases: Workshop) -> None:
    found = cases.inspect(
        "select gap, is_contradiction, known_from_on from check_nested_reports where episode_id = 'toll'"
    )
    assert found == [(10, True, date(2024, 12, 1))]


def test_a_card_tells_the_missing_beside_the_dead_of_the_same_scope(cases: Workshop) -> None:
    with duckdb.connect(str(cases.publications[-1]), read_only=True, config=CONFIG) as connection:
        chosen = selection.read(connection, "?episode=toll&known_on=2024-12-01")
        cards, _ = overview.read(connection, chosen)
    said = {card.card_id: overview.small_words(card, chosen.known_on) for card in cards}
    assert (
        "People killed or missing: “30” (UN Office for the Coordination of Humanitarian Affairs, up to 1 December "
        "2024). People killed are at most that. People missing: “9” (Syrian Observatory for Human Rights, up to "
        "1 December 2024). People killed are at most these two together."
    ) in said["deaths"]
    assert not [card_id for card_id, words in said.items() if "missing" in words and card_id != "deaths"]


def test_no_excess_deaths_stand_among_people_killed(cases: Workshop) -> None:
    excess = "select count(*) from fct_figures where dataset_id = 'war_tolls' and note ilike '%excess%' and "
    assert cases.inspect(excess + "measure_id = 'killed' and note like '%deaths_from_actions%'") == [(0,)]
    ((counted,),) = cases.inspect(
        "select count(*) from range_reported where measure_id = 'excess_deaths' and kind = 'count'"
    )
    assert counted == 0


def test_returns_are_no_displacement(cases: Workshop) -> None:
    found = cases.inspect(
        "select distinct measure_id, population_id, place_role from fct_figures where dataset_id = 'hapi_returnees'"
    )
    assert [each for each in sorted(found) if each[1] in ("idps", "refugees")] == [
        ("returned", "idps", "own"), ("returned", "refugees", "to"),
    ]  # fmt: skip
    roles = {(population.split("_")[0], role) for _, population, role in found if "_" in population}
    assert roles == {("idp", "own"), ("refugee", "to")}
    too_many = """select count(*) from check_nested_reports as c join fct_reports using (scope_id)
        where fct_reports.measure_id = 'returned'"""
    assert cases.inspect(too_many) == [(0,)]
