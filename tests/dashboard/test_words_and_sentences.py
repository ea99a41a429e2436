"""Numbers, ranges, days and scopes in plain words."""

from datetime import date
from typing import Any

import duckdb
import pytest
from conftest import facets_of

from dashboard import wording
from dashboard.publication import cache
from dashboard.queries import base
from dashboard.text import formatting, sentences

Cursor = duckdb.DuckDBPyConnection


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(277, 277, "277"), (258, 299, "258 – 299"), (14001, None, "14,001 or more"), (None, 40, "40 or fewer"),
     (None, None, "number not stated"), (0, 9, "0 – 9")],
)  # fmt: skip
def test_a_reading_is_an_interval_in_words(low: int | None, high: int | None, text: str) -> None:
    assert formatting.interval(low, high) == text


def test_a_share_says_percent() -> None:
    assert formatting.interval(43.0, 50.0, is_share=True) == "43 – 50 %"
    assert formatting.interval(12.5, None, is_share=True) == "12.5 % or more"


@pytest.mark.parametrize(
    ("lowest", "highest", "is_open", "text"),
    [(258, 299, True, "258 – 299 or more"), (258, 299, False, "258 – 299"), (201, 201, True, "201 or more"),
     (23, 23, False, "23"), (None, None, False, "no number")],
)  # fmt: skip
def test_a_range_over_sources_says_or_more(lowest: int | None, highest: int | None, is_open: bool, text: str) -> None:
    assert formatting.envelope(lowest, highest, is_open_above=is_open) == text


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [(date(2024, 11, 29), date(2024, 11, 29), "29 November 2024"), (date(2024, 11, 28), None, "28 November 2024"),
     (date(2024, 11, 28), date(2024, 11, 29), "28 – 29 November 2024"),
     (date(2024, 11, 30), date(2024, 12, 1), "30 November – 1 December 2024"),
     (date(2024, 12, 31), date(2025, 1, 1), "31 December 2024 – 1 January 2025"), (None, None, "–")],
)  # fmt: skip
def test_a_period_is_written_once(start: date | None, end: date | None, text: str) -> None:
    assert wording.days(start, end) == text


def agreement(**changes: Any) -> str:
    row = {"source_count": 2, "agreement_source_count": 2, "agreement_low": 277, "agreement_high": 277}
    return formatting.agreement(row | changes)


def test_agreement_names_how_many_and_on_what() -> None:
    assert agreement() == "they agree on 277"
    assert agreement(source_count=3) == "2 of them agree on 277"
    assert agreement(agreement_high=299) == "they agree on 277 to 299"
    assert agreement(agreement_high=None) == "they agree on 277 or more"
    assert agreement(agreement_low=None, agreement_high=40) == "they agree on 40 or fewer"
    assert agreement(agreement_low=None, agreement_high=None) == "no two of them agree"
    assert agreement(source_count=1) == ""


def told(cursor: Cursor, measure: str) -> str:
    return sentences.headline(facets_of(cursor, measure), date(2024, 12, 2), "People displaced")


def test_the_headline_is_one_sentence_to_quote(cursor: Cursor) -> None:
    assert told(cursor, "killed") == (
        "As known on 2 December 2024, 2 sources put the people killed in North-west since 27 November 2024 "
        "at 258 to 299; they agree on 277."
    )


def test_a_single_source_puts_and_an_only_scope_is_told(cursor: Cursor) -> None:
    assert told(cursor, "displaced").endswith(
        "1 source puts the people displaced in North-west since 27 November 2024 at 14,001 or more."
    )
    assert told(cursor, "airstrikes") == (
        "As known on 2 December 2024, 1 source puts the airstrikes (by Russian forces) in North-west "
        "(30 November – 1 December 2024) at 23."
    )


def test_without_a_headline_the_scopes_are_counted(cursor: Cursor) -> None:
    panels = facets_of(cursor, "killed")
    assert sentences.headline(panels[1:], date(2024, 12, 2), "") == (
        "As known on 2 December 2024, there are 5 figures of people killed, in 3 scopes shown apart."
    )
    assert sentences.headline([], date(2024, 12, 2), "Attacks").endswith("nothing is reported of attacks.")


def test_the_chart_in_words_says_every_reading(cursor: Cursor) -> None:
    panels = facets_of(cursor, "killed")
    said = sentences.in_words(panels)
    assert len(said) == len(panels)
    assert "Syrian Observatory on 28 November 2024: 201 or more (superseded, date inferred)" in said[0]
    assert "party claim, relay" in " ".join(said)


def test_a_scope_says_whom_where_how_and_when(cursor: Cursor) -> None:
    scopes = {key: formatting.scope(cache.records(base.figure(cursor, key))[0]) for key in ("f-04", "f-10", "f-12")}
    assert scopes == {
        "f-04": "Fighters, North-west, since 27 November 2024",
        "f-10": "Children, share of the total, North-west, since 27 November 2024",
        "f-12": "North-west, by Russian forces, 30 November – 1 December 2024",
    }


def test_a_start_nobody_stated_is_said() -> None:
    row = {"counting": "cumulative", "period_start_on": None, "period_end_on": date(2024, 11, 26)}
    assert formatting.period(row) == "until 26 November 2024 (start not stated)"


def test_a_range_says_both_its_open_ends() -> None:
    def said(lowest: int, highest: int, *, above: bool = False, below: bool = False) -> str:
        return formatting.envelope(lowest, highest, is_open_above=above, is_open_below=below)

    assert [said(258, 299), said(201, 201, above=True), said(258, 299, above=True)] == [
        "258 – 299", "201 or more", "258 – 299 or more",
    ]  # fmt: skip
    assert [said(40, 40, below=True), said(10, 56, below=True), said(10, 56, above=True, below=True)] == [
        "40 or fewer", "10 or fewer – 56", "10 or fewer – 56 or more",
    ]  # fmt: skip
    assert said(40, 40, above=True, below=True) == "40 (both ends open)"
