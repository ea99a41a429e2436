"""As recorded on: every page, file and answer shows the record of the day its address says, and says which day."""

import io
import json
import os
import zipfile
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import selection
from dash import Dash
from flask.testing import FlaskClient
from history_publication import FIRST, NOW, SECOND, publish_history, write
from pages_publication import links, shown
from small_publication import PATHS
from test_first_page import ask, markup
from test_first_page import shown as words_of

from dashboard.errors import NotRecordedError
from dashboard.exports import static_pages
from dashboard.publication.folder import CONFIG, publications
from dashboard.request import as_of as request_as_of
from dashboard.text import as_of

PAGES = ["/", "/sources", "/figure/f-03", "/checks", "/about", "/sql"]
VIEWS = ["index", "sources", "figure/f-03", "checks", "about", *(path.strip("/") for path in PATHS)]
THEN, NOTICE = "recorded_on=2026-11-20", "As recorded on 20 November 2026. This is not what we record today."
WORDS = "as recorded on 20 November 2026"
API = ("figures", "ranges", "reports", "sources", "checks", "revisions", "corrections")
GARBLED = ["soon", "2026-13-01", "20261120", "2026-W47-5", "<b>", "2026-11-20T00:00"]


@pytest.fixture(scope="module")
def client(app: Dash, kept: Path) -> Iterator[FlaskClient]:
    with selection(app, kept) as found:
        yield found


def measure_page(app: Dash, client: FlaskClient, path: str, search: str) -> str:
    """Return all that a room says: its words and its chart."""
    answers = [ask(client, name, search, path=path) for name in (words_of(app), "drawing.data")]
    assert [answer.status_code for answer in answers] == [200, 200]
    return "".join(unescape(json.dumps(answer.json, ensure_ascii=False)) for answer in answers)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_past_says_so_and_leads_to_now(client: FlaskClient, path: str) -> None:
    then, now = shown(client, path, f"?{THEN}&known_on=2024-12-02"), shown(client, path, "?known_on=2024-12-02")
    assert NOTICE in then
    assert as_of.NOT_TODAY not in now
    assert "?known_on=2024-12-02" in links(client, path, f"?{THEN}&known_on=2024-12-02")
    # Whoever wants only now finds an address without the day.
    assert not [href for href in links(client, path) if NOW in href]


def test_a_room_shows_the_record_of_its_address(app: Dash, client: FlaskClient) -> None:
    then, now = (measure_page(app, client, "/deaths", search) for search in (f"?{THEN}&tab=chart", "?tab=chart"))
    assert "270 <i>dead</i>" in then
    assert "277 dead" not in then
    assert "277 dead" in now
    assert NOTICE in then
    assert as_of.NOT_TODAY not in now
    # One figure fewer had been recorded.
    assert "“nearly 300”" in now
    assert "“nearly 300”" not in then
    headline = ask(client, words_of(app), f"?{THEN}").json["response"]["headline"]["children"]
    assert headline.startswith("As known on 2 December 2024, as recorded on 20 November 2026, ")


@pytest.mark.parametrize("path", PATHS)
def test_every_room_of_the_past_says_so(app: Dash, client: FlaskClient, path: str) -> None:
    assert NOTICE in measure_page(app, client, path, f"?{THEN}&tab=table")


@pytest.mark.parametrize("path", ["/", "/sources", "/figure/f-03", "/checks", "/about"])
def test_links_between_pages_keep_the_day(client: FlaskClient, path: str) -> None:
    leading = [href for href in links(client, path, f"?{THEN}") if href.startswith(("/figure/", "/deaths", "/checks"))]
    assert leading or path == "/about"
    assert [href for href in leading if THEN not in href] == []


def test_links_within_a_room_keep_the_day(app: Dash, client: FlaskClient) -> None:
    told = markup(ask(client, words_of(app), f"?{THEN}&figure=f-03"))
    for part in ("controls", "tabs", "table", "drawer", "downloads", "day-links"):
        found = [word for word in told[part].split('"') if word.startswith(("?", "/")) and "?" in word]
        assert found, part
        assert [word for word in found if THEN not in word] == [], part


