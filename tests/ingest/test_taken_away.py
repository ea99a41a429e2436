"""A load takes away more than a tenth of an episode for a reason only, and says how many of how many."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from scratch import RECORD
from small_record import SmallRecord, small_record
from test_references import two_episodes

from ingest import __main__, files
from ingest.cli import check_verify_load
from ingest.curation.check import read_record
from ingest.record.columns import FIGURES
from ingest.warehouse.load import load_record
from ingest.warehouse.taken_away import Guard

MORE = ": put back what is missing, or load with --reason TEXT to say why it goes"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a record of its own, which a load without FOLDER reads whole."""
    home = tmp_path / "figures"
    for module in (files, check_verify_load):
        monkeypatch.setattr(module, "FIGURES", home)
    monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(tmp_path / "w.duckdb"))
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path / "published"))
    yield home


@pytest.fixture
def record(home: Path) -> SmallRecord:
    """The small record in it, not loaded yet."""
    return small_record(home)


def load(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Load as a user does; the exit code and both streams."""
    code = __main__.main(["load", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def there(table: str = "figures") -> int:
    """How many rows the warehouse shows of the record."""
    with duckdb.connect(os.environ["ON_RECORD_WAREHOUSE"], read_only=True) as connection:
        found: list[Any] = connection.execute(f"SELECT count(*) FROM raw.{table} WHERE removed_at IS NULL").fetchall()
    return int(found[0][0])


def of_size(record: SmallRecord, count: int) -> None:
    """Give the record so many figures and as many documents."""
    record.figures = [record.figure(f"{n:03}-01", "1", "one", value="1") for n in range(count)]
    record.documents = [record.documents[0] | {"document_id": f"d-{n:03}"} for n in range(count)]


def test_a_file_of_its_header_alone_is_refused_and_says_how_many(
    record: SmallRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    record.write()
    assert load(capsys)[0] == 0
    (record.folder / "figures.csv").write_text(",".join(FIGURES.names) + "\n", encoding="utf-8")
    for arguments in ((), (str(record.folder),), ("--reason", "  ")):
        code, out, err = load(capsys, *arguments)
        assert (code, err) == (1, "1 problem; nothing was loaded\n")
        assert out.endswith(
            f"figures.csv:1:1 this load would take away 6 of 6 figures of aleppo-2024 (d-01-01){MORE}\n"
        )
        assert there() == 6
    code, out, _ = load(capsys, "--reason", "All of it was counted twice.")
    assert (code, out.split(" figures")[0]) == (0, "added 0, changed 0, unchanged 0, withdrawn 6")
    assert there() == 0
    assert load(capsys)[0] == 0


def test_json_says_the_same(record: SmallRecord, capsys: pytest.CaptureFixture[str]) -> None:
    record.write()
    load(capsys)
    del record.figures[1:]
    record.write()
    code, out, _ = load(capsys, "--json")
    (problem,) = json.loads(out)["problems"]
    assert code == 1 and problem["message"].startswith("this load would take away 5 of 6 figures of aleppo-2024")


@pytest.mark.parametrize(
    ("count", "removed", "is_refused"),
    [(1, 1, True), (3, 1, True), (9, 1, True), (10, 1, False), (10, 2, True), (20, 2, False), (20, 3, True),
     (45, 4, False), (45, 5, True), (45, 45, True), (300, 30, False), (300, 31, True)],
)  # fmt: skip
def test_exactly_a_tenth_goes_without_a_word_and_one_more_does_not(
    record: SmallRecord, capsys: pytest.CaptureFixture[str], count: int, removed: int, is_refused: bool
) -> None:
    of_size(record, count)
    record.write()
    load(capsys)
    del record.figures[:removed], record.documents[:removed]
    record.write()
    code, out, _ = load(capsys)
    assert code == int(is_refused)
    assert (f"take away {removed:,} of {count:,} figure" in out) is is_refused
    assert (f"take away {removed:,} of {count:,} document" in out) is is_refused
    assert there() == there("documents") == (count if is_refused else count - removed)


def test_documents_are_kept_as_figures_are(record: SmallRecord, capsys: pytest.CaptureFixture[str]) -> None:
    record.documents.append(record.documents[0] | {"document_id": "d-03"})
    record.write()
    load(capsys)
    record.documents.pop()
    record.write()
    code, out, _ = load(capsys)
    assert code == 1
    assert out.endswith(f"documents.csv:1:1 this load would take away 1 of 3 documents of aleppo-2024 (d-03){MORE}\n")


def test_ids_written_otherwise_throughout_are_taken_away_too(
    record: SmallRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    record.write()
    load(capsys)
    for row in record.figures:
        row["figure_id"] = row["figure_id"][:-2] + "0" + row["figure_id"][-2:]
        row["part_of"] = row["part_of"] and row["part_of"][:-2] + "0" + row["part_of"][-2:]
    record.write()
    code, out, _ = load(capsys)
    assert (code, "6 of 6 figures" in out) == (1, True)


def test_a_file_that_is_missing_is_a_problem_and_takes_nothing_away(
    record: SmallRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    record.write()
    load(capsys)
    (record.folder / "figures.csv").unlink()
    code, out, _ = load(capsys, "--reason", "It is not there.")
    assert (code, "the file is missing" in out, there()) == (1, True, 6)


@pytest.mark.parametrize("name", [None, ".aleppo-2024", "aleppo-2025"])
def test_a_folder_that_is_gone_or_has_another_name_is_asked_about(
    record: SmallRecord, capsys: pytest.CaptureFixture[str], name: str | None
) -> None:
    folder = record.write()
    load(capsys)
    if name:
        folder.rename(folder.with_name(name))
    else:
        shutil.rmtree(folder)
    code, out, _ = load(capsys)
    assert (code, there(), there("documents")) == (1, 6, 2)
    if name == "aleppo-2025":
        assert "the folder's name is the episode_id" in out
        return
    said = "the folder is missing, and this load would take away 6 of 6 figures and 2 of 2 documents of aleppo-2024"
    assert out.endswith(f"figures/aleppo-2024:1:1 {said}{MORE}\n")
    code, out, _ = load(capsys, "--reason", "The episode was merged.")
    assert (code, there(), there("documents")) == (0, 0, 0)
    # Nothing is left to take away, and nothing to load either.
    code, _, err = load(capsys)
    assert code == 2 and "There is no episode folder under" in err


def test_an_episode_loaded_from_elsewhere_stays(
    record: SmallRecord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record.write()
    _, other, seeds = two_episodes(tmp_path / "elsewhere", "e")
    warehouse = Path(os.environ["ON_RECORD_WAREHOUSE"])
    load_record(read_record([other], seeds)[0], warehouse)
    assert load(capsys)[0] == 0
    assert there() == 12


def test_one_episode_of_two_is_judged_by_itself(tmp_path: Path) -> None:
    """A tenth of all is not a tenth of each."""
    first, second, seeds = two_episodes(tmp_path, "e")
    warehouse = tmp_path / "w.duckdb"
    load_record(read_record([first, second], seeds)[0], warehouse)
    lines = (second / "figures.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (second / "figures.csv").write_text("".join(lines[:3] + lines[4:]), encoding="utf-8")
    result = load_record(read_record([first, second], seeds)[0], warehouse, guard=Guard())
    assert [problem.message.split(" (")[0] for problem in result.problems] == [
        f"this load would take away 1 of 6 figures of {second.name}"
    ]


def test_rows_that_stay_as_withdrawn_say_their_own_reason(
    record: SmallRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    record.write()
    load(capsys)
    for row in record.figures:
        row |= {"status": "withdrawn", "note": "Counted twice."}
    record.write()
    assert load(capsys)[0] == 0


def test_history_keeps_what_git_has_unless_a_reason_is_given(home: Path, tmp_path: Path) -> None:
    """The committed states are loaded as they were; what the files of now take away from them is asked about."""
    project = tmp_path / "project"
    for part in ("common", "ingest", "seeds"):
        shutil.copytree(files.ROOT / part, project / part, ignore=shutil.ignore_patterns("__pycache__"))
    record = small_record(project / "figures")
    record.write()
    (project / "figures" / "corrections.csv").write_bytes((RECORD / "corrections.csv").read_bytes())
    git = ["git", "-C", str(project), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "A state"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    (record.folder / "figures.csv").write_text(",".join(FIGURES.names) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "ingest", "load", "--history"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert (done.returncode, "6 of 6 figures of aleppo-2024" in done.stdout) == (1, True), done.stderr
    done = subprocess.run([*command, "--reason", "Twice."], cwd=project, capture_output=True, text=True, check=False)
    assert (done.returncode, "withdrawn 6" in done.stdout) == (0, True), done.stdout + done.stderr
