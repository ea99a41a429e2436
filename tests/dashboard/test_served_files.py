"""Scripts, styles and answers come small, whole, and are kept by the browser as long as they are true."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from api_publication import publish_for_api
from dash import Dash
from flask.testing import FlaskClient

from dashboard.http import compressed, static_files

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}
STYLE = "/assets/style.css"
PAGES = ("/", "/deaths", "/about", "/sql")


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pack the small files only: the large ones take seconds."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("packed")
        small = {name: path for name, path in compressed.asset_files().items() if path.stat().st_size < 100_000}
        patch.setattr(compressed, "asset_files", lambda: small)
        patch.setattr(compressed, "OF_DASH", ("deps/react@18.3.1.min.js", "dcc/async-graph.js"))
        compressed.pack(folder)
    return folder


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_for_api(tmp_path_factory.mktemp("served") / "20260101T000000000000Z.duckdb").parent


@pytest.fixture
def client(app: Dash, publication: Path, copies: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(publication))
    found = compressed.copy_of
    monkeypatch.setattr(compressed, "copy_of", lambda path, encoding: found(path, encoding, copies))
    return app.server.test_client()


def linked(client: FlaskClient, path: str = "/") -> list[str]:
    """Return every script and style that a page names."""
    tags = re.findall(r'<(?:script|link)[^>]* (?:src|href)="(/[^"]+)"', client.get(path).text)
    return [url for url in tags if "favicon" not in url]


def test_every_script_and_style_of_every_page_is_one_that_is_packed(client: FlaskClient) -> None:
    for path in PAGES:
        names = linked(client, path)
        assert len(names) > 10
        for url in names:
            with client.application.test_request_context(url):
                file, is_versioned = static_files._found(url.partition("?")[0])
                assert file is not None, url
                assert is_versioned, url


@pytest.mark.parametrize("encoding", ["br", "gzip"])
@pytest.mark.parametrize(
    "name", ["assets/style.css", "assets/page.js", "_dash-component-suites/dash/dcc/async-graph.js"]
)
def test_a_compressed_copy_is_the_file_itself(client: FlaskClient, copies: Path, name: str, encoding: str) -> None:
    whole = client.get(f"/{name}", headers={"Accept-Encoding": "identity"})
    small = client.get(f"/{name}", headers={"Accept-Encoding": encoding})
    assert "Content-Encoding" not in whole.headers
    assert small.headers["Content-Encoding"] == encoding
    assert UNPACK[encoding](small.data) == whole.data
    assert small.data in [copy.read_bytes() for copy in copies.iterdir()]
    assert (whole.headers["Vary"], small.headers["Vary"]) == ("Accept-Encoding", "Accept-Encoding")
    assert whole.headers["ETag"] != small.headers["ETag"]


def test_without_copies_the_same_file_comes_compressed_on_the_fly(
    app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compressed, "copy_of", lambda path, encoding: tmp_path / "none")
    answer = app.server.test_client().get(STYLE, headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert brotli.decompress(answer.data) == (compressed.ASSETS / "style.css").read_bytes()


def test_a_refused_encoding_is_not_sent(client: FlaskClient) -> None:
    answer = client.get(STYLE, headers={"Accept-Encoding": "br;q=0, gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"


def test_an_address_with_a_version_is_kept_for_a_year_and_one_without_is_asked_again(client: FlaskClient) -> None:
    versioned = next(url for url in linked(client) if url.startswith(STYLE))
    for url in [versioned, *(one for one in linked(client) if "/deps/react@" in one)]:
        assert client.get(url).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for url in (STYLE, STYLE + "?m=1"):
        assert client.get(url).headers["Cache-Control"] == "no-cache"
    tag = client.get(STYLE).headers["ETag"]
    again = client.get(STYLE, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("encoding", ["br", "gzip"])
@pytest.mark.parametrize("path", ["/deaths", "/_dash-dependencies", "/api/v1/figures", "/figures.html", "/feed.atom"])
def test_made_answers_are_compressed_and_say_so(client: FlaskClient, path: str, encoding: str) -> None:
    whole = client.get(path, headers={"Accept-Encoding": "identity"})
    small = client.get(path, headers={"Accept-Encoding": encoding})
    assert small.headers["Content-Encoding"] == encoding
    assert "Content-Encoding" not in whole.headers
    assert "Accept-Encoding" in whole.headers["Vary"]
    assert "Accept-Encoding" in small.headers["Vary"]
    assert len(small.data) < len(whole.data)
    unpacked = UNPACK[encoding](small.data).decode()
    assert re.sub(r'"end_id":"[^"]*"', "", unpacked) == re.sub(r'"end_id":"[^"]*"', "", whole.text)


def test_no_address_leads_out_of_the_folder(client: FlaskClient) -> None:
    for path in ("/assets/../app.py", "/assets/%2e%2e/app.py", "/_dash-component-suites/dash/../flask/app.py"):
        assert client.get(path).status_code == 404


def test_packing_twice_writes_nothing_and_forgets_what_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed, "asset_files", lambda: {"style.css": compressed.ASSETS / "style.css"})
    monkeypatch.setattr(compressed, "OF_DASH", ())
    (tmp_path / "old.br").write_bytes(b"")
    assert compressed.pack(tmp_path) == 2
    assert compressed.pack(tmp_path) == 0
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".br", ".gz"]