@pytest.mark.parametrize("path", PAGES)
def test_the_control_offers_every_recorded_day(client: FlaskClient, path: str) -> None:
    found = links(client, path, "?known_on=2024-12-02")
    for day in (FIRST, SECOND):
        assert any(href.endswith(f"known_on=2024-12-02&recorded_on={day}") for href in found), day
    text = shown(client, path)
    assert "As recorded on: now" in text
    assert "As recorded on: 20 November 2026" in shown(client, path, f"?{THEN}")


def test_without_a_past_there_is_no_control(pages: FlaskClient) -> None:
    assert "As recorded on" not in shown(pages, "/")
    assert "As recorded on" not in pages.get("/deaths.html").text


@pytest.mark.parametrize("view", VIEWS)
def test_a_file_of_the_past_says_both_clocks(client: FlaskClient, view: str) -> None:
    about = client.get(f"/{view}.metadata?{THEN}").json["metadata"]
    assert (about["recorded_on"], about["build_id"]) == ("2026-11-20", f"build-{FIRST}")
    assert (about["recorded_until_at"], about["is_record_of_today"]) == (f"{FIRST}T20:00:00Z", False)
    assert WORDS in about["citation"]
    assert WORDS in about["says"]
    assert about["filters"]["recorded_on"] == "2026-11-20"
    now = client.get(f"/{view}.metadata").json["metadata"]
    assert (now["recorded_on"], now["build_id"], now["is_record_of_today"]) == (NOW, f"build-{NOW}", True)
    assert "recorded on" not in now["citation"]
    page = client.get(f"/{view}.html?{THEN}")
    assert page.status_code == 200
    assert page.text.count(NOTICE) == 1
    assert as_of.NOT_TODAY not in client.get(f"/{view}.html").text
    assert "recorded-on-2026-11-20" in client.get(f"/{view}.csv?{THEN}").headers["Content-Disposition"]


def test_the_rows_of_files_are_those_of_the_day(client: FlaskClient, tmp_path: Path) -> None:
    for form in ("csv", "json", "html"):
        then, now = (client.get(f"/deaths.{form}{search}").text for search in (f"?{THEN}&tab=chart", "?tab=chart"))
        assert ("277 dead" in then, "277 dead" in now) == (False, True), form
    with zipfile.ZipFile(io.BytesIO(client.get(f"/deaths.xlsx?{THEN}&tab=chart").data)) as book:
        sheet = book.read("xl/worksheets/sheet2.xml").decode()
    assert sheet.index("known_on") < sheet.index("<t>recorded_on</t>") < sheet.index("2026-11-20")
    path = tmp_path / "rows.parquet"
    path.write_bytes(client.get(f"/deaths.parquet?{THEN}&tab=chart").data)
    assert ("270 <i>dead</i>",) in duckdb.sql(f"select phrase from '{path}'").fetchall()


@pytest.mark.parametrize("name", API)
def test_every_endpoint_answers_from_the_day(client: FlaskClient, name: str) -> None:
    then = client.get(f"/api/v1/{name}?{THEN}")
    assert then.status_code == 200, then.text
    about = then.json["metadata"]
    assert (about["recorded_on"], about["build_id"]) == ("2026-11-20", f"build-{FIRST}")
    assert WORDS in about["citation"]
    assert then.json["links"]["self"].endswith(THEN)
    assert client.get(f"/api/v1/{name}").json["metadata"]["recorded_on"] == NOW


def test_figures_of_the_api_are_those_of_the_day(client: FlaskClient, kept: Path) -> None:
    with duckdb.connect(str(kept / "recorded" / f"{FIRST}.duckdb"), read_only=True, config=CONFIG) as connection:
        ids = [row[0] for row in connection.execute("select figure_id from fct_figures order by 1").fetchall()]
    rows = client.get(f"/api/v1/figures?{THEN}&limit=1000").json["rows"]
    assert [row["figure_id"] for row in rows] == ids
    assert "f-02" not in ids


