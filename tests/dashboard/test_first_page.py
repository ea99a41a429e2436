"""The page through its server: it answers, refuses garbage, escapes texts, and notices a new publication."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import dash
import pytest
from dash import Dash
from flask.testing import FlaskClient
from small_publication import PATHS, publish

from dashboard.app import create_app
from dashboard.components import nav, parts
from dashboard.publication.folder import publications
from dashboard.request.callback import CALLBACK_PATH

Answer = Any
GARBAGE = [
    b"", b"null", b"[]", b"{", b"\xff\xfe", b'{"output": 3}', b'{"output": "nothing.here"}',
    b'{"output": "drawing.data"}', b'{"output": "drawing.data", "inputs": 5}',
    b'{"output": "drawing.data", "inputs": [], "outputs": {}}',
    b'{"output": "drawing.data", "inputs": [null, null], "outputs": {}}',
    b'{"output": "drawing.data", "outputs": {"id": "drawing", "property": "data"}, "changedPropIds": 7, "inputs": '
    b'[{"id": "url", "property": "pathname"}, {"id": "url", "property": "search"}, '
    b'{"id": "viewport", "property": "data"}]}',
    b'{"output": "drawing.data", "outputs": {"id": "other", "property": "data"}, "inputs": '
    b'[{"id": "url", "property": "pathname"}, {"id": "url", "property": "search"}, '
    b'{"id": "viewport", "property": "data"}]}',
]  # fmt: skip


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


def ask(client: FlaskClient, output: str, search: object, viewport: object = None, path: object = "/deaths") -> Answer:
    """Call one callback as a page does."""
    inputs = [
        {"id": "url", "property": "pathname", "value": path},
        {"id": "url", "property": "search", "value": search},
    ]
    outputs: Any = {"id": "drawing", "property": "data"}
    if output == "drawing.data":
        inputs.append({"id": "viewport", "property": "data", "value": viewport})
    else:
        outputs = [
            dict(zip(("id", "property"), part.rsplit(".", 1), strict=True)) for part in output[2:-2].split("...")
        ]
    body = {"output": output, "outputs": outputs, "inputs": inputs, "changedPropIds": ["url.search"]}
    return client.post(CALLBACK_PATH, json=body)


def markup(answer: Answer) -> dict[str, str]:
    """Return what an answer sends as HTML, by the id of its place; its texts are not escaped."""
    return {place: unescape(html) for place, html in answer.json["response"]["markup"]["data"].items()}


def pages(client: FlaskClient, path: str, search: str) -> Answer:
    """Ask for the content of a page as Dash does on every change of path."""
    ids = [("_pages_content", "children"), ("_pages_store", "data")]
    where = [("pathname", path), ("search", search)]
    body = {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": name, "property": part} for name, part in ids],
        "inputs": [{"id": "_pages_location", "property": name, "value": value} for name, value in where],
        "changedPropIds": [],
    }
    return client.post(CALLBACK_PATH, json=body)


def shown(app: Dash) -> str:
    """Name the callback that fills the page with words."""
    return next(name for name in app.callback_map if "headline.children" in name)


def test_the_page_answers_with_headers(client: FlaskClient) -> None:
    answer = client.get("/displaced?scale=log")
    assert answer.status_code == 200
    assert '<html lang="en">' in answer.text
    assert "unsafe-eval" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_on_the_page_is_fetched_from_elsewhere(client: FlaskClient) -> None:
    text = client.get("/").text
    assert 'src="http' not in text
    assert '<link rel="stylesheet" href="http' not in text
    assert parts.GRAPH_CONFIG["showSendToCloud"] is False


def test_the_chart_and_the_words_answer(app: Dash, client: FlaskClient) -> None:
    chart = ask(client, "drawing.data", "?tab=chart", {"scheme": "dark", "is_narrow": True}, "/displaced").json
    words = ask(client, shown(app), "", path="/displaced").json["response"]
    assert len(chart["response"]["drawing"]["data"]["data"]) == 3
    assert words["headline"]["children"] == (
        "As known on 2 December 2024, people displaced in North-west since 27 November 2024: “more than 14,000 people” "
        "(UN OCHA, up to 28 November 2024; read as 14,001 or more)."
    )


def test_the_table_holds_exactly_the_charts_rows(app: Dash, client: FlaskClient) -> None:
    traces = ask(client, "drawing.data", "?tab=chart").json["response"]["drawing"]["data"]["data"]
    table = markup(ask(client, shown(app), "?tab=table"))["table"]
    in_table = [re.split('["&]', part)[0] for part in table.split("figure=")[1:]]
    assert in_table == [trace["meta"]["figure_id"] for trace in traces]


def test_each_tab_answers_with_its_own(app: Dash, client: FlaskClient) -> None:
    search = "?tab=time&clock=known&known_on=2024-11-29"
    drawn = ask(client, "drawing.data", search).json["response"]["drawing"]["data"]["data"]
    assert {trace["name"] for trace in drawn} == {"range", "or more", "no later count", "ends"}
    said = {tab: ask(client, shown(app), f"?tab={tab}&clock=known") for tab in ("chart", "time", "table")}
    assert [markup(answer)["table"].count("The ranges drawn") for answer in said.values()] == [0, 1, 0]
    assert [answer.json["response"]["chart-part"]["hidden"] for answer in said.values()] == [False, False, True]
    assert "from 28 November 2024" in markup(said["time"])["chart-words"]


def test_a_sentence_follows_the_filters_and_the_day(app: Dash, client: FlaskClient) -> None:
    def told(search: str) -> str:
        return str(ask(client, shown(app), search).json["response"]["headline"]["children"])

    assert told("?known_on=2024-11-29&population=all&place=nw") == (
        "As known on 29 November 2024, people killed in North-west since 27 November 2024: from “more than 200” "
        "(Syrian Observatory, up to 28 November 2024; read as 201 or more) to “nearly 300” (a news text, naming "
        "nobody, up to 29 November 2024; read as 258 to 299). Filters: place: North-west; people: Everyone."
    )
    assert told("?population=all") == (
        "As known on 2 December 2024, people killed in North-west since 27 November 2024: from “277” (Syrian "
        "Observatory, up to 30 November 2024) to “nearly 300” (a news text, naming nobody, up to 29 November 2024; "
        "read as 258 to 299), both fit 277. 1 scope more shown apart. Filters: people: Everyone."
    )
    assert told("?population=fighters&party_claims=out") == (
        "As known on 2 December 2024, no figure of people killed matches: people: Fighters; without party claims."
    )


def test_the_bar_links_only_to_pages_that_exist(app: Dash) -> None:
    there = {page["path"] for page in dash.page_registry.values()}
    assert list(nav.links()) == ["/", *PATHS[:4], "/sources", "/checks", "/sql", "/about"]
    assert set(nav.links()) - set(PATHS) <= there


def test_an_open_figure_shows_its_source(app: Dash, client: FlaskClient) -> None:
    drawer = markup(ask(client, shown(app), "?figure=f-01"))["drawer"]
    for text in ("“more than 200”", "Skai, First", "abababababab…", "figures/offensive/figures.csv:7", "262 or more"):
        assert text in drawer


# What names a value that does not exist: the page says which, and its status says so too.
ASKS_IN_VAIN = re.compile("=no&.*=no|%00|9999-")
GARBAGE_SEARCHES = [
    "?measure=no&episode=no&by=no&scale=no&figure=no",
    "?place=no&population=no&cause=no&counting=no&source=no&party_claims=no&known_on=no&tab=no",
    "?figure=%00", "?" + "x" * 9999, "?known_on=%00&place=%00", "?known_on=9999-12-31", "?place=nw&place=no&place[]=1",
]  # fmt: skip


@pytest.mark.parametrize("search", GARBAGE_SEARCHES)
def test_unknown_values_are_said_and_never_break(app: Dash, client: FlaskClient, search: str) -> None:
    for path in ("/deaths", "/airstrikes", "/attacks", "/killed-or-injured"):
        assert client.get(path + search).status_code == (400 if ASKS_IN_VAIN.search(search) else 200)
        assert pages(client, path, search).status_code == 200
    said = ask(client, shown(app), search)
    assert said.status_code == 200
    if search.startswith(("?measure", "?place=no")):
        assert markup(said)["problems"].count("<p>") == search.count("=no")
    assert ask(client, "drawing.data", search).status_code == 200


@pytest.mark.parametrize("value", [None, "?measure=killed", "no query", ""])
def test_an_address_of_any_text_is_answered(app: Dash, client: FlaskClient, value: object) -> None:
    assert ask(client, "drawing.data", value, value).status_code == 200
    assert ask(client, shown(app), value).status_code == 200
    assert ask(client, "drawing.data", "", path=value).status_code == 200


@pytest.mark.parametrize("value", [3, [1], {"a": {}}, True])
def test_what_is_no_address_is_refused_and_a_window_of_any_kind_is_answered(
    app: Dash, client: FlaskClient, value: object
) -> None:
    assert ask(client, "drawing.data", "", value).status_code == 200
    assert ask(client, "drawing.data", value).status_code == 400
    assert ask(client, shown(app), value).status_code == 400
    assert ask(client, "drawing.data", "", path=value).status_code == 400


@pytest.mark.parametrize("body", GARBAGE)
def test_a_garbage_body_is_refused_with_a_sentence(client: FlaskClient, body: bytes) -> None:
    answer = client.post(CALLBACK_PATH, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert "not a request that a page of On Record sends" in answer.text


def test_a_cold_burst_is_answered(app: Dash) -> None:
    fresh = create_app()
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: ask(fresh.server.test_client(), "drawing.data", "").status_code, range(16)))
    assert codes == [200] * 16


def test_a_new_publication_is_served_without_a_restart(
    app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    client = app.server.test_client()
    assert "make build" in pages(client, "/deaths", "").text
    publish(tmp_path / "20260101T000000000000Z.duckdb", figures=3)
    assert "make build" not in pages(client, "/deaths", "").text
    assert len(ask(client, "drawing.data", "?tab=chart").json["response"]["drawing"]["data"]["data"]) == 3
    publish(tmp_path / "20260102T000000000000Z.duckdb", figures=5)
    assert len(ask(client, "drawing.data", "?tab=chart").json["response"]["drawing"]["data"]["data"]) == 5
    publications().close()
