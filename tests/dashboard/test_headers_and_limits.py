"""Every answer carries the headers; too much and too large are refused in a sentence; no page is a 404."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_publication import publish_for_api
from dash import Dash
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.components import nav
from dashboard.errors import UnknownSettingError
from dashboard.http import not_found, rate_limit
from dashboard.request.callback import CALLBACK_PATH

A_READER = {"REMOTE_ADDR": "203.0.113.7"}
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
KINDS = [
    ("/deaths", 200), ("/no-such-page", 404), ("/figure/none-of-this-id", 404), ("/assets/style.css", 200),
    ("/assets/none.js", 404), ("/_dash-layout", 200), ("/_dash-component-suites/dash/dcc/async-graph.js", 200),
    ("/_dash-component-suites/dash/none.js", 404), ("/api/v1/ranges", 200), ("/api/v1/ranges?limit=no", 400),
    ("/api/none", 404), ("/ranges.html", 200), ("/feed.atom", 200), ("/sql/run?q=from+fct_figures", 200),
    ("/sql/run?q=no", 400), (CALLBACK_PATH, 400), ("/sql/result.none", 404),
]  # fmt: skip


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_for_api(tmp_path_factory.mktemp("served") / "20260101T000000000000Z.duckdb").parent


@pytest.fixture
def client(app: Dash, publication: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(publication))
    return app.server.test_client()


@pytest.fixture
def public(app: Dash, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Ask an app that readers find at an https address."""
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", "https://figures.example")
    return create_app().server.test_client()


