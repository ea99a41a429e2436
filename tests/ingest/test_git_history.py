"""A warehouse that was lost gets its past back from git: each committed state at the time of its commit."""

import json
import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from small_record import EPISODE, SmallRecord, run
from test_load import ask

from ingest.curation.check import read_record
from ingest.errors import CannotRunError
from ingest.history.backfill import load_history
from ingest.history.committed import Scope
from ingest.warehouse.connection import open_warehouse

DAYS = [datetime(2026, 3, day, 12) for day in range(1, 10)]


class Committed:
    """The small record in a git repository of its own, committed at set times."""

    def __init__(self, root: Path) -> None:
        self.root, self.home = root, root / "figures"
        self.home.mkdir(parents=True)
        self.record = SmallRecord(self.home / EPISODE)
        self.git("init", "--quiet", "--initial-branch", "main")

    def git(self, *arguments: str, at: datetime = DAYS[0]) -> str:
        """Run git here, with nobody's settings and a set clock."""
        who = {
            f"GIT_{role}_{what}": "nobody@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        when = {f"GIT_{role}_DATE": f"{at.isoformat()}+00:00" for role in ("AUTHOR", "COMMITTER")}
        nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        command = ["git", "-C", str(self.root), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | who | when | nobody)
        return done.stdout.strip()

    def commit(self, at: datetime) -> str:
        """Write the record and commit it; returns the id."""
        self.record.write()
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a state", at=at)
        return self.git("rev-parse", "HEAD")

    def load(self, warehouse: Path) -> list[tuple[str | None, int]]:
        """Load the history; returns per committed state its load_id and number of problems."""
        working, problems = read_record([self.record.folder])
        assert problems == []
        history = load_history(working, Scope(self.home), warehouse)
        return [(result.load_id, len(result.problems)) for _, result in history.states]


@pytest.fixture
def committed(tmp_path: Path) -> Committed:
    """Return a repository with three states: loaded, a value changed, a figure removed."""
    repository = Committed(tmp_path / "repository")
    repository.commit(DAYS[0])
    repository.record.figures[2] |= {"value": "16", "phrase": "16 were hurt"}
    repository.commit(DAYS[1])
    del repository.record.figures[5]
    repository.commit(DAYS[2])
    return repository


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Return the path of a warehouse that is not there yet."""
    return tmp_path / "w.duckdb"


def test_every_committed_state_is_loaded_at_the_time_of_its_commit(committed: Committed, warehouse: Path) -> None:
    (committed.home / "notes.txt").write_text("no state of the record")
    committed.commit(DAYS[3])
    states = committed.load(warehouse)
    assert [load_id for load_id, _ in states] == [f"{day:%Y%m%dT%H%M%S%f}Z" for day in DAYS[:3]] + [None]
    assert ask(warehouse, "select loaded_at, started_at <= loaded_at from raw.loads order by 1") == [
        (day, True) for day in DAYS[:3]
    ]
    assert ask(warehouse, "select figure_id, value, loaded_at, replaced_at from raw.replaced_figures order by 1") == [
        ("d-01-03", 15, DAYS[0], DAYS[1]),
        ("d-02-03", 50, DAYS[0], DAYS[2]),
    ]
    commit_id = committed.git("rev-parse", "HEAD~1")
    ((note, file),) = ask(warehouse, "select note, record_file from raw.figures where removed_at is not null")
    assert note == f"No longer in the record since load 20260303T120000000000Z: commit {commit_id[:10]} of 2026-03-03."
    assert file.endswith(f"figures/{EPISODE}/figures.csv")


def test_the_files_as_they_are_now_come_last_and_leave_no_trace_where_they_are_committed(
    committed: Committed, warehouse: Path
) -> None:
    committed.load(warehouse)
    assert ask(warehouse, "select count(*) from raw.loads") == [(3,)]
    warehouse.unlink()
    committed.record.figures[0]["note"] = "Not committed yet."
    committed.record.write()
    committed.load(warehouse)
    ((loads, last),) = ask(warehouse, "select count(*), max(loaded_at) from raw.loads")
    assert (loads, last > DAYS[2]) == (4, True)
    assert ask(warehouse, "select note from raw.figures where figure_id = 'd-01-01'") == [("Not committed yet.",)]


def test_a_rebuilt_warehouse_is_the_one_that_was_loaded_all_along(committed: Committed, warehouse: Path) -> None:
    """What is in raw does not depend on whether states were loaded when they were made or from git."""
    committed.load(warehouse)
    rebuilt = warehouse.with_name("again.duckdb")
    committed.load(rebuilt)
    for table in ("figures", "documents", "replaced_figures", "replaced_documents", "loads"):
        everything = f"select * from raw.{table} order by all"
        assert ask(rebuilt, everything) == ask(warehouse, everything)


def test_a_state_that_todays_checks_refuse_is_skipped_and_said(committed: Committed, warehouse: Path) -> None:
    committed.record.figures[0] |= {"source_id": "sohrr", "measure_id": "dead"}
    bad = committed.commit(DAYS[3])
    committed.record.figures[0] |= {"source_id": "sohr", "measure_id": "killed", "note": "Mended."}
    committed.commit(DAYS[4])
    done = run("load", "--history", str(committed.record.folder), warehouse=warehouse)
    assert done.returncode == 0, done.stderr
    assert f"skipped commit {bad[:10]} of 2026-03-04: " in done.stderr
    assert "figures.csv:2:33 source_id: 'sohrr' is not in seeds/sources.csv" in done.stderr
    assert "(and 1 problem more)" in done.stderr
    assert done.stdout.splitlines()[0] == "5 committed states: 4 loads, 1 skipped"
    assert ask(warehouse, "select max(loaded_at) from raw.loads") == [(DAYS[4],)]


def test_json_tells_every_state(committed: Committed, warehouse: Path) -> None:
    done = run("load", "--history", "--json", str(committed.record.folder), warehouse=warehouse)
    answer = json.loads(done.stdout)
    assert [state["committed_at"] for state in answer["states"]] == [f"{day.isoformat()}Z" for day in DAYS[:3]]
    assert (answer["working"]["load_id"], answer["nothing_known_before_commit"], answer["problems"]) == (None, None, [])


def test_a_merge_is_one_state_and_the_branch_it_brings_is_none(committed: Committed, warehouse: Path) -> None:
    committed.git("checkout", "--quiet", "-b", "side")
    committed.record.figures[0]["note"] = "First thought."
    committed.commit(DAYS[3])
    committed.record.figures[0]["note"] = "Second thought."
    committed.commit(DAYS[4])
    committed.git("checkout", "--quiet", "main")
    committed.git("merge", "--quiet", "--no-ff", "--message", "bring it", "side", at=DAYS[5])
    committed.load(warehouse)
    assert ask(warehouse, "select loaded_at from raw.loads order by 1") == [(day,) for day in (*DAYS[:3], DAYS[5])]
    notes = ask(warehouse, "select note from raw.replaced_figures where note is not null")
    assert notes == []


def test_commits_of_one_second_or_dated_backwards_keep_their_order(committed: Committed, warehouse: Path) -> None:
    for number, at in enumerate((DAYS[2], DAYS[0], datetime(2098, 1, 1))):
        committed.record.figures[0]["note"] = f"Reading {number}."
        committed.commit(at)
    states = [load_id for load_id, _ in committed.load(warehouse)]
    assert states[:5] == sorted(states[:5])
    assert states[2:5] == [f"20260303T12000000000{tick}Z" for tick in range(3)]
    assert states[5] is not None
    assert states[4] < states[5] < "2098"
    assert ask(warehouse, "select note from raw.replaced_figures where note is not null order by 1") == [
        ("Reading 0.",), ("Reading 1.",)
    ]  # fmt: skip


def test_an_episode_under_a_name_that_is_none_today_is_skipped(committed: Committed, warehouse: Path) -> None:
    committed.git("mv", f"figures/{EPISODE}", "figures/unknown-2020")
    committed.git("commit", "--quiet", "--message", "renamed", at=DAYS[3])
    committed.git("mv", "figures/unknown-2020", f"figures/{EPISODE}")
    committed.git("commit", "--quiet", "--message", "back", at=DAYS[4])
    states = committed.load(warehouse)
    assert [problems > 0 for _, problems in states] == [False, False, False, True, False]


def test_a_warehouse_that_holds_loads_is_refused_and_stays_as_it_was(committed: Committed, warehouse: Path) -> None:
    folder = str(committed.record.folder)
    run("load", folder, warehouse=warehouse)
    done = run("load", "--history", folder, warehouse=warehouse)
    assert done.returncode == 2
    assert "holds loads already" in done.stderr
    assert "ON_RECORD_WAREHOUSE" in done.stderr
    assert ask(warehouse, "select count(*) from raw.loads") == [(1,)]


def test_an_empty_warehouse_is_filled(committed: Committed, warehouse: Path) -> None:
    with open_warehouse(warehouse):
        pass
    assert run("recorded", warehouse=warehouse).stdout == ""
    committed.load(warehouse)
    assert ask(warehouse, "select count(*) from raw.loads") == [(3,)]


def test_outside_a_repository_and_without_git_there_is_a_sentence(
    committed: Committed, tmp_path: Path, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = SmallRecord(tmp_path / "alone" / EPISODE).write()
    done = run("load", "--history", str(alone), warehouse=warehouse)
    assert (done.returncode, "is not in a git repository" in done.stderr) == (2, True)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotRunError, match="git is not installed"):
        committed.load(warehouse)
    assert not warehouse.exists()


def test_all_of_it_or_nothing(committed: Committed, warehouse: Path) -> None:
    def interrupted(commits: list) -> object:
        yield commits[0]
        raise KeyboardInterrupt

    record, _ = read_record([committed.record.folder])
    with pytest.raises(KeyboardInterrupt):
        load_history(record, Scope(committed.home), warehouse, interrupted)
    assert not warehouse.exists()
    committed.load(warehouse)
    assert ask(warehouse, "select count(*) from raw.loads") == [(3,)]


def test_working_files_that_are_wrong_load_nothing(committed: Committed, warehouse: Path) -> None:
    committed.record.figures[0]["source_id"] = "sohrr"
    done = run("load", "--history", str(committed.record.write()), warehouse=warehouse)
    assert (done.returncode, done.stderr) == (1, "1 problem; nothing was loaded\n")
    assert not warehouse.exists()


def test_a_shallow_clone_says_since_when_it_knows(committed: Committed, tmp_path: Path, warehouse: Path) -> None:
    clone = tmp_path / "clone"
    source = committed.root.as_uri()
    committed.git("clone", "--quiet", "--depth", "2", source, str(clone))
    done = run("load", "--history", str(clone / "figures" / EPISODE), warehouse=warehouse)
    oldest = committed.git("rev-parse", "HEAD~1")
    assert done.returncode == 0
    assert f"before commit {oldest[:10]} of 2026-03-02 is missing" in done.stderr
    assert done.stdout.startswith("2 committed states: 2 loads, 0 skipped")


def test_a_hooks_repository_is_not_taken_for_the_records(
    committed: Committed, tmp_path: Path, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert len(committed.load(warehouse)) == 3


def test_the_days_recorded_are_listed_and_copied_apart(committed: Committed, warehouse: Path) -> None:
    nothing = run("recorded", warehouse=warehouse)
    assert (nothing.returncode, nothing.stdout) == (0, "")
    committed.load(warehouse)
    told = run("recorded", warehouse=warehouse).stdout.splitlines()
    assert told == [f"2026-03-0{day}  1 load, missing: make history builds it" for day in (1, 2, 3)]
    copy = warehouse.with_name("copy.duckdb")
    # The last day is what every build publishes.
    missing = run("recorded", "--missing", "--copy-to", str(copy), warehouse=warehouse)
    assert missing.stdout == "2026-03-02\n2026-03-01\n"
    for table in ("figures", "replaced_figures", "loads"):
        assert ask(copy, f"select * from raw.{table} order by all") == ask(
            warehouse, f"select * from raw.{table} order by all"
        )
    itself = run("recorded", "--copy-to", str(warehouse), warehouse=warehouse)
    assert (itself.returncode, "is the warehouse itself" in itself.stderr) == (2, True)


def test_what_a_killed_build_of_a_day_left_is_gone_before_days_are_built(
    committed: Committed, warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed.load(warehouse)
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path / "published"))
    recorded = tmp_path / "published" / "recorded"
    recorded.mkdir(parents=True)
    left, linked = (recorded / f"2026030{day}T000000000000Z.duckdb.writing" for day in (1, 2))
    left.write_bytes(b"the first bytes of a publication")
    # A build of now is letting a link stand for its day at this very moment.
    (tmp_path / "newest.duckdb").write_bytes(b"a publication")
    linked.hardlink_to(tmp_path / "newest.duckdb")
    done = run("recorded", "--missing", "--copy-to", str(tmp_path / "past.duckdb"), warehouse=warehouse)
    assert (done.returncode, sorted(recorded.iterdir())) == (0, [linked])
