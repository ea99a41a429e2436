"""The JSON endpoints: what they answer is what SQL answers, page by page, and nothing else is answered."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from api_publication import publish_for_api, sql
from asking import selection
from dash import Dash
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from dashboard.api.schema import ENDPOINTS, kind
from dashboard.app import create_app
from dashboard.publication.folder import publications

LIVE = "select report_id from fct_reports where superseded_on is null or superseded_on > date '{0}'"
NAMES = [endpoint.name for endpoint in ENDPOINTS]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_for_api(tmp_path_factory.mktemp("api") / "20260101T000000000000Z.duckdb")


@pytest.fixture(scope="module")
def client(app: Dash, path: Path) -> Iterator[FlaskClient]:
    with selection(app, path.parent) as found:
        yield found


def keys(answer: Any, column: str) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row[column] for row in answer.json["rows"]]


FIGURES = "select figure_id from fct_figures where {0} order by 1"
CASES = {
    "": "true",
    "episode=offensive": "episode_id = 'offensive'",
    "measure=killed": "measure_id = 'killed'",
    "measure=displaced&measure=injured": "measure_id in ('displaced', 'injured')",
    "population=civilians": "population_id = 'civilians'",
    "place=SY": "place_id = 'SY'",
    "cause=airstrike": "cause_id = 'airstrike'",
    "cause=none&measure=airstrikes": "false",
    "cause=none": "cause_id is null",
    "actor=air_forces&actor=none": "true",
    "counting=period": "counting = 'period'",
    "source=ocha": "source_id = 'ocha'",
    "voice=unattributed:doc-2": "voice_id = 'unattributed:doc-2'",
    "document=doc-2": "document_id = 'doc-2'",
    "figure=f-06": "figure_id = 'f-06'",
    "standing=withdrawn": "is_withdrawn",
    "standing=superseded": "not is_withdrawn and not is_standing",
    "standing=standing&standing=withdrawn": "is_withdrawn or is_standing",
    "party_claims=out": "not is_party_claim",
    "party_claims=in": "true",
    "known_on=2024-11-28": "published_on <= date '2024-11-28'",
    "known_on=2024-11-28&standing=standing": "published_on <= date '2024-11-28' and not is_withdrawn and report_id in "
    f"({LIVE.format('2024-11-28')})",
    "known_on=2001-01-01": "false",
}


@pytest.mark.parametrize(("query", "where"), CASES.items())
def test_figures_are_those_that_sql_finds(client: FlaskClient, path: Path, query: str, where: str) -> None:
    answer = client.get(f"/api/v1/figures?limit=1000&{query}")
    expected = [row[0] for row in sql(path, FIGURES.format(where))]
    assert keys(answer, "figure_id") == expected
    assert answer.json["metadata"]["total_row_count"] == len(expected)


def test_a_superseded_report_stood_before_it_was_superseded(client: FlaskClient) -> None:
    before, after = (client.get(f"/api/v1/figures?figure=f-01&known_on=2024-{day}").json["rows"][0]
                     for day in ("12-01", "12-02"))  # fmt: skip
    assert (before["standing"], before["superseded_on"], before["implied_low"]) == ("standing", None, None)
    assert (after["standing"], after["superseded_on"], after["implied_low"]) == ("superseded", "2024-12-02", 262)


def test_ranges_are_those_valid_on_the_day(client: FlaskClient, path: Path) -> None:
    for day in ("2024-11-28", "2024-12-01", "2024-12-02"):
        valid = f"valid_from_on <= date '{day}' and (valid_to_on is null or valid_to_on > date '{day}')"
        expected = sql(path, f"""select scope_id, lowest, highest from range_reported
            where {valid} and hedge_convention = 'literal' order by 1, valid_from_on""")  # fmt: skip
        rows = client.get(f"/api/v1/ranges?known_on={day}").json["rows"]
        assert [(row["scope_id"], row["lowest"], row["highest"]) for row in rows] == expected
        assert all(row["valid_to_on"] is None for row in rows)


def test_past_ranges_are_asked_for_by_standing(client: FlaskClient, path: Path) -> None:
    both = client.get("/api/v1/ranges?standing=standing&standing=superseded").json["rows"]
    assert len(both) == sql(path, "select count(*) from range_reported where hedge_convention = 'literal'")[0][0]
    assert [row["lowest"] for row in client.get("/api/v1/ranges?standing=superseded").json["rows"]] == [201]


def test_ranges_without_party_claims_hold_no_party(client: FlaskClient) -> None:
    scopes = keys(client.get("/api/v1/ranges?party_claims=out"), "scope_id")
    assert scopes and not any("fighters" in scope for scope in scopes)
    assert any("fighters" in scope for scope in keys(client.get("/api/v1/ranges"), "scope_id"))


def test_a_source_finds_the_ranges_it_stands_behind(client: FlaskClient, path: Path) -> None:
    expected = sql(path, """select distinct scope_id || '@' || valid_from_on from range_standing_reports
        where source_id = 'sohr' and valid_to_on is null order by 1""")  # fmt: skip
    assert keys(client.get("/api/v1/ranges?source=sohr"), "range_id") == [row[0] for row in expected]


def test_reports_and_sources_count_what_was_known(client: FlaskClient, path: Path) -> None:
    reports = client.get("/api/v1/reports?known_on=2024-11-30&limit=1000").json["rows"]
    assert [(row["report_id"], row["figure_count"]) for row in reports] == sql(path, """select report_id, count(*)
        from fct_figures where published_on <= date '2024-11-30' group by 1 order by 1""")  # fmt: skip
    voices = client.get("/api/v1/sources?measure=killed").json["rows"]
    assert [(row["voice_id"], row["figure_count"], row["report_count"]) for row in voices] == sql(path, """
        select voice_id, count(*), count(distinct report_id) from fct_figures where measure_id = 'killed'
        group by 1 order by 1""")  # fmt: skip


def test_checks_are_told_once_all_their_figures_are_known(client: FlaskClient) -> None:
    def found(query: str) -> list[str]:
        return [key.split(":")[0] for key in keys(client.get(f"/api/v1/checks?{query}"), "check_id")]

    assert found("") == [
        "decreasing_totals", "disjoint_reports", "low_above_high", "nested_reports", "parts_and_totals",
    ]  # fmt: skip
    assert found("known_on=2024-11-28") == ["low_above_high", "parts_and_totals"]
    assert found("known_on=2024-11-29") == ["disjoint_reports", "low_above_high", "parts_and_totals"]
    assert found("party_claims=out") == ["decreasing_totals", "low_above_high", "nested_reports", "parts_and_totals"]
    assert found("check=low_above_high") == ["low_above_high"]
    assert found("source=ministry") == ["disjoint_reports"]
    assert found("known_on=2024-12-01&check=nested_reports") == []


def test_a_part_that_is_more_than_its_whole_is_a_finding_certain_but_for_words(client: FlaskClient) -> None:
    [row] = client.get("/api/v1/checks?check=nested_reports").json["rows"]
    told = {name: row[name] for name in ("check_id", "figure_id", "other_figure_id", "is_certain", "known_from_on")}
    assert told == {
        "check_id": "nested_reports:f-03:f-13", "figure_id": "f-03", "other_figure_id": "f-13", "is_certain": False,
        "known_from_on": "2024-12-02",
    }  # fmt: skip


IN_TIME = {
    "figures": ("figure_id", "fct_figures",
                ("counted_until_on", "reported_at", "speaker_name", "source_original_id", "claim_about", "doubts",
                 "agency")),
    "reports": ("report_id", "fct_reports", ("counted_until_on", "claim_about", "is_reworded")),
}  # fmt: skip


@pytest.mark.parametrize(("name", "columns"), IN_TIME.items())
def test_figures_and_reports_say_up_to_when_they_count_and_whose_losses_they_tell(
    client: FlaskClient, path: Path, name: str, columns: tuple[str, str, tuple[str, ...]]
) -> None:
    key, table, told = columns
    rows = client.get(f"/api/v1/{name}?limit=1000").json["rows"]
    expected = sql(path, f"select {', '.join((key, *(f'{one}::text' for one in told)))} from {table} order by {key}")

    def text(value: Any) -> str | None:
        return str(value).lower() if isinstance(value, bool) else value

    assert [tuple(text(row[column]) for column in (key, *told)) for row in rows] == expected
    assert {row["counted_until_on"] for row in rows} > {None, "2024-11-28", "2024-11-30"}, (
        "a window counts up to no day"
    )


RANGES = ("counted_from_on", "counted_to_on", "named_source_count", "report_count", "earlier_source_count",
          "earlier_low", "is_by_convention")  # fmt: skip


@pytest.mark.parametrize("twin", ["", "_without_party_claims"])
def test_ranges_say_up_to_when_they_count_who_is_named_and_what_stopped_before(
    client: FlaskClient, path: Path, twin: str
) -> None:
    columns = ", ".join(f"{name}{twin}{'::text' if name.startswith('counted') else ''}" for name in RANGES)
    expected = sql(path, f"""select scope_id, {columns} from range_reported where hedge_convention = 'literal'
        and valid_to_on is null order by 1""")  # fmt: skip
    rows = client.get(f"/api/v1/ranges?party_claims={'out' if twin else 'in'}").json["rows"]
    kept = [each for each in expected if each[0] in {row["scope_id"] for row in rows}]
    assert [(row["scope_id"], *(row[name] for name in RANGES)) for row in rows] == kept
    assert len(kept) >= 1
    [whole] = [row for row in rows if row["population_id"] == "all" and row["measure_id"] == "killed"
               and row["place_id"] == "nw"]  # fmt: skip
    days, earlier = ("2024-11-29", "2024-11-29" if twin else "2024-11-30"), (0, None) if twin else (2, 201)
    assert (whole["counted_from_on"], whole["counted_to_on"]) == days
    assert (whole["earlier_source_count"], whole["earlier_low"]) == earlier
    assert whole["counted_to_on_without_party_claims"] == "2024-11-29"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("limit", [1, 3])
def test_all_pages_together_are_all_rows_and_none_twice(client: FlaskClient, name: str, limit: int) -> None:
    whole = client.get(f"/api/v1/{name}?limit=1000").json
    address, rows = f"/api/v1/{name}?limit={limit}", []
    while address:
        page = client.get(address)
        rows += page.json["rows"]
        assert len(page.json["rows"]) <= limit
        assert ('rel="next"' in page.headers["Link"]) == bool(page.json["links"]["next"])
        address = page.json["links"]["next"]
    assert rows == whole["rows"]
    assert len(rows) == whole["metadata"]["total_row_count"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "query",
    ["x=1", "measure=none", "measure=", "place=%00", "scope=nowhere", "counting=daily", "party_claims=maybe",
     "known_on=yesterday", "known_on=2024-02-30", "known_on=20241130", "known_on=2024-W48-6", "limit=0", "limit=1001",
     "limit=1e3", "limit=²", "limit=1&limit=2", "cursor=x", "cursor=%C3%A9", "format=exe", "standing=lying",
     "episode=offensive&episode=' or 1=1 --", "population=" + "a" * 500, "measure=killed&" * 21],
)  # fmt: skip
def test_what_is_not_on_offer_is_refused_with_a_sentence(client: FlaskClient, name: str, query: str) -> None:
    answer = client.get(f"/api/v1/{name}?{query}")
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert answer.json["status"] == 400
    assert answer.json["detail"].endswith(".")
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_address_of_the_api_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    assert client.get("/api/v1/secrets").status_code == 404
    assert client.get("/documents/none.html").status_code == 404


def test_every_answer_says_what_it_is(client: FlaskClient) -> None:
    about = client.get("/api/v1/figures?measure=killed&known_on=2024-11-29&party_claims=out").json["metadata"]
    assert (about["build_id"], about["known_on"], about["hedge_convention"]) == ("first", "2024-11-29", "literal")
    assert about["filters"] == {"measure": ["killed"], "party_claims": ["out"], "known_on": ["2024-11-29"]}
    assert about["licence"]["name"] == "CC BY 4.0"
    assert about["citation"].startswith("On Record, The offensive, as known on 29 November 2024.")
    assert client.get("/api/v1/figures").json["metadata"]["known_on"] == "2024-12-02"


@pytest.mark.parametrize("address", ["/api/v1/figures", "/api/v1/openapi.json", "/feed.atom", "/ranges.html"])
def test_an_unchanged_answer_is_not_sent_twice(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    assert first.headers["Last-Modified"] == "Fri, 02 Jan 2026 03:05:00 GMT"
    assert "max-age" in first.headers["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get(address, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    head = client.head(address)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    assert first.headers["X-Content-Type-Options"] == "nosniff"


def test_a_new_publication_ends_the_paging_of_the_old(
    app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    client = app.server.test_client()
    publish_for_api(tmp_path / "20260101T000000000000Z.duckdb")
    first = client.get("/api/v1/figures?limit=2")
    publish_for_api(tmp_path / "20260102T000000000000Z.duckdb", build_id="second")
    assert client.get(first.json["links"]["next"]).status_code == 409
    assert client.get("/api/v1/figures?limit=2", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    publications().close()


@pytest.mark.parametrize(
    "address", [*(one.path for one in ENDPOINTS), "/feed.atom", "/figures.html", "/documents/a.html"]
)
def test_nothing_published_says_what_to_run(
    app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    answer = app.server.test_client().get(address)
    assert answer.status_code == 503
    assert "make build" in answer.text
    assert answer.headers["Retry-After"]
    assert app.server.test_client().get("/api/v1/openapi.json").json["openapi"] == "3.1.0"


def test_openapi_describes_every_operation_as_it_answers(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    assert {"title", "version", "license"} <= set(document["info"])
    assert set(document["paths"]) == {*(one.path for one in ENDPOINTS), "/feed.atom"}
    schemas = document["components"]["schemas"]
    for address, methods in document["paths"].items():
        operation = methods["get"]
        assert {"operationId", "summary", "parameters", "responses"} <= set(operation)
        for parameter in operation["parameters"]:
            assert parameter["in"] == "query" and parameter["description"].endswith(".")
            Draft202012Validator.check_schema(parameter["schema"])
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.content_type.split(";")[0] in operation["responses"]["200"]["content"]
        if answer.is_json:
            schema = schemas[address.rsplit("/", 1)[1]]
            # The publication of these tests has no history; that of test_revisions_shown.py has.
            assert answer.json["rows"] or address.endswith(("/revisions", "/corrections"))
            for row in answer.json["rows"]:
                assert list(schema["properties"]) == list(row)
                Draft202012Validator(schema).validate(row)


def test_every_documented_value_is_accepted(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    for address, methods in document["paths"].items():
        for parameter in methods["get"]["parameters"]:
            schema, name = parameter["schema"], parameter["name"]
            one_by_one = [[value] for value in schema.get("enum", [])]
            for values in [schema["items"].get("enum", [])] if "items" in schema else one_by_one:
                answer = client.get(address, query_string={name: values, "limit": 1})
                assert answer.status_code == 200, (address, name, values, answer.text)


def test_the_kind_of_a_column_follows_its_name() -> None:
    names = {"is_open_above_without_party_claims": "boolean", "source_count": "integer", "published_on": "day",
             "loaded_at": "moment", "share_low_pct": "number", "phrase": "text",
             "lowest_without_party_claims": "integer", "earlier_low_without_party_claims": "integer",
             "counted_to_on_without_party_claims": "day", "reported_at": "moment", "doubts": "text"}  # fmt: skip
    assert {name: kind(name) for name in names} == names


def test_links_name_the_public_address(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/api/v1/figures").json["links"]["self"].startswith("http://localhost/api")
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", "https://record.example/")
    assert client.get("/api/v1/figures").json["links"]["csv"].startswith("https://record.example/api/v1/figures?")
    assert client.get("/api/v1/openapi.json").json["servers"] == [{"url": "https://record.example"}]
    assert 'href="https://record.example/feed.atom"' in client.get("/feed.atom").text


def test_a_burst_of_requests_gives_no_server_error(client: FlaskClient) -> None:
    server: Flask = create_app().server
    addresses = [*(one.path for one in ENDPOINTS), "/figures.html", "/ranges.html", "/feed.atom", "/api",
                 "/api/v1/openapi.json", "/api/v1/figures?format=csv", "/api/v1/ranges?format=parquet",
                 "/api/v1/figures?format=xlsx", "/api/v1/figures?measure=no"] * 4  # fmt: skip
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda address: server.test_client().get(address).status_code, addresses))
    assert set(codes) == {200, 400}
    assert codes.count(400) == 4
