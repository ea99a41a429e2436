"""The overview shows one scope a question, as known on a day, and says what changed; as SQL says."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient
from pages_publication import links, opened, publish_pages, shown
from small_publication import full, insert_figure
from workshop import Workshop

from dashboard import wording
from dashboard.charts import sparkline
from dashboard.charts.theme import Theme
from dashboard.components import selection
from dashboard.publication.folder import publications
from dashboard.request.callback import CALLBACK_PATH
from dashboard.sections import overview
from dashboard.text import formatting
from dashboard.text.panels import Panel

DAY = date(2024, 12, 2)


CARDS = ("deaths", "deaths-civilians", "deaths-children", "injuries", "displaced", "airstrikes")


@pytest.fixture
def cards(pages_sql: duckdb.DuckDBPyConnection) -> dict[str, overview.Card]:
    found, _ = overview.read(pages_sql, selection.read(pages_sql, f"?known_on={DAY}"))
    return {card.card_id: card for card in found}


def requested_for_charts(
    app: Dash, client: FlaskClient, search: object, viewport: object, cards: Sequence[str] = CARDS
) -> Any:
    """Ask for the small charts as the browser does."""
    output = next(name for name in app.callback_map if '{"card":["ALL"]}.figure' in name)
    outputs = [[{"id": {"card": card}, "property": "figure"} for card in cards]]
    inputs = [
        {"id": "url", "property": "search", "value": search},
        {"id": "viewport", "property": "data", "value": viewport},
    ]
    body = {"output": output, "outputs": outputs, "inputs": inputs, "changedPropIds": []}
    return client.post(CALLBACK_PATH, json=body)


def charts(
    app: Dash, client: FlaskClient, search: object, viewport: object = None, cards: Sequence[str] = CARDS
) -> dict[str, Any]:
    """Return the small charts as the browser gets them."""
    answer = requested_for_charts(app, client, search, viewport, cards)
    assert answer.status_code == 200
    return {json.loads(key)["card"]: value["figure"] for key, value in answer.json["response"].items()}


def test_a_war_of_which_only_parts_are_counted_is_not_told_as_nothing() -> None:
    asked = [
        (overview.Card("deaths", "Deaths", "/deaths"), ("killed", "all")),
        (overview.Card("deaths-civilians", "Deaths", "/deaths", "civilians"), ("killed", "civilians")),
        (overview.Card("injuries", "Injuries", "/injuries"), ("injured", "all")),
    ]
    ranges = pd.DataFrame([{"measure_id": "killed", "population_id": "civilians", "scope_id": "s"}])
    whole, _, hurt = overview.cards(asked, ranges, [], [], lambda one: ["all", "civilians"] if one == "all" else [one])
    assert overview.figure_words(whole) == "counted in parts only"
    assert overview.sentence(whole, DAY) == "As known on 2 December 2024, deaths are counted in parts only."
    assert overview.sentence(hurt, DAY) == "As known on 2 December 2024, nothing is reported of injuries."


def test_a_card_is_the_range_of_one_scope_and_nothing_else(cards: dict[str, overview.Card]) -> None:
    said = {card_id: overview.figure_words(card) for card_id, card in cards.items()}
    assert said == {
        "deaths": "“277” – “nearly 300”",
        "deaths-civilians": "40 or fewer",
        "deaths-children": "nothing reported",
        "injuries": "“fewer than 10”",
        "displaced": "“more than 14,000 people”",
        "airstrikes": "“23”",
    }
    assert all(len({row["scope_id"] for row in card.rows}) <= 1 for card in cards.values())


def test_a_card_that_the_page_has_and_the_publication_has_not_is_empty(app: Dash, pages: FlaskClient) -> None:
    assert charts(app, pages, "", cards=("deaths", "gone"))["gone"] == {}


def test_a_count_of_parts_is_never_shown_as_the_whole(cards: dict[str, overview.Card]) -> None:
    assert {card_id: overview.scope_words(card) for card_id, card in cards.items() if overview.scope_words(card)} == {
        "airstrikes": "Of a part: North-west, by Russian forces, 30 November – 1 December 2024"
    }
    assert overview.small_words(cards["airstrikes"], DAY) == "By 1 report (no named source)."
    assert overview.sentence(cards["airstrikes"], DAY) == (
        "As known on 2 December 2024, airstrikes (by Russian forces) in North-west (30 November – 1 December 2024): "
        "“23” (a text of Skai, naming nobody)."
    )


def test_a_group_within_the_one_asked_about_is_named(cards: dict[str, overview.Card]) -> None:
    row = cards["deaths"].rows[-1] | {"population_id": "boys", "population_name": "Boys", "is_whole": True}
    told = replace(cards["deaths-children"], rows=[row])
    assert overview.scope_words(told) == "Of a part: Boys, North-west, since 27 November 2024"
    assert overview.scope_words(replace(told, rows=[row | {"population_id": "children"}])) == ""
    assert overview.scope_words(cards["deaths-children"]) == ""


def test_day_sources_and_what_fits_are_said(cards: dict[str, overview.Card]) -> None:
    assert overview.small_words(cards["deaths"], DAY) == (
        "Read as 258 – 299. Counted up to 29 – 30 November 2024 by 2 reports (1 named source); both fit 277. "
        "No later count is on record."
    )
    assert overview.small_words(cards["deaths-children"], DAY) == "as known on 2 December 2024"


def test_what_is_counted_otherwise_and_later_and_is_more_is_said_beside_a_card(cards: dict[str, overview.Card]) -> None:
    card = cards["displaced"]
    row = card.standing or {}
    more = row | {"scope_id": "another", "counting": "stock", "lowest": 90_000, "highest": 90_000,
                  "counted_to_on": date(2024, 12, 1)}  # fmt: skip
    closed = replace(card, rows=[row | {"highest": 14_500}])
    assert overview._later(closed, [more]) == more
    for change in (
        {"lowest": 14_000}, {"counted_to_on": row["counted_to_on"]}, {"place_id": "elsewhere"}, {"measure_id": "killed"}
    ):  # fmt: skip
        assert overview._later(closed, [more | change]) is None, change
    # Of an open range nothing is known to be more.
    assert overview._later(replace(card, rows=[row | {"highest": None}]), [more]) is None
    told = replace(closed, later=Panel("another", "", [], more))
    said = overview.small_words(told, DAY)
    assert "No later count of the same is on record." in said
    assert "Counted otherwise and later, it is more: " in said
    assert said.rstrip(".").endswith(overview.sentence(told, DAY).split("it is more: ")[1].rstrip("."))


def test_that_nobody_counted_later_is_said_from_the_second_day_after(cards: dict[str, overview.Card]) -> None:
    def said(day: date, **changes: Any) -> str:
        card = cards["displaced"]
        return overview.small_words(replace(card, rows=[card.rows[-1] | changes]), day)

    told = "Read as at least 14,001. Counted up to 28 November 2024 by 1 source."
    assert said(date(2024, 11, 29)) == told, "days are inferred, and may be off by one"
    assert said(date(2024, 11, 30)) == f"{told} No later count is on record."
    assert said(date(2024, 11, 30), counting="stock") == f"{told} No later count is on record."
    assert said(date(2024, 11, 30), counting="incident") == told, "the toll of an event settles"
    window = {"counting": "period", "counted_from_on": None, "counted_to_on": None}
    assert said(date(2024, 11, 30), **window) == "Read as at least 14,001. By 1 source."


def test_an_earlier_count_is_told_with_its_day_and_source(cards: dict[str, overview.Card]) -> None:
    card = cards["deaths"]
    row = card.rows[-1] | {
        "lowest": 277, "highest": 277, "source_count": 1, "report_count": 1, "agreement_source_count": 1,
        "counted_from_on": date(2024, 11, 30), "earlier_source_count": 1, "earlier_low": 258,
    }  # fmt: skip
    told = replace(card, rows=[row])
    assert overview.figure_words(told) == "“277”"
    assert overview.small_words(told, date(2024, 12, 1)) == (
        "Counted up to 30 November 2024 by 1 source. "
        "Earlier: “nearly 300” (a news text, naming nobody, up to 29 November 2024; read as 258 to 299)."
    )
    assert overview.sentence(told, DAY) == (
        "As known on 2 December 2024, people killed in North-west since 27 November 2024: “277” (Syrian Observatory, "
        "up to 30 November 2024). Earlier: “nearly 300” (a news text, naming nobody, up to 29 November 2024; read as "
        "258 to 299)."
    )


def test_a_part_that_exceeds_its_whole_is_told_beside_it(cards: dict[str, overview.Card]) -> None:
    part = {
        "low": 20_000, "phrase": "tens of thousands", "population_id": "civilians", "population_name": "Civilians",
        "whole_population_id": "all", "place_id": "nw", "place_name": "North-west", "whole_place_id": "nw",
        "cause_name": None, "actor_name": None, "source_id": "ministry", "speaker_name": "The ministry",
        "is_party_claim": True, "counted_until_on": DAY, "period_end_on": None,
    }  # fmt: skip

    def said(*parts: dict[str, Any]) -> str:
        return " ".join(overview.exceeded(replace(cards["displaced"], exceeding=list(parts))))

    told = "“tens of thousands” (The ministry, a party, up to 2 December 2024)."
    assert said(part) == f"Of civilians alone: {told}"
    elsewhere = part | {"population_id": "all", "place_id": "idleb", "place_name": "Idleb"}
    assert said(elsewhere) == f"In Idleb alone: {told}"
    alike = part | {"population_id": "all"}
    assert said(alike | {"cause_name": "Airstrike", "actor_name": "Russian forces"}) == (
        f"Airstrike by Russian forces: {told}"
    )
    assert said(alike) == f"Within it: {told}"
    assert said(part | {"counted_until_on": None, "period_end_on": date(2024, 12, 1)}) == (
        "Of civilians alone: “tens of thousands” (The ministry, a party, up to 1 December 2024)."
    )
    assert said(elsewhere, part) == f"In Idleb alone: {told}", "the first, which is the most, and no list of all"
    assert said(part | {"low": 14_001}) == said() == "", "no more than the whole says"
    card = replace(cards["displaced"], exceeding=[part])
    assert overview.small_words(card, DAY).endswith(f"No later count is on record. Of civilians alone: {told}")
    assert overview.sentence(card, DAY) == (
        "As known on 2 December 2024, people displaced in North-west since 27 November 2024: “more than 14,000 people” "
        f"(UN OCHA, up to 28 November 2024; read as 14,001 or more). Of civilians alone: {told}"
    )


def test_the_page_says_what_changed_and_what_contradicts(pages: FlaskClient) -> None:
    text = shown(pages, "/")
    assert (
        "was read as at least 201, counted up to 28 November 2024 by 1 source; is read as 258 – 299, counted up to "
        "29 – 30 November 2024 by 2 reports (1 named source)."
    ) in text
    assert (
        "(Civilians, North-west, since 27 November 2024): first reported, read as 40 or fewer, counted up to "
        "28 November 2024 by 1 source."
    ) in text
    assert (
        "What changed that dayOn 2 December 2024, beside 29 November 2024, the last day with news before: "
        "7 ranges moved or began, 3 new figures."
    ) in text
    assert "One says “up to <i>40</i>” (f-06) and one “56” (f-14), (not-a-figure): 16 apart." in text
    assert "its parts say more" not in text  # its report no longer stands
    assert "Last refreshed 2 January 2026, 03:05 UTC." in text


def test_the_day_asked_for_is_the_day_shown(pages: FlaskClient) -> None:
    text = shown(pages, "/", "?known_on=2024-11-28")
    assert "“more than 200”Read as at least 201. Counted up to 28 November 2024 by 1 source.All figures of" in text
    assert "On 28 November 2024: 1 range moved or began, 10 new figures." in text, "there is no day before it"
    assert (
        "The ministry: “hundreds of fighters”, read as 200 – 999, a party claim about its enemy (f-04). Fighters, "
        "North-west, since 27 November 2024, counted up to 28 November 2024."
    ) in text
    assert "16 apart" not in text
    assert "Nothing changed on 1 December 2024. The last change was on 29 November 2024." in shown(
        pages, "/", "?known_on=2024-12-01"
    )
    assert "nothing reported" in shown(pages, "/", "?known_on=0001-01-01")


def test_an_episode_is_shown_as_of_its_own_last_day_with_news(
    app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another episode goes on for months: that is no news of this one, of which nobody knows less for it."""
    with duckdb.connect(str(publish_pages(tmp_path / "20260101T000000000000Z.duckdb"))) as connection:
        connection.execute("insert into dim_episodes by name select 'later' as episode_id, 'A later war' as name, "
                           "'SY' as place_id, date '2025-04-01' as start_on")  # fmt: skip
        told = {"figure_id": "l-01", "episode_id": "later", "phrase": "12 dead", "low": 12, "value_stated": 12,
                "high": 12, "place_id": "SY", "period_start_on": "2025-04-01", "reported_on": "2025-05-01",
                "published_on": "2025-05-01"}  # fmt: skip
        insert_figure(connection, full(told))
        connection.execute("update build set known_until_on = date '2025-05-01'")
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    client = app.server.test_client()
    assert "The offensive, overview, as known on 2 December 2024" not in shown(client, "/sources")
    for path in ("/", "/sources", "/checks", "/figure/f-03", "/deaths"):
        here, there = (client.get(f"{path.replace('/', '/index', 1) if path == '/' else path}.html{search}").text
                       for search in ("?episode=offensive", "?episode=later"))  # fmt: skip
        assert "As known on 2 December 2024" in here, path
        assert "1 May 2025" not in here, path
        assert "As known on 1 May 2025" in there, path
    text = shown(client, "/", "?known_on=2025-01-01")
    assert "Nothing changed on 1 January 2025. The last change was on 2 December 2024." in text, "a day asked for"
    assert "yet; showing 1 May 2025." in shown(client, "/", "?known_on=2999-01-01")
    publications().close()


