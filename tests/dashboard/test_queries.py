"""Queries return the rows and shapes that pages rely on."""

import duckdb
import pytest
from conftest import EPISODE

from dashboard.publication import cache
from dashboard.queries import base

Cursor = duckdb.DuckDBPyConnection


def test_a_share_is_read_in_percent_and_stands_apart_from_people(cursor: Cursor) -> None:
    share = cache.records(base.figure(cursor, "f-10"))[0]
    assert (share["reading_low"], share["reading_stated"], share["reading_high"]) == (43, 50, 50)
    assert share["facet_id"].endswith(".share")


def test_open_ends_come_back_as_none(cursor: Cursor) -> None:
    above, below = (cache.records(base.figure(cursor, figure_id))[0] for figure_id in ("f-01", "f-06"))
    assert (above["reading_low"], above["reading_high"]) == (201, None)
    assert (below["reading_low"], below["reading_high"]) == (None, 40)


def test_two_conventions_of_one_hedge_do_not_double_a_figure(cursor: Cursor) -> None:
    assert len(base.figure(cursor, "f-03")) == 1


def test_an_unknown_figure_is_no_row(cursor: Cursor) -> None:
    assert base.figure(cursor, "' or 1=1 --").empty


def test_ranges_of_now_are_those_without_an_end(cursor: Cursor) -> None:
    found = base.all_ranges(cursor, "killed")
    assert sorted(found["lowest"]) == [40, 200, 258, 500000]
    assert len(base.all_ranges(cursor, "killed", past_too=True)) == len(found) + 1


def test_voices_that_nobody_names_come_last(cursor: Cursor) -> None:
    found = base.voices(cursor, EPISODE)
    assert list(found["voice_id"])[:3] == ["ocha", "sohr", "ministry"]
    assert list(found["is_named"]) == [True, True, True, False, False]


@pytest.mark.parametrize(
    "statement", ["drop table build", "copy build to 'x.csv'", "select * from read_text('/etc/hosts')"]
)
def test_the_connection_reads_only_what_is_published(cursor: Cursor, statement: str) -> None:
    with pytest.raises(duckdb.Error):
        cursor.execute(statement)
