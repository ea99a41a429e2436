"""Numbers, ranges, days and scopes in plain words."""

from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pytest
from conftest import facets_of

from dashboard import wording
from dashboard.publication import cache
from dashboard.queries import base
from dashboard.text import formatting, sentences
from dashboard.text.panels import Panel

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
    [(258, 299, True, "258 – 299 or more"), (258, 299, False, "258 – 299"), (201, 201, True, "at least 201"),
     (500_000, 500_001, True, "at least 500,000"), (500_000, 500_002, True, "500,000 – 500,002 or more"),
     (5, 400, True, "5 – 400 or more"), (5, 6, False, "5 – 6"), (23, 23, False, "23"),
     (None, None, False, "no number")],
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
    row = {
        "source_count": 2, "agreement_source_count": 2, "agreement_low": 277, "agreement_high": 277,
        "is_disputed": False, "is_by_convention": False,
    }  # fmt: skip
    return formatting.agreement(row | changes)


def test_agreement_names_how_many_and_what_fits_them() -> None:
    assert agreement() == "both fit 277"
    assert agreement(source_count=3) == "2 of 3 fit 277"
    assert agreement(source_count=3, agreement_source_count=3) == "all 3 fit 277"
    assert agreement(agreement_high=299) == "both fit 277 to 299"
    assert agreement(agreement_high=None) == "both fit 277 or more"
    assert agreement(agreement_low=None, agreement_high=40) == "both fit 40 or fewer"
    assert agreement(source_count=1, agreement_source_count=1) == ""


def test_what_cannot_both_hold_is_told_apart_from_what_only_words_part() -> None:
    nothing = {"agreement_low": None, "agreement_high": None}
    assert agreement(**nothing) == "", "at least 5 and 9 contradict nobody"
    assert agreement(**nothing, is_disputed=True) == "no number fits both"
    assert agreement(**nothing, is_disputed=True, source_count=3) == "no number fits all"
    assert agreement(is_disputed=True, source_count=3) == "2 of 3 fit 277, no number fits all"
    assert agreement(**nothing, is_by_convention=True) == "parted only by our reading of a vague word"
    assert agreement(**nothing, is_by_convention=True, is_disputed=True) == "no number fits both"


@pytest.mark.parametrize(
    ("counts", "text"),
    [((1, 1, 1), "1 source"), ((2, 2, 2), "2 sources"), ((2, 1, 2), "2 reports (1 named source)"),
     ((1, 0, 1), "1 report (no named source)"), ((5, 3, 7), "7 reports (3 named sources)"),
     ((2, None, 2), "2 sources")],
)  # fmt: skip
def test_who_is_not_named_is_no_source(counts: tuple[int, int | None, int], text: str) -> None:
    names = ("source_count", "named_source_count", "report_count")
    assert formatting.sources(dict(zip(names, counts, strict=True))) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [(date(2024, 11, 29), date(2024, 11, 30), "counted up to 29 – 30 November 2024"),
     (date(2024, 12, 2), date(2024, 12, 2), "counted up to 2 December 2024"), (None, None, "")],
)  # fmt: skip
def test_a_range_says_up_to_which_day_it_counts(first: date | None, last: date | None, text: str) -> None:
    assert formatting.counted({"counted_from_on": first, "counted_to_on": last}) == text


def test_counts_that_stopped_before_are_told_beside_a_range() -> None:
    row = {"earlier_source_count": 1, "earlier_low": 27}
    assert formatting.earlier(row) == "1 earlier count (27 or more)"
    assert formatting.earlier(row, short=True) == "1 earlier count"
    assert formatting.earlier(row | {"earlier_source_count": 3, "earlier_low": None}) == "3 earlier counts"
    assert formatting.earlier(row | {"earlier_source_count": 0}) == ""


def test_an_older_count_left_without_party_claims_is_said() -> None:
    row = {"counted_to_on": date(2024, 11, 28), "counted_to_on_with_party_claims": date(2024, 11, 29)}
    said = "without party claims only an earlier count is left, up to 28 November 2024"
    assert formatting.overtaken(row) == said
    assert formatting.overtaken(row | {"counted_to_on_with_party_claims": date(2024, 11, 28)}) == ""
    assert formatting.overtaken({"counted_to_on": date(2024, 11, 28)}) == "", "party claims are in"
    assert formatting.overtaken(row | {"counted_to_on": None}) == "", "a window"
    full = {
        "lowest": 182, "highest": 182, "is_open_above": False, "is_open_below": False, "source_count": 1,
        "named_source_count": 1, "report_count": 1, "is_disputed": False, "agreement_low": 182, "agreement_high": 182,
        "earlier_source_count": 0,
    }  # fmt: skip
    panel = Panel("id", "Opposition fighters", [], row | full)
    assert sentences.standing(panel) == f"read as 182, counted up to 28 November 2024, 1 source, {said}"
    told = f"read as 182, counted up to 28 November 2024 by 1 source, {said}"
    assert sentences.stated_range(row | full, []) == told


