"""Readers of published data sets: the same counts and sums as reading the file by hand, and the traps of each."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from reader_harness import FIXTURES, READERS, Row, fixture, ids, origin, read, read_fixture, rows_of

OURS = [
    "centcom_strikes", "daily_series_gaza", "daily_series_lebanon", "daily_series_west_bank", "explosive_weapons",
    "hapi_returnees", "idmc_idu", "russia_losses_personnel", "war_tolls",
]  # fmt: skip
ORIGIN = {
    "dataset_id", "title", "producer", "source_id", "version", "citation", "licence", "licence_url", "page_url",
    "download_urls", "published_on", "accessed_on", "language", "file_pattern", "format", "encoding", "delimiter",
    "record_path", "columns", "key", "traps", "left_as_reported", "attribution",
}  # fmt: skip


def rows(dataset_id: str) -> list[Row]:
    """The rows of the fixture, read without a line of SQL."""
    return rows_of(fixture(dataset_id))


def summed(found: list[Row], column: str) -> Decimal:
    """The sum of a column over rows that have it."""
    return sum((Decimal(str(row[column])) for row in found if row.get(column) is not None), Decimal())


def one(dataset_id: str, **changes: Any) -> Row:
    """The first row of a fixture, changed."""
    return rows(dataset_id)[0] | changes


@pytest.mark.parametrize("dataset_id", OURS)
def test_a_reader_is_two_files_a_fixture_and_its_source(dataset_id: str) -> None:
    told = origin(dataset_id)
    assert told["dataset_id"] == dataset_id and set(told) >= ORIGIN
    assert all(told[name] for name in ("title", "producer", "citation", "licence", "attribution", "traps", "key"))
    assert len((READERS / f"{dataset_id}.sql").read_text(encoding="utf-8").splitlines()) <= 120
    assert "commit" in (FIXTURES / dataset_id / "SOURCE.md").read_text(encoding="utf-8")
    assert told["source_id"] in ids("sources") | {"idmc"}
    assert set(told["columns"]["required"]) <= {name for row in rows(dataset_id) for name in row} | {"line"}
    assert set(told["key"]) <= set(told["columns"]["required"])
    for download in told["download_urls"]:
        assert download["url"].startswith("https://") and download["version"] and "not tried" in download["note"]


@pytest.mark.parametrize("dataset_id", OURS)
def test_a_fixture_gives_figures_within_the_closed_lists_and_parts_of_totals_that_are_there(dataset_id: str) -> None:
    outcome = read_fixture(dataset_id)
    assert outcome.figures
    # One line of the strikes is there twice, as in the whole file.
    assert [reason for _, reason in outcome.rejects] == (["twice"] if dataset_id == "centcom_strikes" else [])
    keys = {(each["row_key"], each["figure_key"]) for each in outcome.figures}
    for each in outcome.figures:
        assert each["part_of_key"] is None or (each["row_key"], each["part_of_key"]) in keys
        assert len(each["phrase"].split()) <= 8
        assert each["period_end_on"] is None or each["period_start_on"] <= each["period_end_on"]
        assert re.fullmatch(r"[A-Za-z0-9_:-]{1,80}", each["incident_id"] or "none")
        assert (
            each["period_end_on"] is None or each["reported_on"] is None or each["period_end_on"] <= each["reported_on"]
        )


@pytest.mark.parametrize("dataset_id", OURS)
def test_no_rows_give_no_figures(dataset_id: str) -> None:
    assert read(dataset_id, []).figures == []


@pytest.mark.parametrize(
    ("dataset_id", "column", "figure_key"),
    [
        ("daily_series_gaza", "killed_cum", "killed-all"),
        ("daily_series_lebanon", "killed_cum_reported", "killed-all"),
        ("russia_losses_personnel", "personnel", "personnel"),
        ("centcom_strikes", "number", "airstrikes"),
        ("explosive_weapons", "Students Killed", "killed-students"),
        ("idmc_idu", "figure", "displaced"),
    ],
)
@pytest.mark.parametrize("number", ["-5", "12a", "1,000", "NaN"])
def test_a_number_below_zero_or_that_is_none_is_never_a_figure(
    dataset_id: str, column: str, figure_key: str, number: str
) -> None:
    outcome = read(dataset_id, [one(dataset_id, **{column: number})])
    assert [row["figure_key"] for row, _ in outcome.rejects] == [figure_key]
    assert outcome.of(figure_key) == []


@pytest.mark.parametrize(
    ("dataset_id", "column"),
    [
        ("daily_series_gaza", "report_date"), ("daily_series_lebanon", "report_date"),
        ("daily_series_west_bank", "report_date"), ("russia_losses_personnel", "date"), ("centcom_strikes", "date"),
        ("explosive_weapons", "Date"), ("idmc_idu", "displacement_start_date"), ("idmc_idu", "displacement_end_date"),
        ("war_tolls", "start_year"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("day", ["31/31/2023", "2023-02-30", "yesterday"])
def test_a_day_that_is_none_is_rejected_and_stops_nothing(dataset_id: str, column: str, day: str) -> None:
    outcome = read(dataset_id, [one(dataset_id, **{column: day})])
    assert outcome.figures == [] and outcome.rejects


@pytest.mark.parametrize(
    "dataset_id", ["daily_series_gaza", "russia_losses_personnel", "explosive_weapons", "idmc_idu"]
)
def test_a_row_that_comes_twice_counts_once(dataset_id: str) -> None:
    once = read(dataset_id, [one(dataset_id)])
    twice = read(dataset_id, [one(dataset_id), one(dataset_id, line=99)])
    assert len(twice.figures) == len(once.figures) == len(twice.rejects) > 0
    assert {reason for _, reason in twice.rejects} == {"twice"}


def test_gaza_reads_reported_numbers_of_days_with_a_report_and_no_others() -> None:
    reported = [r for r in rows("daily_series_gaza") if r["report_source"] != "missing" and r["report_period"] != 0]
    outcome = read_fixture("daily_series_gaza")
    columns = {
        "killed-all": "killed_cum", "injured-all": "injured_cum", "killed-children": "killed_children_cum",
        "killed-women": "killed_women_cum", "killed-health_workers": "med_killed_cum",
        "killed-journalists": "press_killed_cum", "killed-civil_defence_workers": "civdef_killed_cum",
        "killed-aid_seekers": "aid_seeker_killed_cum", "killed-starved": "famine_cum",
        "killed-starved-children": "child_famine_cum",
    }  # fmt: skip
    for figure_key, column in columns.items():
        assert len(outcome.of(figure_key)) == sum(r.get(column) is not None for r in reported), figure_key
        assert outcome.total(figure_key) == summed(reported, column), figure_key
    assert 0 < len(reported) < len(rows("daily_series_gaza"))
    assert {each["source_id"] for each in outcome.figures} == {"gaza_moh", "gaza_gmo"}


def test_gaza_never_puts_an_extrapolated_number_in_the_place_of_a_missing_one() -> None:
    bare = one("daily_series_gaza", killed_cum=None, injured_cum=None, med_killed_cum=None, press_killed_cum=None)
    assert bare["ext_killed_cum"] and read("daily_series_gaza", [bare]).figures == []
    assert "ext_" not in (READERS / "daily_series_gaza.sql").read_text(encoding="utf-8").split("\n", 1)[1]


def test_gaza_children_without_a_total_beside_them_are_part_of_nothing() -> None:
    alone = read("daily_series_gaza", [one("daily_series_gaza", killed_cum=None, killed_children_cum=7)])
    beside = read("daily_series_gaza", [one("daily_series_gaza", killed_children_cum=7)])
    assert alone.of("killed-children")[0]["part_of_key"] is None
    assert beside.of("killed-children")[0]["part_of_key"] == "killed-all"


def test_a_reporter_that_is_not_known_is_rejected_rather_than_taken_for_another() -> None:
    outcome = read("daily_series_gaza", [one("daily_series_gaza", report_source="newsletter")])
    assert outcome.figures == [] and {reason for _, reason in outcome.rejects} == {"source_id"}


def test_west_bank_keeps_verified_and_unverified_numbers_apart_and_carries_nothing_forward() -> None:
    found, outcome = rows("daily_series_west_bank"), read_fixture("daily_series_west_bank")
    flash, verified = [r for r in found if r["flash_source"] == "un"], [r["verified"] for r in found if "verified" in r]
    assert outcome.total("killed-all") == summed(flash, "killed_cum")
    assert outcome.total("injured-children") == summed(flash, "injured_children_cum")
    for column in ("killed", "injured"):
        assert outcome.total(f"{column}-all-verified") == summed(verified, f"{column}_cum")
        assert outcome.total(f"{column}-children-verified") == summed(verified, f"{column}_children_cum")
    assert 0 < len(flash) < len(found) and 0 < len(verified) < len(found)
    told = {(key.endswith("-verified"), each["source_id"], each["verification"])
            for each in outcome.figures for key in [each["figure_key"]]}  # fmt: skip
    assert told == {(True, "ocha", "verified"), (False, "ocha", None)}


def test_lebanon_reads_what_the_ministry_said_in_each_phase_and_not_the_sum_of_phases() -> None:
    found, outcome = rows("daily_series_lebanon"), read_fixture("daily_series_lebanon")
    assert outcome.total("killed-all") == summed(found, "killed_cum_reported") != summed(found, "killed_cum")
    assert outcome.total("injured-all") == summed(found, "injured_cum_reported")
    assert {each["source_id"] for each in outcome.figures} == {"lebanon_moph"}
    starts = {each["period_start_on"] for each in outcome.figures}
    assert starts == {date(2023, 10, 8), date(2026, 3, 2)}


def test_a_phase_of_lebanon_that_nobody_dated_is_rejected() -> None:
    outcome = read("daily_series_lebanon", [one("daily_series_lebanon", phase=3)])
    assert outcome.figures == [] and {reason for _, reason in outcome.rejects} == {"period_start_on"}


def test_losses_of_personnel_are_a_claim_about_killed_or_injured_hedged_as_the_file_says() -> None:
    found, outcome = rows("russia_losses_personnel"), read_fixture("russia_losses_personnel")
    assert len(outcome.figures) == len(found) and outcome.total("personnel") == summed(found, "personnel")
    words = {"about": "about", "more": "more_than"}
    assert [each["hedge_id"] for each in outcome.figures] == [words[row["personnel*"]] for row in found]
    assert {each["measure_id"] for each in outcome.figures} == {"killed_or_injured"}
    corrected = [str(each["reported_on"]) for each in outcome.figures if each["flags"]]
    assert corrected == ["2025-02-28", "2025-04-22"]


@pytest.mark.parametrize("word", ["nobody knows", "About"])
def test_a_word_before_the_number_that_is_not_known_is_rejected(word: str) -> None:
    row = one("russia_losses_personnel", **{"personnel*": word})
    assert [reason for _, reason in read("russia_losses_personnel", [row]).rejects] == ["hedge_id"]


def test_every_strike_line_is_counted_once_with_both_names_of_its_place() -> None:
    found, outcome = rows("centcom_strikes"), read_fixture("centcom_strikes")
    different = {(r["date"], r["location"], r["line_in_file"]): r for r in found}
    assert len(outcome.figures) == len(different) < len(found)
    assert outcome.total("airstrikes") == summed(list(different.values()), "number")
    raqqa = [each for each in outcome.figures if each["place_name"] == "Raqqa, Syria"]
    assert raqqa and all(each["note"] == "The release writes Ar Raqqah." for each in raqqa)
    assert any(each["place_name"] == "Tikrit, Iraq" for each in outcome.figures)
    assert len({each["incident_id"] for each in outcome.figures}) == len(outcome.figures)


def test_days_of_strikes_are_month_first() -> None:
    outcome = read("centcom_strikes", [one("centcom_strikes", date="03/04/2015")])
    assert outcome.figures[0]["period_start_on"] == date(2015, 3, 4)


def test_incidents_from_the_air_are_at_least_one_airstrike_and_others_one_attack() -> None:
    found, outcome = rows("explosive_weapons"), read_fixture("explosive_weapons")
    from_the_air = [r for r in found if r["Launch Type"].startswith("Air") and "Unspecified" not in r["Launch Type"]]
    attacks = outcome.of("attack")
    strikes = [each for each in attacks if each["measure_id"] == "airstrikes"]
    assert len(attacks) == len(found) and len(strikes) == len(from_the_air) > 0
    assert {(each["hedge_id"], each["cause_id"]) for each in strikes} == {("at_least", "airstrike")}
    groups = {
        "aid_workers": "Aid Workers Killed", "health_workers": "Health Workers Killed", "educators": "Educators Killed",
        "aid_health_workers": "Aid Health Workers Killed", "students": "Students Killed",
    }  # fmt: skip
    for population, column in groups.items():
        assert outcome.total(f"killed-{population}") == summed(found, column) > 0
        assert len(outcome.of(f"killed-{population}")) == sum(r[column] is not None for r in found)


def test_ids_that_a_spreadsheet_took_for_numbers_are_ids_again() -> None:
    assert all("." not in each["row_key"] for each in read_fixture("explosive_weapons").figures)


def test_an_incident_without_a_province_is_placed_in_its_country() -> None:
    row = one("explosive_weapons", **{"Admin 1": "No Information", "Country": "Sudan"})
    (figure, *_) = read("explosive_weapons", [row]).figures
    assert (figure["place_name"], figure["place_precision"], figure["place_id"]) == ("Sudan", "adm0", None)


def test_displacements_are_read_with_their_qualifiers_and_the_day_they_happened() -> None:
    found, outcome = rows("idmc_idu"), read_fixture("idmc_idu")
    assert len(outcome.figures) == len(found) and outcome.total("displaced") == summed(found, "figure")
    words = {"total": "exact", "approximately": "about", "more than": "more_than"}
    assert [each["hedge_id"] for each in outcome.figures] == [words[row["qualifier"]] for row in found]
    # The file says 2023-11-06T11:00Z of what its own text and its event name call 7 November.
    first = outcome.figures[0]
    assert first["period_start_on"] == first["period_end_on"] == date(2023, 11, 7)
    assert {each["cause_id"] for each in outcome.figures} == {None, "disaster"}


def test_a_plain_day_is_left_as_it_is() -> None:
    row = one("idmc_idu", displacement_start_date="2023-11-06", displacement_end_date="2023-11-06T00:00:00.000Z")
    (figure,) = read("idmc_idu", [row]).figures
    assert figure["period_start_on"] == figure["period_end_on"] == date(2023, 11, 6)


def test_another_reading_of_an_event_is_a_voice_of_its_own_and_in_no_sum_of_idmc() -> None:
    both = [one("idmc_idu", role="Recommended figure"), one("idmc_idu", id=1, figure=9000, role="Triangulation")]
    recommended, other = sorted(read("idmc_idu", both).figures, key=lambda each: each["value"])
    assert (recommended["source_id"], recommended["flags"]) == ("idmc", None)
    assert (other["source_id"], other["flags"]) == ("idmc_triangulation", "triangulation")
    assert recommended["incident_id"] != other["incident_id"]


def test_a_qualifier_that_is_not_known_is_rejected() -> None:
    assert [reason for _, reason in read("idmc_idu", [one("idmc_idu", qualifier="perhaps")]).rejects] == ["hedge_id"]


def test_a_claim_at_four_addresses_is_one_figure() -> None:
    found, outcome = rows("war_tolls"), read_fixture("war_tolls")
    names = ("war_id", "side", "bucket", "victims_group", "cause", "low", "high", "point")
    numbered = [r for r in found if r["low"] or r["high"] or r["point"]]
    totals = {(r["war_id"], r["side"]) for r in numbered if r["bucket"] == "civilians_killed_directly"}
    read_ones = [r for r in numbered if r["bucket"] != "civilians_breakdown" or (r["war_id"], r["side"]) not in totals]
    claims = {tuple(r[name] for name in names): r for r in read_ones}
    assert len(outcome.figures) == len(claims) < len(read_ones) < len(numbered) < len(found)
    assert sum(len(each["source_original"].split()) for each in outcome.figures) == len(
        {(*(r[name] for name in names), r["source"]) for r in read_ones}
    )
    lows = sum((Decimal(r["low"]) for r in claims.values() if r["low"] and r["low"] != r["high"]), Decimal())
    assert sum((each["low"] for each in outcome.figures if each["low"] is not None), Decimal()) == lows


def test_bounds_of_a_claim_are_read_as_what_they_are() -> None:
    cases = {
        ("10", "20", None): ("between", None, 10, 20), ("10", "20", "15"): ("about", 15, 10, 20),
        ("10", None, None): ("at_least", 10, 10, None), (None, "20", None): ("up_to", 20, None, 20),
        (None, None, "15"): ("about", 15, None, None), ("12.0", "12.0", None): ("exact", 12, None, None),
    }  # fmt: skip
    for (low, high, point), wanted in cases.items():
        (figure,) = read("war_tolls", [one("war_tolls", low=low, high=high, point=point)]).figures
        assert tuple(figure[name] for name in ("hedge_id", "value", "low", "high")) == wanted


def test_sides_and_kinds_of_one_war_are_counts_of_their_own() -> None:
    figures = read_fixture("war_tolls").figures
    assert len({each["incident_id"] for each in figures}) == len(figures)


def test_a_toll_names_its_war_where_other_files_print_a_place() -> None:
    wars = {row["war_name"] for row in rows("war_tolls")}
    figures = read_fixture("war_tolls").figures
    assert {figure["place_id"] for figure in figures} == {"world"}
    assert len({figure["place_name"] for figure in figures}) > 1
    assert all(figure["place_name"] in wars and figure["note"].startswith(figure["place_name"]) for figure in figures)


def test_a_breakdown_is_read_only_where_its_total_has_no_number() -> None:
    total = one("war_tolls", bucket="civilians_killed_directly", low="10", high="20", point=None)
    part = one("war_tolls", bucket="civilians_breakdown", victims_group="villagers", low="5", high="6", point=None)
    both, alone = read("war_tolls", [total, part]), read("war_tolls", [total | {"low": None, "high": None}, part])
    assert [each["figure_key"] for each in both.figures] == ["civilians_killed_directly"]
    assert [each["high"] for each in alone.figures] == [6]


@pytest.mark.parametrize(("end_year", "end"), [("1962.0", date(1962, 12, 31)), (None, None), ("2026.0", None)])
def test_a_war_that_was_not_over_at_the_release_has_no_end(end_year: str | None, end: date | None) -> None:
    (figure,) = read("war_tolls", [one("war_tolls", end_year=end_year)]).figures
    assert figure["period_end_on"] == end


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"cause": "famine", "notes": "A model gives excess deaths."}, ("excess_deaths", "modelled", "starvation")),
        ({"cause": "displacement", "notes": "A household survey gives excess deaths."}, ("excess_deaths", "survey",
        None)),
        ({"cause": "famine", "notes": "Hunger."}, ("killed", None, "starvation")),
        ({"cause": "blockade/famine/disease", "notes": None}, ("killed", None, "indirect")),
        ({"cause": "siege_starvation_disease_bombardment", "notes": None}, ("killed", None, "direct_and_indirect")),
        ({"cause": "camp", "notes": "Many died of disease."}, ("killed", None, "direct_and_indirect")),
        ({"cause": "camp", "notes": "Died of privation."}, ("killed", None, "direct_and_indirect")),
        ({"cause": "landmines", "notes": None}, ("killed", None, None)),
        ({"bucket": "military_killed", "cause": None, "notes": "676 in action and 689 of disease."},
         ("killed", None, "direct_and_indirect")),
        ({"bucket": "military_killed", "cause": None, "notes": "About 100,000 typhus deaths."},
         ("killed", None, "direct_and_indirect")),
        ({"bucket": "military_killed", "cause": None, "notes": "Killed in action alone."}, ("killed", None, None)),
        ({"bucket": "civilians_killed_directly", "cause": None, "war_id": "balkan_wars", "side": "Serbia",
          "notes": "High estimates may include hunger."}, ("killed", None, "direct_and_indirect")),
        ({"bucket": "civilians_killed_directly", "cause": None, "war_id": "balkan_wars", "side": "Greece",
          "notes": "Shot."}, ("killed", None, None)),
        ({"bucket": "civilians_killed_directly", "cause": None, "notes": "Less sure than excess mortality."},
         ("killed", None, None)),
        ({"war_id": "nagorno_karabakh_wars", "cause": "displacement", "notes": "Illness and hunger, indirect.",
          "victims_group": "Ethnic Armenians at the Berkadzor/Stepanakert depot"}, ("killed", None, None)),
    ],
)  # fmt: skip
def test_excess_and_indirect_deaths_are_never_plain_deaths(changes: Row, wanted: tuple[str | None, ...]) -> None:
    row = one("war_tolls", bucket="deaths_from_actions", low="10", high="20", point="15") | changes
    (figure,) = read("war_tolls", [row]).figures
    assert tuple(figure[name] for name in ("measure_id", "kind", "cause_id")) == wanted


def test_an_interval_that_the_notes_state_is_one_of_an_estimate() -> None:
    notes = "Estimated excess deaths; 95% confidence interval 323,562–802,268."
    row = one("war_tolls", bucket="deaths_from_actions", cause="displacement", notes=notes)
    (stated,) = read("war_tolls", [row | {"low": "323562", "high": "802268", "point": "562915"}]).figures
    (other,) = read("war_tolls", [row | {"low": "1", "high": "802268", "point": "562915"}]).figures
    assert (stated["interval_kind"], stated["interval_level"]) == ("confidence", 95)
    assert other["interval_kind"] is None


DIRECT = {"bucket": "civilians_killed_directly", "cause": None, "victims_group": None}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        (DIRECT | {"notes": "The range is a proportional inference from complaints."}, ("modelled", None)),
        (DIRECT | {"notes": "Responsibility-share proxies, not a census."}, ("modelled", None)),
        (DIRECT | {"war_id": "indonesian_invasion_east_timor", "notes": "Treated cautiously."}, ("modelled", None)),
        ({"bucket": "military_killed", "notes": "Spatial Bayesian importance sampler."}, ("modelled", None)),
        (
            {"bucket": "deaths_from_actions", "cause": "siege", "notes": "PLOS Medicine 95% CI 1,000-2,900."},
            ("survey", 95),
        ),
        (
            {"bucket": "deaths_from_actions", "cause": "siege", "notes": "Some journal: 95% CI 1,000-2,900."},
            ("modelled", 95),
        ),
        # Another number's interval, and one of other digits.
        ({"bucket": "military_killed", "notes": "A share of 2.5% (95% CI 1.6%-3.8%)."}, (None, None)),
        (DIRECT | {"notes": "95% CI 1,000-2,900,000."}, (None, None)),
        # Of which kind these are the words do not say.
        (
            DIRECT | {"notes": "An estimate; the survey category is not known, nor is it a statistical bound."},
            (None, None),
        ),
        (DIRECT | {"notes": "Low is inferred from one total less another."}, (None, None)),
        (DIRECT | {"notes": None}, (None, None)),
    ],
)
def test_of_which_kind_a_claim_is_follows_from_its_words_or_stays_a_count(changes: Row, wanted: tuple) -> None:
    row = one("war_tolls", low="1000", high="2900", point="1700") | changes
    (figure,) = read("war_tolls", [row]).figures
    assert (figure["kind"], figure["interval_level"]) == wanted
    assert (figure["interval_kind"] is None) == (figure["interval_level"] is None)


def test_who_came_back_is_read_from_totals_and_by_whether_a_border_was_crossed() -> None:
    found, outcome = rows("hapi_returnees"), read_fixture("hapi_returnees")
    totals = [r for r in found if r["gender"] == r["age_range"] == "all"]
    for group, population, role in (("RDP", "idps", "own"), ("RET", "refugees", "to")):
        of_group = [r for r in totals if r["population_group"] == group]
        assert outcome.total(f"returned-{population}") == summed(of_group, "population") > 0
        assert {each["place_role"] for each in outcome.of(f"returned-{population}")} == {role}
    assert {each["measure_id"] for each in outcome.figures} == {"returned"}


def test_who_came_back_by_sex_and_age_is_within_its_total_and_read_once() -> None:
    found, outcome = rows("hapi_returnees"), read_fixture("hapi_returnees")
    ages = {"girls": ("f", {"0-4", "5-11", "12-17"}), "boys": ("m", {"0-4", "5-11", "12-17"}),
            "women": ("f", {"18-59", "60+"}), "men": ("m", {"18-59", "60+"}),
            "females": ("f", {"all"}), "males": ("m", {"all"})}  # fmt: skip
    for group, whole in (("RDP", "idp"), ("RET", "refugee")):
        for name, (gender, of_age) in ages.items():
            those = [r for r in found if r["population_group"] == group and r["gender"] == gender]
            wanted = summed([r for r in those if r["age_range"] in of_age], "population")
            assert outcome.total(f"returned-{whole}_{name}") == wanted, (whole, name)
    (girls,) = [each for each in outcome.of("returned-refugee_girls") if each["row_key"] == "AFG-AFG-2020"]
    assert (girls["value"], girls["place_role"], girls["flags"]) == (197 + 227 + 154, "to", "summed")
    assert girls["note"] == "By age: 0-4 197, 5-11 227, 12-17 154."


@pytest.mark.parametrize("change", [{"population": None}, {"age_range": "12-16"}, None])
def test_an_age_group_that_cannot_be_read_leaves_no_smaller_sum(change: Row | None) -> None:
    kept = [r for r in rows("hapi_returnees") if r["origin_location_code"] == "AFG"]
    at = next(n for n, r in enumerate(kept) if (r["gender"], r["age_range"]) == ("f", "12-17"))
    changed = [*kept[:at], *([kept[at] | change] if change else []), *kept[at + 1 :]]
    outcome = read("hapi_returnees", changed)
    # A figure without its number is refused by the framework, with its line.
    assert [each["value"] for each in outcome.of("returned-refugee_girls")] == [None]
    assert outcome.total("returned-refugees") == read("hapi_returnees", kept).total("returned-refugees")
