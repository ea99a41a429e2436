"""Pages and API tell the standing of a report on any day as the models do: of the real record, day by day."""

from collections.abc import Iterator
from datetime import date

import pytest
from workshop import Workshop

from dashboard.publication.cache import Cursor
from dashboard.publication.folder import Publications
from dashboard.queries import base, measure, pages, standing
from dashboard.queries.api import lists
from dashboard.request.view import View

EPISODE = "aleppo-2024"


@pytest.fixture(scope="module")
def cursor(real: Workshop) -> Iterator[Cursor]:
    opened = Publications(real.published)
    with opened.cursor() as lent:
        yield lent
    opened.close()


def days(cursor: Cursor) -> list[date]:
    sql = "select published_on from fct_figures union select superseded_on from fct_figures"
    return sorted(day for (day,) in cursor.execute(sql).fetchall() if day)


def test_now_what_stands_is_what_the_models_say_stands(cursor: Cursor) -> None:
    sql = f"select f.is_standing, {standing.COLUMNS['is_standing']} from fct_figures as f"
    found = cursor.execute(sql, {"known_on": date.max}).fetchall()
    assert {said for said, _ in found} == {True, False}
    assert all(said == ours for said, ours in found)


def test_on_every_day_what_stands_is_what_ranges_are_worked_out_from(cursor: Cursor) -> None:
    """Reports behind ranges are lined up by the models from day to day."""
    for day in days(cursor):
        ours = f"""select f.report_id from fct_reports as f
            where {standing.STANDING} and f.first_published_on <= $known_on and not f.is_share"""
        theirs = """select distinct report_id from range_standing_reports
            where valid_from_on <= $known_on and (valid_to_on is null or valid_to_on > $known_on)"""
        selection = {"known_on": day}
        assert set(cursor.execute(ours, selection).fetchall()) == set(cursor.execute(theirs, selection).fetchall()), day


def test_measure_pages_figure_pages_and_api_agree_on_every_day(cursor: Cursor) -> None:
    for day in days(cursor):
        _, rows = lists.page(cursor, "figures", lists.Wanted(known_on=day, limit=10_000))
        api = dict(zip(rows["figure_id"], zip(rows["standing"], rows["superseded_on"], strict=True), strict=True))
        told = pages.known_figures(cursor, EPISODE, day).to_dict("records")
        told += measure.figures(cursor, View(EPISODE, "killed", known_on=day.isoformat()))
        told += base.figure(cursor, str(told[0]["figure_id"]), day).to_dict("records")
        for row in told:
            word = "withdrawn" if row["is_withdrawn"] else "standing" if row["is_standing"] else "superseded"
            assert api[row["figure_id"]] == (word, row["superseded_on"]), (day, row["figure_id"])
            assert row["is_superseded"] == (word == "superseded")
