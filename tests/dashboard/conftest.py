"""One small publication and one app for all tests of the dashboard; each looks at it, none changes it."""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from dash import Dash
from small_publication import publish

from dashboard.app import create_app
from dashboard.published import Publications, publications

EPISODE = "offensive"


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
