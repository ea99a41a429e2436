"""Copied figures and places in no list are findings as all others: in the API, its files, and on the page of checks."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dash import Dash
from flask.testing import FlaskClient
from history_publication import NOW, write
from pages_publication import shown

from dashboard.publication.folder import publications

# "Xanadu" is told by f-01 and f-02, and last by f-03, which supersedes f-01.
TABLES = """
alter table fct_figures add column dataset_id text;
alter table fct_figures add column flags text;
alter table fct_figures add column source_original text;
alter table fct_figures add column place_stated text;
update fct_figures set dataset_id = 'some_set', place_stated = 'Xanadu' where figure_id in ('f-01', 'f-02', 'f-03');
create table check_copied_figures as select 'told_twice' as finding, 'f-14' as figure_id, 'f-06' as other_figure_id,
    'offensive' as episode_id, scope_id, 'Both give 40: one count.' as sentence, 40 as value_stated
    from fct_figures where figure_id = 'f-14';
create table check_unresolved_places as select 'some_set' as dataset_id, 'Xanadu' as place_stated, place_id,
    '“Xanadu” (some_set) is in no list.' as sentence, 3 as figure_count from fct_figures where figure_id = 'f-01';
"""
COPIED, PLACE = "copied_figures:f-14:f-06", "unresolved_places:f-03"


@pytest.fixture(scope="module")
def client(app: Dash, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    path: Path = write(tmp_path_factory.mktemp("checks") / "20260101T000000000000Z.duckdb", NOW)
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ON_RECORD_PUBLISHED", str(path.parent))
        yield app.server.test_client()
        publications().close()


def rows(client: FlaskClient, query: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/checks?{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json["rows"]
    assert answer.json["metadata"]["total_row_count"] >= len(found)
    return found


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", {COPIED, PLACE}),
        ("check=copied_figures", {COPIED}),
        ("check=unresolved_places", {PLACE}),
        ("check=low_above_high", set()),
        # Told from the day on which the last figure that the sentence is about could be read.
        ("known_on=2024-12-01", set()),
        ("source=ocha", {COPIED}),
        ("source=sohr", {COPIED, PLACE}),
        # One figure under the name is enough to ask for it: the first two are not the one it is told with.
        ("source=unattributed", {PLACE}),
        ("standing=superseded", {PLACE}),
        ("population=civilians", {COPIED}),
        ("episode=offensive", {COPIED, PLACE}),
    ],
)
def test_the_api_takes_every_filter(client: FlaskClient, query: str, wanted: set[str]) -> None:
    found = {row["check_id"] for row in rows(client, query)}
    assert {one for one in found if one.startswith(("copied", "unresolved"))} == wanted
    if query.startswith("check="):
        assert found == wanted


def test_its_rows_say_what_they_are_about_and_are_paged(client: FlaskClient) -> None:
    by_id = {row["check_id"]: row for row in rows(client, "")}
    place = by_id[PLACE]
    assert (place["check_name"], place["sentence"]) == ("unresolved_places", "“Xanadu” (some_set) is in no list.")
    assert (place["figure_id"], place["other_figure_id"], place["is_certain"]) == ("f-03", None, False)
    assert (place["known_from_on"], place["place_id"]) == ("2024-12-02", "nw")
    copied = by_id[COPIED]
    assert (copied["source_id"], copied["other_source_id"], copied["is_certain"]) == ("ocha", "sohr", False)
    address: str | None = "/api/v1/checks?limit=1"
    paged = []
    while address:
        answer = client.get(address).json
        paged += [row["check_id"] for row in answer["rows"]]
        following = answer["links"]["next"]
        address = following and re.sub(r"^https?://[^/]+", "", following)
    assert paged == sorted(by_id)


def test_openapi_offers_both(client: FlaskClient) -> None:
    parameters = client.get("/api/v1/openapi.json").json["paths"]["/api/v1/checks"]["get"]["parameters"]
    offered = next(one for one in parameters if one["name"] == "check")["schema"]["items"]["enum"]
    assert {"copied_figures", "unresolved_places"} <= set(offered)


def test_the_page_its_file_and_the_pages_of_the_figures_show_the_same(client: FlaskClient) -> None:
    text = shown(client, "/checks")
    assert "Numbers carried forward, told twice, or the same within rounding (1)" in text
    assert "Both give 40: one count." in text
    assert "Places that are in no list (1)" in text and "“Xanadu” (some_set) is in no list." in text
    assert "Places that are in no list (0)" in shown(client, "/checks", "?known_on=2024-12-01")
    lines = list(csv.DictReader(io.StringIO(client.get("/checks.csv").text, newline="")))
    found = {(line["check_id"], line["figure_id"]) for line in lines}
    assert {("copied_figures", "f-14"), ("unresolved_places", "f-03")} <= found
    for figure_id in ("f-01", "f-02", "f-03"):
        assert "“Xanadu” (some_set) is in no list." in shown(client, f"/figure/{figure_id}"), figure_id
    assert "“Xanadu”" not in shown(client, "/figure/f-06")
