"""Our generic tests: several claims are one test, and what comes back names the claim that fails."""

import duckdb
import pytest
from workshop import Workshop

REPORTED = "staging.int_figures_reported"
ONE_ACTOR = "rowid = (select min(rowid) from staging.parties where dimension = 'actor')"


def failing(workshop: Workshop, statement: str, test: str) -> set[str]:
    """The claims that a test names, else the first column of what it returns, once this was done to what was built."""
    with duckdb.connect(str(workshop.warehouse)) as connection:
        connection.execute(statement)
    result = workshop.dbt("test", "--select", test)
    (row,) = (each for each in result.result if each.node.resource_type == "test")
    assert (str(row.status), result.success) == ("fail", False)
    return {named for found in workshop.inspect(row.node.compiled_code) for named in str(found[0]).split(", ")}


@pytest.mark.parametrize(
    ("statement", "test", "named"),
    [
        (
            "update main.fct_figures set counting = 'guessed', phrase = null where figure_id = 'aleppo-2024-003-01'",
            "fct_figures_hold_what_they_say",
            {"figures_have_a_known_counting", "fct_figures_always_have_what_readers_rely_on"},
        ),
        (
            "update main.fct_figures set cause_id = 'nobody', place_id = 'nowhere' where figure_id like '%-003-01'",
            "fct_figures_hold_what_they_say",
            {"causes_of_figures_are_known", "figures_have_a_place"},
        ),
        (
            f"insert into {REPORTED} from {REPORTED} where figure_id like '%-003-01'",
            "int_figures_reported_hold_what_they_say",
            {"int_figures_reported_keep_every_figure"},
        ),
        (
            f"delete from {REPORTED} where figure_id like '%-003-01'",
            "int_figures_reported_hold_what_they_say",
            {"int_figures_reported_keep_every_figure"},
        ),
        (
            "insert into main.fct_reports from main.fct_reports where report_id like '%-003-01'",
            "fct_reports_hold_what_they_say",
            {"fct_reports_unique_by_report_id"},
        ),
        (
            "insert into main.dim_days from main.dim_days where known_on = date '2024-11-30'",
            "dim_days_unique_by_known_on",
            {"2024-11-30"},
        ),
        (
            "update main.range_reported set valid_to_on = valid_from_on where scope_id = "
            "(select min(scope_id) from main.range_reported)",
            "range_reported_hold_what_they_say",
            {"range_reported_has_one_range_a_day"},
        ),
        (
            f"update staging.parties set dimension = 'weather' where {ONE_ACTOR}",
            "parties_hold_what_they_say",
            {"parties_are_of_a_known_dimension"},
        ),
        (
            f"update staging.parties set member_id = 'rain' where {ONE_ACTOR}",
            "parties_hold_what_they_say",
            {"parties_that_act_are_actors"},
        ),
        (
            "update staging.measures set page_path = 'deaths' where page_path is not null",
            "measures_hold_what_they_say",
            {"measures_have_a_page_each"},
        ),
    ],
    ids=["expression_is_true", "relationships", "twice", "lost", "unique_combination_of_columns", "of_its_own",
         "mutually_exclusive_ranges", "accepted_values", "where", "unique"],
)  # fmt: skip
def test_what_fails_is_named(copy_of_real: Workshop, statement: str, test: str, named: set[str]) -> None:
    assert failing(copy_of_real, statement, test) == named