def test_plain_pages_and_the_feed_keep_the_day(client: FlaskClient) -> None:
    for address in ("/figures.html", "/ranges.html", "/documents/doc-3.html"):
        text = client.get(f"{address}?{THEN}").text
        assert text.count(NOTICE) == 1, address
        assert as_of.NOT_TODAY not in client.get(address).text
        inside = [part.split('"')[0] for part in text.split('href="')[1:]]
        leading = [href for href in inside if href.startswith(("/documents/", "/figures.html?"))]
        assert leading, address
        # Two lead elsewhere on purpose: to now, and to the other days of the filter.
        stray = [href for href in leading if "recorded_on" not in href]
        assert len(stray) <= 2, (address, stray)
    feed = client.get(f"/feed.atom?{THEN}")
    assert feed.status_code == 200
    assert THEN in feed.text
    assert WORDS in feed.text


def test_sql_is_asked_of_the_day(client: FlaskClient) -> None:
    question = "q=select+phrase+from+fct_figures+where+figure_id%3D'f-03'"
    then, now = client.get(f"/sql/run?{question}&{THEN}"), client.get(f"/sql/run?{question}")
    assert "270 &lt;i&gt;dead&lt;/i&gt;" in then.text
    assert "277 dead" in now.text
    assert THEN in then.text, "the links to the answer as files"
    file = client.get(f"/sql/result.json?{question}&{THEN}")
    assert "270 <i>dead</i>" in file.json["rows"][0]["phrase"]
    assert "recorded-on-2026-11-20" in file.headers["Content-Disposition"]
    assert NOTICE in client.get(f"/sql/result.html?{question}&{THEN}").text


@pytest.mark.parametrize("text", ["soon", "20261120", "%00"])
def test_a_garbled_day_is_refused_in_a_sentence(client: FlaskClient, text: str) -> None:
    addresses = [*(f"/api/v1/{name}" for name in API), "/deaths.csv", "/deaths.html", "/figure/f-03.json",
                 "/feed.atom", "/figures.html", "/documents/doc-3.html", "/sql/run"]  # fmt: skip
    for address in addresses:
        question = "q=from+build&" if "sql" in address else ""
        answer = client.get(f"{address}?{question}recorded_on={text}")
        assert answer.status_code == 400, address
        assert "YYYY-MM-DD" in answer.text, address
    for path in (*PAGES, *PATHS):
        assert client.get(f"{path}?recorded_on={text}").status_code == 400, path
        assert "YYYY-MM-DD" in shown(client, path, f"?recorded_on={text}"), path


def test_a_day_before_the_record_says_when_it_begins(app: Dash, client: FlaskClient) -> None:
    for path in (*PAGES, *PATHS):
        assert client.get(f"{path}?recorded_on=2026-11-18").status_code == 400, path
        assert "begins on 19 November 2026" in shown(client, path, "?recorded_on=2026-11-18"), path
    for path in PATHS:
        said = ask(client, words_of(app), "?recorded_on=2026-11-18", path=path)
        assert said.status_code == 200
        assert "begins on 19 November 2026" in said.text
        # What was drawn before would stand under an address it is not of.
        assert said.json["response"]["chart-part"]["hidden"] is True
        assert markup(said)["table"] == ""
    answer = client.get("/api/v1/figures?recorded_on=2026-11-18")
    assert (answer.status_code, "begins on 19 November" in answer.json["detail"]) == (400, True)


@pytest.mark.parametrize("search", ["", "?recorded_on=2099-01-01", f"?recorded_on={NOW}"])
def test_now_is_said_of_no_page(client: FlaskClient, search: str) -> None:
    for path in PAGES:
        assert as_of.NOT_TODAY not in shown(client, path, search)
        assert client.get(f"{path}{search}").status_code == 200
    assert client.get(f"/api/v1/figures{search}").json["metadata"]["build_id"] == f"build-{NOW}"


