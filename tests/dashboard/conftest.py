"""One small publication and one app for all tests of the dashboard; each looks at it, none changes it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import served
from dash import Dash
from flask.testing import FlaskClient
from history_publication import publish_history
from pages_publication import publish_pages
from playwright.sync_api import Browser, Page, expect, sync_playwright
from small_publication import publish

from dashboard.app import create_app
from dashboard.charts import timeline
from dashboard.cli.screenshot import ARGUMENTS, chromium_path, running
from dashboard.publication.cache import Cursor
from dashboard.publication.folder import Publications, publications
from dashboard.queries import measure as queries_measure
from dashboard.request.view import View
from dashboard.sql import engine
from dashboard.text.panels import Panel, group

EPISODE = "offensive"
# Seconds after which what must come is given up: a guard against waiting for ever, and no measure of anything.
PATIENCE = 300


@pytest.fixture(scope="session", autouse=True)
def patience() -> Iterator[None]:
    """Let no test depend on how fast this machine is: every wait ends by what is waited for. bench/ measures times.

    The limits on a reader's question are tried by tests that set their own.
    """
    expect.set_options(timeout=1000 * PATIENCE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.DESK, "patience", float(PATIENCE))
        for limits in (engine.PAGE, engine.DOWNLOAD):
            patch.setitem(vars(limits), "seconds", PATIENCE)
        yield


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("published")
    publish(found / "20260101T000000000000Z.duckdb")
    return found


@pytest.fixture
def cursor(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    opened = Publications(folder)
    with opened.cursor() as lent:
        yield lent
    opened.close()


@pytest.fixture(scope="session")
def app(folder: Path) -> Iterator[Dash]:
    """Build the app on the small publication; the environment is put back at the end."""
    before = os.environ.get("ON_RECORD_PUBLISHED")
    os.environ["ON_RECORD_PUBLISHED"] = str(folder)
    yield create_app()
    publications().close()
    os.environ.pop("ON_RECORD_PUBLISHED")
    if before:
        os.environ["ON_RECORD_PUBLISHED"] = before


@pytest.fixture(scope="session")
def pages_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish what the pages of words need."""
    found = tmp_path_factory.mktemp("pages")
    publish_pages(found / "20260101T000000000000Z.duckdb")
    return found


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish three recorded days."""
    return publish_history(tmp_path_factory.mktemp("history"))


def histories_of(cursor: Cursor, measure: str = "killed", **changes: Any) -> list[timeline.History]:
    """Return the ranges of a room from day to day."""
    view = View(EPISODE, measure, **changes)
    figures = queries_measure.figures(cursor, view)
    ranges = queries_measure.ranges(cursor, view, figures)
    return timeline.histories(group(figures, [row for row in ranges if row["is_shown"]]), ranges)


def facets_of(cursor: Cursor, measure: str, by: str = "reported") -> list[Panel]:
    """Return the scopes of a room as it stands now."""
    view = View(EPISODE, measure)
    figures = queries_measure.figures(cursor, view)
    ranges = queries_measure.ranges(cursor, view, figures)
    return group(figures, [row for row in ranges if row["is_shown"]], by)


@pytest.fixture(scope="module")
def pages_address(app: Dash, pages_folder: Path) -> Iterator[str]:
    """Serve that publication."""
    with served(app, pages_folder) as url:
        yield url


@pytest.fixture
def pages(app: Dash, pages_folder: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Ask the app about that publication."""
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(pages_folder))
    return app.server.test_client()


@pytest.fixture
def pages_sql(pages_folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Query that publication."""
    opened = Publications(pages_folder)
    with opened.cursor() as lent:
        yield lent
    opened.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One headless browser for all tests of a module; commands of ours start one of their own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        new_page = browser.new_page

        def patient(**options: Any) -> Page:
            page = new_page(**options)
            page.set_default_timeout(1000 * PATIENCE)
            return page

        browser.new_page = patient  # type: ignore[method-assign]
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(app: Dash) -> Iterator[str]:
    """Serve the small publication."""
    with running(app.server) as url:
        yield url
