"""A figure that may not be shown is nowhere outside raw: in no byte, page, file, count, log or sentence."""

import io
import json
import logging
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest
from dash import Dash
from flask.testing import FlaskClient
from pages_publication import opened
from workshop import ROOT, Workshop

from bench.addresses import output_of
from dashboard.publication.folder import CONFIG, publications
from dashboard.sql.engine import run

sys.path.insert(0, str(ROOT / "tests" / "models"))
from test_small_records import document, figure, write_record

# Each is found nowhere else; the number also in the two ways in which a file may hold it. The numbers are as long as
# four bytes allow: six digits in a row turned up by chance among the times and checksums of an artifact of dbt.
PHRASE, NOTE, TITLE = "some 46 of kestrel", "bittern-note-of-the-restricted", "wheatear-title"
VALUES = (3_975_317_046, 2_642_083_519)
HIDDEN = (PHRASE, "kestrel", NOTE, "bittern", TITLE, "wheatear", "d-1-03", "d-3", "hidden-incident",
          *(f"{value}" for value in VALUES), *(f"{value:,}" for value in VALUES))  # fmt: skip
RESTRICTED = {"visibility": "restricted", "note": NOTE, "phrase": PHRASE, "incident_id": "hidden-incident"}
ROOMS = ["/", "/deaths", "/injuries", "/displaced", "/airstrikes", "/attacks", "/killed-or-injured", "/sources",
         "/checks", "/about", "/sql", "/figure/d-1-01", "/figure/d-1-03", "/figure/d-3-01"]  # fmt: skip
TABS = ["", "?tab=map", "?tab=table", "?tab=daily", "?known_on=2024-11-28", "?hedge_convention=acled",
        "?party_claims=out", "?place=within.SY", "?figure=d-1-03", "?document=d-3", "?by=period&scale=log"]  # fmt: skip
FORMS = ("csv", "json", "parquet", "xlsx", "metadata", "html")


def build_restricted(workshop: Workshop) -> None:
    """A record in which a restricted total has public parts that contradict it, and a document has nothing else."""
    figures = [
        figure("1-01", "200"),
        figure("1-02", "190", population_id="civilians", part_of="d-1-03"),
        figure("1-03", str(VALUES[0]), **RESTRICTED),
        # Beside one that may be shown: of the same source and scope, greater, later, from another source, and relayed.
        figure("1-04", str(VALUES[0]), source_id="ocha", **RESTRICTED),
        figure("2-01", "255", reported_on="2024-11-30"),
        figure("2-02", str(VALUES[1]), source_id="russian_mod", place_id="SY02", **RESTRICTED),
        figure("3-01", str(VALUES[1]), **RESTRICTED),
    ]
    documents = [
        document(1, publisher="Paper"),
        document(2, published_on="2024-11-30"),
        document(3, title=TITLE, note=NOTE, publisher=TITLE, url="https://wheatear.example", published_on="2024-12-07"),
    ]
    loaded = workshop.load(write_record(workshop.folder, documents, figures))
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    assert workshop.dbt("build", "--exclude", "resource_type:unit_test", "--write-json").success


@pytest.fixture(scope="module")
def shop(built_once: Callable[..., Workshop]) -> Workshop:
    return built_once(build_restricted)


@pytest.fixture
def client(app: Dash, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(shop.published))
    yield app.server.test_client()
    publications().close()


# Of one build in sixty the id happens to hold "d-3", and so does the name of a thread of dbt.
BUILD_ID = re.compile(r"Thread-\d+|[0-9a-f]{8}-[0-9a-f]{4}(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})?")


def found_in(text: str, *, besides: str = "") -> list[str]:
    """The hidden words in a text that were not in what was asked."""
    text = BUILD_ID.sub("", text)
    return [word for word in HIDDEN if word.lower() in text.lower() and word.lower() not in besides.lower()]


def exported(path: Path) -> Iterator[tuple[str, str]]:
    """Every table and view of a publication as text, with its comments: DuckDB compresses what its file holds."""
    with duckdb.connect(str(path), read_only=True, config=CONFIG) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() union select view_name from duckdb_views() where not internal"
        ).fetchall()
        for (name,) in names:
            yield name, "\n".join(str(row) for row in connection.execute(f'from "{name}"').fetchall())
        yield "comments", str(connection.execute("select comment, sql from duckdb_tables()").fetchall())
        yield "columns", str(connection.execute("select column_name, comment from duckdb_columns()").fetchall())


