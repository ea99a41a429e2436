"""Who runs the server, how to report a mistake, under which licence: on pages, in the API, in security.txt."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient
from pages_publication import opened, publish_pages, shown

from dashboard.api import openapi
from dashboard.charts import map_text
from dashboard.components import operated
from dashboard.errors import UnknownSettingError
from dashboard.publication.folder import publications
from dashboard.request.operator import operator

NAMED = {"ON_RECORD_OPERATOR": "Example Desk, for public interest reporting, paid by its readers",
         "ON_RECORD_CONTACT": "desk@example.org"}  # fmt: skip


@pytest.fixture
def client(app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    publish_pages(tmp_path / "20260102T030500000000Z.duckdb")
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    for name in NAMED:
        monkeypatch.delenv(name, raising=False)
    yield app.server.test_client()
    publications().close()


def contact() -> dict[str, str]:
    """Whom the OpenAPI document names."""
    found: dict[str, str] = openapi.document("", "0", {}, {}, lambda _: {})["info"]["contact"]
    return found


def named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NAMED.items():
        monkeypatch.setenv(name, value)


def test_nobody_named_is_said_to_be_nobody(client: FlaskClient) -> None:
    about = shown(client, "/about")
    assert operated.UNNAMED in about and operated.UNREACHABLE in about
    answer = client.get("/.well-known/security.txt")
    assert (answer.status_code, answer.get_data(as_text=True)) == (404, f"{operated.UNREACHABLE}\n")
    assert operated.UNREACHABLE in contact()["name"]
    page = shown(client, "/figure/f-03")
    assert "To report a mistake, name figure f-03 and publication " in page


def test_who_runs_it_is_named_where_a_reader_looks(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch)
    about = shown(client, "/about")
    assert "This server is run by Example Desk, for public interest reporting, paid by its readers." in about
    assert "Contact: desk@example.org." in about
    assert contact() == {
        "name": NAMED["ON_RECORD_OPERATOR"], "email": "desk@example.org",
    }  # fmt: skip


def test_a_mistake_is_reported_with_the_figure_and_its_publication(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(monkeypatch)
    page = opened(client, "/figure/f-03").text
    assert "mailto:desk@example.org?subject=Mistake%20in%20figure%20f-03%20%28publication%20" in page
    monkeypatch.setenv("ON_RECORD_CONTACT", "https://desk.example.org/report?lang=en")
    told = operator().report("f-03", "publication 12 of today")
    assert told == "https://desk.example.org/report?lang=en&figure=f-03&publication=publication+12+of+today"


def test_a_figure_opened_on_a_page_leads_to_a_report_too(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "To report a mistake, name figure f-03 and publication " in client.get("/deaths.html?figure=f-03").text
    assert "To report a mistake" not in client.get("/deaths.html").text
    named(monkeypatch)
    assert "mailto:desk@example.org?subject=Mistake%20in%20figure%20f-03" in client.get("/deaths.html?figure=f-03").text


def test_security_txt_names_a_contact_and_an_end(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch)
    monkeypatch.setenv("ON_RECORD_PUBLIC_URL", "https://localhost")
    answer = client.get("/.well-known/security.txt", base_url="https://localhost")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    lines = dict(line.split(": ", 1) for line in answer.get_data(as_text=True).splitlines())
    assert lines["Contact"] == "mailto:desk@example.org"
    assert lines["Canonical"] == "https://localhost/.well-known/security.txt"
    ends = datetime.strptime(lines["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert 0 < (ends - datetime.now(UTC)).days < 365


@pytest.mark.parametrize("told", ["somebody", "http://a.org", "javascript:alert(1)", "a@b", "a@b.c?cc=x@y.z"])
def test_a_contact_that_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("ON_RECORD_CONTACT", told)
    with pytest.raises(UnknownSettingError, match="ON_RECORD_CONTACT"):
        operator()


@pytest.mark.parametrize("path", ["/", "/deaths", "/sources", "/checks", "/about", "/figure/f-03"])
def test_every_page_carries_the_licence(client: FlaskClient, path: str) -> None:
    address = "/index" if path == "/" else path
    assert operated.LICENCE in client.get(f"{address}.html").text


def test_the_map_says_where_its_outlines_come_from_and_nothing_of_borders() -> None:
    assert "Natural Earth" in map_text.HOW
    assert "nothing about the course of any border" in map_text.HOW
