"""Files, plain pages and the feed: the same rows in other clothes, escaped, and named so that they can be cited."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import duckdb
import pytest
from api_publication import TRAPS, publish_for_api
from asking import selection
from dash import Dash
from flask.testing import FlaskClient

from dashboard.api import routes
from dashboard.text.csv_escape import defused

QUERIES = ["figures?measure=killed", "ranges?standing=superseded&standing=standing", "reports?known_on=2024-11-29",
           "sources?party_claims=out", "checks?", "figures?known_on=2001-01-01"]  # fmt: skip
ATOM = "{http://www.w3.org/2005/Atom}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def client(app: Dash, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    path = publish_for_api(tmp_path_factory.mktemp("files") / "20260101T000000000000Z.duckdb")
    with selection(app, path.parent) as found:
        yield found


def rows(client: FlaskClient, query: str) -> list[dict[str, Any]]:
    return client.get(f"/api/v1/{query}&limit=1000").json["rows"]


def in_csv(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else defused(value) if isinstance(value, str) else str(value)


@pytest.mark.parametrize("query", QUERIES)
def test_csv_holds_exactly_the_rows(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/{query}&format=csv")
    found = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8"), newline="")))
    assert found == [{name: in_csv(value) for name, value in row.items()} for row in rows(client, query)]
    assert answer.content_type == "text/csv; charset=utf-8; header=present"


@pytest.mark.parametrize("query", QUERIES)
def test_parquet_holds_exactly_the_rows_with_types(client: FlaskClient, tmp_path: Path, query: str) -> None:
    path = tmp_path / "rows.parquet"
    path.write_bytes(client.get(f"/api/v1/{query}&format=parquet").data)
    with duckdb.connect() as connection:
        relation = connection.sql(f"select * from '{path}'")
        types = dict(zip(relation.columns, map(str, relation.types), strict=True))
        found = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
        told = connection.sql(
            f"select decode(value) from parquet_kv_metadata('{path}') where decode(key) = 'on_record'"
        )
        about = json.loads(told.fetchall()[0][0])
    plain = [{n: v.isoformat() if hasattr(v, "isoformat") else v for n, v in row.items()} for row in found]
    assert plain == rows(client, query)
    assert about["citation"].startswith("On Record")
    assert {types[name] for name in types if name.endswith("_on")} <= {"DATE"}
    assert {types[name] for name in types if name.endswith("_count")} <= {"BIGINT"}


@pytest.mark.parametrize("query", QUERIES)
def test_a_workbook_holds_the_rows_and_their_metadata(client: FlaskClient, query: str) -> None:
    book = zipfile.ZipFile(io.BytesIO(client.get(f"/api/v1/{query}&format=xlsx").data))
    lines = ET.fromstring(book.read("xl/worksheets/sheet1.xml")).findall(f".//{SHEET}row")  # noqa: S314
    assert len(lines) == 1 + len(rows(client, query))
    assert b"<f>" not in b"".join(book.read(name) for name in book.namelist())
    texts = book.read("xl/worksheets/sheet2.xml").decode()
    assert "citation" in texts and "CC BY 4.0" in texts
    assert 'name="metadata"' in book.read("xl/workbook.xml").decode()


def test_no_cell_starts_what_a_spreadsheet_would_run(client: FlaskClient) -> None:
    text = client.get("/api/v1/figures?place=SY&format=csv").text
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert {f"'{trap}" for trap in TRAPS[:6]} <= set(cells)
    assert TRAPS[7] in cells
    assert not [cell for cell in cells if re.match(r"[=+@\t\r]|-\D", cell)]


def test_a_workbook_keeps_texts_as_texts(client: FlaskClient) -> None:
    book = zipfile.ZipFile(io.BytesIO(client.get("/api/v1/figures?place=SY&format=xlsx").data))
    assert "=HYPERLINK" in book.read("xl/worksheets/sheet1.xml").decode()


def test_a_file_is_named_after_its_question_and_leads_to_its_metadata(client: FlaskClient) -> None:
    query = "/api/v1/figures?episode=offensive&measure=killed&known_on=2024-11-29"
    answer = client.get(f"{query}&format=csv")
    name = "on-record-figures_offensive_killed_known-on-2024-11-29_build-first.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    sidecar = re.search(r'<([^>]+)>; rel="describedby"', answer.headers["Link"])
    assert sidecar
    told = client.get(sidecar[1]).json
    header = answer.text.splitlines()[0].split(",")
    assert [column["name"] for column in told["columns"]] == header
    assert told["metadata"]["row_count"] == len(rows(client, query.removeprefix("/api/v1/")))


def test_a_file_too_long_is_refused_or_given_in_parts(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(routes.MOST, "csv", 5)
    refused = client.get("/api/v1/figures?format=csv")
    assert refused.status_code == 400
    assert "limit=5" in refused.json["detail"]
    address, lines = "/api/v1/figures?format=csv&limit=5", []
    while address:
        answer = client.get(address)
        lines += list(csv.reader(io.StringIO(answer.text, newline="")))[1:]
        following = re.search(r'<([^>]+)>; rel="next"', answer.headers["Link"])
        address = following[1] if following else ""
    assert [line[0] for line in lines] == [row["figure_id"] for row in rows(client, "figures?")]


@pytest.mark.parametrize("name", ["figures", "ranges"])
def test_a_plain_page_holds_the_rows_of_every_page(client: FlaskClient, name: str) -> None:
    address, count = f"/{name}.html?limit=3", 0
    while address:
        text = client.get(address).text
        count += text.count('scope="row"')
        assert "<script" not in text and 'src="' not in text
        assert "<caption>" in text and 'scope="col"' in text and '<html lang="en">' in text
        following = re.search(r'<a rel="next" href="([^"]+)"', text)
        address = following[1].replace("&amp;", "&") if following else ""
    assert count == len(rows(client, f"{name}?"))


def test_a_plain_page_escapes_and_links(client: FlaskClient) -> None:
    text = client.get("/figures.html?place=SY&known_on=2024-12-02").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text and "<script>" not in text
    assert 'href="/documents/doc-3.html"' in text
    assert 'href="/api/v1/figures?place=SY&amp;known_on=2024-12-02&amp;format=csv"' in text
    document = client.get("/documents/doc-3.html").text
    assert "Third &lt;i&gt;" in document and "efefef" in document


def test_every_link_of_the_plain_pages_answers(client: FlaskClient) -> None:
    for page in ("/figures.html?measure=killed&limit=2", "/api", "/documents/doc-2.html"):
        for link in set(re.findall(r'href="(/[^"]*)"', client.get(page).text)):
            with client.get(link.replace("&amp;", "&")) as answer:
                assert answer.status_code == 200, link


def test_a_plain_page_refuses_in_a_sentence(client: FlaskClient) -> None:
    answer = client.get("/figures.html?measure=<b>")
    assert answer.status_code == 400
    assert answer.content_type.startswith("text/html")
    assert "There is no measure “&lt;b&gt;”" in answer.text
    assert client.get("/figures.html?format=csv").status_code == 400


def test_a_page_without_javascript_is_linked_from_every_page(client: FlaskClient) -> None:
    noscript = re.search(r"<noscript>(.*?)</noscript>", client.get("/").text, flags=re.DOTALL)
    assert noscript and "/figures.html" in noscript[1] and "/ranges.html" in noscript[1]


def entries(client: FlaskClient, query: str = "") -> list[ET.Element]:
    feed = ET.fromstring(client.get(f"/feed.atom{query}").data)  # noqa: S314 — ours
    assert feed.tag == f"{ATOM}feed"
    assert [feed.find(f"{ATOM}{tag}") is not None for tag in ("id", "title", "updated", "author")] == [True] * 4
    return feed.findall(f"{ATOM}entry")


def text_of(entry: ET.Element, tag: str) -> str:
    return entry.findtext(f"{ATOM}{tag}") or ""


def test_the_feed_has_one_entry_per_day_and_scope_that_changed(client: FlaskClient) -> None:
    found = entries(client)
    ranges = rows(client, "ranges?standing=standing&standing=superseded")
    assert len(found) == len(ranges)
    ids = [text_of(entry, "id") for entry in found]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", text_of(entry, "updated")) for entry in found)
    days = [text_of(entry, "updated") for entry in found]
    assert days == sorted(days, reverse=True)


def test_an_entry_says_what_it_was_what_it_is_and_by_whom(client: FlaskClient) -> None:
    told = {text_of(entry, "title"): text_of(entry, "content") for entry in entries(client, "?measure=killed")}
    changed = {title: content for title, content in told.items() if "(was " in title}
    scope = "Everyone, North-west, since 27 November 2024"
    assert changed == {
        f"People killed: read as 258 – 299 (was read as at least 201) – {scope}": f"{scope}: read as 258 – 299, "
        "counted up to 29 – 30 November 2024 by 2 reports (1 named source). It was "
        "read as at least 201, counted up to 28 November 2024. "
        "Reported that day by Syrian Observatory."
    }
    scope = "Civilians, North-west, since 27 November 2024"
    assert told[f"People killed: read as 40 or fewer (first report) – {scope}"] == (
        f"{scope}: read as 40 or fewer, counted up to 28 November 2024 by 1 source. Nothing was reported before."
    )


def test_ids_of_entries_outlive_publications_and_hosts(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [text_of(entry, "id") for entry in entries(client)]
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", "https://elsewhere.example")
    assert [text_of(entry, "id") for entry in entries(client)] == before
    assert [text_of(entry, "id") for entry in entries(client, "?known_on=2024-11-30")] == [
        one for one in before if one in {text_of(entry, "id") for entry in entries(client, "?known_on=2024-11-30")}
    ]