def test_a_damaged_day_is_said_and_no_other_shown(app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_history(tmp_path)
    (tmp_path / "recorded" / f"{SECOND}.duckdb").write_bytes(b"no")
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    client = app.server.test_client()
    assert "cannot be read" in shown(client, "/", f"?recorded_on={SECOND}")
    for address in ("/", "/deaths", "/deaths.csv", "/api/v1/figures", "/sql/run?q=from+build"):
        mark = "&" if "?" in address else "?"
        assert client.get(f"{address}{mark}recorded_on={SECOND}").status_code == 503, address
    assert client.get(f"/api/v1/figures?recorded_on={FIRST}").status_code == 200
    publications().close()


def test_a_day_of_another_version_is_said_with_what_to_run(
    app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_history(tmp_path)
    with duckdb.connect(str(tmp_path / "recorded" / f"{SECOND}.duckdb")) as connection:
        connection.execute("alter table fct_figures drop column phrase")
        connection.execute("update build set tables_fingerprint = 'of another version'")
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    client = app.server.test_client()
    for path in (*PAGES, *PATHS):
        assert "was published by another version" in shown(client, path, f"?recorded_on={SECOND}"), path
    addresses = [*PAGES, *PATHS, *(f"/{view}.html" for view in VIEWS), "/deaths.csv", "/feed.atom", "/figures.html",
                 *(f"/api/v1/{name}" for name in API), "/sql/run?q=from+build"]  # fmt: skip
    for address in addresses:
        mark = "&" if "?" in address else "?"
        answer = client.get(f"{address}{mark}recorded_on={SECOND}")
        assert answer.status_code == 400, address
        if address not in (*PAGES, *PATHS):
            assert "make history" in answer.text, address
    publications().close()


def test_an_answer_that_was_of_today_is_no_longer_the_same_tomorrow(
    app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_history(tmp_path)
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    client = app.server.test_client()
    first = client.get(f"/deaths.html?recorded_on={NOW}")
    told = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get(f"/deaths.html?recorded_on={NOW}", headers=told).status_code == 304
    write(tmp_path / "20261124T200000000000Z.duckdb", "2026-11-24")
    for headers in (told, {"If-Modified-Since": told["If-Modified-Since"]}):
        again = client.get(f"/deaths.html?recorded_on={NOW}", headers=headers)
        assert (again.status_code, as_of.NOT_TODAY in again.text) == (200, True)
    publications().close()


def test_a_page_is_of_one_publication_though_another_arrives_meanwhile(
    app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_history(tmp_path)
    later = write(tmp_path / "later.part", "2026-11-24", build_id="switched")
    arrived = tmp_path / "20261124T200000000000Z.duckdb"
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    real = static_pages.page

    def page(*told: Any) -> str:
        # Between the rows of a page and the frame around them.
        if not arrived.exists():
            os.link(later, arrived)
        return real(*told)

    monkeypatch.setattr(static_pages, "page", page)
    client = app.server.test_client()
    for view in ("index", "deaths", "figure/f-03", "about"):
        arrived.unlink(missing_ok=True)
        publications().close()
        answer = client.get(f"/{view}.html")
        assert answer.status_code == 200
        assert arrived.exists(), view
        assert "switched" not in answer.text, view
        assert f"build-{NOW}"[:8] in answer.text, view
        assert "switched" in client.get(f"/{view}.html").text, view
    publications().close()


def test_every_reader_is_let_go_of(client: FlaskClient) -> None:
    for address in ("/deaths.html", f"/deaths.html?{THEN}", "/nowhere", f"/api/v1/figures?{THEN}&place=no", "/deaths"):
        client.get(address)
    every = publications()
    held = [every._current, *every.archives._open.values()]
    assert [each.readers for each in held if each] == [0] * len(held)


@pytest.mark.parametrize("text", GARBLED)
def test_only_a_whole_day_in_iso_form_is_one(text: str) -> None:
    with pytest.raises(NotRecordedError, match="YYYY-MM-DD"):
        request_as_of.parse(text)


@pytest.mark.parametrize("search", [None, 3, "", "?", "?recorded_on=", "?" + "a=1&" * 500, "?a=%ff&b"])
def test_garbage_asks_for_now(search: object) -> None:
    assert request_as_of.requested(search) is None


def test_another_day_keeps_the_rest_of_the_address() -> None:
    search = "?place=nw&recorded_on=2026-11-20&q=a%26b"
    assert request_as_of.query(search, date(2026, 11, 21)) == "place=nw&q=a%26b&recorded_on=2026-11-21"
    assert request_as_of.query(search, None) == "place=nw&q=a%26b"
