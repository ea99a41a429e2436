"""What was known on a day, narrowed by filters, equals the answer of plain SQL on the same publication."""

from typing import Any

import duckdb
import pytest
from conftest import EPISODE

from dashboard.components import filters
from dashboard.publication import cache
from dashboard.queries import measure
from dashboard.queries.names import names
from dashboard.request.view import FILTERS, View

Cursor = duckdb.DuckDBPyConnection
VIEW = View(EPISODE, "killed")


def view(**changes: Any) -> View:
    return View(**{"episode": EPISODE, "measure": "killed"} | changes)


def ids(cursor: Cursor, **changes: Any) -> list[str]:
    return [row["figure_id"] for row in figures(cursor, **changes)]


def figures(cursor: Cursor, **changes: Any) -> list[dict[str, Any]]:
    return measure.figures(cursor, view(**changes))


def ranges(cursor: Cursor, **changes: Any) -> list[dict[str, Any]]:
    selection = view(**changes)
    return measure.ranges(cursor, selection, measure.figures(cursor, selection))


def offer(cursor: Cursor, on: str | None = None) -> filters.Offer:
    return filters.Offer(cache.records(measure.combinations(cursor, EPISODE, on)), names(cursor))


def test_days_are_those_with_something_published(cursor: Cursor) -> None:
    assert list(measure.change_days(cursor, EPISODE)["day"]) == ["2024-11-28", "2024-11-29", "2024-12-02"]
    assert measure.change_days(cursor, "no").empty


@pytest.mark.parametrize("on", ["2024-11-28", "2024-11-29", "2024-12-01", "2024-12-02"])
def test_on_a_day_only_what_was_published_by_then_is_known(cursor: Cursor, on: str) -> None:
    sql = "select figure_id from fct_figures where measure_id = 'killed' and published_on <= ? order by 1"
    assert ids(cursor, known_on=on) == [row[0] for row in cursor.execute(sql, [on]).fetchall()]


def test_a_report_stands_until_the_day_it_is_superseded(cursor: Cursor) -> None:
    def first(on: str | None) -> dict[str, Any]:
        return measure.figures(cursor, view(known_on=on))[0]

    keys = ("figure_id", "is_standing", "is_superseded", "superseded_on")
    assert [first("2024-12-01")[key] for key in keys] == ["f-01", True, False, None]
    for on in ("2024-12-02", None):
        assert [first(on)[key] for key in keys[:3]] == ["f-01", False, True]
        assert first(on)["superseded_on"].day == 2


def test_a_withdrawn_figure_never_stands(cursor: Cursor) -> None:
    row = next(row for row in measure.figures(cursor, VIEW) if row["figure_id"] == "f-07")
    assert (row["is_standing"], row["is_superseded"], row["is_withdrawn"]) == (False, False, True)


def test_the_latest_day_is_the_same_as_no_day(cursor: Cursor) -> None:
    latest = measure.figures(cursor, view(known_on="2024-12-02"))
    assert latest == measure.figures(cursor, VIEW)
    assert ranges(cursor, known_on="2024-12-02") == ranges(cursor)


@pytest.mark.parametrize(
    ("changes", "found"),
    [({"place": "SY"}, ["f-11"]), ({"population": "fighters"}, ["f-04", "f-05"]), ({"counting": "stock"}, []),
     ({"source": "unattributed:doc-2"}, ["f-02", "f-11"]), ({"source": "sohr", "population": "all"}, ["f-01", "f-03"]),
     ({"measure": "airstrikes", "cause": "airstrike"}, ["f-12"]), ({"measure": "airstrikes", "cause": "none"}, []),
     ({"population": "fighters", "party_claims": "out"}, []), ({"place": "' or 1=1 --"}, [])],
)  # fmt: skip
def test_each_filter_lets_through_its_own(cursor: Cursor, changes: dict[str, str], found: list[str]) -> None:
    assert ids(cursor, **changes) == found


def test_every_figure_is_in_the_room_of_its_measure_and_in_no_other(cursor: Cursor) -> None:
    found = [
        row["figure_id"] for m in ("killed", "displaced", "airstrikes", "injured") for row in figures(cursor, measure=m)
    ]
    assert sorted(found) == [f"f-{number:02}" for number in range(1, 14)]


def test_only_the_episodes_own_total_is_the_headline(cursor: Cursor) -> None:
    found = figures(cursor)
    assert [row["figure_id"] for row in found if row["is_headline"]] == ["f-01", "f-02", "f-03"]
    assert [row["figure_id"] for row in found if row["is_background"]] == ["f-11"]


def test_a_cut_leaves_the_count_of_all_known(cursor: Cursor) -> None:
    assert len(measure.figures(cursor, VIEW, limit=2)) == 2
    assert offer(cursor).figure_count(VIEW) == 8


def test_ranges_of_a_day_are_those_valid_on_it(cursor: Cursor) -> None:
    headline = [row for row in ranges(cursor, known_on="2024-12-01") if row["is_headline"]]
    assert [(row["lowest"], row["is_open_above"], row["valid_to_on"]) for row in headline] == [(201, True, None)]
    shown = [
        (row["lowest"], row["is_shown"], row["valid_to_on"] is None) for row in ranges(cursor) if row["is_headline"]
    ]
    assert shown == [(201, False, False), (258, True, True)]


