"""Where a file of users is set nobody without a password sees anything, and passwords are neither kept nor guessed."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import needs_chromium, visit
from dash import Dash
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Error, expect
from werkzeug.security import check_password_hash, generate_password_hash

from dashboard import server
from dashboard.__main__ import main
from dashboard.app import create_app
from dashboard.cli.screenshot import running
from dashboard.errors import UnusableUsersError
from dashboard.http import client_address, sign_in
from dashboard.request.callback import CALLBACK_PATH

ANNA = ("anna", "correct horse battery")
ZOE = ("Zoë", "påsswörd, längre än tolv")
PATHS = ["/", "/deaths", "/deaths.csv", "/deaths.html", "/figure/f-01", "/sql", "/sql/run?q=select+1", "/feed.atom",
         "/sql/result.csv?q=from+build", "/api", "/api/v1/figures", "/api/v1/openapi.json", "/api/none", "/ranges.html",
         "/assets/style.css", "/_dash-layout", "/_dash-dependencies", "/_favicon.ico", "/no-such-page",
         "/_dash-component-suites/dash/dcc/async-graph.js", "/_reload-hash", "/health/", "/HEALTH"]  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("who") / "users"
    path.write_text("# those who may read\n\n", encoding="utf-8")
    path.chmod(0o600)
    for name, password in (ANNA, ZOE):
        sign_in.put(path, sign_in.new_line(name, password))
    return path


@pytest.fixture
def closed(app: Dash, file: Path, monkeypatch: pytest.MonkeyPatch) -> Dash:
    """An app that asks who is there."""
    monkeypatch.setenv("ON_RECORD_USERS", str(file))
    return create_app()


@pytest.fixture
def client(closed: Dash) -> FlaskClient:
    return closed.server.test_client()


def basic(text: bytes) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text).decode()}


def test_every_path_but_one_asks_who_is_there(client: FlaskClient) -> None:
    for path in PATHS:
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
            answer = client.open(path, method=method)
            assert answer.status_code == 401, (method, path)
            assert answer.headers["WWW-Authenticate"] == 'Basic realm="On Record", charset="UTF-8"'
            assert answer.headers["Cache-Control"] == "no-store"
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert client.post(CALLBACK_PATH, json={}).status_code == 401
    assert client.get("/health").text.startswith("ok\n")
    assert client.options("/health").status_code == 401


def test_every_address_of_the_map_asks_who_is_there(closed: Dash) -> None:
    client = closed.server.test_client()
    rules = [rule for rule in closed.server.url_map.iter_rules() if rule.rule != "/health"]
    assert len(rules) > 30
    for rule in rules:
        path = rule.rule.split("<")[0]
        assert client.get(path).status_code == 401, rule.rule


@pytest.mark.parametrize("who", [ANNA, ZOE])
def test_the_right_password_opens_every_page_and_file(client: FlaskClient, who: tuple[str, str]) -> None:
    for path, code in (("/", 200), ("/assets/style.css", 200), ("/api/v1/figures", 200), ("/no-such-page", 404)):
        answer = client.get(path, headers=basic(":".join(who).encode()))
        assert answer.status_code == code
        assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize(
    "header",
    [
        basic(b"anna:wrong horse battery"), basic(b"anna:"), basic(b":correct horse battery"), basic(b"anna"),
        basic(b"Anna:correct horse battery"), basic(b"anna:correct horse battery "), basic(b"\xff\xfe:\xff"),
        basic(b"# those who may read:x"), basic(b"anna\0:correct horse battery"), basic(b"nobody:" + b"x" * 9000),
        {"Authorization": "Basic"}, {"Authorization": "Basic !!!"}, {"Authorization": "Bearer anna"}, basic(b""),
        {"Authorization": "basic"}, {"Authorization": "Digest username=anna"}, {"Authorization": ""},
    ],
)  # fmt: skip
def test_anything_else_opens_nothing(client: FlaskClient, header: dict[str, str]) -> None:
    assert client.get("/api", headers=header).status_code == 401


def test_wrong_tries_are_limited_and_who_is_in_stays_in(client: FlaskClient) -> None:
    assert client.get("/api", auth=ANNA).status_code == 200
    found = [client.get("/api", auth=("anna", f"guess number {number}")).status_code for number in range(14)]
    assert found[:9] == [401] * 9
    assert found[10:] == [429] * 4
    assert client.get("/api", auth=ANNA).status_code == 200
    shut = client.get("/api", auth=ZOE)
    assert (shut.status_code, shut.headers["Retry-After"]) == (429, "60")
    assert "WWW-Authenticate" not in shut.headers
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/api", auth=ZOE, environ_base=elsewhere).status_code == 200


def test_one_network_of_ipv6_counts_as_one_address() -> None:
    assert client_address.reader("2001:db8:0:1::5") == client_address.reader("2001:db8:0:1:ffff::9")
    assert client_address.reader("2001:db8:0:1::5") != client_address.reader("2001:db8:0:2::5")
    assert client_address.reader("203.0.113.9") == "203.0.113.9"


def test_an_unknown_name_costs_as_much_as_a_known_one(closed: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    selection = list[str]()
    monkeypatch.setattr(sign_in, "check_password_hash", lambda hashed, _: selection.append(hashed) or True)
    client = closed.server.test_client()
    assert client.get("/api", auth=("nobody", "x")).status_code == 401
    assert len(selection) == 1
    assert selection[0].split("$")[0] == generate_password_hash("x").split("$")[0]


def test_a_right_password_is_hashed_once_and_never_kept(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    count = list[int]()
    check = check_password_hash
    monkeypatch.setattr(sign_in, "check_password_hash", lambda *given: count.append(1) or check(*given))
    assert {client.get("/api", auth=ANNA).status_code for _ in range(20)} == {200}
    assert len(count) == 1
    gate = sign_in.Gate({"anna": generate_password_hash("x")})
    with client.application.test_request_context():
        gate.may_enter("anna", "x")
    assert b"x" not in gate.known["anna"].split() and len(gate.known["anna"]) == 32


def test_no_shared_cache_may_keep_an_answer(client: FlaskClient) -> None:
    for path in ("/", "/api/v1/figures", "/assets/style.css", "/deaths.csv", "/feed.atom", "/api"):
        told = client.get(path, auth=ANNA)
        assert "public" not in told.headers["Cache-Control"], path
        assert told.cache_control.private or told.cache_control.no_store, path
        assert told.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_nothing_a_reader_sends_can_pass_for_the_warming_request(client: FlaskClient) -> None:
    for name in ("on_record.is_warming", "On-Record-Is-Warming", "HTTP_ON_RECORD.IS_WARMING"):
        assert client.get("/api", headers={name: "1"}).status_code == 401


def test_an_app_behind_sign_in_is_as_warm_as_any(client: FlaskClient) -> None:
    assert "script-src 'self' 'sha256-" in client.get("/", auth=ANNA).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file"),
        ("", "names nobody"),
        ("# only a comment\n\n", "names nobody"),
        ("anna\n", "line 1: this is not a name, a colon and a hash"),
        ("# x\nanna:correct horse battery\n", "line 2: what stands after the colon is not a hash"),
        ("anna:scrypt:3:8:1$salt$" + "0" * 128 + "\n", "line 1: what stands after the colon is not a hash"),
        ("anna:plain$salt$" + "0" * 64 + "\n", "line 1: what stands after the colon is not a hash"),
        (":{}\n", "line 1: this is not a name"),
        ("anna:{0}\nzoë:{0}\nanna:{0}\n", "line 3: “anna” has a line already"),
        (b"\xff\xfe", "it is not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_sentence_at_the_start(
    content: str | bytes | None, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path = tmp_path / "users"
    if content is not None:
        hashed = generate_password_hash("x", "pbkdf2:sha256:1000")
        path.write_bytes(content if isinstance(content, bytes) else content.replace("{0}", hashed).encode())
        path.chmod(0o600)
    monkeypatch.setenv("ON_RECORD_USERS", str(path))
    monkeypatch.setattr(server, "Server", lambda _: pytest.fail("it listened"))
    assert main(["serve"]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert "correct horse" not in said


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644, 0o666])
def test_a_file_that_everybody_can_read_is_refused(file: Path, mode: int, tmp_path: Path) -> None:
    path = tmp_path / "users"
    path.write_bytes(file.read_bytes())
    path.chmod(mode)
    with pytest.raises(UnusableUsersError, match=r"Everybody on this machine may read or write .*chmod 600"):
        sign_in.read(path)
    path.chmod(0o640)
    assert set(sign_in.read(path)) == {ANNA[0], ZOE[0]}


def ask_command(arguments: list[str], typed: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if name != "ON_RECORD_USERS"}
    command = [sys.executable, "-m", "dashboard", "password", *arguments]
    root = Path(__file__).resolve().parents[2]
    return subprocess.run(
        command, input=typed, cwd=root, env=known | environment, capture_output=True, text=True, check=False
    )  # fmt: skip


def test_the_command_makes_changes_and_prints_lines(tmp_path: Path) -> None:
    path = tmp_path / "users"
    printed = ask_command(["anna"], f"{ANNA[1]}\n")
    name, _, hashed = printed.stdout.strip().partition(":")
    assert (name, check_password_hash(hashed, ANNA[1]), ANNA[1] in printed.stdout) == ("anna", True, False)
    assert "Added the password of anna" in ask_command(["anna", "--file", str(path)], f"{ANNA[1]}\n").stdout
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("# keep me\n" + path.read_text(encoding="utf-8") + "# and me\n", encoding="utf-8")
    changed = ask_command(["anna"], "another long password\n", ON_RECORD_USERS=str(path))
    assert "Changed the password of anna" in changed.stdout
    lines = path.read_text(encoding="utf-8").splitlines()
    assert (lines[0], lines[2], len(lines)) == ("# keep me", "# and me", 3)
    assert check_password_hash(sign_in.read(path)["anna"], "another long password")


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [("anna", "short\n", "at least 12 characters"), ("an:na", "long enough for all\n", "A name begins with"),
     ("#anna", "long enough for all\n", "A name begins with"), ("anna", "", "at least 12 characters")],
)  # fmt: skip
def test_a_name_or_password_that_will_not_do_is_a_sentence(name: str, typed: str, told: str) -> None:
    done = ask_command([name], typed)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_at_a_terminal_it_is_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    given = iter([ANNA[1], ANNA[1], ANNA[1], "something else"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(given))
    assert sign_in.ask() == ANNA[1]
    with pytest.raises(UnusableUsersError, match="not the same"):
        sign_in.ask()


@pytest.fixture
def address(closed: Dash) -> Iterator[str]:
    with running(closed.server) as url:
        yield url


@needs_chromium
def test_a_browser_that_has_signed_in_once_asks_for_its_charts_by_itself(address: str, chromium: Browser) -> None:
    known = {"username": ANNA[0], "password": ANNA[1]}
    context = chromium.new_context(http_credentials=known)
    page = context.new_page()
    said = list[str]()
    page.on("console", lambda message: said.append(message.text))
    visit(page, f"{address}/deaths")
    page.wait_for_selector("#chart .scatterlayer .trace", state="attached")
    expect(page.locator("#headline")).not_to_be_empty()
    assert said == []
    context.close()
    stranger = chromium.new_context()
    with pytest.raises(Error, match="ERR_INVALID_AUTH_CREDENTIALS"):
        visit(stranger.new_page(), f"{address}/deaths")
    stranger.close()
