"""Queries return the rows and shapes that pages rely on."""

import duckdb
import pytest
from conftest import EPISODE

from dashboard import queries, words

Cursor = duckdb.DuckDBPyConnection


def test_measures_are_only_those_with_figures_and_most_first(cursor: Cursor) -> None:
    found = words.records(queries.measures(cursor, EPISODE))
    assert [(row["measure_id"], row["figure_count"]) for row in found] == [
        ("killed", 8),
        ("displaced", 3),
        ("airstrikes", 1),
        ("injured", 1),
    ]


def test_every_figure_comes_back_once(cursor: Cursor) -> None:
    frames = [queries.figures(cursor, EPISODE, m) for m in ("killed", "displaced", "airstrikes", "injured")]
    ids = [figure_id for frame in frames for figure_id in frame["figure_id"]]
    assert sorted(ids) == [f"f-{number:02}" for number in range(1, 14)]


def test_a_share_is_read_in_percent_and_stands_apart_from_people(cursor: Cursor) -> None:
    share = words.records(queries.figure(cursor, "f-10"))[0]
    assert (share["reading_low"], share["reading_stated"], share["reading_high"]) == (43, 50, 50)
    assert share["facet_id"].endswith(".share")


def test_open_ends_come_back_as_none(cursor: Cursor) -> None:
    above, below = (words.records(queries.figure(cursor, figure_id))[0] for figure_id in ("f-01", "f-06"))
    assert (above["reading_low"], above["reading_high"]) == (201, None)
    assert (below["reading_low"], below["reading_high"]) == (None, 40)


def test_only_the_episodes_own_total_is_the_headline(cursor: Cursor) -> None:
    figures = queries.figures(cursor, EPISODE, "killed")
    assert list(figures[figures["is_headline"]]["figure_id"]) == ["f-01", "f-02", "f-03"]
    assert list(figures[figures["is_background"]]["figure_id"]) == ["f-11"]


def test_superseded_is_neither_standing_nor_withdrawn(cursor: Cursor) -> None:
    figures = queries.figures(cursor, EPISODE, "killed")
    assert list(figures[figures["is_superseded"]]["figure_id"]) == ["f-01"]


def test_two_conventions_of_one_hedge_do_not_double_a_figure(cursor: Cursor) -> None:
    assert len(queries.figure(cursor, "f-03")) == 1


def test_an_unknown_figure_is_no_row(cursor: Cursor) -> None:
    assert queries.figure(cursor, "' or 1=1 --").empty


def test_standing_ranges_are_those_without_an_end(cursor: Cursor) -> None:
    found = queries.standing_ranges(cursor, EPISODE, "killed")
    assert sorted(found["lowest"]) == [40, 200, 258, 500000]
    assert len(queries.all_ranges(cursor, "killed", past_too=True)) == len(found) + 1


def test_voices_that_nobody_names_come_last(cursor: Cursor) -> None:
    found = queries.voices(cursor)
    assert list(found["voice_id"])[:3] == ["ocha", "sohr", "ministry"]
    assert list(found["is_named"]) == [True, True, True, False, False]


def test_figures_are_capped(cursor: Cursor) -> None:
    assert len(queries.figures(cursor, EPISODE, "killed", limit=2)) == 2


@pytest.mark.parametrize(
    "statement", ["drop table build", "copy build to 'x.csv'", "select * from read_text('/etc/hosts')"]
)
def test_the_connection_reads_only_what_is_published(cursor: Cursor, statement: str) -> None:
    with pytest.raises(duckdb.Error):
        cursor.execute(statement)
