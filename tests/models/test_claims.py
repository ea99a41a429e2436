"""Our generic tests: several claims are one test, and what comes back names the claim that fails."""

import duckdb
import pytest
from workshop import Workshop

REPORTED = "staging.int_figures_reported"
TEST = "int_figures_reported_keep_every_figure"


def failing(workshop: Workshop, statement: str, test: str) -> set[str]:
    """The first column of what a test returns once this was done to what was built."""
    with duckdb.connect(str(workshop.warehouse)) as connection:
        connection.execute(statement)
    result = workshop.dbt("test", "--select", test)
    (row,) = (each for each in result.result if each.node.resource_type == "test")
    assert (str(row.status), result.success) == ("fail", False)
    return {str(found[0]) for found in workshop.inspect(row.node.compiled_code)}


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
            "fct_figures_refer_to_what_is_there",
            {"causes_of_figures_are_known", "figures_have_a_place"},
        ),
        (
            f"insert into {REPORTED} from {REPORTED} where figure_id like '%-003-01'",
            TEST,
            {"aleppo-2024-003-01"},
        ),
        (
            f"delete from {REPORTED} where figure_id like '%-003-01'",
            TEST,
            {"aleppo-2024-003-01"},
        ),
        (
            "insert into main.fct_reports from main.fct_reports where report_id like '%-003-01'",
            "fct_reports_unique_by_report_id",
            {"aleppo-2024-003-01"},
        ),
    ],
    ids=["expression_is_true", "relationships_hold", "twice", "lost", "unique_combination_of_columns"],
)
def test_what_fails_is_named(copy_of_real: Workshop, statement: str, test: str, named: set[str]) -> None:
    assert failing(copy_of_real, statement, test) == named