def decoded(data: bytes, form: str, folder: Path) -> str:
    """A file as a reader of its form sees it, every part of it."""
    if form == "xlsx":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    if form == "parquet":
        path = folder / "answer.parquet"
        path.write_bytes(data)
        with duckdb.connect() as engine:
            told = engine.execute(f"select * from parquet_kv_metadata('{path}')").fetchall()
            rows = engine.execute(f"from '{path}'").fetchall()
            return f"{rows} {told}"
    return data.decode("utf-8")


def test_it_is_in_raw_so_that_it_could_be_found(shop: Workshop) -> None:
    assert shop.inspect("select count(*) from raw.figures where visibility = 'restricted'") == [(4,)]
    assert found_in(str(shop.inspect("from raw.figures")) + str(shop.inspect("from raw.documents"))) != []


def test_no_byte_of_a_published_file_holds_it(shop: Workshop) -> None:
    files = [path for path in shop.published.rglob("*") if path.is_file()]
    assert files
    for path in files:
        data = path.read_bytes()
        assert found_in(data.decode("latin-1")) == []
        for value in VALUES:
            assert value.to_bytes(4, "little") not in data
            assert value.to_bytes(8, "little") not in data


def test_no_table_of_a_published_file_holds_it(shop: Workshop) -> None:
    tables = dict(exported(shop.publications[-1]))
    assert len(tables) > 30
    for name, text in tables.items():
        assert found_in(text) == [], name
    assert "d-1-01" in tables["fct_figures"]


def test_no_count_and_no_bound_betrays_it(shop: Workshop) -> None:
    assert shop.query("select figure_count, document_count from build") == [(3, 2)]
    assert shop.query("select sum(figure_count) from fct_figure_counts") == [(3,)]
    assert shop.query("select document_id, figure_count from dim_documents order by 1") == [("d-1", 2), ("d-2", 1)]
    assert shop.query("select known_until_on from build")[0][0].isoformat() == "2024-11-30"
    assert shop.query("select max(highest) from range_reported") == [(255,)]
    assert shop.query("select count(*) from fct_figures where part_of is not null") == [(0,)]
    assert shop.query("select distinct source_id from fct_figures") == [("sohr",)]
    assert shop.query("select count(*) from check_parts_and_totals") == [(0,)]


@pytest.mark.parametrize("search", TABS)
@pytest.mark.parametrize("path", ROOMS)
def test_no_page_and_no_tab_shows_it(client: FlaskClient, path: str, search: str) -> None:
    for answer in (client.get(path + search), opened(client, path, search)):
        assert answer.status_code in (200, 400, 404)
        assert found_in(answer.text, besides=path + search) == []


def test_no_callback_answers_it(app: Dash, client: FlaskClient) -> None:
    selection = 0
    for name, callback in app.callback_map.items():
        if "." not in name:
            continue
        outputs = [
            output_of(*part.rsplit(".", 1)) for part in name.strip(".").split("...")
        ]  # fmt: skip
        for path in ("/deaths", "/displaced", "/"):
            values = {"pathname": path, "search": "?place=within.SY&tab=table", "data": {}}
            parts = {
                kind: [part | {"value": values.get(part["property"])} for part in callback[kind]]
                for kind in ("inputs", "state")
            }
            body = {"output": name, "outputs": outputs if name.startswith("..") else outputs[0], "changedPropIds": []}
            answer = client.post("/_dash-update-component", json=body | parts)
            assert found_in(answer.text) == [], name
            selection += answer.status_code == 200
    assert selection > 5


def test_no_file_of_a_view_holds_it(client: FlaskClient, tmp_path: Path) -> None:
    for path in ("/index", *(measure_page for measure_page in ROOMS[1:] if measure_page != "/sql")):
        for form in FORMS:
            for search in ("", "?place=within.SY"):
                answer = client.get(f"{path}.{form}{search}")
                assert answer.status_code in (200, 400, 404), (path, form)
                text = decoded(answer.data, form if answer.status_code == 200 else "", tmp_path)
                assert found_in(text, besides=path) == [], (path, form)
                assert found_in(str(answer.headers), besides=path) == [], (path, form)


