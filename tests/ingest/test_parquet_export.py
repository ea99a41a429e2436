"""Raw as Parquet is what the warehouse holds, is written whole or not at all, and only what a load touched anew."""

import hashlib
import json
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from here import run_here
from small_record import SmallRecord, small_record
from workshop import Workshop

from common.foreign import open_into
from ingest.engines import parquet
from ingest.warehouse.migrations import raw_tables


class Exporting:
    """A warehouse of the small record and the folder it is exported into."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.warehouse, self.folder, self.beside = folder / "warehouse.duckdb", folder / "out" / "raw", folder / "out"
        monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(self.warehouse))
        monkeypatch.setenv("ON_RECORD_PUBLISHED", str(folder / "published"))
        self.record: SmallRecord = small_record(folder)
        self.load()

    def load(self) -> None:
        """Load the record as it stands."""
        done = run_here("load", str(self.record.write()), "--reason", "Said anew.")
        assert done.returncode == 0, done.stdout + done.stderr

    def export(self, *options: str) -> subprocess.CompletedProcess[str]:
        """`on-record export` into the folder."""
        return run_here("export", "--parquet", str(self.folder), *options)

    def state(self) -> dict[str, bytes]:
        """Every file of the folder and what stands beside it."""
        return {str(path): path.read_bytes() for path in sorted(self.beside.rglob("*")) if path.is_file()}


@pytest.fixture
def exporting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Exporting:
    return Exporting(tmp_path, monkeypatch)


def assert_equal(warehouse: Path, folder: Path) -> None:
    """Every table as DuckDB reads it back is that of raw, row for row, times as UTC included."""
    with duckdb.connect() as connection:
        connection.execute("LOAD icu")
        connection.execute("SET TimeZone = 'Asia/Damascus'")
        connection.execute(f"ATTACH '{warehouse}' AS w (READ_ONLY)")
        for table, columns in raw_tables().items():
            read = f"read_parquet('{folder / table}/*.parquet')"
            kinds = {name: kind for name, kind, *_ in connection.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()}
            assert kinds == {name: parquet.OTHER_TYPES.get(kind, kind) for name, kind in columns.items()}, table
            back = ", ".join(
                f"{name} AT TIME ZONE 'UTC' AS {name}" if kind == "TIMESTAMP" else name
                for name, kind in columns.items()
            )
            for one, other in ((read, f"w.raw.{table}"), (f"w.raw.{table}", read)):
                chosen = [back if each == read else ", ".join(columns) for each in (one, other)]
                lost = f"SELECT {chosen[0]} FROM {one} EXCEPT ALL SELECT {chosen[1]} FROM {other}"
                assert connection.execute(lost).fetchall() == [], table


def test_every_table_of_raw_is_there_row_for_row(exporting: Exporting) -> None:
    done = exporting.export()
    assert (done.returncode, done.stderr) == (0, "")
    assert_equal(exporting.warehouse, exporting.folder)


def test_data_sets_corrections_and_what_was_replaced_are_there_too(
    built_once: Callable[..., Workshop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sample_data_sets import build_samples  # noqa: PLC0415 - only here

    workshop = built_once(build_samples)
    monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(workshop.warehouse))
    done = run_here("export", "--parquet", str(tmp_path / "raw"))
    assert (done.returncode, done.stderr) == (0, "")
    assert_equal(workshop.warehouse, tmp_path / "raw")
    releases = sorted(path.stem for path in (tmp_path / "raw" / "dataset_figures").iterdir())
    assert releases == ["idmc_gidd@2025-sample", "ucdp_ged@20.1-sample", "unhcr_population@2025.12.1-sample"]


def test_only_its_owner_can_open_the_folder(exporting: Exporting) -> None:
    exporting.export()
    folders = [exporting.folder, *(path for path in exporting.folder.iterdir() if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_the_manifest_tells_every_file_and_json_says_the_same(exporting: Exporting) -> None:
    told = json.loads(exporting.export("--json").stdout)
    manifest = json.loads((exporting.folder / parquet.MANIFEST).read_text())
    assert {key: told[key] for key in manifest if key in told} == {
        key: manifest[key] for key in manifest if not key.startswith("format")
    }
    there = {path.relative_to(exporting.folder).as_posix() for path in exporting.folder.rglob("*.parquet")}
    assert set(manifest["files"]) == there == set(told["written"])
    assert manifest["files"]["figures/aleppo-2024.parquet"]["rows"] == 6


def test_an_export_writes_again_what_a_load_touched_and_nothing_else(exporting: Exporting, tmp_path: Path) -> None:
    other = SmallRecord(tmp_path / "sudan-2023", "s")
    other.figures = other.figures[:1]
    assert run_here("load", str(other.write())).returncode == 0
    exporting.export()
    before = {path: path.stat().st_ino for path in exporting.folder.rglob("*.parquet")}
    exporting.record.figures[0]["note"] = "Read again."
    exporting.load()
    told = json.loads(exporting.export("--json").stdout)
    assert sorted(told["written"]) == [
        "figures/aleppo-2024.parquet", "loads/all.parquet", "replaced_figures/aleppo-2024.parquet"
    ]  # fmt: skip
    kept = [name for name in told["files"] if name not in told["written"]]
    assert "figures/sudan-2023.parquet" in kept
    assert [before[exporting.folder / name] for name in kept] == [
        (exporting.folder / name).stat().st_ino for name in kept
    ]
    assert_equal(exporting.warehouse, exporting.folder)


def test_a_file_that_was_changed_by_hand_is_written_again(exporting: Exporting) -> None:
    exporting.export()
    file = exporting.folder / "figures" / "aleppo-2024.parquet"
    file.write_bytes(bytes(file.stat().st_size))
    assert exporting.export().returncode == 0
    assert_equal(exporting.warehouse, exporting.folder)


@pytest.mark.parametrize("what", ["a file", "a file beside ours", "a link", "a folder of something else", "a bad list"])
def test_a_folder_that_is_not_its_own_is_refused_in_a_sentence(exporting: Exporting, what: str) -> None:
    exporting.beside.mkdir()
    if what == "a file":
        exporting.folder.write_text("mine")
    elif what == "a link":
        exporting.folder.symlink_to(exporting.beside)
    elif what == "a folder of something else":
        exporting.folder.mkdir()
        (exporting.folder / "notes.txt").write_text("mine")
    else:
        exporting.export()
        if what == "a file beside ours":
            (exporting.folder / "figures" / "notes.txt").write_text("mine")
        else:
            (exporting.folder / parquet.MANIFEST).write_text('{"format": "something"}')
    before = exporting.state()
    done = exporting.export()
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith(".\n")
    assert exporting.state() == before


def test_an_export_that_fails_half_way_leaves_the_folder_as_it_was(
    exporting: Exporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporting.export()
    exporting.record.figures[0]["note"] = "Read again."
    exporting.load()
    before, written = exporting.state(), []

    def fail(path: Path) -> str:
        written.append(path)
        if path.parent.name == "loads":
            raise OSError(28, "No space left on device")
        return hashlib.sha256(path.read_bytes()).hexdigest()

    monkeypatch.setattr(parquet, "sha256_of", fail)
    done = exporting.export()
    assert written
    assert (done.returncode, done.stdout) == (2, "")
    assert "No space left" in done.stderr
    assert exporting.state() == before


def test_what_cannot_be_exported_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(tmp_path / "none.duckdb"))
    done = run_here("export", "--parquet", str(tmp_path / "raw"))
    assert done.returncode == 2
    assert "There is no warehouse" in done.stderr
    assert not (tmp_path / "raw").exists()


def test_a_warehouse_in_use_is_left_alone(exporting: Exporting) -> None:
    holder = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(exporting.warehouse)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        done = exporting.export()
        process.communicate()
    assert done.returncode == 2
    assert "is in use by process" in done.stderr
    assert not exporting.folder.exists()


def test_nothing_but_the_folder_can_be_written_while_a_warehouse_is_read(exporting: Exporting, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    with open_into(exporting.warehouse, inside) as connection:
        connection.execute(f"COPY (SELECT 1 AS a) TO '{inside / 'a.parquet'}' (FORMAT parquet)")
        for place in (tmp_path / "b.parquet", inside / ".." / "c.parquet"):
            with pytest.raises(duckdb.Error, match="access"):
                connection.execute(f"COPY (SELECT 1 AS a) TO '{place}' (FORMAT parquet)")
        with pytest.raises(duckdb.Error):
            connection.execute("CREATE TABLE source.raw.x (a INTEGER)")
    assert sorted(path.name for path in inside.iterdir()) == ["a.parquet"]


def test_an_export_knows_whether_anything_was_loaded_since(exporting: Exporting) -> None:
    exporting.export()
    assert parquet.is_current(exporting.warehouse, exporting.folder)
    exporting.record.figures[0]["visibility"] = "restricted"
    exporting.load()
    assert not parquet.is_current(exporting.warehouse, exporting.folder)
