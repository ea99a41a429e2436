"""A view as files: exactly the rows its page shows, what they are and how to cite them; refused in sentences."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import duckdb
import pandas as pd
import pytest
from api_publication import TRAPS
from dash import Dash
from flask.testing import FlaskClient
from pages_publication import publish_pages
from small_publication import FIGURES, PATHS, full, insert_figure

from dashboard.exports import views
from dashboard.publication.folder import publications
from dashboard.sections import measure

OTHERS = r"/(assets|sql|api|feed|figures|ranges|documents)"
HOSTILE = "<script>document.title = 'run'</script>"
TWO_WAYS = ["", "?known_on=2024-11-29", "?party_claims=out&by=period", "?hedge_convention=acled", "?place=within.SY"]
RANGES = """
    select scope_id, valid_from_on::text, lowest, highest, agreement_low, agreement_high, source_count, is_open_above,
        counted_from_on::text, counted_to_on::text, named_source_count, report_count, earlier_source_count, earlier_low,
        is_by_convention
    from range_reported where measure_id = 'killed' and hedge_convention = ? and lowest is not null order by all
"""
RANGE_KEYS = (
    "scope_id", "valid_from_on", "lowest", "highest", "agreement_low", "agreement_high", "source_count",
    "is_open_above", "counted_from_on", "counted_to_on", "named_source_count", "report_count", "earlier_source_count",
    "earlier_low", "is_by_convention",
)  # fmt: skip
VIEWS = [*PATHS, "/index", "/sources", "/checks", "/about", "/figure/f-06"]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish what pages need, with phrases that a spreadsheet or a browser would run."""
    path = publish_pages(tmp_path_factory.mktemp("files") / "20260101T000000000000Z.duckdb")
    with duckdb.connect(str(path)) as connection:
        for number, phrase in enumerate([*TRAPS, HOSTILE]):
            trap = FIGURES[2] | {"figure_id": f"t-{number}", "phrase": phrase, "note": phrase, "place_id": "SY"}
            insert_figure(connection, full(trap))
    return path


@pytest.fixture
def client(app: Dash, published: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(published.parent))
    yield app.server.test_client()
    publications().close()


