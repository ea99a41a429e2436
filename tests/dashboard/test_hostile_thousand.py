"""A thousand hostile statements and more, by every way a question comes in: none gets anything that it may not have."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from dash import Dash
from flask.testing import FlaskClient
from hostile_grammar import bombs, families
from hostile_sql import quick, slow
from hostile_watch import PATIENT, SHORT, Watch, watching

from dashboard.__main__ import main
from dashboard.api import schema
from dashboard.publication.folder import publications

GRAMMAR = families()
# Families of which no statement is a question that may be answered.
REFUSED = {"planted files", "network", "spoiling", "shadows", "files to write", "settings by name", "several"}
EVIL = [
    "'; drop table build; --", "' or '1'='1", "\x00", "../../../../etc/passwd", "«csv»", "http://127.0.0.1:«port»/",
    "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}", "%00", "9" * 400, "-1", "1e999", "NaN", "[]", "\u202e",
    "a" * 5000, "١", "within.", "within." * 50, "none", "null", "*", "%", "_", "2024-02-30", "0000-00-00", "infinity",
    "\ud7ff", "json;csv", "\r\nX-Evil: 1", "eyJ" + "A" * 200,
]  # fmt: skip


@pytest.fixture(scope="module")
def watch() -> Iterator[Watch]:
    with watching() as found:
        yield found


@pytest.fixture
def client(app: Dash, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(watch.path.parent))
    yield app.server.test_client()
    publications().close()


def expect_nothing_happened(watch: Watch) -> None:
    assert watch.changes() == []
    assert watch.callers() == 0
    assert watch.is_right()


def test_there_are_more_than_a_thousand_and_each_is_said_once() -> None:
    every = (
        {sql for found in GRAMMAR.values() for sql in found} | {sql for _, sql in (*quick(), *slow())} | set(bombs())
    )
    assert len(every) >= 1_400
    assert len({sql for found in GRAMMAR.values() for sql in found}) >= 1_000


def test_one_in_thirty_statements_of_the_grammar_does_not_escape(watch: Watch) -> None:
    statements = [sql for family in sorted(GRAMMAR) for sql in GRAMMAR[family][::30]]
    assert len(statements) > 30
    for sql, answer in watch.selection(statements):
        assert watch.escapes(sql, answer) == [], (sql[:300], answer)
    expect_nothing_happened(watch)


@pytest.mark.slow
@pytest.mark.parametrize("family", sorted(GRAMMAR))
def test_no_statement_of_the_grammar_escapes(watch: Watch, family: str) -> None:
    for sql, answer in watch.selection(GRAMMAR[family], PATIENT if family in REFUSED else SHORT):
        assert watch.escapes(sql, answer) == [], (sql[:300], answer)
        if family in REFUSED and not sql.startswith("describe"):
            assert answer.kind in ("refused", "name", "syntax", "failed"), (sql, answer)
    expect_nothing_happened(watch)


@pytest.mark.slow
def test_a_bomb_takes_its_second_and_its_memory_and_no_more(watch: Watch) -> None:
    for sql, answer in watch.selection(bombs()[::4]):
        assert watch.escapes(sql, answer) == [], (sql[:300], answer)
        assert not answer.kind or answer.sentence
    expect_nothing_happened(watch)


@pytest.mark.slow
def test_statements_that_go_the_whole_way_get_no_further(watch: Watch) -> None:
    statements = [sql for family in sorted(GRAMMAR) for sql in GRAMMAR[family][::17]]
    assert len(statements) > 60
    for sql, answer in watch.asked_all_the_way(statements):
        assert watch.escapes(sql, answer) == [], (sql[:300], answer)
    expect_nothing_happened(watch)


@pytest.mark.slow
def test_the_addresses_of_the_sql_page_let_nothing_out_either(watch: Watch, client: FlaskClient) -> None:
    statements = [sql for family in sorted(GRAMMAR) for sql in GRAMMAR[family][::37]]
    forms = ("run", "result.json", "result.csv", "result.html", "result.parquet")
    assert len(statements) > 30
    for number, sql in enumerate(map(watch.filled, statements)):
        answer = client.get(f"/sql/{forms[number % len(forms)]}?q={quote(sql)}")
        assert answer.status_code in (200, 400, 414), (sql, answer.text[:300])
        assert watch.leaks(answer.data.decode("latin-1"), f"{sql} {quote(sql)}") == [], sql
    expect_nothing_happened(watch)


@pytest.mark.slow
def test_the_command_lets_nothing_out_either(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(watch.path.parent))
    statements = [sql for family in sorted(GRAMMAR) for sql in GRAMMAR[family][::83]]
    assert len(statements) > 15
    for sql in map(watch.filled, statements):
        code = main(["query", "--csv", "--", sql]) if sql.strip() else 2
        said = capsys.readouterr()
        assert code in (0, 2), sql
        assert "Traceback" not in said.err
        assert watch.leaks(said.out + said.err, sql) == [], sql
    publications().close()
    expect_nothing_happened(watch)


@pytest.mark.parametrize("endpoint", schema.ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_no_parameter_of_the_api_is_a_way_in(watch: Watch, client: FlaskClient, endpoint: schema.Endpoint) -> None:
    count = 0
    for place, parameter in enumerate(endpoint.parameters):
        for evil in EVIL[place % 2 :: 2]:
            value = watch.filled(evil)
            answer = client.get(endpoint.path, query_string={parameter.name: value})
            told = answer.data.decode("latin-1")
            assert answer.status_code in (200, 400, 409), (parameter.name, evil, told[:300])
            assert watch.leaks(told, value) == []
            assert "X-Evil" not in answer.headers
            assert "Traceback" not in told
            count += 1
    assert count >= len(endpoint.parameters) * (len(EVIL) // 2) > 90
    expect_nothing_happened(watch)


def test_no_filter_of_a_room_or_its_files_is_a_way_in(watch: Watch, client: FlaskClient) -> None:
    names = (
        "place",
        "population",
        "known_on",
        "tab",
        "table",
        "hedge_convention",
        "source",
        "q",
        "embed",
        "scale",
        "page",
    )
    for place, name in enumerate(names):
        for evil in EVIL[place % 4 :: 4]:
            value = watch.filled(evil)
            for path in ("/deaths", "/deaths.json", "/figures.html"):
                answer = client.get(path, query_string={name: value})
                told = answer.data.decode("latin-1")
                assert answer.status_code in (200, 400), (path, name, evil, told[:300])
                assert watch.leaks(told, value) == []
                assert "<script>alert" not in told or answer.mimetype.endswith("json")
    expect_nothing_happened(watch)
