"""Small records coded from texts in other languages go all the way: proved, loaded, built, and told as ranges."""

from collections.abc import Callable

import pytest
from test_records_in_other_languages import TEXTS, record_in
from workshop import Workshop

# Of each language: the toll, everyone's, as its range reads; an open end is None.
TOLLS = {"ar": (36, True), "ru": (42, True), "uk": (42, True)}


@pytest.mark.parametrize("language", TOLLS)
def test_a_record_in_another_language_becomes_a_range(language: str, new_workshop: Callable[[], Workshop]) -> None:
    workshop = new_workshop()
    record = record_in(language, workshop.folder)
    for figure in record.figures:
        figure["period_start_on"] = "2024-11-27"
    assert workshop.load(record.write()).returncode == 0
    workshop.build_without_tests()
    phrases = [phrase for _, phrase, _ in TEXTS[language].figures]
    told = workshop.inspect("select phrase from main.fct_figures order by figure_id")
    assert [phrase for (phrase,) in told] == phrases
    ranges = workshop.inspect("select lowest, is_open_above from main.range_deaths")
    assert TOLLS[language] in ranges
    assert workshop.inspect("select language from main.dim_documents") == [(language,)]
