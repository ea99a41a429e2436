"""The first record, from its five documents to its ranges: what must come out."""

import csv
from datetime import date

import pytest
from workshop import ROOT, Workshop

BOTH = ("literal", "acled")
DEATHS = "scope_id = 'aleppo-2024.killed.all.sy-northwest...cumulative.2024-11-27..'"


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("fct_figures", 45),
        ("fct_readings", 90),
        ("fct_deaths", 29),
        ("fct_injuries", 1),
        ("fct_displaced", 9),
        ("fct_airstrikes", 1),
        ("fct_reports", 38),
        ("dim_documents", 5),
        ("fct_figures where is_relay", 7),
        ("fct_figures where is_party_claim", 8),
        ("fct_figures where is_share", 3),
        ("range_deaths", 26),
        ("range_reported", 70),
        ("range_reported where hedge_convention = 'literal'", 35),
        ("check_parts_and_totals", 1),
        ("check_decreasing_totals", 0),
        ("check_disjoint_reports", 1),
        ("check_low_above_high", 0),
    ],
)
def test_the_record_has_its_expected_counts(real: Workshop, table: str, rows: int) -> None:
    assert real.query(f"select count(*) from {table}") == [(rows,)]


def test_every_measure_is_in_one_slice_or_in_none_on_purpose(real: Workshop) -> None:
    counts = dict(real.query("select measure_id, count(*) from fct_figures where not is_share group by measure_id"))
    assert counts == {"killed": 29, "displaced": 9, "injured": 1, "airstrikes": 1, "attacks": 1, "killed_or_injured": 1}


def test_one_ocha_report_of_displaced_people_stands_behind_three_documents(real: Workshop) -> None:
    reports = real.query(
        "select low, value_stated, high, document_count, is_standing from fct_reports"
        " where source_id = 'ocha' and not is_share"
    )
    assert reports == [(14001, 14000, None, 3, True)]
    assert real.query("select source_count from range_displaced where lowest = 14001") == [(1,)]


def test_the_standing_toll_of_sohr_goes_from_201_to_256_to_277(real: Workshop) -> None:
    standing = real.query(
        f"select valid_from_on, low, high from range_standing_reports"
        f" where source_id = 'sohr' and {DEATHS} and hedge_convention = 'literal' order by 1"
    )
    assert standing == [
        (date(2024, 11, 28), 201, None),
        (date(2024, 11, 29), 256, None),
        (date(2024, 11, 30), 277, 277),
    ]


def test_the_range_of_deaths_is_known_day_by_day(real: Workshop) -> None:
    ranges = real.query(
        "select valid_from_on, valid_to_on, lowest, highest, is_open_above, agreement_low, agreement_high, source_count"
        f" from range_deaths where {DEATHS} order by valid_from_on"
    )
    assert ranges == [
        (date(2024, 11, 28), date(2024, 11, 29), 201, 201, True, 201, None, 1),
        # At least 256 fits 258 to 299 and says nothing of it.
        (date(2024, 11, 29), date(2024, 11, 30), 256, 299, True, None, None, 2),
        (date(2024, 11, 30), None, 258, 299, False, 277, 277, 2),
    ]
    days = real.query(f"select known_on, lowest from range_deaths_daily where {DEATHS} order by 1")
    assert days == [(date(2024, 11, 28), 201), (date(2024, 11, 29), 256)] + [
        (day, 258) for day in (date(2024, 11, 30), date(2024, 12, 1), date(2024, 12, 2))
    ]


def test_the_parts_of_sohrs_first_report_imply_at_least_262(real: Workshop) -> None:
    (finding,) = real.query(
        "select value_stated, low, high, implied_low, is_contradiction, sentence from check_parts_and_totals"
    )
    assert finding[:5] == (200, 201, None, 262, False)
    assert "“more than 200 people”" in finding[5]
    assert "at least 262" in finding[5]


def test_killed_or_wounded_is_in_neither_deaths_nor_injuries(real: Workshop) -> None:
    ((figure,),) = real.query("select figure_id from fct_figures where measure_id = 'killed_or_injured'")
    for table in ("fct_deaths", "fct_injuries"):
        assert real.query(f"select count(*) from {table} where figure_id = '{figure}'") == [(0,)]
    assert real.query("select low, high, is_party_claim from fct_figures where measure_id = 'killed_or_injured'") == [
        (24, 99, True)
    ]


def test_there_were_23_airstrikes(real: Workshop) -> None:
    assert real.query("select airstrikes_low, airstrikes_stated, airstrikes_high from fct_airstrikes") == [(23, 23, 23)]
    assert real.query("select lowest, highest, is_open_above from range_airstrikes") == [(23, 23, False)]


def test_the_toll_of_the_whole_war_meets_no_toll_of_the_offensive(real: Workshop) -> None:
    scopes = real.query("select distinct scope_id from fct_deaths where people_killed_low >= 500000")
    assert scopes == [("aleppo-2024.killed.all.SY...cumulative.2011-03-15..",)]


def test_civilian_deaths_are_disputed_when_white_helmets_and_sohr_differ(real: Workshop) -> None:
    current = real.query(
        "select lowest, highest, is_disputed, agreement_low, source_count, earlier_low, counted_to_on from range_deaths"
        " where population_id = 'civilians' and place_id = 'sy-northwest' and counting = 'cumulative'"
        " and cause_id is null and valid_to_on is null"
    )
    assert current == [(56, 71, True, None, 2, 27, date(2024, 12, 2))]


