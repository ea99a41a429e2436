"""Numbers up to a day: small episodes, each with the one right answer that rules 1 to 13 give it."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from scratch import SAMPLE
from small_episodes import Episode, Project
from workshop import Workshop

FIRE = {"counting": "incident", "period_start_on": "2025-01-14", "to": "2025-01-14", "incident_id": "fire"}
SIEGE = {"counting": "incident", "period_start_on": "2024-12-01", "to": "2024-12-01"}
WINDOW = {"counting": "period", "period_start_on": "2024-11-27", "to": "2024-11-28"}
DISPLACED = {"measure_id": "displaced"}
RELEASES = {"2023-12-01": 4327, "2023-12-15": 4237}
"""What two releases of the daily series of Gaza say of the children killed up to 7 November 2023."""
EVENT = (
    "id,where_prec,where_coordinates,adm_1,adm_2,latitude,longitude,country,date_start,date_end,deaths_a,deaths_b,"
    "deaths_civilians,deaths_unknown,best,high,low,source_original\n"
    "203392,2,Debaltseve town,Donetsk {unit},Debaltseve City {part},48.333333,38.4,Ukraine,2015-02-11,2015-02-11,"
    "{best},0,0,0,{best},{best},{best},spokesman\n"
)


class Episodes(list[Episode]):
    """Episodes, begun one after another."""

    def begin(self, episode_id: str) -> Episode:
        """Add an episode."""
        self.append(Episode(episode_id))
        return self[-1]


def of_running_counts(found: Episodes) -> None:
    """What counts up to a day: late, grown, fallen, raised, silent; and a window, which counts up to its own end."""
    late = found.begin("late")
    late.says("sohr", 48500, to="2024-12-02", on="2024-12-02", **DISPLACED)
    late.says("sohr", 14000, to="2024-11-30", on="2024-12-03", **DISPLACED)

    grew = found.begin("grew")
    grew.says("sohr", 30, to="2024-11-29", on="2024-11-29", hedge_id="about")
    grew.says("ocha", 56, to="2024-12-02", on="2024-12-02")
    grew.says("white_helmets", 71, to="2024-12-02", on="2024-12-02")

    fell = found.begin("fell")
    fell.says("sohr", 71, to="2024-11-29", on="2024-11-29")
    fell.says("ocha", 30, to="2024-12-02", on="2024-12-02", hedge_id="about")

    raised = found.begin("raised")
    raised.says("sohr", 400, to="2024-12-01", on="2024-12-01")
    raised.says("ocha", 5, to="2024-12-03", on="2024-12-03", hedge_id="at_least")

    silent = found.begin("silent")
    silent.says("sohr", 255, to="2024-11-28", on="2024-11-28")

    window = found.begin("window")
    window.says("sohr", 10, on="2024-11-29", **WINDOW)
    window.says("ocha", 11, on="2024-12-09", **WINDOW)


def of_events(found: Episodes) -> None:
    """What is told of one event while its dead are found, and after; with its id, and without."""
    rising = found.begin("rising")
    rising.says("sohr", 5, on="2025-01-14", hedge_id="at_least", **FIRE)
    rising.says("ocha", 9, on="2025-01-14", hedge_id="at_least", **FIRE)
    rising.says("white_helmets", 23, on="2025-01-15", **FIRE)
    rising.says("salvation_government", 30, on="2025-01-15", **FIRE)
    rising.says("russian_mod", 45, on="2025-01-17", **FIRE)

    for name, told in {"settled-early": "2024-12-04", "settled-late": "2024-12-31"}.items():
        settled = found.begin(name)
        settled.says("sohr", 12, on=told, incident_id="siege", **SIEGE)
        settled.says("ocha", 15, on="2027-12-01", incident_id="siege", **SIEGE)

    named = found.begin("named-and-not")
    named.says("sohr", 12, on="2024-12-02", incident_id="blast", **SIEGE)
    named.says("ocha", 15, on="2024-12-02", **SIEGE)


def of_voices(found: Episodes) -> None:
    """What one voice says of one day: in other words, more fully, twice, by the hour, on two sites."""
    reworded = found.begin("reworded")
    reworded.says("ocha", 14000, to="2024-11-28", on="2024-11-28", **DISPLACED)
    reworded.says("ocha", 14000, to="2024-11-28", on="2024-11-28", hedge_id="more_than", **DISPLACED)

    fuller = found.begin("fuller")
    fuller.says("ocha", "", on="2024-11-28", hedge_id="between", low=12000, high=15000, **DISPLACED)
    fuller.says("ocha", 15000, on="2024-11-28", read_on="2024-11-29", hedge_id="up_to", **DISPLACED)

    twice = found.begin("twice")
    twice.says("sohr", 40, on="2024-11-28")
    twice.says("sohr", 41, on="2024-11-28")

    hourly = found.begin("hourly")
    hourly.says("sohr", 40, on="2024-11-28", reported_at="2024-11-28T07:35+02:00")
    hourly.says("sohr", 41, on="2024-11-28", reported_at="2024-11-28T09:46+02:00")

    wire = found.begin("wire")
    for site in ("One site", "Another site"):
        wire.says("unattributed", 500000, on="2024-11-28", publisher=site, agency="AFP", **DISPLACED)


def of_parts(found: Episodes) -> None:
    """What lies within something else, and parts along two dimensions."""
    nested = found.begin("nested-places")
    nested.says("sohr", 40, on="2024-11-28", place_id="SY07")
    nested.says("sohr", 35, on="2024-11-29", place_id="sy-northwest")
    nested = found.begin("nested-groups")
    nested.says("sohr", 50, on="2024-11-28", population_id="civilian_women")
    nested.says("ocha", 45, on="2024-11-28", population_id="civilians")
    nested = found.begin("nested-harm")
    nested.says("sohr", 12, on="2024-11-28")
    nested.says("ocha", 10, on="2024-11-28", measure_id="killed_or_injured")

    slices = found.begin("slices")
    whole = slices.says("sohr", 100, on="2024-11-28")
    for value, slice_of in {60: "civilians", 40: "fighters"}.items():
        slices.says("sohr", value, on="2024-11-28", population_id=slice_of, part_of=whole)
    for value, slice_of in {70: "airstrike", 50: "shelling"}.items():
        slices.says("sohr", value, on="2024-11-28", cause_id=slice_of, part_of=whole)


def of_another_year(found: Episodes) -> None:
    """Told ten years before the others, and one of its reports after them."""
    old = found.begin("another-year")
    old.says("sohr", 900, to="2014-08-05", on="2014-08-05", period_start_on="2014-07-01")
    old.says("ocha", 950, to="2014-08-05", on="2030-01-01", period_start_on="2014-07-01")


def load_releases(project: Project) -> None:
    """Two releases of a daily series, and two of a data set of events that spells a place anew."""
    for day, children in RELEASES.items():
        series = [
            {"report_date": f"2023-11-0{number}", "report_source": "mohtel", "report_period": 24, "killed_cum": killed,
             "injured_cum": 26475, "killed_children_cum": value}
            for number, killed, value in ((7, 10569, children), (8, 10812, 4324))
        ]  # fmt: skip
        file = project.folder / f"casualties_daily-{day}.json"
        file.write_text(repr(series).replace("'", '"'), encoding="utf-8")
        project.runs("on_record", "load", "daily_series_gaza", str(file), "--version", day, "--published-on", day)
    for version, cells in {"20.1": ("Oblast", "Municipality", 19), "22.1": ("oblast", "municipality", 5)}.items():
        unit, part, best = cells
        file = project.folder / f"ged-{version}.csv"
        file.write_text(EVENT.format(unit=unit, part=part, best=best), encoding="utf-8")
        project.runs("on_record", "load", "ucdp_ged", str(file), "--version", version)


def build_cases(workshop: Workshop) -> None:
    """All small episodes, the record and the releases, built; then an episode of another year beside them, built."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), workshop.environment)
        project.begin()
        found = Episodes()
        for add in (of_running_counts, of_events, of_voices, of_parts, of_another_year):
            add(found)
        project.knows(found)
        shutil.copytree(SAMPLE, project.folder / "figures" / "aleppo-2024")
        added = project.folder / "figures" / "another-year"
        others = sorted(path for path in added.parent.iterdir() if path != added)
        project.runs("on_record", "load", *map(str, others))
        load_releases(project)
        project.builds()
        shutil.copy(workshop.warehouse, workshop.folder / "before.duckdb")
        project.runs("on_record", "load", str(added))
        project.builds()


