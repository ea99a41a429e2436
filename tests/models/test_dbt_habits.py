"""dbt as people who know it use it: from anywhere, in parts, with models of their own; nothing published by mistake."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from common.layout import EVERY_FILE, ROOT

pytestmark = pytest.mark.slow
PARTS = ("common", "figures", "ingest", "macros", "models", "seeds", "dbt_project.yml", "profiles.yml")
BUILD = ("build", "--exclude-resource-type", "unit_test")
MINE = {
    "own.sql": "select source_id, count(*) as report_count from {{ ref('fct_reports') }} group by source_id",
    "kept.sql": """{{ config(materialized='incremental', unique_key='figure_id') }}
        select figure_id, phrase from {{ ref('fct_figures') }}
        {% if is_incremental() %} where false {% endif %}""",
    "shown.sql": "{{ config(meta={'published': true}) }} select * from {{ ref('own') }}",
    "wrong.sql": "select nothing_of_that_name from {{ ref('own') }}",
}
FAILING = "select 1 as one from {{ ref('fct_reports') }} where {{ 'true' if env_var('FAIL', '') else 'false' }} limit 1"
PROFILE = """on_record:
  target: duckdb
  outputs:
    duckdb: {{type: duckdb, path: "{path}", schema: main}}
"""


class Checkout:
    """A checkout of the project in a folder with a space in its name, and a folder elsewhere that dbt is started in."""

    def __init__(self, folder: Path) -> None:
        self.root, self.elsewhere = folder / "a project", folder / "elsewhere"
        self.elsewhere.mkdir()
        self.root.mkdir()
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, self.root / part)
        self.run(sys.executable, "-m", "ingest", "load")
        self.first = ""

    def run(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the folder elsewhere, with the code of this checkout."""
        keep = {name: value for name, value in os.environ.items() if not name.startswith("ON_RECORD_")}
        return subprocess.run(
            command, cwd=self.elsewhere, env=keep | {"PYTHONPATH": str(self.root)} | settings,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def dbt(self, *arguments: str, profiles: Path | None = None, **settings: str) -> str:
        """Run dbt on this project from elsewhere and return what it said."""
        command = Path(sys.executable).with_name("dbt")
        places = ("--project-dir", str(self.root), "--profiles-dir", str(profiles or self.root))
        done = self.run(str(command), "--no-use-colors", arguments[0], *places, *arguments[1:], **settings)
        return done.stdout + done.stderr

    def published(self) -> list[Path]:
        """Return what is published, oldest first."""
        return sorted((self.root / "published").glob(EVERY_FILE))

    def answer(self, path: Path, question: str) -> list[tuple]:
        """Ask a database file of the checkout."""
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(question).fetchall()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Built once, with models and tests of a user's own."""
    made = Checkout(tmp_path_factory.mktemp("habits"))
    for name, text in MINE.items():
        (made.root / "models" / "mine" / name).write_text(text)
    (made.root / "tests" / "models").mkdir(parents=True)
    (made.root / "tests" / "models" / "may_fail.sql").write_text(FAILING)
    sources = made.root / "models" / "staging" / "_sources.yml"
    text = sources.read_text()
    column = "          - name: figure_id\n"
    at = text.index(column, text.index("- name: figures\n")) + len(column)
    sources.write_text(text[:at] + "            data_tests: [unique, not_null]\n" + text[at:])
    made.first = made.dbt(*BUILD)
    yield made


def test_dbt_works_from_anywhere_and_writes_into_the_project(checkout: Checkout) -> None:
    assert f"Published {checkout.root}/published/" in checkout.first, checkout.first
    assert list(checkout.elsewhere.iterdir()) == []
    assert (checkout.root / "warehouse.duckdb").is_file()


def test_what_a_user_adds_fails_alone_and_is_published_where_it_says_so(checkout: Checkout) -> None:
    assert "in model wrong" in checkout.first
    newest = checkout.published()[-1]
    assert checkout.answer(newest, "select table_name from duckdb_tables() where schema_name = 'mine'") == [("shown",)]
    assert checkout.answer(newest, "select sum(report_count) > 20 from mine.shown") == [(True,)]
    assert checkout.answer(newest, "select count(*) from duckdb_views() where view_name in ('own', 'wrong')") == [(0,)]


def test_tests_on_sources_and_incremental_models_of_a_user_hold_in_a_second_build(checkout: Checkout) -> None:
    said = checkout.dbt(*BUILD)
    assert "PASS source_unique_raw_figures_figure_id" in said, said
    assert "Published" in said
    assert checkout.answer(checkout.root / "warehouse.duckdb", "select count(*) from mine.kept") == [(45,)]


def test_a_build_of_no_rows_publishes_nothing_and_the_next_one_is_whole(checkout: Checkout) -> None:
    before = checkout.published()
    assert "Not published: it was built of no rows" in checkout.dbt(*BUILD, "--empty", "--full-refresh")
    assert checkout.published() == before
    assert "Published" in checkout.dbt(*BUILD)
    assert checkout.answer(checkout.published()[-1], "select figure_count from build") == [(45,)]


def test_a_retry_after_which_everything_stands_publishes(checkout: Checkout) -> None:
    assert "nodes failed or were skipped" in checkout.dbt(*BUILD, FAIL="1")
    before = checkout.published()
    assert "Published" in checkout.dbt("retry")
    assert checkout.published()[-1] > before[-1]


@pytest.mark.parametrize("command", ["run", "test", "seed"])
def test_other_commands_say_that_nothing_was_published(checkout: Checkout, command: str) -> None:
    selected = {"run": "dim_days", "test": "dim_days", "seed": "sources"}[command]
    said = checkout.dbt(command, "--select", selected)
    assert f"Nothing was published: dbt {command} never publishes" in said


def test_a_profile_of_ones_own_is_told_which_two_lines_are_missing(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "profiles.yml").write_text(PROFILE.format(path=checkout.root / "warehouse.duckdb"))
    said = checkout.dbt(*BUILD, profiles=tmp_path)
    assert 'module_paths: ["."] and plugins: [{module: ingest.warehouse.publish}]' in said, said
