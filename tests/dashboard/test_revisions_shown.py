"""How our record changed is shown beside the figure, and told by the API, the About page and the feed."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pytest
from asking import selection
from dash import Dash
from dash.development.base_component import Component
from flask.testing import FlaskClient
from history_publication import CORRECTION, FIRST, NOW, REVISIONS, SECOND, write
from pages_publication import links, shown
from test_first_page import ask, markup
from test_first_page import shown as words_of

from dashboard.api.feed import ATOM
from dashboard.components import change_list
from dashboard.exports.static_html import rendered
from dashboard.publication.folder import publications

CHANGED = "How our record of this figure changed"
CORRECTED = "Corrections to the published data"


@pytest.fixture(scope="module")
def client(app: Dash, kept: Path) -> Iterator[FlaskClient]:
    with selection(app, kept) as found:
        yield found


def test_a_figure_tells_how_our_record_of_it_changed(client: FlaskClient) -> None:
    text = shown(client, "/figure/f-03")
    told = text[text.index(CHANGED) :]
    assert told.index("19 November 2026, 09:00 UTC: added.") < told.index("21 November 2026, 10:00 UTC: note changed")
    assert "phrase changed from “270 <i>dead</i>” to “277 dead”." in told
    assert "note changed from “read in haste” to nothing." in told
    assert "22 November 2026, 08:00 UTC: withdrawn: It was read twice." in shown(client, "/figure/f-07")


def test_what_is_not_known_yet_in_the_past_is_not_told(client: FlaskClient) -> None:
    assert "changed from" not in shown(client, "/figure/f-03", f"?recorded_on={FIRST}")
    assert "changed from" in shown(client, "/figure/f-03", f"?recorded_on={SECOND}")
    assert "withdrawn: It" not in shown(client, "/figure/f-07", f"?recorded_on={SECOND}")


def test_a_correction_stands_beside_its_figure(client: FlaskClient) -> None:
    text = shown(client, "/figure/f-06")
    assert (
        "some_set, row 77, best: published “400”, right is “40”. One nought too many. Status: reported to the producer."
        in text
    )
    assert CORRECTION["url"] in links(client, "/figure/f-06")
    assert CORRECTED not in shown(client, "/figure/f-03")
    assert CHANGED not in text


def test_the_drawer_tells_the_same(app: Dash, client: FlaskClient) -> None:
    for figure, title in (("f-03", CHANGED), ("f-06", CORRECTED)):
        drawer = markup(ask(client, words_of(app), f"?figure={figure}"))["drawer"]
        assert title in drawer
        other = CORRECTED if title == CHANGED else CHANGED
        assert other not in drawer


def test_a_removed_figure_still_says_why(client: FlaskClient) -> None:
    assert "removed from the record: of another place." in shown(client, "/figure/f-99")
    assert client.get("/figure/f-99").status_code == 404


def test_files_of_a_figure_hold_its_changes(client: FlaskClient) -> None:
    found = client.get("/figure/f-03.json?table=revisions").json["rows"]
    assert [(row["change"], row["column_name"], row["value_old"]) for row in found] == [
        ("added", None, None), ("changed", "note", "read in haste"), ("changed", "phrase", "270 <i>dead</i>"),
    ]  # fmt: skip
    assert client.get("/figure/f-06.json?table=corrections").json["rows"][0]["value_corrected"] == "40"
    assert client.get("/figure/f-01.json?table=revisions").status_code == 400
    page = client.get("/figure/f-03.html").text
    assert "270 &lt;i&gt;dead&lt;/i&gt;" in page
    assert "<i>" not in page


def test_a_publication_without_a_history_shows_none(app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "20261122T200000000000Z.duckdb", NOW, has_history=False)
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    client = app.server.test_client()
    for path in ("/figure/f-03", "/figure/f-06", "/about"):
        text = shown(client, path)
        assert CHANGED not in text
        assert CORRECTED not in text
        assert "What changed in our record" not in text
    assert client.get("/feed.atom").status_code == 200
    for name in ("revisions", "corrections"):
        answer = client.get(f"/api/v1/{name}").json
        assert (answer["rows"], answer["metadata"]["total_row_count"]) == ([], 0)
        assert client.get(f"/api/v1/{name}?format=parquet").status_code == 200
    publications().close()


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", range(7)),
        ("figure=f-03", [1, 3, 4]),
        ("figure=f-99", [6]),
        ("document=doc-3&change=changed", [3, 4]),
        ("change=withdrawn&change=removed", [5, 6]),
        ("episode=offensive&change=added", [0, 1, 2]),
        (f"recorded_on={SECOND}", range(5)),
        ("figure=f-03&limit=1", [1]),
    ],
)
def test_the_api_lists_changes_by_time(client: FlaskClient, query: str, wanted: list[int]) -> None:
    answer = client.get(f"/api/v1/revisions?{query}")
    assert answer.status_code == 200, answer.text
    rows = answer.json["rows"]
    assert [row["revision_id"] for row in rows] == [f"r-{number}" for number in wanted]
    for row, number in zip(rows, wanted, strict=True):
        assert row["value_new"] == REVISIONS[number].get("value_new")
        assert row["loaded_at"] == REVISIONS[number]["loaded_at"].replace(" ", "T") + "Z"


def test_all_pages_of_changes_are_all_of_them_once(client: FlaskClient) -> None:
    found, address = [], "/api/v1/revisions?limit=2"
    while address:
        answer = client.get(address).json
        found += [row["revision_id"] for row in answer["rows"]]
        address = (answer["links"]["next"] or "").removeprefix("http://localhost")
    assert found == [f"r-{number}" for number in range(len(REVISIONS))]


def test_the_api_lists_corrections(client: FlaskClient) -> None:
    assert client.get("/api/v1/corrections?status=reported&figure=f-06").json["rows"] == [CORRECTION]
    assert client.get("/api/v1/corrections?status=open").json["rows"] == []


@pytest.mark.parametrize(
    "query",
    ["revisions?figure=no", "revisions?change=no", "revisions?measure=killed", "revisions?document=no",
     "corrections?status=no", "corrections?figure=f-99"],
)  # fmt: skip
def test_what_is_not_on_offer_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/v1/{query}").status_code == 400


def test_about_lists_the_latest_changes_with_their_figures(client: FlaskClient) -> None:
    text = shown(client, "/about")
    told = text[text.index("What changed in our record", text.index("This publication") + 60) :]
    order = ("f-07: withdrawn", "f-99: removed", "note changed", "2 figures and 1 document added.")
    assert sorted(order, key=told.index) == list(order)
    found = links(client, "/about")
    assert "/figure/f-03" in found
    assert "/figure/f-99" not in found, "there is no such figure any more"


def test_the_feed_tells_changes_of_our_record_but_no_additions(client: FlaskClient) -> None:
    def titles(query: str) -> list[str]:
        feed = ET.fromstring(client.get(f"/feed.atom{query}").data)  # noqa: S314 — ours
        entries = feed.findall(f"{{{ATOM}}}entry")
        ids = [entry.findtext(f"{{{ATOM}}}id") for entry in entries]
        assert len(ids) == len(set(ids))
        return [str(entry.findtext(f"{{{ATOM}}}title")) for entry in entries]

    ours = [title for title in titles("") if title.startswith("Our record")]
    assert ours == [
        "Our record of figure f-07: withdrawn",
        "Our record of figure f-99: removed from the record",
        "Our record of figure f-03: note changed",
        "Our record of figure f-03: phrase changed",
    ]
    assert [title for title in titles("?measure=displaced") if title.startswith("Our record")] == []
    assert len([title for title in titles("?measure=killed") if title.startswith("Our record")]) == 3
    assert len([title for title in titles(f"?recorded_on={SECOND}") if title.startswith("Our record")]) == 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//[", "no address", None])
def test_no_address_of_a_correction_runs_anything(url: str | None) -> None:
    part = change_list.correction(CORRECTION | {"url": url, "reason": "<b>x</b>"})
    assert isinstance(part, Component)
    html = rendered(part)
    assert "href" not in html
    assert "<b>" not in html


def test_every_table_of_the_history_is_asked_by_its_own_columns(kept: Path) -> None:
    from dashboard.queries.history import COLUMNS  # noqa: PLC0415

    with duckdb.connect(":memory:") as memory:
        from history_publication import SCHEMA  # noqa: PLC0415

        memory.execute(SCHEMA)
        for name, columns in COLUMNS.items():
            found = memory.execute(f"select column_name from duckdb_columns() where table_name = '{name}'").fetchall()
            assert {one for (one,) in found} == set(columns)


def test_openapi_describes_them_as_they_answer(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    for name in ("revisions", "corrections"):
        rows = client.get(f"/api/v1/{name}").json["rows"]
        assert rows
        schema = document["components"]["schemas"][name]
        assert set(schema["properties"]) == set(rows[0]) == set(schema["required"])
    for path, methods in document["paths"].items():
        assert "recorded_on" in [one["name"] for one in methods["get"]["parameters"]], path