@pytest.fixture(scope="module")
def cases(built_once: Callable[..., Workshop]) -> Workshop:
    return built_once(build_cases)


def ranges(cases: Workshop, episode_id: str, on: str = "2026-01-01", **limits: str | None) -> list[dict[str, Any]]:
    """Return the ranges of an episode as known on a day, party claims in, words read by their meaning."""
    columns = ("lowest", "highest", "is_open_above", "agreement_low", "agreement_high", "agreement_source_count",
               "source_count", "named_source_count", "report_count", "earlier_source_count", "earlier_low",
               "is_disputed", "counted_from_on", "counted_to_on")  # fmt: skip
    chosen = "".join(
        f" and {name} is null" if value is None else f" and {name} = '{value}'" for name, value in limits.items()
    )
    rows = cases.inspect(
        f"""select {", ".join(columns)} from range_reported where episode_id = '{episode_id}'
            and hedge_convention = 'literal' and valid_from_on <= date '{on}'
            and (valid_to_on is null or valid_to_on > date '{on}') {chosen} order by scope_id"""
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def days(*of_december: int) -> tuple[date, ...]:
    return tuple(date(2024, 12, day) for day in of_december)


def holds(found: dict[str, Any], **expected: object) -> None:
    assert {name: found[name] for name in expected} == expected


def test_a_late_report_of_an_earlier_day_takes_nobodys_place(cases: Workshop) -> None:
    (found,) = ranges(cases, "late")
    holds(found, lowest=48500, highest=48500, report_count=1, earlier_source_count=0, counted_to_on=date(2024, 12, 2))
    assert cases.inspect("select count(*) from fct_differences where episode_id = 'late' and is_revision") == [(0,)]
    assert cases.inspect("select count(*) from check_decreasing_totals where episode_id = 'late'") == [(0,)]
    standing = "select value_stated from fct_reports where episode_id = 'late' and is_standing"
    assert cases.inspect(standing) == [(48500,)]


def test_a_count_that_grew_is_no_contradiction_of_the_later_ones(cases: Workshop) -> None:
    (found,) = ranges(cases, "grew")
    holds(found, lowest=56, highest=71, is_open_above=False, is_disputed=True, agreement_low=None)
    holds(found, source_count=2, earlier_source_count=1, earlier_low=27, counted_to_on=date(2024, 12, 2))
    contradictions = "select kind, higher_figure_id from check_disjoint_reports where episode_id = 'grew'"
    assert cases.inspect(contradictions) == [("same_day", "grew-003-01")]


def test_a_later_count_that_is_lower_is_disputed(cases: Workshop) -> None:
    (found,) = ranges(cases, "fell")
    holds(found, lowest=27, highest=71, is_open_above=True, is_disputed=True, earlier_low=71)
    kinds = "select distinct kind from check_disjoint_reports where episode_id = 'fell'"
    assert cases.inspect(kinds) == [("later_is_lower",)]


def test_an_earlier_count_may_raise_and_never_lowers(cases: Workshop) -> None:
    (found,) = ranges(cases, "raised")
    holds(found, lowest=5, highest=400, is_open_above=True, is_disputed=False, earlier_source_count=1, earlier_low=400)


def test_what_nobody_counted_later_says_up_to_which_day_it_is(cases: Workshop) -> None:
    (found,) = ranges(cases, "silent", on="2024-12-05")
    holds(found, lowest=255, highest=255, counted_to_on=date(2024, 11, 28), earlier_source_count=0)


def test_a_window_is_compared_with_itself_whenever_it_was_told(cases: Workshop) -> None:
    (found,) = ranges(cases, "window")
    holds(found, lowest=10, highest=11, is_disputed=True, source_count=2, earlier_source_count=0)


def test_the_toll_of_an_event_that_rises_is_its_newest(cases: Workshop) -> None:
    (found,) = ranges(cases, "rising")
    holds(found, lowest=45, highest=45, is_open_above=False, counted_to_on=date(2025, 1, 17), source_count=1)
    holds(found, agreement_low=45, agreement_source_count=1, earlier_source_count=4, earlier_low=30, is_disputed=False)
    (found,) = ranges(cases, "rising", on="2025-01-15")
    holds(found, lowest=5, highest=30, agreement_low=None, agreement_source_count=None, is_disputed=True)


def test_an_event_settles_after_a_month(cases: Workshop) -> None:
    (early,) = ranges(cases, "settled-early", on="2028-01-01")
    holds(early, lowest=15, highest=15, earlier_source_count=1, earlier_low=12, is_disputed=False)
    (late,) = ranges(cases, "settled-late", on="2028-01-01")
    holds(late, lowest=12, highest=15, earlier_source_count=0, source_count=2, counted_to_on=date(2024, 12, 31))


def test_other_words_of_one_day_are_one_report(cases: Workshop) -> None:
    (found,) = ranges(cases, "reworded")
    holds(found, lowest=14000, highest=14000, is_open_above=True, report_count=1, source_count=1, is_disputed=False)
    reports = (
        "select low, value_stated, high, is_reworded, document_count from fct_reports where episode_id = 'reworded'"
    )
    assert cases.inspect(reports) == [(14000, 14000, None, True, 2)]
    assert cases.inspect("select count(*) from range_contradictions where episode_id = 'reworded'") == [(0,)]


def test_a_fuller_statement_of_one_day_is_the_same_report(cases: Workshop) -> None:
    (found,) = ranges(cases, "fuller")
    holds(found, lowest=12000, highest=15000, is_open_above=False, report_count=1)
    assert cases.inspect("select count(*) from fct_reports where episode_id = 'fuller'") == [(1,)]


def test_numbers_of_one_day_have_no_order_without_hours(cases: Workshop) -> None:
    (found,) = ranges(cases, "twice")
    holds(found, lowest=40, highest=41, source_count=1, report_count=2, is_disputed=False)
    for episode_id in ("twice", "hourly"):
        assert cases.inspect(f"select count(*) from fct_differences where episode_id = '{episode_id}'") == [(0,)]
        assert cases.inspect(f"select count(*) from check_decreasing_totals where episode_id = '{episode_id}'") == [
            (0,)
        ]
    (found,) = ranges(cases, "hourly")
    holds(found, lowest=41, highest=41, source_count=1, report_count=1)


def test_a_wire_on_two_sites_is_one_source(cases: Workshop) -> None:
    (found,) = ranges(cases, "wire")
    holds(found, lowest=500000, highest=500000, source_count=1, named_source_count=0, report_count=1)


@pytest.mark.parametrize(
    ("episode_id", "gap"), [("nested-places", 5), ("nested-groups", 5), ("nested-harm", 2)]
)  # fmt: skip
def test_what_lies_within_something_else_cannot_be_more(cases: Workshop, episode_id: str, gap: int) -> None:
    found = cases.inspect(
        f"""select part_figure_id, whole_figure_id, gap, is_contradiction
            from check_nested_reports where episode_id = '{episode_id}'"""
    )
    assert found == [(f"{episode_id}-001-01", f"{episode_id}-002-01", gap, True)]


def test_two_releases_are_a_correction_of_the_data_set(cases: Workshop) -> None:
    second = date.fromisoformat(max(RELEASES))
    assert cases.inspect(
        """select change, previous_value_stated, value_stated, released_on from fct_release_changes
            where dataset_id = 'daily_series_gaza'"""
    ) == [("changed", 4327, 4237, second)]
    children = "dataset_id = 'daily_series_gaza' and population_id = 'children'"
    readable = f"select value_stated, first_published_on from fct_reports where {children} order by report_id"
    assert cases.inspect(readable) == [(4327, date(2023, 11, 7)), (4324, date(2023, 11, 8)), (4237, second)]


def test_no_source_said_twice_what_two_releases_say(cases: Workshop) -> None:
    children = "episode_id = 'worldwide' and population_id = 'children'"
    assert cases.inspect("select count(*) from check_decreasing_totals where episode_id = 'worldwide'") == [(0,)]
    assert cases.inspect(f"select distinct lowest, highest from range_deaths where {children} order by all") == [
        (4324, 4324), (4327, 4327)
    ]  # fmt: skip
    # Within a release the count grew or fell by itself alone: from 4,237, by the newest.
    differences = (
        "select previous_value_stated, value_stated, is_revision from fct_differences where report_id like '%children'"
    )
    assert cases.inspect(differences) == [(4237, 4324, False)]


def test_an_event_whose_place_is_spelt_anew_is_one_scope(cases: Workshop) -> None:
    found = cases.inspect(
        """select lowest, highest, valid_from_on, valid_to_on from range_reported where episode_id = 'worldwide'
            and measure_id = 'killed' and population_id = 'all' and hedge_convention = 'literal'
            and incident_id is not null order by valid_from_on"""
    )
    assert found == [(19, 19, date(2020, 6, 30), date(2022, 6, 30)), (5, 5, date(2022, 6, 30), None)]


def test_parts_are_summed_along_one_dimension(cases: Workshop) -> None:
    ((sentence, parts, implied),) = cases.inspect(
        "select sentence, part_figure_ids, implied_low from check_parts_and_totals where episode_id = 'slices'"
    )
    assert implied == 120
    assert "at least 120" in sentence
    assert parts == "slices-001-04, slices-001-05"
    assert ("slices-001-02" in sentence, "slices-001-03" in sentence) == (False, False)


def test_an_event_told_with_and_without_its_id_is_not_merged_silently(cases: Workshop) -> None:
    assert [row["lowest"] for row in ranges(cases, "named-and-not")] == [12, 15]


def test_an_episode_of_another_year_leaves_all_others_as_they_were(cases: Workshop) -> None:
    # The daily ranges go on to the last day on which anything was published.
    tables = cases.inspect(
        """select table_name from duckdb_columns() where schema_name = 'main' and column_name = 'episode_id'
            and not internal and table_name not like 'range_%_daily'"""
    )
    assert len(tables) > 20
    with duckdb.connect(str(cases.folder / "before.duckdb"), read_only=True) as before:
        for (table,) in tables:
            rows = f"select * from main.{table} where episode_id <> 'another-year' order by all"
            assert cases.inspect(rows) == before.execute(rows).fetchall(), table


RECORD = {
    ("all", "2024-11-30"): {
        "lowest": 258, "highest": 299, "is_open_above": False, "is_disputed": False, "agreement_low": 277,
        "agreement_high": 277, "source_count": 2, "named_source_count": 1, "report_count": 2,
        "counted_from_on": date(2024, 11, 29), "counted_to_on": date(2024, 11, 30),
    },
    ("civilians", "2024-11-28"): {"lowest": 18, "highest": 22, "is_disputed": False},
    ("civilians", "2024-11-29"): {"lowest": 18, "highest": 33, "is_disputed": False},
    ("civilians", "2024-11-30"): {
        "lowest": 27, "highest": 33, "is_disputed": False, "agreement_low": 28, "agreement_high": 28,
    },
    ("civilians", "2024-12-02"): {
        "lowest": 56, "highest": 71, "is_disputed": True, "counted_to_on": date(2024, 12, 2),
        "earlier_source_count": 1, "earlier_low": 27,
    },
    ("opposition_fighters", "2024-12-02"): {"is_disputed": False},
}  # fmt: skip
"""What the record says of the dead in north-west Syria, by population and the day it is known on."""


@pytest.mark.parametrize(("population_id", "on"), RECORD)
def test_the_record_counts_up_to_its_days(cases: Workshop, population_id: str, on: str) -> None:
    (found,) = ranges(
        cases, "aleppo-2024", on, measure_id="killed", counting="cumulative", place_id="sy-northwest",
        period_start_on="2024-11-27", population_id=population_id, cause_id=None,
    )  # fmt: skip
    holds(found, **RECORD[population_id, on])


def test_one_contradiction_of_the_record_stays(cases: Workshop) -> None:
    found = cases.inspect(
        """select lower_figure_id, higher_figure_id, kind, gap, is_by_convention from check_disjoint_reports
            where episode_id = 'aleppo-2024'"""
    )
    assert found == [("aleppo-2024-004-06", "aleppo-2024-004-08", "same_day", 15, False)]