def test_links_keep_the_episode_and_the_day(pages: FlaskClient) -> None:
    found = links(pages, "/", "?episode=offensive&known_on=2024-12-02&x=1")
    assert "/figure/f-06?episode=offensive&known_on=2024-12-02" in found
    assert "/checks?episode=offensive&known_on=2024-12-02" in found
    assert "/checks" in links(pages, "/")


@pytest.mark.parametrize("known_on", ["soon", "2024-13-01", "9999-12-31", "<b>", "%00", "2024-12-02T00:00"])
def test_an_unknown_day_or_episode_is_said(pages: FlaskClient, known_on: str) -> None:
    text = shown(pages, "/", f"?known_on={known_on}&episode=no")
    assert "There is no episode “no” here; showing “The offensive” instead." in text
    assert "is no day" in text or "yet; showing 2 December 2024." in text
    assert "258 – 299" in text


def test_the_small_chart_holds_the_ranges_of_sql(
    app: Dash, pages: FlaskClient, pages_sql: duckdb.DuckDBPyConnection
) -> None:
    drawn = charts(app, pages, "", {"scheme": "dark"})
    for card_id, measure, population in (("deaths", "killed", "all"), ("displaced", "displaced", "all")):
        lowest, highest, more = drawn[card_id]["data"]
        rows = pages_sql.execute(
            """select r.valid_from_on::text, lowest, highest, is_open_above from range_reported as r
            where hedge_convention = 'literal' and measure_id = ? and population_id = ? and place_id = 'nw'
            order by 1""",
            [measure, population],
        ).fetchall()
        assert list(zip(lowest["x"], lowest["y"], highest["y"], strict=True))[:-1] == [row[:3] for row in rows]
        assert list(zip(more["x"], more["y"], strict=True)) == [(row[0], row[2]) for row in rows if row[3]]
        assert lowest["line"]["shape"] == "hv"
    assert drawn["deaths-children"]["data"] == []
    assert [trace["name"] for trace in drawn["airstrikes"]["data"]] == ["lowest", "highest", "or more"]


