"""The overview shows one scope a question, as known on a day, and says what changed; as SQL says."""

import json
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dash import Dash
from flask.testing import FlaskClient
from pages_publication import links, opened, shown
from workshop import Workshop

from dashboard import wording
from dashboard.charts import sparkline
from dashboard.charts.theme import Theme
from dashboard.components import selection
from dashboard.publication.folder import publications
from dashboard.request.callback import CALLBACK_PATH
from dashboard.sections import overview
from dashboard.text import formatting

DAY = date(2024, 12, 2)


CARDS = ("deaths", "deaths-civilians", "deaths-children", "injuries", "displaced", "airstrikes")


@pytest.fixture
def cards(pages_sql: duckdb.DuckDBPyConnection) -> dict[str, overview.Card]:
    found, _ = overview.read(pages_sql, selection.read(pages_sql, f"?known_on={DAY}"))
    return {card.card_id: card for card in found}


def asked_for_charts(
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
    answer = asked_for_charts(app, client, search, viewport, cards)
    assert answer.status_code == 200
    return {json.loads(key)["card"]: value["figure"] for key, value in answer.json["response"].items()}


def test_a_card_is_the_range_of_one_scope_and_nothing_else(cards: dict[str, overview.Card]) -> None:
    said = {card_id: overview.figure_words(card) for card_id, card in cards.items()}
    assert said == {
        "deaths": "258 – 299",
        "deaths-civilians": "40 or fewer",
        "deaths-children": "nothing reported",
        "injuries": "0 – 9",
        "displaced": "14,001 or more",
        "airstrikes": "1 count of a part",
    }
    assert all(len({row["scope_id"] for row in card.rows}) <= 1 for card in cards.values())


def test_a_card_that_the_page_has_and_the_publication_has_not_is_empty(app: Dash, pages: FlaskClient) -> None:
    assert charts(app, pages, "", cards=("deaths", "gone"))["gone"] == {}


def test_a_count_of_parts_is_never_shown_as_the_whole(cards: dict[str, overview.Card]) -> None:
    assert overview.small_words(cards["airstrikes"], DAY) == "none of the whole, as known on 2 December 2024"
    assert overview.sentence(cards["airstrikes"], DAY) == (
        "As known on 2 December 2024, no source counts airstrikes of the whole episode; there is 1 count of a part."
    )


def test_sources_day_and_agreement_are_said(cards: dict[str, overview.Card]) -> None:
    said = overview.small_words(cards["deaths"], DAY)
    assert said == "as reported by 2 sources, as known on 2 December 2024, they agree on 277"


def test_the_page_says_what_changed_and_what_contradicts(pages: FlaskClient) -> None:
    text = shown(pages, "/")
    assert "from 201 or more by 1 source to 258 – 299 by 2 sources." in text
    assert "(Civilians, North-west, since 27 November 2024): first reported, 40 or fewer by 1 source." in text
    assert "ranges moved or began, 3 new figures." in text
    assert "One says “up to <i>40</i>” (f-06) and one “56” (f-14), (not-a-figure): 16 apart." in text
    assert "its parts say more" not in text  # its report no longer stands
    assert "Last refreshed 2 January 2026, 03:05 UTC." in text


def test_the_day_asked_for_is_the_day_shown(pages: FlaskClient) -> None:
    text = shown(pages, "/", "?known_on=2024-11-28")
    assert "201 or moreas reported by 1 source, as known on 28 November 2024" in text
    assert "16 apart" not in text
    assert "Nothing changed on 1 December 2024. The last change was on 29 November 2024." in shown(
        pages, "/", "?known_on=2024-12-01"
    )
    assert "nothing reported" in shown(pages, "/", "?known_on=0001-01-01")


def test_links_keep_the_episode_and_the_day(pages: FlaskClient) -> None:
    found = links(pages, "/", "?episode=offensive&known_on=2024-12-02&x=1")
    assert "/figure/f-06?episode=offensive&known_on=2024-12-02" in found
    assert "/checks?episode=offensive&known_on=2024-12-02" in found
    assert "/checks" in links(pages, "/")


@pytest.mark.parametrize("known_on", ["soon", "2024-13-01", "9999-12-31", "<b>", "%00", "2024-12-02T00:00"])
def test_an_unknown_day_or_episode_is_said(pages: FlaskClient, known_on: str) -> None:
    text = shown(pages, "/", f"?known_on={known_on}&episode=no")
    assert "There is no episode “no” here; showing “The offensive” instead." in text
    assert "is no day" in text or "Nothing is known after 2 December 2024 yet" in text
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
    assert drawn["deaths-children"]["data"] == drawn["airstrikes"]["data"] == []


@pytest.mark.parametrize("value", [None, "?known_on=x&known_on=y", "?known_on=2024-13-45", "no query"])
def test_charts_answer_any_text(app: Dash, pages: FlaskClient, value: object) -> None:
    assert len(charts(app, pages, value, value)["deaths"]["data"]) == 3


@pytest.mark.parametrize("value", [3, [1], {"a": {}}, "?\ud800"])
def test_charts_refuse_what_no_address_is(app: Dash, pages: FlaskClient, value: object) -> None:
    assert asked_for_charts(app, pages, value, value).status_code == 400


def test_a_chart_is_said_in_words(cards: dict[str, overview.Card]) -> None:
    assert sparkline.in_words(cards["deaths"].rows) == (
        "As known on 28 Nov 2024: 201 or more, 1 source; on 2 Dec 2024: 258 – 299, 2 sources."
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
        f"select lowest, highest, source_count from range_deaths where {whole} and valid_to_on is null"
        " and population_id in ('all', 'civilians', 'children') order by population_id"
    )
    assert len(found) == 3
    for lowest, highest, count in found:
        span = formatting.envelope(lowest, highest, is_open_above=False)
        assert f"{span}as reported by {wording.plural(count, 'source')}, as known on 2 December 2024" in text
    for path in ("/sources", "/checks", "/about", "/figure/aleppo-2024-001-03"):
        assert "Nothing to show" not in shown(client, path)
        assert opened(client, path).status_code == 200
    publications().close()