def test_no_endpoint_of_the_api_and_no_feed_tells_it(client: FlaskClient, tmp_path: Path) -> None:
    for name in ("figures", "ranges", "reports", "sources", "checks"):
        for form in FORMS[:-1]:
            for search in (
                "",
                "&document=d-3",
                "&figure=d-1-03",
                "&place=SY02",
                "&source=russian_mod",
                "&known_on=2024-12-07",
            ):
                answer = client.get(f"/api/v1/{name}?format={form}{search}")
                text = decoded(answer.data, form if answer.status_code == 200 else "", tmp_path)
                assert found_in(text, besides=search) == [], (name, form, search)
    for path in ("/feed.atom", "/api/v1/openapi.json", "/api", "/figures.html", "/ranges.html", "/documents/d-3.html",
                 "/documents/d-1.html", "/_dash-layout", "/health"):  # fmt: skip
        assert found_in(client.get(path).text, besides=path) == [], path


def test_asking_for_it_is_answered_as_asking_for_nothing(client: FlaskClient) -> None:
    def said(path: str, name: str) -> tuple[int, str]:
        answer = client.get(path.replace("NAME", name))
        return answer.status_code, re.sub(re.escape(name), "NAME", answer.text)

    for path in ("/figure/NAME.html", "/figure/NAME.json", "/figure/NAME.csv", "/api/v1/figures?figure=NAME"):
        assert said(path, "d-1-03") == said(path, "d-1-99"), path
    for path in ("/documents/NAME.html", "/api/v1/figures?document=NAME"):
        assert said(path, "d-3") == said(path, "d-9"), path
    for path in ("/deaths.json?place=NAME", "/api/v1/ranges?place=NAME", "/api/v1/ranges?source=NAME"):
        name = "SY02" if "place" in path else "russian_mod"
        assert client.get(path.replace("NAME", name)).status_code in (200, 400), path


def test_no_question_in_sql_finds_it(shop: Workshop, client: FlaskClient) -> None:
    path = shop.publications[-1]
    for sql in (
        "from fct_figures where figure_id = 'd-1-03'", "from raw.figures", "from staging.stg_figures", "show tables",
        f"select count(*) from fct_figures where phrase like '%{PHRASE[:9]}%'", "from duckdb_columns()",
        "select * from duckdb_tables()", "from duckdb_views()", "from duckdb_constraints()", "summarize fct_figures",
        "from pragma_storage_info('fct_figures')", "summarize dim_documents", "from dim_documents",
        "select stats(phrase), stats(value_stated), stats(figure_id) from fct_figures limit 1",
    ):  # fmt: skip
        answer = run(path, sql)
        assert found_in(f"{answer.columns} {answer.rows} {answer.detail}", besides=sql) == [], sql
        for form in ("run", "result.csv", "result.json", "result.html"):
            assert found_in(client.get(f"/sql/{form}?q={quote(sql)}").text, besides=sql + quote(sql)) == [], sql


def test_no_log_and_no_error_of_the_dashboard_tells_it(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with caplog.at_level(logging.DEBUG):
        for path in ("/figure/none", "/api/v1/figures?figure=x", "/sql/run?q=selec", "/deaths?place=x", "/none"):
            assert found_in(client.get(path).text) == []
    assert found_in(caplog.text) == []


def test_no_log_of_load_or_build_and_no_artifact_tells_it(shop: Workshop) -> None:
    logs = [path for path in (shop.folder / "logs").rglob("*") if path.is_file()]
    artifacts = [path for path in (shop.folder / "target").rglob("*") if path.is_file()]
    assert logs
    assert any(path.suffix == ".json" for path in artifacts)
    for path in (*logs, *artifacts):
        assert found_in(path.read_text(encoding="utf-8", errors="replace")) == [], path


def test_no_folder_but_assets_is_served(client: FlaskClient) -> None:
    for path in ("/target/manifest.json", "/published/", "/warehouse.duckdb", "/static/x",
                 "/assets/../target/manifest.json",
                 "/assets/%2e%2e/warehouse.duckdb", "/logs/dbt.log", "/figures/aleppo-2024/figures.csv", "/.git/config",
                 "/assets/plotly/../../app.py", "/_dash-component-suites/dashboard/app.py"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert b"import" not in answer.data[:200]


def test_its_publication_is_told_like_any_other(client: FlaskClient) -> None:
    assert json.loads(client.get("/api/v1/figures?format=metadata").data)["metadata"]["total_row_count"] == 3
