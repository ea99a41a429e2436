"""A warehouse and a folder of publications of their own, for tests that load and build."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from scratch import Scratch

from dashboard.publication import CONFIG

ROOT = Path(__file__).resolve().parents[1]
# Tests that run side by side must not write into each other's folder.
PARSED = ROOT / "target" / "tests" / os.environ.get("PYTEST_XDIST_WORKER", "alone")


class Workshop(Scratch):
    """A warehouse and a folder of publications of its own, to load records into and build."""

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point every command here."""
        return {"ON_RECORD_WAREHOUSE": str(self.warehouse), "ON_RECORD_PUBLISHED": str(self.published)}

    def load(self, *folders: Path) -> subprocess.CompletedProcess[str]:
        """`python -m ingest load` of the folders; the real record if none is named."""
        return subprocess.run(
            [sys.executable, "-m", "ingest", "load", *map(str, folders)],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def dbt(self, *arguments: str) -> dbtRunnerResult:
        """One dbt command in this process; its target folder is shared, so that parsing is done once."""
        before = {name: os.environ.get(name) for name in self.environment}
        os.environ.update(self.environment)
        places = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT), "--log-path", str(self.folder / "logs")]
        try:
            return dbtRunner().invoke(["--quiet", *arguments, *places, "--target-path", str(PARSED)])
        finally:
            DuckDBConnectionManager.close_all_connections()  # dbt would keep the working file for the next command
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})

    def build_without_tests(self) -> None:
        """Seeds and models only: quick, and for that reason never published."""
        assert self.dbt("build", "--exclude", "resource_type:test", "resource_type:unit_test").success

    def inspect(self, sql: str) -> list[tuple]:
        """The rows of a query on the working file."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def query(self, sql: str) -> list[tuple]:
        """The rows of a query on the newest publication."""
        # As the dashboard opens it: another test of this process may have it open, and DuckDB knows one way at a time.
        with duckdb.connect(str(self.publications[-1]), read_only=True, config=CONFIG) as connection:
            return connection.execute(sql).fetchall()
