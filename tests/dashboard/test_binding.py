"""Unless told otherwise only this machine is answered, and only by its name; who asks is not taken on trust."""

import re
from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import server
from dashboard.__main__ import main, parser
from dashboard.app import create_app
from dashboard.errors import NotPublicError, UnknownSettingError
from dashboard.http import hosts as http_hosts
from dashboard.http import rate_limit

OPEN = ["0.0.0.0", "::", "192.0.2.7", "2001:db8::1"]  # noqa: S104
PUBLIC = "https://figures.example"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "ON_RECORD_PUBLIC_URL", "ON_RECORD_USERS"):
        monkeypatch.delenv(name, raising=False)


def client_of(monkeypatch: pytest.MonkeyPatch, address: str, limit: str = "off") -> FlaskClient:
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", address)
    monkeypatch.setenv(rate_limit.SETTING, limit)
    return create_app().server.test_client()


def test_serving_listens_to_this_machine_alone() -> None:
    assert parser().parse_args(["serve"]).host == "127.0.0.1"
    for host in ("127.0.0.1", "127.9.8.7", "::1", "localhost"):
        http_hosts.check(host, has_users=False)


@pytest.mark.parametrize("host", OPEN)
def test_a_public_bind_needs_the_address_that_readers_type(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotPublicError, match=f"HOST={host} would answer other machines too.*ON_RECORD_PUBLIC_URL="):
        http_hosts.check(host, has_users=False)
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", "http://figures.example:8050")
    http_hosts.check(host, has_users=False)


def test_the_command_refuses_a_public_bind_in_a_sentence_and_never_listens(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(server, "Server", lambda _: pytest.fail("it listened"))
    assert main(["serve", "--host", "0.0.0.0", "--port", "8050"]) == 2  # noqa: S104
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith("HOST=0.0.0.0 would answer other machines too.")


@pytest.mark.parametrize(
    "address", ["figures.example", "ftp://figures.example", "https://", "https://a:b@figures.example", "https://x:99999",
                "https://figures.example/?a=1", "https://[::1"],
)  # fmt: skip
def test_an_address_that_is_none_is_said(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", address)
    with pytest.raises(UnknownSettingError, match=r"ON_RECORD_PUBLIC_URL is “.*”, which is no address"):
        http_hosts.check("127.0.0.1", has_users=False)


def test_debugging_is_for_this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    http_hosts.check("127.0.0.1", has_users=False, is_debugged=True)
    with pytest.raises(NotPublicError, match="run code on this machine"):
        http_hosts.check("127.0.0.1", has_users=True, is_debugged=True)
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", PUBLIC)
    for host in ("127.0.0.1", *OPEN):
        with pytest.raises(NotPublicError, match="run code on this machine"):
            http_hosts.check(host, has_users=False, is_debugged=True)


@pytest.mark.parametrize("host", ["127.0.0.1", *OPEN])
def test_no_password_is_asked_for_over_plain_http(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", "http://figures.example")
    with pytest.raises(NotPublicError, match="ON_RECORD_USERS would send passwords unprotected"):
        http_hosts.check(host, has_users=True)
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", PUBLIC)
    http_hosts.check(host, has_users=True)


def test_a_sign_in_at_this_machine_needs_no_https(monkeypatch: pytest.MonkeyPatch) -> None:
    http_hosts.check("127.0.0.1", has_users=True)
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", "http://localhost:8050")
    http_hosts.check("127.0.0.1", has_users=True)
    with pytest.raises(NotPublicError, match="unprotected"):
        http_hosts.check("0.0.0.0", has_users=True)  # noqa: S104


def test_only_the_name_that_readers_type_is_answered(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(monkeypatch, "http://Figures.Example:8050")

    def code(host: str, path: str = "/api") -> int:
        return client.get(path, headers={"Host": host}).status_code

    for host in ("figures.example", "figures.example:8050", "FIGURES.EXAMPLE", "figures.example.", "localhost:1",
                 "127.0.0.1:8050", "[::1]:8050"):  # fmt: skip
        assert code(host) == 200, host
    for host in ("evil.example", "figures.example.evil.example", "xfigures.example", "192.0.2.1", "[2001:db8::1]",
                 "figures.example@evil.example", "[::", "localhost.evil.example", ""):  # fmt: skip
        for path in ("/", "/api", "/assets/style.css", "/sql/run?q=select+1", "/feed.atom", "/_dash-layout"):
            assert code(host, path) == 421, (host, path)
    assert code("evil.example", "/health") == 200


def test_without_a_public_address_no_name_is_turned_away(app: Dash) -> None:
    assert app.server.test_client().get("/api", headers={"Host": "my-laptop:8050"}).status_code == 200


def test_another_name_is_refused_before_it_is_sent_on(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client_of(monkeypatch, PUBLIC).get("/deaths", headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert "Location" not in answer.headers
    assert "evil" not in answer.text


def codes(client: FlaskClient, reader: str | None, peer: str, times: int = 3) -> list[int]:
    headers = {"X-Forwarded-Proto": "https"} | ({"X-Forwarded-For": reader} if reader else {})
    return [
        client.get("/api", headers=headers, environ_base={"REMOTE_ADDR": peer}).status_code for _ in range(times)
    ]  # fmt: skip


def test_a_proxy_on_this_machine_does_not_free_its_readers(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("", "http://figures.example", PUBLIC):
        client = client_of(monkeypatch, address, "2 per minute")
        assert codes(client, "203.0.113.7", "127.0.0.1") == [200, 200, 429], address
        assert codes(client, "203.0.113.8", "::1") == [200, 200, 429], address
        # What the reader wrote stands first, what the proxy saw last: only the last is believed.
        assert codes(client, "127.0.0.1, 203.0.113.7", "127.0.0.1") == [429] * 3, address
        assert codes(client, "127.0.0.1", "127.0.0.1") == [200, 200, 429], address


def test_with_a_public_address_nobody_is_free_even_without_a_word_from_the_proxy(
    app: Dash, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert codes(client_of(monkeypatch, PUBLIC, "2 per minute"), None, "127.0.0.1") == [200, 200, 429]


def test_a_reader_from_outside_cannot_say_that_they_are_somebody_else(
    app: Dash, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(monkeypatch, "http://figures.example", "2 per minute")
    found = [codes(client, f"198.51.100.{number}", "203.0.113.9", 1)[0] for number in range(4)]
    assert found == [200, 200, 429, 429]


def test_health_says_whether_there_is_something_to_show(
    app: Dash, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    client = client_of(monkeypatch, PUBLIC)
    told = client.get("/health")
    assert (told.status_code, told.headers["Cache-Control"]) == (200, "no-store")
    said, published, loaded = told.text.splitlines()
    assert said == "ok"
    assert re.fullmatch(r"published_at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", published)
    assert re.fullmatch(r"loaded_at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", loaded)
    # Whoever watches says how old it may be, in seconds.
    assert client.get("/health?max_age=9999999999").status_code == 200
    stale = client.get("/health?max_age=0")
    assert (stale.status_code, stale.text.startswith("stale: published ")) == (503, True)
    for odd in ("-1", "1.5", "1h", "٣", "9" * 400, "0" * 5000):
        assert client.get("/health", query_string={"max_age": odd}).status_code == 400
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    told = client.get("/health")
    assert (told.status_code, told.text) == (503, "nothing is published\n")
    assert client.post("/health").status_code in (302, 405)
