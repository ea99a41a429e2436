"""What a killed command leaves is for its owner alone, is found by the next one and removed; what lives is let be."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from here import run_here
from small_record import ROOT, small_record

from ingest.errors import CannotRunError
from ingest.warehouse import publish
from ingest.warehouse.connection import open_warehouse
from ingest.work_folders import dead_folders, remove_dead, work_folder

WORKER = """
import sys
from pathlib import Path
from ingest.work_folders import work_folder
known = Path(sys.argv[2]) if len(sys.argv) > 2 else None
with work_folder(Path(sys.argv[1]), "backup", known) as folder:
    (folder / "warehouse.duckdb").write_text("restricted")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def worker() -> Iterator[Callable[..., tuple[subprocess.Popen[str], Path]]]:
    """Start a process that works in a folder until it is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*places: Path) -> tuple[subprocess.Popen[str], Path]:
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, *map(str, places)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        started.append(process)
        assert process.stdout
        return process, Path(process.stdout.readline().rstrip("\n"))

    yield start
    for process in started:
        process.kill()
        process.communicate()


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a warehouse of the small record, for the commands."""
    monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(tmp_path / "w.duckdb"))
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path / "published"))
    assert run_here("load", str(small_record(tmp_path).write())).returncode == 0
    return tmp_path


Start = Callable[..., tuple[subprocess.Popen[str], Path]]


def test_the_living_are_told_from_the_dead_by_their_lock(tmp_path: Path, worker: Start) -> None:
    process, folder = worker(tmp_path)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert dead_folders([tmp_path]) == []
    assert remove_dead([tmp_path]) == []
    kill(process)
    assert dead_folders([tmp_path]) == [folder]
    assert remove_dead([tmp_path]) == [folder]
    assert list(tmp_path.iterdir()) == []


def test_a_backup_far_away_is_found_by_its_register(tmp_path: Path, worker: Start) -> None:
    far, near = tmp_path / "far", tmp_path / "near"
    far.mkdir()
    near.mkdir()
    process, folder = worker(far, near)
    assert folder.parent == far
    assert remove_dead([near]) == []
    kill(process)
    assert folder in remove_dead([near])
    assert [*far.iterdir(), *near.iterdir()] == []


def test_what_was_killed_before_it_was_locked_is_removed_and_strangers_are_not(tmp_path: Path) -> None:
    (tmp_path / ".on-record-new-abc").mkdir()
    (tmp_path / ".restore-abcd1234").mkdir()
    (tmp_path / ".restore-abcd1234" / "warehouse.duckdb").write_text("of an earlier version")
    (tmp_path / ".backup-abcd1234").mkdir()
    (tmp_path / ".backup-abcd1234" / "letters.txt").write_text("somebody's own")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".on-record-link").symlink_to(tmp_path / "elsewhere")
    remove_dead([tmp_path])
    assert sorted(path.name for path in tmp_path.iterdir()) == [".backup-abcd1234", ".on-record-link", "elsewhere"]


def test_a_folder_is_gone_after_its_command_however_that_ends(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), work_folder(tmp_path, "restore"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["load", "backup", "restore", "recorded", "unpublish", "clean"])
def test_the_next_command_removes_what_a_killed_one_left(place: Path, worker: Start, command: str) -> None:
    file = place / "kept" / "b.tar.gz"
    if command == "restore":
        assert run_here("backup", str(file)).returncode == 0
    process, folder = worker(place)
    living, kept = worker(place)
    kill(process)
    folder_of_record = str(place / "small") if (place / "small").is_dir() else str(small_record(place).write())
    arguments = {"load": [folder_of_record], "unpublish": [folder_of_record], "recorded": []}.get(command, [str(file)])
    if command == "clean":
        subprocess.run([sys.executable, "-m", "ingest.work_folders"], cwd=ROOT, check=True, capture_output=True)
    else:
        done = run_here(command, *arguments)
        assert done.returncode == 0, done.stderr
        if command == "unpublish":
            assert folder.name in done.stdout
    assert not folder.exists()
    assert kept.exists(), "the living go on"
    assert living.poll() is None


def test_a_rehearsed_unpublish_names_what_is_left_and_removes_nothing(place: Path, worker: Start) -> None:
    process, folder = worker(place)
    kill(process)
    done = run_here("unpublish", str(small_record(place).write()), "--dry-run")
    assert (done.returncode, "Would be removed" in done.stdout, folder.name in done.stdout) == (0, True, True)
    assert folder.exists()


def test_git_ignores_them_and_make_clean_removes_them() -> None:
    for name in (".on-record-restore-x/warehouse.duckdb", "backups/.on-record-backup-x/a", ".restore-abc/a",
                 "warehouse.duckdb.tmp/a", "figures/x/.figures.csv.new"):  # fmt: skip
        done = subprocess.run(["git", "check-ignore", "-q", "--no-index", name], cwd=ROOT, check=False)
        assert done.returncode == 0, name
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "-m ingest.work_folders" in makefile
    assert re.search(r"rm -rf .*\bwarehouse\.duckdb\.tmp\b", makefile)


@pytest.mark.parametrize("command", ["load", "build", "copy"])
def test_what_a_killed_command_set_aside_goes_with_the_next(place: Path, command: str) -> None:
    """DuckDB sets aside beside the file what does not fit into memory, and leaves it there when it is killed."""
    warehouse = place / "w.duckdb"
    spilled = killed_while_spilling(warehouse)
    if command == "load":
        assert run_here("load", str(small_record(place).write())).returncode == 0
    elif command == "copy":
        (place / "past").mkdir()
        warehouse, spilled = place / "past" / "p.duckdb", spilled.rename(place / "past" / "p.duckdb.tmp")
        assert run_here("recorded", "--copy-to", str(warehouse)).returncode == 0
    else:
        publish.wait_for_warehouse(warehouse, {})
    assert not spilled.exists()
    assert warehouse.exists()


def test_what_is_set_aside_by_a_living_command_stays(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aside = place / "w.duckdb.tmp" / "duckdb_temp_block"
    aside.parent.mkdir()
    aside.touch()
    monkeypatch.setattr(publish, "LONGEST_WAIT", 0)
    holder = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    command, pipe = [sys.executable, "-c", holder, str(place / "w.duckdb")], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as living:
        assert living.stdout is not None
        living.stdout.readline()
        assert run_here("load", str(small_record(place).write())).returncode == 2
        with pytest.raises(CannotRunError, match="in use by process"):
            publish.wait_for_warehouse(place / "w.duckdb", {})
        living.communicate(b"\n")
    assert aside.exists()


def test_a_load_sets_aside_beside_the_warehouse_and_not_where_it_was_called(
    place: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    with open_warehouse(place / "w.duckdb") as connection:
        ((told,),) = connection.execute("select current_setting('temp_directory')").fetchall()
    assert told == str(place / "w.duckdb.tmp")


def killed_while_spilling(warehouse: Path) -> Path:
    """Have DuckDB sort more than it has memory for in this file, and kill it; returns the folder it leaves."""
    work = "create temp table t as select hash(i)::varchar as canary from range(100000000) as r(i) order by 1"
    code = f"import duckdb; duckdb.connect({str(warehouse)!r}, config={{'memory_limit': '60MB'}}).execute({work!r})"
    spilled = warehouse.with_name(warehouse.name + ".tmp")
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        while not list(spilled.glob("*.tmp")):
            assert process.poll() is None
            time.sleep(0.01)
        kill(process)
    return spilled