def test_every_figure_answers_who_when_where_read_whom_how_sure(real: Workshop) -> None:
    unanswered = real.query(
        "select figure_id from fct_figures"
        " inner join dim_sources using (source_id) inner join dim_documents using (document_id)"
        " where fct_figures.phrase is null or fct_figures.reported_on is null or dim_documents.sha256 is null"
        " or paragraph is null or record_line is null or low_basis is null or high_basis is null"
    )
    assert unanswered == []


def test_every_finding_is_a_sentence(real: Workshop) -> None:
    for check in (
        "check_parts_and_totals",
        "check_decreasing_totals",
        "check_disjoint_reports",
        "check_low_above_high",
    ):
        for (sentence,) in real.query(f"select sentence from {check}"):
            assert sentence.endswith("."), sentence
            assert "  " not in sentence
            assert "None" not in sentence


@pytest.mark.parametrize(
    ("hedge_id", "literal", "acled"),
    [
        ("dozens", 24, 12),
        ("hundreds", 200, 100),
        ("tens_of_thousands", 20_000, 10_000),
        ("millions", 2_000_000, 1_000_000),
    ],
)
def test_a_vague_word_is_read_by_both_conventions(real: Workshop, hedge_id: str, literal: int, acled: int) -> None:
    lows = real.query(
        "select distinct hedge_convention, fct_readings.low from fct_readings inner join fct_figures using (figure_id)"
        f" where hedge_id = '{hedge_id}' and fct_readings.low_basis <> 'override' order by 1 desc"
    )
    assert lows == [("literal", literal), ("acled", acled)]


def test_every_reading_of_a_vague_word_follows_the_lexicon(real: Workshop) -> None:
    with (ROOT / "seeds" / "hedges.csv").open(encoding="utf-8", newline="") as file:
        lexicon = {(row["hedge_id"], row["convention"]): row for row in csv.DictReader(file)}
    vague = real.query(
        "select hedge_id, hedge_convention, r.low, r.high, r.low_basis, r.high_basis"
        " from fct_readings as r inner join fct_figures as f using (figure_id)"
        " where f.value_stated is null and not f.is_share and hedge_id <> 'between'"
    )
    assert len(vague) > 10
    for hedge_id, convention, low, high, low_basis, high_basis in vague:
        row = lexicon[hedge_id, convention]
        assert low_basis == "override" or (str(low or ""), low_basis) == (row["low_fixed"], row["low_basis"])
        assert high_basis == "override" or (str(high or ""), high_basis) == (row["high_fixed"], row["high_basis"])


def test_the_range_of_a_vague_word_begins_lower_as_acled_reads_it(real: Workshop) -> None:
    ranges = real.query(
        "select hedge_convention, lowest, highest, source_count from range_reported"
        " where measure_id = 'killed_or_injured' order by 1 desc"
    )
    assert ranges == [("literal", 24, 99, 1), ("acled", 12, 99, 1)]


def test_where_every_standing_report_prints_its_number_both_ranges_are_equal(real: Workshop) -> None:
    """Scopes and change days are the same for both; the bounds differ only where a vague word stands behind them."""
    names = "scope_id, valid_from_on, valid_to_on, lowest, highest, is_open_above, agreement_low, agreement_high"
    read = [set(real.query(f"select {names} from range_reported where hedge_convention = '{one}'")) for one in BOTH]
    assert {row[:3] for row in read[0]} == {row[:3] for row in read[1]}
    vague = set(
        real.query(
            "select s.scope_id, s.valid_from_on from range_standing_reports as s"
            " inner join fct_figures as f on s.report_id = f.figure_id"
            " where f.hedge_id in (select hedge_id from dim_hedges where low_basis = 'convention' and low_fixed > 0)"
        )
    )
    moved = {row[:2] for row in read[0] ^ read[1]}
    assert moved
    assert moved <= vague


def test_the_slices_hold_the_convention_of_the_build_alone(real: Workshop) -> None:
    for measure, table in (("killed", "range_deaths"), ("displaced", "range_displaced")):
        expected = real.query(
            "select scope_id, valid_from_on, lowest, highest from range_reported"
            f" where measure_id = '{measure}' and hedge_convention = 'literal' order by 1, 2"
        )
        assert real.query(f"select scope_id, valid_from_on, lowest, highest from {table} order by 1, 2") == expected
        assert real.query(f"select count(*) from (select distinct scope_id, valid_from_on from {table})") == [
            (len(expected),)
        ]


def test_the_acled_convention_is_one_switch_away(real: Workshop, copy_of_real: Workshop) -> None:
    result = copy_of_real.dbt("build", "--vars", "{hedge_convention: acled}", "--exclude", "resource_type:unit_test")
    assert result.success
    lows = dict(copy_of_real.query("select hedge_id, min(low) from fct_figures where value_stated is null group by 1"))
    assert (lows["dozens"], lows["hundreds"], lows["millions"]) == (12, 100, 1000000)
    assert copy_of_real.query("select hedge_convention from build") == [("acled",)]
    for table in ("fct_readings", "range_standing_reports", "range_agreements", "range_reported"):
        everything = f"select * from {table} order by all"
        assert copy_of_real.query(everything) == real.query(everything), table
