"""Whoever has a network of addresses, or writes theirs another way, has one limit."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from dash import Dash
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.app import create_app
from dashboard.http import client_address, rate_limit, sign_in
from dashboard.http.sign_in import new_line

V4, V6 = st.ip_addresses(v=4), st.ip_addresses(v=6)
PORTS = st.integers(0, 65535)


@pytest.mark.parametrize(
    ("text", "reader"),
    [
        ("203.0.113.7", "203.0.113.7"), ("203.0.113.7:51234", "203.0.113.7"), (" 203.0.113.7 ", "203.0.113.7"),
        ("203.0.113.7:", "203.0.113.7"), ('"203.0.113.7:80"', "203.0.113.7"), ("[203.0.113.7]:80", "203.0.113.7"),
        ("2001:db8:0:1::5", "2001:db8:0:1::/64"), ("[2001:db8:0:1::5]:443", "2001:db8:0:1::/64"),
        ("[2001:db8:0:1::5]", "2001:db8:0:1::/64"), ('"[2001:db8:0:1::5]:443"', "2001:db8:0:1::/64"),
        ("2001:db8:0:1:0:0:0:5:51234", "2001:db8:0:1::/64"), ("fe80::1%eth0", "fe80::/64"),
        ("[fe80::1%eth0]:443", "fe80::/64"), ("::ffff:203.0.113.7", "203.0.113.7"), ("::FFFF:cb00:7107", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:80", "203.0.113.7"), ("64:ff9b::203.0.113.7", "203.0.113.7"),
        ("::ffff:0:203.0.113.7", "203.0.113.7"), ("::1", "::/64"),
    ],
)  # fmt: skip
def test_an_address_is_read_however_it_is_spelled(text: str, reader: str) -> None:
    assert client_address.reader(text) == reader


@pytest.mark.parametrize(
    "text",
    ["", "unknown", "_hidden", "localhost", "203.0.113.7, 198.51.100.1", "203.0.113", "203.0.113.007", "999.1.1.1", "[",
     "[]", "[203.0.113.7", "::1]:80", "2001:db8::1::2", "1" * 5000, "٢٠٣.0.113.7", "203.0.113.7\x00", "-", "%eth0",
     ":80"],
)  # fmt: skip
def test_what_is_no_address_shares_one_count(text: str) -> None:
    assert client_address.reader(text) == client_address.site(text) == client_address.UNKNOWN


@given(V4, PORTS)
def test_every_spelling_of_an_address_of_ipv4_is_one_reader(address: IPv4Address, port: int) -> None:
    spelled = [f"{address}", f"{address}:{port}", f"::ffff:{address}", f"[::ffff:{address}]:{port}"]
    assert {client_address.reader(text) for text in spelled} == {str(address)}
    assert {client_address.site(text) for text in spelled} == {str(address)}


@given(V6, PORTS, st.binary(min_size=8, max_size=8), st.binary(min_size=10, max_size=10))
def test_a_network_of_ipv6_is_one_reader_and_one_site(address: IPv6Address, port: int, rest: bytes, far: bytes) -> None:
    if isinstance(client_address.parse(str(address)), IPv4Address):
        return
    near = IPv6Address(address.packed[:8] + rest)
    if not isinstance(client_address.parse(str(near)), IPv4Address):
        assert client_address.reader(f"[{near}]:{port}") == client_address.reader(f"{address}%eth0")
        assert client_address.reader(str(near)) == str(ip_network((address.packed, 64), strict=False))
    same_site = IPv6Address(address.packed[:6] + far)
    if not isinstance(client_address.parse(str(same_site)), IPv4Address):
        assert client_address.site(str(same_site)) == client_address.site(f"{address}")


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_no_text_fails(text: str) -> None:
    assert client_address.reader(text)
    assert client_address.site(text)


@pytest.fixture
def counted(app: Dash, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Ask an app behind a server in front that answers each reader twice a minute."""
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", "https://figures.example")
    monkeypatch.setenv(rate_limit.SETTING, "2 per minute")
    return create_app().server.test_client()


def codes(client: FlaskClient, *forwarded: str) -> list[int]:
    """Statuses of one request for each of what the server in front says of who asks."""
    headers = [{"X-Forwarded-Proto": "https", "X-Forwarded-For": said} for said in forwarded]
    return [client.get("/api", headers=each).status_code for each in headers]


@pytest.mark.parametrize(
    "spelled",
    [
        ["203.0.113.7:1", "203.0.113.7:2", "203.0.113.7:3"],
        ["2001:db8::1", "2001:db8::2", "[2001:db8::3]:443"],
        ["::ffff:203.0.113.9", "203.0.113.9", "[::ffff:203.0.113.9]:5"],
        ["fe80::1%a", "fe80::1%b", "fe80::2%c"],
        ["unknown", "_other", "nothing of the kind"],
        ["198.51.100.1, 203.0.113.7:1", "198.51.100.2, 203.0.113.7:2", "198.51.100.3,203.0.113.7:3"],
    ],
)
def test_who_writes_an_address_otherwise_is_counted_on(counted: FlaskClient, spelled: list[str]) -> None:
    assert codes(counted, *spelled) == [200, 200, 429]


def test_another_network_has_a_limit_of_its_own(counted: FlaskClient) -> None:
    assert codes(counted, *["2001:db8:0:1::1"] * 3, *["2001:db8:0:2::1"] * 3) == [200, 200, 429] * 2


def test_a_site_of_ipv6_has_a_limit_too(counted: FlaskClient) -> None:
    allowed = 2 * client_address.READERS_OF_A_SITE
    found = codes(counted, *[f"2001:db8:7:{number:x}::1" for number in range(allowed + 3)])
    assert found == [200] * allowed + [429] * 3
    assert codes(counted, "2001:db8:8::1", "203.0.113.7") == [200, 200]


def test_addresses_of_ipv4_have_no_common_limit(counted: FlaskClient) -> None:
    assert set(codes(counted, *[f"203.0.113.{number}" for number in range(60)])) == {200}


@pytest.mark.parametrize(
    ("spelled", "tries"),
    [("203.0.113.7:{}", 10), ("[2001:db8::{}]:443", 10), ("2001:db8:5:{}::1", 160), ("no address {}", 10)],
)
def test_wrong_passwords_are_counted_the_same_way(
    app: Dash, monkeypatch: pytest.MonkeyPatch, tmp_path, spelled: str, tries: int
) -> None:
    users = tmp_path / "users"
    users.write_text(new_line("anna", "correct horse battery") + "\n", encoding="utf-8")
    users.chmod(0o600)
    monkeypatch.setenv(sign_in.SETTING, str(users))
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", "https://figures.example")
    monkeypatch.setenv(rate_limit.SETTING, "off")
    monkeypatch.setattr(sign_in, "check_password_hash", lambda *_: False)
    client = create_app().server.test_client()

    def attempt(number: int) -> int:
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": spelled.format(number)}
        return client.get("/api", headers=headers, auth=("anna", "a guess")).status_code

    found = [attempt(number) for number in range(1, tries + 4)]
    assert found[: tries - 1] == [401] * (tries - 1)
    assert found[tries:] == [429] * 3