def told(cursor: Cursor, measure: str) -> str:
    return sentences.headline(facets_of(cursor, measure), date(2024, 12, 2), "People displaced")


def test_the_headline_is_one_sentence_to_quote(cursor: Cursor) -> None:
    assert told(cursor, "killed") == (
        "As known on 2 December 2024, people killed in North-west since 27 November 2024: from “277” (Syrian "
        "Observatory, up to 30 November 2024) to “nearly 300” (a news text, naming nobody, up to 29 November 2024; "
        "read as 258 to 299), both fit 277."
    )


def test_a_single_source_and_an_only_scope_are_told(cursor: Cursor) -> None:
    assert told(cursor, "displaced") == (
        "As known on 2 December 2024, people displaced in North-west since 27 November 2024: “more than 14,000 people” "
        "(UN OCHA, up to 28 November 2024; read as 14,001 or more)."
    )
    assert told(cursor, "airstrikes") == (
        "As known on 2 December 2024, airstrikes (by Russian forces) in North-west (30 November – 1 December 2024): "
        "“23” (a text of Skai, naming nobody)."
    )


def spoken(figure_id: str, phrase: str, low: int, high: int | None, until: date, **more: Any) -> dict[str, Any]:
    """Return a figure as its sentences need it; what is stated is its low end, where `more` says nothing else."""
    return {
        "figure_id": figure_id, "phrase": phrase, "reading_low": low, "reading_stated": low, "reading_high": high,
        "counted_until_on": until, "source_id": figure_id, "speaker_name": figure_id.upper(), "is_standing": True,
        "is_relay": False, "is_share": False, "is_party_claim": False,
    } | more  # fmt: skip


NOVEMBER, SECOND = date(2024, 11, 29), date(2024, 12, 2)
NO_MORE = {
    "is_disputed": False, "is_by_convention": False, "agreement_low": None, "agreement_high": None,
    "agreement_source_count": 1, "counted_from_on": SECOND, "counted_to_on": SECOND,
}  # fmt: skip


def test_the_ends_of_many_sources_are_told_and_how_many_lie_between() -> None:
    figures = [spoken(name, str(low), low, low, SECOND) for name, low in (("c", 71), ("a", 56), ("b", 60), ("d", 58))]
    row = NO_MORE | {"source_count": 4, "report_count": 3, "is_disputed": True}
    assert sentences.stated_range(row, figures) == (
        "from “56” (A, up to 2 December 2024) to “71” (C, up to 2 December 2024), 2 sources between them, "
        "no number fits all"
    )
    assert sentences.stated_range(row | {"source_count": 3}, figures[:3]) == (
        "from “56” (A, up to 2 December 2024) to “71” (C, up to 2 December 2024), 1 source between them, "
        "no number fits all"
    )


def test_one_number_that_all_say_is_told_once() -> None:
    figures = [spoken(name, "12 dead", 12, 12, SECOND) for name in ("a", "b", "c")]
    row = NO_MORE | {
        "source_count": 2,
        "report_count": 2,
        "agreement_low": 12,
        "agreement_high": 12,
        "agreement_source_count": 2,
    }
    assert sentences.stated_range(row, figures[:2]) == "“12” (A and B, up to 2 December 2024), both fit 12"
    row |= {"source_count": 3, "agreement_source_count": 3}
    assert sentences.stated_range(row, figures) == "“12” (3 sources, up to 2 December 2024), all 3 fit 12"


