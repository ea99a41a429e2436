"""Every answer of the server carries the headers: every address of the map, every status, and what no app ever sees."""

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient
from test_cold_burst import started
from werkzeug.test import TestResponse
from workshop import Workshop

from dashboard.app import create_app
from dashboard.http import front, rate_limit
from dashboard.publication.folder import publications
from dashboard.request.callback import CALLBACK_PATH

EVERYWHERE = {name: value for name, value in front.HEADERS.items() if name.startswith(("X-", "Ref", "Cro", "Perm"))}
# A value for each variable of the addresses, one that exists and one that does not.
VALUES = [
    {"form": "csv", "figure_id": "aleppo-2024-000-03", "document_id": "aleppo-2024-000", "path": "deaths",
     "rest": "v1/none", "filename": "style.css", "package_name": "dash", "fingerprinted_path": "deps/none.js",
     "namespace": "dash", "path_in_pkg": "none.js"},
    {"form": "html", "figure_id": "none", "document_id": "none", "path": "no/such/page", "rest": "x",
     "filename": "none.js", "package_name": "none", "fingerprinted_path": "x", "namespace": "x", "path_in_pkg": "x"},
]  # fmt: skip
SEARCHES = ["", "?q=from+build&measure=no-such", "?q=drop+table+build&limit=no&embed=2"]


@pytest.fixture(scope="module")
def publication(real: Workshop) -> Path:
    return real.published


@pytest.fixture
def client(app: Dash, publication: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(publication))
    return app.server.test_client()


def lacks(answer: TestResponse) -> list[str]:
    """Names of the headers that an answer lacks or has otherwise; nothing where all is well."""
    policy = answer.headers.get("Content-Security-Policy", "")
    is_tight = all(part in policy for part in ("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'"))
    wrong = [name for name, value in EVERYWHERE.items() if answer.headers.get(name) != value]
    cross = "Access-Control-Allow-Origin" in answer.headers
    return (
        wrong + ([] if is_tight and "unsafe-eval" not in policy else ["policy"]) + (["cross-origin"] if cross else [])
    )


def addresses(app: Dash) -> list[str]:
    """Every address of the map with its variables filled in, once each."""
    found = dict[str, None]()
    for values in VALUES:
        with app.server.test_request_context():
            adapter = app.server.url_map.bind("localhost")
            for rule in app.server.url_map.iter_rules():
                given = {name: values.get(name, "x") for name in rule.arguments}
                built = rule.build(given, append_unknown=False)
                found[built[1] if built else rule.rule] = None
            assert adapter
    return list(found)


def test_every_address_of_the_map_answers_with_the_headers(app: Dash, client: FlaskClient) -> None:
    selection = [address + search for address in addresses(app) for search in SEARCHES]
    assert len(selection) > 120
    statuses = set[int]()
    for address in selection:
        answer = client.get(address)
        statuses.add(answer.status_code)
        assert lacks(answer) == [], (address, answer.status_code)
        answer.close()
    assert statuses == {200, 400, 404}


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_every_method_is_answered_with_the_headers_and_changes_nothing(
    app: Dash, client: FlaskClient, publication: Path, method: str
) -> None:
    before = [path.read_bytes() for path in sorted(publication.rglob("[0-9]*.duckdb"))]
    for address in addresses(app):
        answer = client.open(address, method=method, data=b"{}", content_type="application/json")
        assert lacks(answer) == [], address
        assert answer.status_code < 500, address
        answer.close()
    assert [path.read_bytes() for path in sorted(publication.rglob("[0-9]*.duckdb"))] == before


def test_only_one_address_takes_more_than_questions_and_it_changes_nothing(app: Dash) -> None:
    asking = {"GET", "HEAD", "OPTIONS"}
    taking = {rule.rule for rule in app.server.url_map.iter_rules() if (rule.methods or set()) - asking}
    # Were there ever another, it would need a token against requests that other sites forge.
    assert taking == {CALLBACK_PATH}


def test_every_status_is_answered_with_the_headers(
    app: Dash, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken() -> None:
        raise RuntimeError("a secret of the machine")

    tag = client.get("/api/v1/figures").headers["ETag"]
    seen = {
        client.get("/api/v1/figures", headers={"If-None-Match": tag}): 304,
        client.post("/api"): 405,
        client.post(CALLBACK_PATH, data=b"{"): 400,
        client.post(CALLBACK_PATH, data=b"x" * (rate_limit.LARGEST_BODY + 1)): 413,
        client.get("/sql/run?q=" + "x" * 8000): 414,
        client.get("/none"): 404,
    }
    monkeypatch.setitem(app.server.view_functions, "api.human_page", broken)
    seen[client.get("/api")] = 500
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    for address in ("/api/v1/ranges", "/sql/run?q=from+build", "/feed.atom", "/deaths.csv", "/health"):
        seen[client.get(address)] = 503
    monkeypatch.setenv(rate_limit.SETTING, "1 per hour")
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", "http://figures.example")
    strict = create_app().server.test_client()
    reader = {"environ_base": {"REMOTE_ADDR": "203.0.113.7"}, "headers": {"Host": "figures.example"}}
    assert strict.get("/api", **reader).status_code == 200
    seen |= {strict.get("/api", **reader): 429, strict.get("/api", headers={"Host": "evil.example"}): 421}
    for answer, code in seen.items():
        assert answer.status_code == code, answer.request.path
        assert lacks(answer) == [], code
        assert "secret" not in answer.text
    publications().close()


@pytest.fixture(scope="module")
def port(publication: Path) -> Iterator[int]:
    with started(publication) as (found, _):
        until_ready(found)
        yield found


def until_ready(port: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    line.request("GET", "/health")
    assert line.getresponse().read().startswith(b"ok\n")
    line.close()


def sent(port: int, request: bytes) -> str:
    """Send bytes and return the whole answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=300) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        said = b""
        while part := line.recv(65536):
            said += part
    return said.decode("latin-1")


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", 431),
        (b"<script>alert(1)</script>\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nBad Header: <script>\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: magic\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_gets_a_plain_sentence_with_the_headers(port: int, request_: bytes, code: int) -> None:
    head, _, body = sent(port, request_).partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {code} ")
    for name, value in front.HEADERS.items():
        assert f"\r\n{name}: {value}" in head, name
    assert body.endswith(".\n")
    assert "script" not in body


def test_a_body_that_grows_too_long_as_it_comes_is_413(port: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    parts = (b"x" * 65536 for _ in range(2 * rate_limit.LARGEST_BODY // 65536))
    line.request("POST", CALLBACK_PATH, parts, {"Content-Type": "application/json"}, encode_chunked=True)
    answer = line.getresponse()
    told = answer.read().decode()
    assert (answer.status, "larger than anything a page of On Record sends" in told) == (413, True)
    assert {name: answer.headers[name] for name in EVERYWHERE} == EVERYWHERE
    line.close()


def test_a_short_body_of_unknown_length_is_read(port: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    line.request("POST", CALLBACK_PATH, iter([b"{", b"}"]), {"Content-Type": "application/json"}, encode_chunked=True)
    assert line.getresponse().status == 400
    line.close()


def test_after_all_that_the_server_answers_as_before(port: int) -> None:
    until_ready(port)
