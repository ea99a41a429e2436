"""Long matrices of tests, of which `make test` runs a part and `make test-all` the whole.

A matrix is a test with parameters. The part that stays holds every value of each parameter named here at least once;
what is left to `make test-all` is how these values go together, and more values of the parameters that are not named.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
CELLS, BACKUP = "ingest/test_dataset_cells.py", "ingest/test_hostile_backup.py"
# Which test, and of which of its parameters `make test` has every value.
COVERED: dict[tuple[str, str], tuple[str, ...]] = {
    (CELLS, "test_a_number_that_may_be_read_otherwise_is_rejected_with_its_cell"): ("text", "column", "dataset_id"),
    (CELLS, "test_a_year_that_is_none_is_rejected_with_its_cell_and_gives_no_stock_without_a_day"): (
        "text",
        "dataset_id",
    ),
    (CELLS, "test_a_day_that_is_none_or_outside_of_the_window_is_rejected_with_its_cell"): ("text", "column"),
    (CELLS, "test_what_a_spreadsheet_shows_for_a_formula_that_failed_is_no_text"): ("text", "column"),
    (CELLS, "test_a_country_under_another_code_is_not_told_apart_from_itself"): ("code", "column"),
    (CELLS, "test_a_row_without_its_day_or_its_id_is_rejected"): ("nothing", "column", "dataset_id"),
    (CELLS, "test_a_row_that_does_not_say_whose_or_what_it_is_is_neither_dropped_nor_given_to_somebody"): (
        "lost",
        "column",
        "dataset_id",
    ),
    (BACKUP, "test_nothing_of_a_foreign_name_runs_or_is_restored"): ("kind", "name", "member"),
    ("dashboard/test_odd_publications.py", "test_nothing_odd_in_any_column_takes_anything_down"): ("kind", "where"),
    ("dashboard/test_deep_links_browser.py", "test_a_deep_link_survives_everything"): ("measure_page",),
    ("dashboard/test_pictures_and_embedding.py", "test_a_picture_holds_the_sentence_the_marks_and_the_citation"): (
        "view",
        "scheme",
    ),
}


def part_of(matrix: Sequence[Mapping[str, object]], names: Sequence[str]) -> set[int]:
    """Return which members to keep so that no value of these parameters is lost: those with most that is new first."""
    kept, seen = set[int](), {name: set[str]() for name in names}
    for is_all_new in (True, False):
        for number, parameters in enumerate(matrix):
            new = [name for name in names if repr(parameters[name]) not in seen[name]]
            if new and (len(new) == len(names) or not is_all_new):
                kept.add(number)
                for name in names:
                    seen[name].add(repr(parameters[name]))
    return kept


def mark_the_rest_slow(items: Sequence[pytest.Item]) -> None:
    """Mark those members of the matrices above that `make test` leaves out."""
    found: dict[tuple[str, str], list[pytest.Function]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and item.path.is_relative_to(TESTS):
            found.setdefault((item.path.relative_to(TESTS).as_posix(), item.originalname), []).append(item)
    for test, names in COVERED.items():
        matrix = found.get(test, [])
        kept = part_of([member.callspec.params for member in matrix], names)
        for number, member in enumerate(matrix):
            if number not in kept:
                member.add_marker(pytest.mark.slow)