@pytest.mark.parametrize("most", [1, 2])
def test_where_many_ranges_lie_between_those_of_a_view_they_are_the_same(
    cursor: Cursor, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    selection = [{}, {"population": "fighters"}, {"party_claims": "out"}, {"measure": "displaced"}]
    plain = [ranges(cursor, **each) for each in selection]
    monkeypatch.setattr(measure, "MOST_BETWEEN", most)
    assert [ranges(cursor, **each) for each in selection] == plain
    assert len(plain[0]) > 2


def test_a_range_between_those_of_a_view_is_not_among_them(cursor: Cursor) -> None:
    wanted = {row["scope_id"] for row in figures(cursor, source="sohr")}
    assert {row["scope_id"] for row in ranges(cursor, source="sohr")} <= wanted


def test_without_party_claims_every_number_is_its_twin(cursor: Cursor) -> None:
    found = {(row["lowest"], row["highest"], row["agreement_low"]) for row in ranges(cursor, party_claims="out")}
    sql = """select lowest_without_party_claims, highest_without_party_claims, agreement_low_without_party_claims
        from range_reported
        where hedge_convention = 'literal' and measure_id = 'killed' and lowest_without_party_claims is not null"""
    assert found == set(cursor.execute(sql).fetchall()) == {(201, 201, 201), (258, 299, 258)}


@pytest.mark.parametrize(
    "changes",
    [{}, {"party_claims": "out"}, {"population": "all"}, {"source": "sohr", "place": "nw"}, {"place": "within.SY"},
     {"population": "within.civilians"}, {"claim_about": "enemy"}],
)  # fmt: skip
def test_an_option_says_how_many_figures_it_will_show(cursor: Cursor, changes: dict[str, str]) -> None:
    for on in (None, "2024-11-28"):
        for name in FILTERS:
            for option in offer(cursor, on).options(view(**changes, known_on=on), name):
                assert len(ids(cursor, **changes | {name: option.value, "known_on": on})) == option.figure_count


def test_claims_are_narrowed_to_those_about_the_enemy_and_said_to_be(cursor: Cursor) -> None:
    about = view(claim_about="enemy")
    rows = figures(cursor, claim_about="enemy")
    assert rows and all(row["claim_about"] == "enemy" for row in rows)
    assert [row["figure_id"] for row in rows] == [
        one for (one,) in cursor.execute(
            "select figure_id from fct_figures where measure_id = 'killed' and claim_about = 'enemy' order by 1"
        ).fetchall()
    ]  # fmt: skip
    assert offer(cursor).in_words(about) == ["party claims about: its enemy"]
    assert offer(cursor).options(about, "claim_about")[0].name == "every figure, claim or not"
    assert figures(cursor, claim_about="enemy", party_claims="out") == []


def test_filters_may_take_what_the_episode_holds_of_any_measure(cursor: Cursor) -> None:
    held = offer(cursor).held()
    assert held["place"] == ["SY", "nw", "within.SY"]
    assert held["cause"] == ["airstrike", "none"]
    assert "children" in held["population"]
    assert "unattributed:Skai" in held["source"]


def test_within_lets_through_everything_below(cursor: Cursor) -> None:
    assert ids(cursor, place="within.SY") == ids(cursor)
    assert ids(cursor, place="SY") == ["f-11"]
    assert ids(cursor, population="within.all") == ids(cursor)
    assert ids(cursor, measure="displaced", population="within.civilians") == ["f-10"]
    assert offer(cursor).in_words(view(place="within.SY")) == ["place: Syria and places within"]


def test_the_current_choice_is_offered_even_where_it_shows_nothing(cursor: Cursor) -> None:
    offered = offer(cursor).options(view(measure="airstrikes", population="children"), "population")
    assert [(each.value, each.figure_count) for each in offered] == [(None, 1), ("all", 1), ("children", 0)]
    assert offer(cursor).in_words(view(population="children", party_claims="out")) == [
        "people: Children",
        "without party claims",
    ]


def test_measures_are_counted_whatever_the_filters(cursor: Cursor) -> None:
    assert offer(cursor).measure_counts() == {"killed": 8, "displaced": 3, "airstrikes": 1, "injured": 1}


def test_the_other_convention_reads_vague_words_otherwise_and_nothing_else(cursor: Cursor) -> None:
    own, other = ({row["figure_id"]: row for row in figures(cursor, hedge_convention=one)} for one in (None, "acled"))
    moved = {key: (own[key]["reading_low"], other[key]["reading_low"]) for key in own if own[key] != other[key]}
    assert moved == {"f-04": (200, 100), "f-05": (200, 100)}
    lowest = [{row["lowest"] for row in ranges(cursor, hedge_convention=one)} for one in (None, "acled")]
    assert (lowest[0] - lowest[1], lowest[1] - lowest[0]) == ({200}, {100})
    assert measure.conventions(cursor) == ["literal", "acled"]
