"""The twenty questions of docs/questions.md: short, answered by the record and beside the samples, and right."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sample_data_sets import SAMPLES, build_samples
from workshop import ROOT, Workshop

from dashboard.sql.examples import ELSEWHERE, examples

QUESTIONS = {question.words: question for question in examples()}


@pytest.fixture(scope="module")
def samples(built_once: Callable[..., Workshop]) -> Workshop:
    """The record with the samples of three data sets."""
    return built_once(build_samples)


def answers(workshop: Workshop, words: str, folder: Path | None = None) -> list[dict[str, Any]]:
    """Ask one of the questions and return its rows as dictionaries."""
    sql = QUESTIONS[words].sql
    with duckdb.connect(str(workshop.publications[-1]), read_only=True) as connection:
        for name in ("mine.csv", "figures.parquet"):
            sql = sql.replace(f"'{name}'", f"'{(folder or Path('nowhere')) / name}'")
        told = connection.execute(sql)
        names = [column[0] for column in told.description]
        return [dict(zip(names, row, strict=True)) for row in told.fetchall()]


def lines_of(dataset_id: str) -> list[dict[str, str]]:
    """Return the rows of a sample as they were published."""
    with (ROOT / "samples" / dataset_id / SAMPLES[dataset_id][1]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_twenty_and_none_is_longer_than_six_lines() -> None:
    assert len(QUESTIONS) == 20
    assert [words for words, question in QUESTIONS.items() if len(question.sql.splitlines()) > 6] == []


@pytest.mark.parametrize("words", [words for words, each in QUESTIONS.items() if each.group != ELSEWHERE])
def test_each_is_answered_by_the_record_and_by_the_samples(real: Workshop, samples: Workshop, words: str) -> None:
    found = answers(real, words), answers(samples, words)
    # Nothing was amended here, no second release was loaded, and the record alone has no data sets.
    assert found[1] or words.startswith("What changed") or words.startswith("What did a new release")
    assert found[0] or "IDMC" in words or not found[1]


def test_the_newest_toll_of_each_source_is_the_last_one_it_gave(real: Workshop) -> None:
    found = {(row["source"], row["place"]): row["phrase"] for row in
             answers(real, "What is each source's newest number of people killed?")}  # fmt: skip
    assert found["Syrian Observatory for Human Rights", "North-west Syria"] == "277 casualties"


def test_what_was_known_on_a_day_is_not_what_is_known_now(real: Workshop) -> None:
    everyone = {"place": "North-west Syria", "population": "Everyone"}
    then = [row["range_text"] for row in answers(real, "What was known on a day?") if everyone.items() <= row.items()]
    now = [row["range_text"] for row in answers(real, "How far do the reports differ, per place?")
           if everyone.items() <= row.items()]  # fmt: skip
    assert (then, now) == (["256 to 299 or more"], ["258 to 299"])


def test_the_dead_of_a_year_are_those_of_the_file_each_event_once(samples: Workshop) -> None:
    """The sum over all places, which a table with every place beside its whole would give several times."""
    found = answers(samples, "How many people died in a country, by year and source?")
    dead = sum(int(row["best"]) for row in lines_of("ucdp_ged"))
    ucdp = [row for row in found if "UCDP" in row["source"] or "Uppsala" in row["source"]]
    of_source = "source = ? and population = 'Everyone' and measure = 'People killed'"
    with duckdb.connect(str(samples.publications[-1]), read_only=True) as connection:
        told = connection.execute(f"select sum(stated) from incidents_monthly where {of_source}", [ucdp[0]["source"]])
        assert told.fetchall() == [(dead,)]
    assert sum(row["low"] for row in ucdp) <= dead <= sum(row["high"] for row in ucdp)


def test_civilians_by_month_and_governorate_add_up_to_those_of_the_file(samples: Workshop) -> None:
    found = answers(samples, "How many civilians were killed, by month and governorate?")
    of_file: dict[str, int] = {}
    for row in lines_of("ucdp_ged"):
        if int(row["deaths_civilians"]) > 0:
            month = row["date_start"][:7]
            of_file[month] = of_file.get(month, 0) + int(row["deaths_civilians"])
    told: dict[str, int] = {}
    for row in found:
        if "UCDP" in row["source"] or "Uppsala" in row["source"]:
            month = f"{row['month_on']:%Y-%m}"
            told[month] = told.get(month, 0) + row["low"]
    assert {month: count for month, count in told.items() if count} == of_file
    # What lasted into another month is told apart from that of one.
    ends = {row["date_end"][:7] for row in lines_of("ucdp_ged") if int(row["deaths_civilians"]) > 0}
    assert {f"{row['last_month_on']:%Y-%m}" for row in found if "Uppsala" in row["source"]} == ends


def test_idmc_and_unhcr_stand_beside_each_other(samples: Workshop) -> None:
    found = answers(samples, "How do IDMC and UNHCR count the displaced, year by year?")
    years = {}
    for row in found:
        years.setdefault(row["year"], set()).add(row["source"])
    assert any(len(sources) > 1 for sources in years.values())


def test_ones_own_numbers_meet_the_ranges_and_everything_can_be_taken_along(real: Workshop, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("place,killed\nNorth-west Syria,260\n", encoding="utf-8")
    (row,) = answers(real, "How do my own numbers compare?", tmp_path)
    assert (row["killed"], row["range_text"]) == (260, "258 to 299")
    answers(real, "How do I take it all with me?", tmp_path)
    with duckdb.connect() as connection:
        taken = connection.execute(f"select count(*) from '{tmp_path / 'figures.parquet'}'").fetchone()
    assert taken == (len(real.query("from fct_figures")),)


def test_documents_that_name_nobody_are_sources_of_their_own_in_every_view(samples: Workshop) -> None:
    """Grouped by source, two publishers are never one: their newest numbers or their events would be nobody's."""
    with duckdb.connect(str(samples.publications[-1]), read_only=True) as connection:
        for view in ("incidents_daily", "incidents_monthly", "displaced_by_year"):
            per_source = f"select source, count(distinct voice_id) as voices from {view} group by source"
            merged = f"select * from ({per_source}) where voices > 1"
            assert connection.execute(merged).fetchall() == [], view
            unnamed = f"select count(distinct source) from {view} where source like 'Unattributed, in %'"
            assert connection.execute(unnamed).fetchone() != (0,), view
        pairs = "select source, count(distinct voice_id) as voices from figures_named inner join fct_figures"
        each = f"{pairs} using (figure_id) where source like 'Unattributed%' group by source"
        found = connection.execute(each).fetchall()
    assert len(found) > 1 and {voices for _, voices in found} == {1}