def rows_of(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    """Return the rows of a view's JSON."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json["rows"]
    return found


def drawn(search: str) -> list[str]:
    """Return the figures of the deaths room in the order in which its chart draws them."""
    figure = measure.draw("/deaths", f"{search or '?'}&tab=chart", None)
    return [trace["meta"]["figure_id"] for trace in figure["data"]]


def from_parquet(body: bytes, folder: Path) -> pd.DataFrame:
    """Read a Parquet file as a program of the reader's would."""
    path = folder / "rows.parquet"
    path.write_bytes(body)
    with duckdb.connect() as connection:
        return connection.execute("from read_parquet(?)", [str(path)]).df()


def workbook(body: bytes, number: int = 1) -> list[list[str]]:
    """Return the cells of a workbook's sheet as text; a cell that is not there is empty."""
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314 — written by us
        assert b"<f>" not in book.read(f"xl/worksheets/sheet{number}.xml"), "no cell is a formula"
    found = []
    for row in sheet.iter(f"{name}row"):
        cells: dict[str, str] = {}
        for cell in row.iter(f"{name}c"):
            text = "".join(each.text or "" for each in cell.iter() if each.tag in (f"{name}t", f"{name}v"))
            cells[re.sub(r"\d", "", cell.attrib["r"])] = text
        found.append(cells)
    return [[row.get(column, "") for column in found[0]] for row in found]


@pytest.mark.parametrize("search", TWO_WAYS)
def test_the_files_of_a_room_hold_the_charts_rows_in_its_order(
    client: FlaskClient, search: str, tmp_path: Path
) -> None:
    shown = drawn(search)
    assert len(shown) > 4
    search = f"{search or '?'}&tab=chart"
    as_json = rows_of(client, f"/deaths.json{search}")
    assert [row["figure_id"] for row in as_json] == shown
    as_csv = list(csv.DictReader(io.StringIO(client.get(f"/deaths.csv{search}").text)))
    assert [row["figure_id"] for row in as_csv] == shown
    parquet = from_parquet(client.get(f"/deaths.parquet{search}").data, tmp_path)
    assert list(parquet["figure_id"]) == shown
    head, *lines = workbook(client.get(f"/deaths.xlsx{search}").data)
    assert [line[head.index("figure_id")] for line in lines] == shown
    assert list(as_json[0]) == list(as_csv[0]) == list(parquet) == head == list(views.FIGURE_COLUMNS)


def test_an_open_end_is_empty_in_every_form(client: FlaskClient, tmp_path: Path) -> None:
    """f-01 is open above, f-06 below."""
    as_json = {row["figure_id"]: row for row in rows_of(client, "/deaths.json?tab=chart")}
    as_csv = {row["figure_id"]: row for row in csv.DictReader(io.StringIO(client.get("/deaths.csv?tab=chart").text))}
    parquet = from_parquet(client.get("/deaths.parquet?tab=chart").data, tmp_path).set_index("figure_id")
    head, *lines = workbook(client.get("/deaths.xlsx?tab=chart").data)
    cells = {line[0]: dict(zip(head, line, strict=True)) for line in lines}
    for figure_id, end in (("f-01", "high"), ("f-06", "low")):
        assert as_json[figure_id][end] is None
        assert as_csv[figure_id][end] == cells[figure_id][end] == ""
        assert pd.isna(parquet.loc[figure_id, end])
    assert (as_json["f-01"]["low"], as_csv["f-01"]["low"], cells["f-01"]["low"]) == (201, "201", "201")
    assert parquet.loc["f-01", "low"] == 201


@pytest.mark.parametrize("convention", ["literal", "acled"])
def test_the_ranges_over_time_are_those_of_sql(client: FlaskClient, published: Path, convention: str) -> None:
    rows = rows_of(client, f"/deaths.json?tab=time&clock=known&hedge_convention={convention}")
    with publications().cursor() as cursor:
        expected = cursor.execute(RANGES, [convention]).fetchall()
    assert sorted((tuple(row[key] for key in RANGE_KEYS) for row in rows), key=repr) == sorted(expected, key=repr)
    hundreds = {row["lowest"] for row in rows if row["population_id"] == "fighters"}
    assert hundreds == {200 if convention == "literal" else 100}


@pytest.mark.parametrize("tab", ["time", "populations", "places"])
def test_the_ranges_of_a_tab_are_those_it_draws(client: FlaskClient, tab: str) -> None:
    figure = measure.draw("/deaths", f"?tab={tab}&clock=known", None)
    told = [step for trace in figure["data"] if trace["name"] == "ends" for step in trace["meta"]["steps"]]
    rows = rows_of(client, f"/deaths.json?tab={tab}&clock=known")
    keys = ("lowest", "highest", "agreement_low", "agreement_high", "valid_from_on", "valid_to_on")
    assert [[row[key] for key in keys] for row in rows] == [[step[key] for key in keys] for step in told]


def test_files_of_figures_say_up_to_when_each_counts_and_what_is_in_doubt(client: FlaskClient) -> None:
    as_csv = {row["figure_id"]: row for row in csv.DictReader(io.StringIO(client.get("/deaths.csv?tab=chart").text))}
    told = ("counted_until_on", "reported_on", "published_on", "claim_about", "is_retracted", "speaker_name", "doubts")
    assert [as_csv["f-03"][name] for name in told] == [
        "2024-11-30", "2024-11-30", "2024-12-02", "", "false", "Syrian Observatory", "",
    ]  # fmt: skip
    assert [as_csv["f-05"][name] for name in told] == [
        "2024-11-28", "2024-11-28", "2024-12-02", "enemy", "false", "The ministry", "",
    ]  # fmt: skip
    assert rows_of(client, "/airstrikes.json?tab=chart")[0]["counted_until_on"] is None, "a window"


def test_files_of_the_overview_tell_what_a_range_was_in_its_own_kind(client: FlaskClient) -> None:
    [row] = [row for row in rows_of(client, "/index.json?table=changes") if row["previous_source_count"]]
    names = ("lowest", "highest", "source_count", "is_open_below", "is_open_above", "counted_from_on", "counted_to_on")
    assert [row[f"previous_{name}"] for name in names] == [201, 201, 1, False, True, "2024-11-28", "2024-11-28"]
    assert [row[name] for name in names] == [258, 299, 2, False, False, "2024-11-29", "2024-11-30"]


def test_files_of_sources_tell_the_days_of_a_pair(client: FlaskClient) -> None:
    pairs = {(row["first_id"], row["second_id"]): row for row in rows_of(client, "/sources.json?table=pairs")}
    names = ("first_low", "second_high", "first_counted_until_on", "second_counted_until_on", "is_disjoint",
             "is_contradiction", "common_low", "apart_low")  # fmt: skip
    assert {pair: [row[name] for name in names] for pair, row in pairs.items()} == {
        ("f-03", "f-02"): [277, 299, "2024-11-30", "2024-11-29", False, False, 277, None],
        ("f-14", "f-06"): [56, 40, "2024-11-28", "2024-11-28", True, True, None, 16],
    }


def test_the_figures_are_read_by_the_convention_asked_for(client: FlaskClient) -> None:
    for convention, low in (("literal", 200), ("acled", 100)):
        rows = rows_of(client, f"/deaths.json?hedge_convention={convention}&tab=chart")
        assert next(row for row in rows if row["figure_id"] == "f-04")["low"] == low
        answer = client.get(f"/deaths.metadata?hedge_convention={convention}")
        assert answer.json["metadata"]["hedge_convention"] == convention


def test_the_metadata_says_what_the_rows_are_and_how_to_cite_them(client: FlaskClient) -> None:
    search = "?place=nw&population=within.civilians&party_claims=out&known_on=2024-11-29"
    about = client.get(f"/deaths.metadata{search}").json["metadata"]
    assert about["filters"].items() >= {"place": "nw", "population": "within.civilians"}.items()
    assert (about["party_claims"], about["known_on"], about["build_id"]) == ("out", "2024-11-29", "first")
    assert about["hedge_convention"] == "literal"
    assert about["licence"]["name"] in about["citation"]
    assert "as known on 29 November 2024 (publication first of 2 January 2026, 03:05 UTC)" in about["citation"]
    assert about["row_count"] == len(rows_of(client, f"/deaths.json{search}"))
    assert "As known on 29 November 2024" in about["says"]
    assert client.get(f"/deaths.json{search}").json["metadata"] == about
    sheet = dict(line[:2] for line in workbook(client.get(f"/deaths.xlsx{search}").data, 2))
    assert (sheet["known_on"], sheet["citation"]) == ("2024-11-29", about["citation"])


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_every_form_and_every_table(client: FlaskClient, view: str, tmp_path: Path) -> None:
    about = client.get(f"{view}.metadata").json["metadata"]
    for number, (table, told) in enumerate(about["tables"].items(), start=1):
        rows = rows_of(client, f"{view}.json?table={table}")
        assert len(rows) == told["row_count"]
        lines = list(csv.reader(io.StringIO(client.get(f"{view}.csv?table={table}").text)))
        assert len(lines) == len(rows) + 1
        assert len(from_parquet(client.get(f"{view}.parquet?table={table}").data, tmp_path)) == len(rows)
        assert workbook(client.get(f"{view}.xlsx").data, number)[0] == lines[0]
        answer = client.get(f"{view}.csv?table={table}")
        assert (
            f'attachment; filename="on-record_{about["view"].replace(" ", "-")}'
            in (answer.headers["Content-Disposition"])
        )


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/deaths.csv?place=no", "There is no place “no” here"), ("/deaths.json?by=no", "There is no by “no” here"),
        ("/deaths.xlsx?hedge_convention=no&tab=chart", "There is no hedge_convention “no” here"),
        ("/deaths.parquet?known_on=soon&tab=chart", "Nothing can be shown as known on “soon”"),
        ("/index.csv?episode=no", "There is no episode “no” here"),
        ("/sources.csv?table=no", "Choose from: days, pairs"),
        ("/deaths.csv?table=%3Cb%3E&tab=chart", "Choose from: figures."),
        ("/checks.json?known_on=soon", "“soon” is no day"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_refused_in_a_sentence(client: FlaskClient, address: str, said: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert said in answer.json["detail"]
    assert answer.json["detail"].endswith(".")


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "xlsx", "metadata", "html"])
def test_an_unknown_figure_is_not_found(client: FlaskClient, form: str) -> None:
    answer = client.get(f"/figure/{quote('<none>')}.{form}")
    assert answer.status_code == 404
    assert "<none>" not in answer.text


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("form", ["csv", "html"])
def test_without_a_publication_files_say_what_to_run(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, view: str, form: str
) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    answer = client.get(f"{view}.{form}")
    assert answer.status_code == 503
    assert "make build" in answer.text


def test_no_spreadsheet_runs_what_a_document_says(client: FlaskClient) -> None:
    reader = csv.DictReader(io.StringIO(client.get("/deaths.csv?place=SY&tab=chart").text))
    phrases = {row["figure_id"]: row["phrase"] for row in reader}
    for number, trap in enumerate(TRAPS[:6]):
        assert phrases[f"t-{number}"] == f"'{trap}"
    assert phrases["t-6"] == TRAPS[6]
    as_json = {row["figure_id"]: row["phrase"] for row in rows_of(client, "/deaths.json?place=SY&tab=chart")}
    assert as_json["t-0"] == TRAPS[0], "JSON is run by nobody and stays as printed"
    head, *lines = workbook(client.get("/deaths.xlsx?place=SY&tab=chart").data)
    assert TRAPS[0] in [line[head.index("phrase")] for line in lines]


@pytest.mark.parametrize("view", [*VIEWS, "/figure/t-8"])
def test_a_plain_page_holds_no_markup_of_documents_and_leads_to_plain_pages(client: FlaskClient, view: str) -> None:
    body = client.get(f"{view}.html").text
    assert "<script" not in body
    assert "<i>40</i>" not in body
    links = {unescape(link) for link in re.findall(r'href="([^"#]*)', body)}
    # The header's links to tables of everything are the API's, and held by its tests.
    inside = {link for link in links if re.match(r"[?/]", link) and not re.match(OTHERS, link)}
    assert any(link.startswith("/index.html") for link in inside)
    for link in sorted(inside)[:60]:
        assert client.get(link if link.startswith("/") else f"{view}.html{link}").status_code == 200, link
    # Besides the way back, and the address to embed, none leads to a page that needs a program.
    live = {link for link in inside if re.fullmatch(r"/([a-z-]*|figure/[^/.]*)", link.partition("?")[0])}
    assert {link.partition("?")[0] for link in live} <= {view.replace("/index", "/")}


def test_a_hostile_phrase_is_shown_as_it_was_printed(client: FlaskClient) -> None:
    for address in ("/deaths.html?place=SY&tab=chart", "/figure/t-8.html", "/deaths.html?place=SY&figure=t-8"):
        body = client.get(address).text
        assert HOSTILE not in body
        assert HOSTILE in unescape(body)


@pytest.mark.parametrize("search", ["", "?tab=table&place=SY", "?tab=time&known_on=2024-11-29", "?figure=f-06"])
def test_a_plain_page_says_what_the_page_says(client: FlaskClient, search: str) -> None:
    text = unescape(re.sub(r"<[^>]+>", "", client.get(f"/deaths.html{search}").text))
    parts = measure.show("/deaths", search)
    assert parts["problems"] == []
    for said in (*(parts[name] for name in ("headline", "chart_title", "chart_how")),
                 *(each.children for each in parts["chart_words"])):  # fmt: skip
        assert said in text


def test_the_table_of_a_plain_page_holds_the_charts_rows(client: FlaskClient) -> None:
    links = re.findall(
        r'href="[^"]*figure=([ft]-\d+)[^"]*" class="soft" ?[^>]*>[^<]', client.get("/deaths.html?tab=chart").text
    )
    found = list(dict.fromkeys(re.findall(r"[?;&]figure=([ft]-\d+)", client.get("/deaths.html?tab=chart").text)))
    assert found == drawn("") and set(links) <= set(found)


@pytest.mark.parametrize("path", ["/", "/deaths", "/sources", "/figure/f-06", "/checks", "/about", "/deaths/"])
def test_each_page_names_its_own_plain_page(client: FlaskClient, path: str) -> None:
    body = client.get(f"{path}?known_on=2024-11-29").text
    inside = re.findall(r"<noscript>(.*?)</noscript>", body, re.S)[0]
    plain = unescape(re.findall(r'href="([^"]+)"', inside)[0])
    own = "/index" if path == "/" else path.rstrip("/")
    assert plain == f"{own}.html?known_on=2024-11-29"
    assert client.get(plain).status_code == 200


@pytest.mark.parametrize("search", ["?figure_id=f-01", "?path=x&kind=y&known_on=2024-11-29", "?children=1&id=2"])
def test_names_of_our_own_in_an_address_break_nothing(client: FlaskClient, search: str) -> None:
    for view in ("/figure/f-06", "/index", "/deaths"):
        answer = client.get(f"{view}.html{search}")
        assert answer.status_code == 200, f"{view}.html{search}"
    assert "up to" in unescape(client.get(f"/figure/f-06.html{search}").text)
    assert json.loads(client.get(f"/figure/f-06.json{search}").data)["rows"][0]["figure_id"] == "f-06"
