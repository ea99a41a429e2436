"""The documentation site: what `make docs` writes, and how it is served."""

import base64
import hashlib
import importlib
import importlib.util
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from common.layout import ROOT
from dashboard.exports import documentation

SCRIPTS = ("let first = '<style>'", "let second")
PAGE = f'<script defer="defer">{SCRIPTS[0]}</script><p>Tables</p><script>{SCRIPTS[1]}</script>'


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "index.html"
    path.write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(documentation, "FILE", path)
    return path


def test_it_runs_its_own_scripts_and_asks_nobody_for_anything(pages: FlaskClient, written: Path) -> None:
    answer = pages.get(documentation.PATH)
    assert (answer.status_code, answer.text) == (200, PAGE)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in SCRIPTS]
    assert policy["script-src"] == " ".join(f"'sha256-{each}'" for each in hashes)
    assert policy["default-src"] == "'none'"
    assert {"connect-src", "frame-src"} & policy.keys() == set()
    assert {source for part in policy.values() for source in part.split() if not source.startswith("'")} == {"data:"}


def test_another_page_written_in_its_place_has_the_policy_of_that_one(pages: FlaskClient, written: Path) -> None:
    before = pages.get(documentation.PATH).headers["Content-Security-Policy"]
    written.write_text("<script>another()</script>", encoding="utf-8")
    assert pages.get(documentation.PATH).headers["Content-Security-Policy"] != before


def test_other_pages_keep_their_policy(pages: FlaskClient, written: Path) -> None:
    pages.get(documentation.PATH)
    assert "default-src 'self'" in pages.get("/about").headers["Content-Security-Policy"]


def test_about_leads_to_it_where_it_is_there(pages: FlaskClient, written: Path) -> None:
    assert f'href="{documentation.PATH}"' in pages.get("/about.html").text
    written.unlink()
    about = importlib.import_module("dashboard.pages.about")  # once there is an app, and not before
    assert about.link_to_documentation() == []
    assert pages.get(documentation.PATH).status_code == 404


def test_it_says_nothing_of_the_machine_it_was_written_on() -> None:
    spec = importlib.util.spec_from_file_location("site_of_docs", ROOT / "docs" / "site.py")
    assert spec and spec.loader
    site = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(site)
    icon = '<link rel="shortcut icon" href="${require(1)}"/><link rel="canonical" href="/overview/"/>'
    found = site.offline(f'{icon}<p>{ROOT}/models</p><use xlink:href="{{{{ icon }}}}">')
    assert found == '<p>./models</p><use ng-attr-xlink:href="{{ icon }}">'
    assert not re.search(r"<link", found)
