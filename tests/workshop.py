"""A warehouse and a folder of publications of their own, for tests that load and build."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

import duckdb
import pytest
import quick_dbt
from builds import locked
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from here import run_here
from scratch import RECORD, ROOT, SAMPLE, Scratch

from dashboard.publication.open_file import CONFIG
from ingest.datasets import load as datasets_load
from ingest.datasets.corrections import read_corrections
from ingest.datasets.restricted_rows import read_restricted_rows

PARSED = ROOT / "target" / "tests"
__all__ = ["RECORD", "ROOT", "SAMPLE", "Workshop"]


@cache
def parsed() -> Manifest:
    """The project as dbt knows it: parsed once by one worker, read by the others, and given to every command.

    dbt would parse all of it again for each warehouse, since the path of that is in profiles.yml, and for each var. Our
    vars decide what is asked and not what there is, and are read when a command asks.
    """
    places = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    asked = ["--quiet", "--no-write-json", "parse", *places]
    target = PARSED / "parsed"
    with locked(target.with_suffix(".lock")), environment(ON_RECORD_WAREHOUSE=str(PARSED / "warehouse.duckdb")):
        done = dbtRunner().invoke([*asked, "--target-path", str(target), "--log-path", str(target)])
    assert done.success, done.exception
    assert isinstance(done.result, Manifest)
    return done.result


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Have these variables set for a while."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setenv(name, value)
        yield


class Workshop(Scratch):
    """A warehouse and a folder of publications of its own, to load records into and build."""

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point every command here."""
        return {"ON_RECORD_WAREHOUSE": str(self.warehouse), "ON_RECORD_PUBLISHED": str(self.published)}

    def load(self, *arguments: Path | str) -> subprocess.CompletedProcess[str]:
        """`python -m ingest load` of the folders, or of a data set, in this process; else of the sample record."""
        told = ["load", *map(str, arguments or [SAMPLE])]
        with pytest.MonkeyPatch.context() as patch, environment(**self.environment):
            patch.setattr(datasets_load, "read_corrections", partial(read_corrections, RECORD / "corrections.csv"))
            nothing = partial(read_restricted_rows, RECORD / "restricted_rows.csv")
            patch.setattr(datasets_load, "read_restricted_rows", nothing)
            return run_here(*told)

    def dbt(self, *arguments: str) -> dbtRunnerResult:
        """One dbt command in this process, on the project as it was parsed once.

        Artifacts, which take a third of a build to write, are written where --write-json is among the arguments.
        """
        places = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT), "--log-path", str(self.folder / "logs")]
        places += ["--target-path", str(self.folder / "target")]
        # dbt takes the option once.
        written = [] if {"--write-json", "--no-write-json"} & {*arguments} else ["--no-write-json"]
        manifest = parsed().deepcopy()  # a command notes in it what it compiled
        try:
            with environment(**self.environment), pytest.MonkeyPatch.context() as patch:
                if quick_dbt.is_wanted():
                    quick_dbt.hasten(patch)
                return dbtRunner(manifest=manifest).invoke(["--quiet", *written, *arguments, *places])
        finally:
            DuckDBConnectionManager.close_all_connections()  # dbt would keep the working file for the next command

    def build_without_tests(self, *options: str) -> None:
        """Seeds and models only: quick, and for that reason never published."""
        assert self.dbt("build", "--exclude", "resource_type:test", "resource_type:unit_test", *options).success

    def publish_without_tests(self, *options: str) -> None:
        """Build without tests, and publish as a whole build does at its end: a day of a history, to be looked at."""
        self.build_without_tests(*options)
        assert self.dbt("run-operation", "write_publication", *options).success

    def inspect(self, sql: str) -> list[tuple]:
        """The rows of a query on the working file."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def query(self, sql: str) -> list[tuple]:
        """The rows of a query on the newest publication."""
        # As the dashboard opens it: another test of this process may have it open, and DuckDB knows one way at a time.
        with duckdb.connect(str(self.publications[-1]), read_only=True, config=CONFIG) as connection:
            return connection.execute(sql).fetchall()