def test_a_range_is_dashed_after_the_day_up_to_which_it_counts(cards: dict[str, overview.Card]) -> None:
    rows = [row | {"counted_to_on": row["valid_from_on"] + timedelta(days=1)} for row in cards["deaths"].rows]
    lowest, highest, _, *stale = sparkline.chart(rows, rows[0]["valid_from_on"], date(2024, 12, 9), Theme())["data"]
    assert lowest["x"] == highest["x"] == ["2024-11-28", "2024-12-02", "2024-12-04"], "solid to the end of 3 December"
    assert [(trace["x"], trace["y"], trace["line"]["dash"]) for trace in stale] == [
        (["2024-12-04", "2024-12-10"], [258, 258], "dash"), (["2024-12-04", "2024-12-10"], [299, 299], "dash"),
    ]  # fmt: skip
    assert stale[0]["text"] == [
        "2 Dec 2024: 258 – 299, counted up to 29 Nov – 3 Dec 2024, 2 reports (1 named source)"
    ] * 2  # fmt: skip
    names = [trace["name"] for trace in sparkline.chart(rows, rows[0]["valid_from_on"], rows[-1]["counted_to_on"],
                                                        Theme())["data"]]  # fmt: skip
    assert names == ["lowest", "highest", "or more"], "it counts to the last day shown"
    window = [row | {"counted_from_on": None, "counted_to_on": None} for row in rows]
    assert len(sparkline.chart(window, rows[0]["valid_from_on"], date(2024, 12, 9), Theme())["data"]) == 3