def test_what_stopped_before_what_was_replaced_and_what_is_repeated_are_no_ends() -> None:
    figures = [
        spoken("a", "71", 71, 71, SECOND),
        spoken("b", "around thirty", 27, 33, NOVEMBER, reading_stated=30),
        spoken("c", "at least 25", 25, None, NOVEMBER, is_party_claim=True),
        spoken("d", "99", 99, 99, SECOND, is_relay=True),
        spoken("e", "88", 88, 88, SECOND, is_standing=False),
    ]
    row = NO_MORE | {"source_count": 1, "report_count": 1}
    earlier = (
        "“at least 25” (C, a party, up to 29 November 2024; read as 25 or more); "
        "“around thirty” (B, up to 29 November 2024; read as 27 to 33)"
    )
    assert sentences.stated_range(row, figures) == f"“71” (A, up to 2 December 2024). Earlier: {earlier}"
    more = [spoken(name, "20", 20, 20, date(2024, 11, 28)) for name in ("f", "g")]
    assert sentences.stated_range(row, [*figures, *more]) == (
        f"“71” (A, up to 2 December 2024). Earlier: {earlier}; “20” (G, up to 28 November 2024) and 1 more"
    )
    assert sentences.earlier_counts(row, figures) == (
        "“at least 25” (C, a party, up to 29 November 2024; read as 25 or more); "
        "“around thirty” (B, up to 29 November 2024; read as 27 to 33)"
    )


def test_a_filter_by_source_tells_no_range_by_one_of_those_who_speak_in_it(cursor: Cursor) -> None:
    first = facets_of(cursor, "killed")[0]
    one = replace(first, rows=[row for row in first.rows if row["source_id"] == "sohr"])
    assert sentences.headline([one], date(2024, 12, 2), "") == (
        "As known on 2 December 2024, people killed in North-west since 27 November 2024: read as 258 to 299, counted "
        "up to 29 – 30 November 2024 by 2 reports (1 named source), both fit 277."
    )


def test_who_names_nobody_is_told_by_where_it_was_read() -> None:
    nobody = spoken("n", "9", 9, 9, SECOND, source_id="unattributed")
    assert [sentences.who(nobody | told) for told in (
        {"agency": "ANSA", "publisher": "Skai"}, {"publisher": "Skai"}, {"publisher": None},
        {"source_original_id": "sohr", "speaker_name": "Syrian Observatory"},
    )] == [
        "a report of ANSA, naming nobody", "a text of Skai, naming nobody", "a news text, naming nobody",
        "Syrian Observatory",
    ]  # fmt: skip


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
    assert said[0] == (
        "Everyone, North-west, since 27 November 2024: read as 258 – 299, counted up to 29 – 30 November "
        "2024, 2 reports "
        "(1 named source), both fit 277. Syrian Observatory on 28 November 2024: “more than 200”, read as 201 or more "
        "(superseded, date inferred); a news text, naming nobody, on 29 November 2024: “nearly 300”, read as 258 "
        "to 299; Syrian Observatory on 30 November 2024: “277”."
    )
    relay = "The ministry on 28 November 2024: “hundreds”, read as 200 to 999 (party claim about its enemy, relay)"
    assert relay in " ".join(said)


def test_what_is_in_doubt_and_whose_losses_a_party_tells_is_a_badge(cursor: Cursor) -> None:
    row = cache.records(base.figure(cursor, "f-04"))[0] | {"doubts": "population_id period_start_on"}
    assert sentences.badges(row) == ["party claim about its enemy", "in doubt: whom, since when"]
    assert sentences.badges(row, short=True) == ["party claim", "in doubt"]
    assert sentences.badges(row | {"claim_about": "own"})[0] == "party claim about its own side"
    assert sentences.badges(row | {"claim_about": "others"})[0] == "party claim about others"
    assert sentences.badges(row | {"doubts": None, "is_party_claim": False}) == []


def test_what_its_source_took_back_says_so_from_that_day(cursor: Cursor) -> None:
    row = cache.records(base.figure(cursor, "f-03"))[0]
    taken_back = {"retracted_on": date(2024, 12, 4), "is_retracted": True, "is_superseded": True}
    assert sentences.badges(row | taken_back) == ["taken back by its source on 4 December 2024"], "nothing replaced it"
    assert sentences.badges(row | taken_back, short=True) == ["taken back by its source"]
    assert sentences.badges(row | {"is_superseded": True}) == ["superseded"]
    assert sentences.badges(row) == []


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
        "258 – 299", "at least 201", "258 – 299 or more",
    ]  # fmt: skip
    assert [said(40, 40, below=True), said(10, 56, below=True), said(10, 56, above=True, below=True)] == [
        "40 or fewer", "10 or fewer – 56", "10 or fewer – 56 or more",
    ]  # fmt: skip
    assert said(40, 40, above=True, below=True) == "40 (both ends open)"