def test_children_are_found_among_the_dead_under_every_name_of_theirs(real: Workshop) -> None:
    """Civilian children lie within the civilians and within the children."""
    found = answers(real, "What share were children?")
    dead = {(row["phrase"], row["pct"]) for row in found if row["measure"] == "People killed"}
    assert dead == {("20 children", 36.0), ("ten children", 40.0), ("at least ten children", None)}
    assert {row["pct"] for row in found if row["measure"] == "People displaced"} == {50.0}


def test_what_is_repeated_is_told_also_where_it_stands_no_more_or_is_a_share(real: Workshop) -> None:
    found = {row["phrase"]: row["document_count"] for row in
             answers(real, "Which statements do several documents repeat?")}  # fmt: skip
    assert found["nearly half"] == 3


def test_the_views_lose_and_double_nothing(samples: Workshop) -> None:
    counts = {
        "figures_named": "fct_figures",
        "reports_latest": "fct_reports where is_standing and not is_retracted and not is_share",
        "ranges_now": "range_reported where valid_to_on is null and hedge_convention = 'literal'",
        "changes": "fct_revisions",
        "shares": "fct_figures where is_share",
    }
    with duckdb.connect(str(samples.publications[-1]), read_only=True) as connection:
        for view, table in counts.items():
            rows = [connection.execute(f"select count(*) from {each}").fetchone() for each in (view, table)]
            assert rows[0] == rows[1], view
