"""A new publication is picked up by every page and file without restart or error; none at all says what to run."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dash import Dash
from flask.testing import FlaskClient
from pages_publication import publish_pages, shown
from small_publication import PATHS
from test_first_page import ask
from test_first_page import shown as words_of

from dashboard.exports import routes, views
from dashboard.publication.folder import publications

PAGES = ["/", "/sources", "/figure/f-06", "/checks", "/about"]
FILES = ["index", "sources", "figure/f-06", "checks", "about", *(path.strip("/") for path in PATHS)]
BEFORE, AFTER = "2 January 2026, 03:05 UTC", "3 February 2026, 04:05 UTC"
NAMES = ("20260101T000000000000Z.duckdb", "20260203T000000000000Z.duckdb")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two publications, not yet published."""
    folder = tmp_path_factory.mktemp("two")
    paths = [publish_pages(folder / name) for name in NAMES]
    with duckdb.connect(str(paths[1])) as connection:
        connection.execute("update build set build_id = 'second', published_at = timestamp '2026-02-03 04:05:06'")
        # One figure fewer: what was remembered of the first would show.
        connection.execute("delete from fct_figures where figure_id = 'f-03'")
    return paths


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    yield tmp_path
    publications().close()


def put(path: Path, folder: Path) -> None:
    """Publish as a build does: the whole file at once."""
    copy = folder / (path.name + ".new")
    copy.write_bytes(path.read_bytes())
    copy.rename(folder / path.name)


def answers(app: Dash, client: FlaskClient) -> dict[str, str]:
    """Return what every page and file says; raises AssertionError where one is not answered."""
    said = {path: shown(client, path) for path in PAGES}
    for path in PATHS:
        words = ask(client, words_of(app), "", path=path)
        chart = ask(client, "drawing.data", "", path=path)
        assert (words.status_code, chart.status_code) == (200, 200)
        said[path] = words.text
    for name in FILES:
        for form in ("metadata", "html", "csv"):
            answer = client.get(f"/{name}.{form}")
            assert answer.status_code == 200, f"/{name}.{form}"
            said[f"{name}.{form}"] = answer.text
    return said


def test_every_page_and_file_shows_a_new_publication(app: Dash, served: Path, two: list[Path]) -> None:
    client = app.server.test_client()
    for path, (new, old), build, count in zip(
        two, ((BEFORE, AFTER), (AFTER, BEFORE)), ("first", "second"), (8, 7), strict=True
    ):
        put(path, served)
        # Twice: what is remembered is of the publication that is served.
        for said in (answers(app, client), answers(app, client)):
            for where, text in said.items():
                assert old not in text, where
                assert new in text or where.endswith((".csv", ".metadata")), where
                is_told = f'"build_id":"{build}"' in text.replace('": "', '":"')
                assert is_told or not where.endswith(".metadata"), where
            # One by one: over time a figure alone is no row of its own.
            assert client.get("/deaths.csv?tab=chart").text.count("\n") == count + 2
        chart = ask(client, "drawing.data", "?tab=chart").json["response"]["drawing"]["data"]
        assert len(chart["data"]) == count + 1


def test_a_file_sent_bit_by_bit_is_of_one_publication_and_few_are_sent_at_once(
    app: Dash, served: Path, two: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tmp_path = tmp_path_factory.mktemp("larger")
    monkeypatch.setattr(views, "MOST_AT_ONCE", 7)
    monkeypatch.setitem(routes.MOST, "csv", 20)
    client = app.server.test_client()
    for path in two:
        put(path, tmp_path)
        with duckdb.connect(str(tmp_path / path.name)) as connection:
            # More than a page lists.
            connection.execute(
                "insert into fct_figures select f.* replace (f.figure_id || '-' || n as figure_id, "
                "f.report_id || '-' || n as report_id) from fct_figures as f, range(20) as t (n)"
            )
    put(tmp_path / two[0].name, served)
    first = publications().newest_build()
    begun = [client.get("/deaths.csv?tab=table", buffered=False) for _ in range(4)]
    refused = client.get("/deaths.csv?tab=table")
    assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
    put(tmp_path / two[1].name, served)
    assert publications().newest_build() != first
    assert [answer.status_code for answer in begun] == [200] * 4
    assert ["f-03-" in answer.text for answer in begun] == [True] * 4
    for answer in begun:
        answer.close()
    # Whoever hangs up before the end gives the place back too.
    for _ in range(6):
        client.get("/deaths.csv?tab=table", buffered=False).close()
    assert "f-03" not in client.get("/deaths.csv?tab=table").text


def test_those_who_ask_meanwhile_get_one_or_the_other(app: Dash, served: Path, two: list[Path]) -> None:
    put(two[0], served)
    mixed: list[str] = []

    def read(number: int) -> None:
        client = app.server.test_client()
        for _ in range(2):
            for where, text in answers(app, client).items():
                if BEFORE in text and AFTER in text:
                    mixed.append(where)
        assert number >= 0

    with ThreadPoolExecutor(4) as pool:
        selection = [pool.submit(read, number) for number in range(4)]
        put(two[1], served)
        for each in selection:
            each.result()
    assert mixed == []
    assert AFTER in shown(app.server.test_client(), "/")


def test_what_is_replaced_is_let_go_of(app: Dash, served: Path, two: list[Path]) -> None:
    put(two[0], served)
    answers(app, app.server.test_client())
    put(two[1], served)
    answers(app, app.server.test_client())
    (served / NAMES[0]).unlink()
    # By its whole path: other folders of this session hold a file of the same name.
    open_files = [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert not [name for name in open_files if name.startswith(str(served / NAMES[0]))]
    assert [name for name in open_files if name.startswith(str(served / NAMES[1]))], "else nothing was looked at"


def test_without_a_publication_every_page_says_what_to_run(app: Dash, served: Path) -> None:
    client = app.server.test_client()
    for path in (*PAGES, *PATHS):
        assert "make build" in shown(client, path), path
    for name in FILES:
        answer: Any = client.get(f"/{name}.html")
        assert (answer.status_code, "make build" in answer.text) == (503, True), name
    for path in PATHS:
        # Nothing to change: the page keeps what it says.
        assert ask(client, "drawing.data", "", path=path).status_code == 204
