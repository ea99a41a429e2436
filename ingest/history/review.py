"""What a change of the record does to ranges and findings: both states are built in warehouses that go again."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from common.foreign import open_foreign
from common.layout import FIGURES, NEWEST, PUBLISHED, PUBLISHED_SETTING, ROOT, WAREHOUSE, WAREHOUSE_SETTING
from common.processes import end_with_parent
from common.quoting import identifier
from ingest.curation.check import Record
from ingest.dbt_process import DBT_BUILD
from ingest.errors import CannotRunError, Problem
from ingest.files import warehouse_path
from ingest.history.against import before_change, kept_back_problems, problems_beside
from ingest.warehouse.load import load_record
from ingest.work_folders import work_folder

# By what a range is known in both states, and what is compared of it: as the view ranges_now says it.
SCOPE = ("episode", "measure", "population", "place", "counting", "cause", "actor", "kind", "place_role",
         "period_start_on", "period_end_on")  # fmt: skip
SAID = ("range_text", "counted_to_on", "source_count", "is_disputed")


@dataclass(frozen=True)
class ChangedRange:
    """A range that reads otherwise: what is counted, and how it read before and reads now; "" where there is none."""

    what: str
    before: str
    now: str


@dataclass(frozen=True)
class Review:
    """What a change must not do, and what it does: ranges that read otherwise, findings that came and went."""

    commit: str
    problems: list[Problem] = field(default_factory=list)
    ranges: list[ChangedRange] = field(default_factory=list)
    new_findings: list[str] = field(default_factory=list)
    gone_findings: list[str] = field(default_factory=list)


def review(record: Record, reference: str, home: Path = FIGURES) -> Review:
    """Return what the record as its files are now changes beside a commit.

    Both states are read by the lookups, models and tests of now. Nothing of the warehouse or of what is published is
    touched.

    Args:
        record: the record as its files are now, without a problem of its own.
        reference: a commit, as git names it.
        home: the folder of the episodes.

    Raises:
        CannotRunError: there is no such commit, or one of the two states cannot be loaded or built.

    """
    before, commit = before_change(reference, home)
    problems = sorted([*problems_beside(record, before, commit), *kept_back_problems(commit, home)])
    # Beside the warehouse, where the next command finds and removes it should this one be killed.
    parent = warehouse_path().parent
    parent.mkdir(parents=True, exist_ok=True)
    with work_folder(parent, "review") as place:
        states = [_built(each, place / name, name) for each, name in ((before, "before"), (record, "now"))]
        (old_ranges, old_findings), (ranges, findings) = states
    changed = [
        ChangedRange(what, old_ranges.get(what, ""), ranges.get(what, ""))
        for what in sorted({*old_ranges, *ranges})
        if old_ranges.get(what) != ranges.get(what)
    ]
    return Review(
        str(commit), problems, changed, sorted(findings - old_findings), sorted(old_findings - findings)
    )  # fmt: skip


def _built(record: Record, folder: Path, name: str) -> tuple[dict[str, str], set[str]]:
    """Load and build a state by itself; returns its ranges as they read and the sentences of its findings."""
    folder.mkdir()
    result = load_record(record, folder / WAREHOUSE)
    if result.problems:
        raise CannotRunError(f"The record as it was {name} cannot be loaded: {result.problems[0]}.")
    named = {WAREHOUSE_SETTING: str(folder / WAREHOUSE), PUBLISHED_SETTING: str(folder / PUBLISHED)}
    command = [str(Path(sys.executable).with_name("dbt")), *DBT_BUILD, "--project-dir", str(ROOT),
               "--profiles-dir", str(ROOT), "--target-path", str(folder / "target"),
               "--log-path", str(folder / "logs")]  # fmt: skip
    done = subprocess.run(  # noqa: S603 - a list of arguments, no shell
        command, cwd=ROOT, env=os.environ | named, capture_output=True, text=True, check=False,
        preexec_fn=end_with_parent,
    )  # fmt: skip
    newest = folder / PUBLISHED / NEWEST
    if done.returncode or not newest.exists():
        raise CannotRunError(f"The record as it was {name} cannot be built:\n{done.stdout[-2000:]}")
    with open_foreign(newest) as connection:
        return _ranges(connection), _findings(connection)


def _ranges(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    rows = connection.execute(f"select {', '.join((*SCOPE, *SAID))} from ranges_now order by all").fetchall()
    found: dict[str, str] = {}
    for row in rows:
        what, (text, until, sources, is_disputed) = row[: len(SCOPE)], row[len(SCOPE) :]
        told = [str(text), f"up to {until}" if until else "", f"{sources} source{'' if sources == 1 else 's'}"]
        told += ["disputed"] if is_disputed else []
        name, reads = " · ".join(str(each) for each in what if each is not None), ", ".join(filter(None, told))
        found[name] = f"{found[name]}; {reads}" if name in found else reads
    return found


def _findings(connection: duckdb.DuckDBPyConnection) -> set[str]:
    tables = connection.execute(
        "select table_name from duckdb_columns() where database_name = current_database() and schema_name = 'main' "
        "and starts_with(table_name, 'check_') and column_name = 'sentence'"
    ).fetchall()
    return {
        str(sentence)
        for (table,) in tables
        for (sentence,) in connection.execute(f"select sentence from main.{identifier(table)}").fetchall()
    }
