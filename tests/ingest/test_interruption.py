"""A load that is killed, or meets a lock, leaves the warehouse as before or as after."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from small_record import ROOT, SmallRecord, run, small_record

FIGURE_COUNT = 1_500
# Imports once and loads in a forked child for each line it is given, so that the kill falls into the load itself.
LOADER = """
import os, signal, sys, time
from pathlib import Path
from ingest.warehouse.load import load_record
from ingest.curation.check import read_record
for line in sys.stdin:
    folder, warehouse, seconds = line.rstrip().split(chr(9))
    record, problems = read_record([Path(folder)])
    assert not problems, problems[:3]
    start, child = time.monotonic(), os.fork()
    if not child:
        load_record(record, Path(warehouse))
        os._exit(0)
    while time.monotonic() - start < float(seconds) and os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(0.001)
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        pass
    print(time.monotonic() - start, flush=True)
"""
HOLDER = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


def python(program: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a Python process that can import ingest."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment)


@pytest.fixture(scope="module")
def loader() -> Iterator[subprocess.Popen[str]]:
    """Start the process that loads on demand."""
    with python(LOADER) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def loaded_for(loader: subprocess.Popen[str], folder: Path, warehouse: Path, seconds: float = 60) -> float:
    """Start a load, kill it after this many seconds, and return how long it ran."""
    assert loader.stdin is not None
    assert loader.stdout is not None
    loader.stdin.write(f"{folder}\t{warehouse}\t{seconds}\n")
    loader.stdin.flush()
    return float(loader.stdout.readline())


def values(warehouse: Path) -> list[tuple[int, int, int]]:
    """Return (loads, figures, distinct values) of the warehouse."""
    with duckdb.connect(str(warehouse)) as connection:
        return connection.execute(
            "select (select count(*) from raw.loads), count(*), count(distinct value) from raw.figures"
        ).fetchall()


def many_figures(record: SmallRecord, value: int) -> Path:
    """Write thousands of figures, all with this value."""
    cells = record.figure("01-01", "2", "some", value=str(value))
    record.figures = [cells | {"figure_id": f"d-01-{number:05}"} for number in range(FIGURE_COUNT)]
    return record.write()


def test_a_killed_load_leaves_the_warehouse_as_before_or_as_after(
    loader: subprocess.Popen[str], tmp_path: Path
) -> None:
    record, warehouse = small_record(tmp_path), tmp_path / "w.duckdb"
    loaded_for(loader, many_figures(record, 1), warehouse)
    whole = loaded_for(loader, many_figures(record, 2), warehouse)
    loads = 2
    assert values(warehouse) == [(loads, FIGURE_COUNT, 1)]
    for number, part in enumerate((0.2, 0.5, 0.7, 0.85, 1), start=3):
        loaded_for(loader, many_figures(record, number), warehouse, whole * part)
        after = values(warehouse)
        assert after in ([(loads, FIGURE_COUNT, 1)], [(loads + 1, FIGURE_COUNT, 1)])
        loads = after[0][0]


@pytest.mark.parametrize("seconds", [0.02, 0.1])
def test_a_killed_first_load_leaves_no_warehouse_and_the_next_one_works(
    loader: subprocess.Popen[str], tmp_path: Path, seconds: float
) -> None:
    folder, warehouse = many_figures(small_record(tmp_path), 1), tmp_path / "w.duckdb"
    loaded_for(loader, folder, warehouse, seconds)
    assert not warehouse.exists() or values(warehouse) == [(1, FIGURE_COUNT, 1)]
    loaded_for(loader, folder, warehouse)
    assert values(warehouse) == [(1, FIGURE_COUNT, 1)]
    assert [path.name for path in tmp_path.iterdir() if "creating" in path.name] == []


def test_a_locked_warehouse_is_named_with_its_holder(tmp_path: Path) -> None:
    folder, warehouse = small_record(tmp_path).write(), tmp_path / "w.duckdb"
    with python(HOLDER, str(warehouse)) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        done = run("load", str(folder), warehouse=warehouse)
        assert holder.stdin is not None
        holder.stdin.close()
    assert done.returncode == 2
    assert f"w.duckdb is in use by process {holder.pid} (" in done.stderr
    assert "Traceback" not in done.stderr
