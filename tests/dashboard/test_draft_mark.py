"""Every page of a publication that holds drafts says so; of one without, none does."""

import pytest
from flask.testing import FlaskClient

from dashboard.exports.draft_mark import HEADER
from dashboard.queries import pages as queries_pages

PAGES = ("/", "/deaths", "/index.html", "/deaths.html", "/sources.html", "/checks.html", "/about", "/sql",
         "/figures.html", "/ranges.html", "/api", "/no-such-page")  # fmt: skip
FILES = ("/api/v1/figures", "/api/v1/figures?format=csv", "/api/v1/sources")


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_without_drafts_nothing_is_marked(pages: FlaskClient, path: str) -> None:
    answer = pages.get(path, base_url="https://localhost")
    assert HEADER not in answer.headers
    assert b"draft-mark" not in answer.data


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_a_preview_is_marked_once(pages: FlaskClient, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries_pages, "draft_count", lambda _: 2)
    answer = pages.get(path, base_url="https://localhost")
    assert answer.data.count(b'class="draft-mark"') == 1
    assert b"DRAFT: 2 figures here are not read a second time yet." in answer.data


@pytest.mark.parametrize("path", FILES)
def test_every_file_of_a_preview_says_so_in_its_head(
    pages: FlaskClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries_pages, "draft_count", lambda _: 2)
    assert pages.get(path, base_url="https://localhost").headers[HEADER] == "2"
