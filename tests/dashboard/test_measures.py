"""A measure is a row: one that a publication has more than ours is shown everywhere, without a line of code."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import selection
from dash import Dash
from flask.testing import FlaskClient
from pages_publication import publish_pages
from small_publication import FIGURES, full, insert_figure

from dashboard.components import nav
from dashboard.http import static_files
from dashboard.request.callback import CALLBACK_PATH

MISSING = ("missing", "People missing", "people", None, "/missing", "Missing", "all civilians", 5)
PAGE = ".._pages_content.children..._pages_store.data.."


@pytest.fixture(scope="module")
def missing_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish one measure more, with a figure and its range."""
    found = tmp_path_factory.mktemp("missing")
    path = publish_pages(found / "20260101T000000000000Z.duckdb")
    figure = full(next(row for row in FIGURES if row["figure_id"] == "f-03"))
    scope = figure["scope_id"]
    figure |= {"figure_id": "m-01", "report_id": "m-01", "measure_id": "missing", "phrase": "277 missing",
               "scope_id": "scope-missing"}  # fmt: skip
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"insert into dim_measures values ({', '.join('?' * len(MISSING))})", MISSING)
        insert_figure(connection, figure)
        connection.execute(
            """insert into range_reported select * replace ('scope-missing' as scope_id, 'missing' as measure_id)
            from range_reported where scope_id = ?""", [scope]
        )  # fmt: skip
    return found


@pytest.fixture
def client(app: Dash, missing_folder: Path) -> Iterator[FlaskClient]:
    """Ask an app that was started on another publication."""
    with selection(app, missing_folder) as found:
        yield found


def page(client: FlaskClient, path: str) -> Any:
    """Ask for the page at a path, as Dash does."""
    where = [("pathname", path), ("search", "")]
    body = {
        "output": PAGE, "changedPropIds": [],
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [{"id": "_pages_location", "property": name, "value": value} for name, value in where],
    }  # fmt: skip
    return client.post(CALLBACK_PATH, json=body).json["response"]


def ask(client: FlaskClient, app: Dash, output: str, path: str, search: str = "") -> Any:
    """Ask the callback that fills a part of a measure's page."""
    name = next(name for name in app.callback_map if output in name)
    outputs = [dict(zip(("id", "property"), part.rsplit(".", 1), strict=True)) for part in name.strip(".").split("...")]
    inputs = [{**part, "value": {"pathname": path, "search": search}.get(part["property"])}
              for part in app.callback_map[name]["inputs"]]  # fmt: skip
    body = {"output": name, "outputs": outputs if name.startswith("..") else outputs[0], "inputs": inputs,
            "changedPropIds": []}  # fmt: skip
    return client.post(CALLBACK_PATH, json=body).json["response"]


def test_a_new_measure_has_its_page_and_title(client: FlaskClient) -> None:
    answer = client.get("/missing")
    assert answer.status_code == 200 and "people missing" in answer.text
    assert "Missing: who reported how many" in answer.text
    live = page(client, "/missing")
    assert live["_pages_store"]["data"]["title"].startswith("Missing:")
    assert '"id": "chart"' in json.dumps(live)


def test_a_new_measure_has_its_link_card_and_chart_library(client: FlaskClient) -> None:
    assert list(nav.links())[4:6] == ["/airstrikes", "/missing"]
    assert static_files.address() in client.get("/missing").headers["Link"]
    overview = client.get("/").text
    assert 'id="steps-missing"' in overview and "Civilians missing" in overview
    assert "All figures of missing" in overview
    assert 'href="/missing.html"' in client.get("/deaths.html").text


def test_a_new_measure_has_its_chart_words_and_first_chart(client: FlaskClient, app: Dash) -> None:
    drawn = ask(client, app, "drawing.data", "/missing", "?tab=chart")["drawing"]["data"]
    assert [trace["meta"]["figure_id"] for trace in drawn["data"]] == ["m-01"]
    assert "people missing" in ask(client, app, "headline.children", "/missing")["headline"]["children"]
    first = client.get("/first-chart/light/wide/missing?tab=chart")
    assert first.status_code == 200 and "m-01" in first.text


def test_a_new_measure_has_its_files_and_its_entry_in_the_api(client: FlaskClient) -> None:
    assert "m-01" in client.get("/missing.csv?tab=chart").text
    assert "people missing" in client.get("/missing.html").text
    assert client.get("/missing.html?place=nowhere").status_code == 400
    rows = client.get("/api/v1/figures?measure=missing").json["rows"]
    assert [row["figure_id"] for row in rows] == ["m-01"]


def test_what_no_measure_has_is_no_page(client: FlaskClient) -> None:
    for path in ("/nothing", "/missing/more", "/missing.exe", "/nothing.csv", "/first-chart/light/wide/nothing"):
        assert client.get(path).status_code == 404, path
    assert "There is no page at this address" in json.dumps(page(client, "/nothing"))


def test_a_measure_that_another_publication_has_is_no_page_of_this_one(app: Dash, pages_folder: Path) -> None:
    with selection(app, pages_folder) as client:
        assert client.get("/missing").status_code == 404
        assert client.get("/missing.csv").status_code == 404
