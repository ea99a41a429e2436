"""The SQL addresses: answers as files and as a part of a page, escaped, defused, bounded, and gone when turned off."""

import csv
import io
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb
import pytest
from asking import children
from browsing import until
from dash import Dash, page_registry
from flask.testing import FlaskClient
from small_publication import publish

from dashboard.cli.screenshot import running
from dashboard.publication.folder import publications
from dashboard.sql import engine as sql_engine
from dashboard.sql.engine import PAGE
from dashboard.sql.examples import ELSEWHERE, examples

TYPES = (
    "select 'a' as t, 1::bigint as n, 12.50::decimal(9, 2) as d, date '2024-11-28' as day, null as nothing, true as b, "
    "timestamp '2024-11-28 03:04:05' as at, [1, 2] as l, sum(1) as s, 12345678901234567890::hugeint as h, 1 as n"
)
DANGEROUS = "select '=1+1' as a, '-1' as b, '@x' as c, '+1' as d, '\tx' as e, -5 as f, -1.5 as g, 'a=1' as h"


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


def page(**query: str) -> Any:
    """The page as Dash lays it out."""
    return next(found for found in page_registry.values() if found["path"] == "/sql")["layout"](**query)


def at(form: str, sql: str) -> str:
    return f"/sql/{form}?" + urlencode({"q": sql})


def test_json_says_what_it_answers_and_keeps_values(client: FlaskClient) -> None:
    answer = client.get(at("result.json", TYPES))
    found = json.loads(answer.text)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert (found["publication"], found["question"]) == ("20260101T000000000000Z", TYPES)
    assert found["rows"] == [{
        "t": "a", "n": 1, "d": 12.5, "day": "2024-11-28", "nothing": None, "b": True, "at": "2024-11-28T03:04:05",
        "l": [1, 2], "s": 1, "h": "12345678901234567890", "n_1": 1,
    }]  # fmt: skip


def test_csv_cells_that_a_spreadsheet_would_run_are_defused(client: FlaskClient) -> None:
    answer = client.get(at("result.csv", DANGEROUS + ", '\n=1' as i, '＝1' as \"=1+1\""))
    rows = list(csv.reader(io.StringIO(answer.text, newline="")))
    assert rows[1] == ["'=1+1", "'-1", "'@x", "'+1", "'\tx", "-5", "-1.5", "a=1", "'\n=1", "'＝1"]
    assert rows[0][-1] == "'=1+1"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="on-record-20260101T000000000000Z.csv"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_csv_has_empty_cells_for_null_and_keeps_line_breaks(client: FlaskClient) -> None:
    text = client.get(at("result.csv", "select null as a, 'x\ny' as b, 'é\"' as c")).text
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b", "c"], ["", "x\ny", 'é"']]


def test_parquet_keeps_types_rows_and_its_question(client: FlaskClient, tmp_path: Path) -> None:
    target = tmp_path / "answer.parquet"
    target.write_bytes(client.get(at("result.parquet", TYPES)).data)
    with duckdb.connect() as engine:
        found = engine.execute(f"from '{target}'")
        kinds = {name: str(kind) for name, kind, *_ in found.description}
        row = found.fetchone()
        told = dict(
            engine.execute(f"select key::varchar, value::varchar from parquet_kv_metadata('{target}')").fetchall()
        )
    assert kinds | {"n": "BIGINT", "d": "DECIMAL(9,2)", "day": "DATE", "at": "TIMESTAMP", "s": "BIGINT"} == kinds
    assert row is not None
    assert (row[0], row[1], str(row[2]), str(row[3]), row[4]) == ("a", 1, "12.50", "2024-11-28", None)
    assert told["publication"] == "20260101T000000000000Z"


CREDITED = """create table dim_datasets as select 'some-1' as document_id, 'some' as dataset_id, '1' as version,
    'Some <i>set</i>' as title, 'A desk' as producer, 'A desk (2024).' as citation,
    'A <b>desk</b>, CC BY' as attribution, 'CC BY 4.0' as licence, null as licence_url,
    'https://example.org' as page_url, date '2024-06-30' as published_on"""


@pytest.fixture
def with_data_sets(client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """The same publication, with a data set in it."""
    path = publish(tmp_path / "published" / "20260101T000000000000Z.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute(CREDITED)
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(path.parent))
    yield client
    publications().close()


def test_every_form_of_an_answer_credits_the_data_sets_of_its_publication(
    with_data_sets: FlaskClient, tmp_path: Path
) -> None:
    get = with_data_sets.get
    about = get(at("result.metadata", "select 1")).json
    assert (about["question"], about["publication"]) == ("select 1", "20260101T000000000000Z")
    (credit,) = about["data_sets"]
    assert (credit["dataset_id"], credit["attribution"]) == ("some", "A <b>desk</b>, CC BY")
    assert get(at("result.json", "select 1")).json["data_sets"] == [credit]
    target = tmp_path / "answer.parquet"
    target.write_bytes(get(at("result.parquet", "select 1")).data)
    with duckdb.connect() as engine:
        told = engine.execute(
            f"select decode(value) from parquet_kv_metadata('{target}') where decode(key) = 'data_sets'"
        ).fetchall()
    assert json.loads(told[0][0]) == [credit]
    for form in ("run", "result.html"):
        text = get(at(form, "select 1")).text
        assert "credit: A &lt;b&gt;desk&lt;/b&gt;, CC BY." in text
        assert "/sql/result.metadata?q=select%201" in text
        assert "credit:" not in get(at(form, "select nope")).text


def test_a_csv_leads_to_what_goes_beside_it(with_data_sets: FlaskClient) -> None:
    link = with_data_sets.get(at("result.csv", "select 1 as a")).headers["Link"]
    found = re.match(r'<(/sql/result\.metadata\?[^>]+)>; rel="describedby", <https://creativecommons', link)
    assert found
    assert with_data_sets.get(found[1]).json["question"] == "select 1 as a"
    # A server in front would refuse a header that long.
    long = with_data_sets.get(at("result.csv", f"select '{'x' * 2500}'")).headers["Link"]
    assert "describedby" not in long and 'rel="license"' in long


def test_a_publication_without_data_sets_credits_nobody(client: FlaskClient) -> None:
    assert client.get(at("result.metadata", "select 1")).json["data_sets"] == []
    assert "credit" not in client.get(at("run", "select 1")).text


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "html"])
def test_an_answer_without_rows_is_a_file_too(client: FlaskClient, form: str) -> None:
    assert client.get(at(f"result.{form}", "select figure_id, low from fct_figures where false")).status_code == 200