@pytest.fixture
def counted(app: Dash, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """Ask an app that answers each address twenty times a minute."""
    monkeypatch.setenv(rate_limit.SETTING, "20 per minute")
    yield create_app().server.test_client()


@pytest.mark.parametrize(("address", "code"), KINDS)
def test_every_kind_of_answer_carries_the_headers(client: FlaskClient, address: str, code: int) -> None:
    answer = client.get(address)
    assert answer.status_code == code
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self' 'sha256-" in policy
    assert "unsafe-eval" not in policy
    assert "Strict-Transport-Security" not in answer.headers


def test_a_broken_answer_says_so_and_carries_the_headers(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setitem(app.server.view_functions, "/_dash-layout", broken)
    monkeypatch.setitem(app.server.view_functions, "api.human_page", broken)
    for address in ("/_dash-layout", "/api"):
        answer = app.server.test_client().get(address)
        assert answer.status_code == 500
        assert "Something went wrong on this server." in answer.text
        assert "secret" not in answer.text
        assert EVERYWHERE.items() <= dict(answer.headers).items()


@pytest.mark.parametrize("address", ["/deaths?embed=1", "/?scale=log&embed=1", "/no-such-page?embed=1"])
def test_an_embedded_address_may_be_framed(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    assert "X-Frame-Options" not in headers
    assert "frame-ancestors *" in headers["Content-Security-Policy"]
    assert (
        headers["Content-Security-Policy"].replace("ancestors *", "ancestors 'none'")
        == (client.get("/deaths").headers["Content-Security-Policy"])
    )


@pytest.mark.parametrize("query", ["embed=11", "embed=", "embed", "embed=1&embed=0", "embed=true", "Embed=1"])
def test_nothing_like_it_may_be_framed(client: FlaskClient, query: str) -> None:
    headers = client.get(f"/deaths?{query}").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_a_public_https_address_is_kept_to(public: FlaskClient) -> None:
    plain = public.get("/deaths")
    assert (plain.status_code, plain.headers["Location"]) == (302, "https://localhost/deaths")
    through = public.get("/deaths", headers={"X-Forwarded-Proto": "https"})
    assert through.status_code == 200
    assert through.headers["Strict-Transport-Security"] == "max-age=31556926"
    assert "script-src 'self' 'sha256-" in through.headers["Content-Security-Policy"]


def test_behind_a_server_each_reader_has_a_limit_of_their_own(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", "https://figures.example")
    monkeypatch.setenv(rate_limit.SETTING, "2 per minute")
    client = create_app().server.test_client()

    def codes(reader: str) -> list[int]:
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": reader}
        return [client.get("/api", headers=headers).status_code for _ in range(3)]

    assert codes("203.0.113.7") == [200, 200, 429]
    assert codes("203.0.113.8") == [200, 200, 429]


def test_too_many_requests_are_refused_in_a_sentence(counted: FlaskClient) -> None:
    answers = [counted.get("/api", environ_base=A_READER) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    for address in ("/api/v1/ranges", "/deaths", "/sql/run?q=1", "/feed.atom"):
        refused = counted.get(address, environ_base=A_READER)
        assert refused.status_code == 429
        assert "Too much was asked from this address; ask again in " in refused.text
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert EVERYWHERE.items() <= dict(refused.headers).items()
    assert "Too much" in counted.post(CALLBACK_PATH, environ_base=A_READER, json={}).text
    assert counted.get("/assets/style.css", environ_base=A_READER).status_code == 200
    assert counted.get("/api", environ_base={"REMOTE_ADDR": "203.0.113.8"}).status_code == 200


def test_a_question_of_sql_counts_for_ten(counted: FlaskClient) -> None:
    codes = [counted.get("/sql/run?q=select+1", environ_base=A_READER).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


def test_this_machine_itself_is_not_counted(counted: FlaskClient) -> None:
    assert {counted.get("/api").status_code for _ in range(40)} == {200}


def test_the_limit_can_be_turned_off(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(rate_limit.SETTING, "off")
    client = create_app().server.test_client()
    assert rate_limit.chosen() is None
    assert {client.get("/api", environ_base=A_READER).status_code for _ in range(700)} == {200}


def test_a_limit_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(rate_limit.SETTING, "often")
    with pytest.raises(UnknownSettingError, match="ON_RECORD_RATE_LIMIT is “often”, which is no limit"):
        rate_limit.chosen()


def test_a_large_body_is_refused_in_a_sentence(client: FlaskClient) -> None:
    large = json.dumps({"output": "x" * rate_limit.LARGEST_BODY})
    told = client.post(CALLBACK_PATH, data=large, content_type="application/json")
    for answer in (told, client.post("/deaths", data=large)):
        assert answer.status_code == 413
        assert "larger than anything a page of On Record sends" in answer.text
        assert EVERYWHERE.items() <= dict(answer.headers).items()


@pytest.mark.parametrize(
    ("path", "code"),
    [("/", 200), ("/checks", 200), ("/checks/", 200), ("/overview", 404), ("/sql", 200), ("/about/x", 404),
     ("/Deaths", 404), ("/not-found-404", 404), ("/checks.html.bak", 404), ("/figure", 404), ("/_dash-none", 404),
     ("/a/b/c", 404)],
)  # fmt: skip
def test_an_address_without_a_page_is_a_404(client: FlaskClient, path: str, code: int) -> None:
    assert client.get(path).status_code == code
    assert client.head(path).status_code == code


def test_a_path_fits_a_template_only_with_something_in_its_place() -> None:
    page = {"path": "/figure/none", "path_template": "/figure/<figure_id>"}
    fits = {path: not_found._is_of(path, page) for path in ("figure/f-01", "figure", "figure/", "xfigure/f")}
    assert fits == {"figure/f-01": True, "figure": False, "figure/": False, "xfigure/f": False}


def test_sql_is_linked_only_while_it_is_offered(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "/sql" in nav.links()
    monkeypatch.setenv("ON_RECORD_SQL", "off")
    assert "/sql" not in nav.links()
    assert "/" in nav.links()


@pytest.mark.parametrize("path", ["/deaths", "/api", "/assets/style.css", "/ranges.html"])
def test_head_answers_as_get_without_a_body(client: FlaskClient, path: str) -> None:
    answer = client.head(path)
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Type"] == client.get(path).headers["Content-Type"]