@pytest.mark.parametrize("value", [None, "?known_on=x&known_on=y", "?known_on=2024-13-45", "no query"])
def test_charts_answer_any_text(app: Dash, pages: FlaskClient, value: object) -> None:
    names = [trace["name"] for trace in charts(app, pages, value, value)["deaths"]["data"]]
    assert names == ["lowest", "highest", "or more"]


@pytest.mark.parametrize("value", [3, [1], {"a": {}}, "?\ud800"])
def test_charts_refuse_what_no_address_is(app: Dash, pages: FlaskClient, value: object) -> None:
    assert requested_for_charts(app, pages, value, value).status_code == 400


def test_a_chart_is_said_in_words(cards: dict[str, overview.Card]) -> None:
    assert sparkline.in_words(cards["deaths"].rows) == (
        "As known on 28 Nov 2024: at least 201, counted up to 28 Nov 2024, 1 source; on 2 Dec 2024: 258 – 299, "
        "counted up to 29 – 30 Nov 2024, 2 reports (1 named source)."
    )
    assert sparkline.in_words([]) == "No range stands."


def test_a_range_without_a_number_leaves_a_gap(cards: dict[str, overview.Card]) -> None:
    rows = [cards["deaths"].rows[0] | {"lowest": None, "highest": None}]
    drawn = sparkline.chart(rows, DAY, DAY, Theme())
    assert drawn["data"][0]["y"] == [None, None]
    assert drawn["layout"]["yaxis"]["range"][1] > 0