def test_a_file_that_leaves_rows_out_says_so_in_its_name(client: FlaskClient) -> None:
    answer = client.get(at("result.csv", "from range(60000)"))
    assert "first-50000-rows.csv" in answer.headers["Content-Disposition"]
    assert len(answer.text.splitlines()) == 50_001


def test_the_part_for_the_page_escapes_every_text(client: FlaskClient) -> None:
    evil = "<img src=x onerror=alert(1)>"
    for sql in (f"select '{evil}' as \"{evil}\"", f'select nope as "{evil}"', f"select error('{evil}')", evil):
        for form in ("run", "result.html"):
            text = client.get(at(form, sql)).text
            assert "<img" not in text
            assert "&lt;img" in text


def test_the_page_says_how_many_rows_and_what_was_cut(client: FlaskClient) -> None:
    assert "13 rows in 0." in client.get(at("run", "select low from fct_figures")).text
    assert "Only the first 1,000 rows are shown" in client.get(at("run", "from range(2000)")).text


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("", 400),
        ("selec", 400),
        ("drop table build", 400),
        ("select '" + "x" * 8000 + "'", 414),
        ("select 'Yes.'", 200),
    ],
)
def test_what_is_wrong_is_a_code_and_a_sentence(client: FlaskClient, sql: str, code: int) -> None:
    for form in ("run", "result.csv", "result.html"):
        answer = client.get(at(form, sql))
        assert answer.status_code == code
        assert "." in answer.text
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_format_is_404(client: FlaskClient) -> None:
    answer = client.get("/sql/result.exe?q=select+1")
    assert answer.status_code == 404
    assert answer.text == "There is no format “exe”: csv, json, parquet, xlsx, metadata or html."


@pytest.mark.parametrize("path", ["/sql", "/sql/", "/sql/run?q=select+1", "/sql/result.csv?q=select+1"])
def test_one_setting_turns_page_and_addresses_off(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    assert client.get(path).status_code in (200, 302)
    monkeypatch.setenv("ON_RECORD_SQL", "off")
    answer = client.get(path)
    assert answer.status_code == 404
    assert "turned off on this server" in answer.text
    assert "turned off" in str(page(q="select 1"))


def test_nothing_published_is_503_and_says_what_to_run(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    answer = client.get(at("run", "select 1"))
    assert answer.status_code == 503
    assert "make build" in answer.text
    assert "make build" in str(page())


def test_the_examples_are_twenty_and_parse(client: FlaskClient) -> None:
    assert len(examples()) == 20
    shown = str(page())
    for question in (each for each in examples() if each.group != ELSEWHERE or "read_csv" in each.sql):
        # What reads or writes a file of one's own is for a shell.
        assert (question.words in shown) is (question.group != ELSEWHERE)
        # The small publication of these tests has not every table: a name may be unknown, but it must be SQL.
        assert "not SQL that the engine can read" not in client.get(at("run", question.sql)).text


def test_a_reader_who_hangs_up_ends_the_question(app: Dash) -> None:
    endless = at("run", "select count(*) from range(1000000000) a, range(100000) b")
    with running(app.server) as url:
        port = int(url.rsplit(":", 1)[1])
        for _ in range(2):
            with socket.create_connection(("127.0.0.1", port)) as reader:
                reader.sendall(f"GET {endless} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                until(lambda: children() != [], "the question is being answered")
            until(lambda: children() == [], "the question ends with its reader", PAGE.seconds / 2)
        # Both places are free again long before the two would have ended by themselves.
        with socket.create_connection(("127.0.0.1", port), timeout=PAGE.seconds / 2) as reader:
            reader.sendall(f"GET {at('result.csv', 'select 42')} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
            said = b""
            while part := reader.recv(4096):
                said += part
        assert said.endswith(b"42\n42\n")


def test_who_has_a_question_open_is_told_when_to_come_back(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = {"X-Forwarded-For": "[2001:db8:0:1::5]:443"}, {"X-Forwarded-For": "203.0.113.7:1"}
    with sql_engine.DESK.place("2001:db8:0:1::/64"):
        monkeypatch.setattr(sql_engine.DESK, "patience", 0.1)
        for address in (at("run", "select 1"), at("result.csv", "select 1"), at("result.html", "select 1")):
            shut = client.get(address, headers=mine)
            assert (shut.status_code, shut.headers["Retry-After"]) == (429, "5"), address
            assert "Another question from your address is being answered." in shut.text
        assert client.get(at("result.csv", "select 1 as a"), headers=other).text == "a\n1\n"
        with sql_engine.DESK.place("203.0.113.9"):
            shut = client.get(at("run", "select 1"), headers=other)
        assert (shut.status_code, shut.headers["Retry-After"]) == (503, "5")
    assert client.get(at("result.csv", "select 1 as a"), headers=mine).text == "a\n1\n"
