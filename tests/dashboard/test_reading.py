"""Answers are remembered for one publication and no longer; frames hold Python's own values."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_publication import publish

from dashboard.publication import cache
from dashboard.publication.cache import Cursor, Reading, once
from dashboard.publication.folder import Publications


class Counted:
    """A question that counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, cursor: Cursor, measure: str) -> int:
        """Count the figures of a measure."""
        self.times += 1
        sql = "select count(*) from fct_figures where measure_id = ?"
        return int(cursor.execute(sql, [measure]).fetchone()[0])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    publish(tmp_path / "20260101T000000000000Z.duckdb", figures=3)
    return tmp_path


def test_a_question_is_asked_once_for_each_publication_and_value(folder: Path) -> None:
    found, question = Publications(folder), Counted()
    for _ in range(3):
        with found.cursor() as cursor:
            assert once(cursor, question, "killed") == 3
    assert question.times == 1
    with found.cursor() as cursor:
        assert once(cursor, question, "injured") == 0
    publish(folder / "20260102T000000000000Z.duckdb", figures=5)
    with found.cursor() as cursor:
        assert once(cursor, question, "killed") == 5
    assert question.times == 3
    found.close()


def test_an_error_is_not_remembered(folder: Path) -> None:
    found, times = Publications(folder), []

    def question(cursor: Cursor) -> Any:
        times.append(1)
        return cursor.execute("select * from no_such_table")

    for _ in range(2):
        with found.cursor() as cursor, pytest.raises(duckdb.Error):
            once(cursor, question)
    assert len(times) == 2
    found.close()


def test_a_bare_cursor_remembers_nothing() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table fct_figures as select 'killed' as measure_id")
        question = Counted()
        assert [once(connection, question, "killed") for _ in range(2)] == [1, 1]
        assert question.times == 2


def test_only_so_many_answers_are_kept(folder: Path) -> None:
    found, question = Publications(folder), Counted()
    with found.cursor() as cursor:
        assert isinstance(cursor, Reading)
        for number in range(cache.MOST_ANSWERS + 1):
            cursor.once(question, str(number))
        cursor.once(question, "0")
    assert question.times == cache.MOST_ANSWERS + 2
    found.close()


def test_cells_are_pythons_own_values_and_missing_ones_none() -> None:
    with duckdb.connect() as connection:
        sql = "select 9007199254740993 as n, null::bigint as gap, date '2024-11-28' as day, true as flag, 'x' as text"
        frame = cache.frame(connection, f"{sql} union all select 1, 2, null, null, null order by n desc")
    rows = cache.records(frame)
    assert rows[0] == {"n": 9007199254740993, "gap": None, "day": date(2024, 11, 28), "flag": True, "text": "x"}
    assert [type(value) for value in rows[0].values()] == [int, type(None), date, bool, str]
    assert rows[1] == {"n": 1, "gap": 2, "day": None, "flag": None, "text": None}


def test_no_row_keeps_its_columns() -> None:
    with duckdb.connect() as connection:
        frame = cache.frame(connection, "select 1 as a, 2 as b where false")
    assert (list(frame), len(frame), cache.records(frame)) == (["a", "b"], 0, [])


def test_a_statement_is_read_once_whatever_is_bound(folder: Path) -> None:
    found, sql = Publications(folder), "select count(*) from fct_figures where measure_id = $measure"
    with found.cursor() as cursor:
        counts = [cursor.execute(sql, {"measure": each}).fetchone()[0] for each in ("killed", "injured", "killed")]
    assert counts == [3, 0, 3]
    publication = found.hold()
    assert (publication.memory.parsed.cache_info().misses, publication.memory.parsed.cache_info().hits) == (1, 2)
    found.release(publication)
    found.close()