def test_the_real_episode_reads_as_its_tables_do(
    real: Workshop, app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A copy: one process may not open a file in two ways, and other tests open the original.
    shutil.copy(real.publications[-1], tmp_path)
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    client = app.server.test_client()
    text = shown(client, "/")
    whole = "measure_id = 'killed' and place_id = 'sy-northwest' and cause_id is null and counting = 'cumulative'"
    found = real.query(
        "select lowest, highest, is_open_above, is_open_below, report_count, source_count, named_source_count, "
        f"counted_from_on, counted_to_on from range_deaths where {whole} and valid_to_on is null"
        " and population_id in ('all', 'civilians', 'civilian_children') order by population_id"
    )
    names = ("lowest", "highest", "is_open_above", "is_open_below", "report_count", "source_count",
             "named_source_count", "counted_from_on", "counted_to_on")  # fmt: skip
    assert len(found) == 3
    # Nobody counts all children, somebody those among civilians.
    part = "Of a part: Civilian children, North-west Syria, since 27 November 2024"
    for row in (dict(zip(names, values, strict=True)) for values in found):
        days = wording.days(row["counted_from_on"], row["counted_to_on"])
        said = f"Counted up to {days} by {formatting.sources(row)}"
        assert said in text
        assert part in text
    for said in (
        "Deaths“277” – “nearly 300 lives”Read as 258 – 299. Counted up to 29 – 30 November 2024 by 2 reports (1 named "
        "source); both fit 277. No later count is on record; nothing after 2 December 2024 was searched.",
        "Counted up to 2 December 2024 by 2 sources; no number fits both. Earlier: “",
        "naming nobody, up to 29 November 2024; read as 27 to 33).",
        "Read as at least 14,001. Counted up to 28 November 2024 by 1 source. No later count is on record; nothing "
        "after 2 December 2024 was searched. Of civilians "
        "alone: “Tens of thousands of civilians” (a news text, naming nobody, up to 2 December 2024).",
        "As known on 2 December 2024, people killed in North-west Syria since 27 November 2024: from “277” (Syrian "
        "Observatory for Human Rights, up to 30 November 2024) to “nearly 300 lives” (a report of ANSA, naming nobody, "
        "up to 29 November 2024; read as 258 to 299), both fit 277. Five documents read, 28 November to 2 December "
        "2024; nothing later was searched.",
        "On 2 December 2024, beside 30 November 2024, the last day with news before: ",
    ):
        assert said in text, said
    for path in ("/sources", "/checks", "/about", "/figure/aleppo-2024-001-03"):
        assert "Nothing to show" not in shown(client, path)
        assert opened(client, path).status_code == 200
    publications().close()
