"""A backup restores to the same answers, and whatever is not one changes nothing."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from here import run_here
from small_record import ROOT, small_record
from workshop import Workshop

from common.layout import NEWEST
from common.table_macros import EARLIER
from dashboard.publication.open_file import CONFIG
from ingest.warehouse.backup import MANIFEST, is_allowed
from ingest.warehouse.ours import copy_of_publication

OLD, NEW = "20241201T000000000000Z.duckdb", "20241202T000000000000Z.duckdb"
HOLDER = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


class House:
    """A warehouse of the small record, two publications, one of them under its day as well, and a backup's name."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.file = folder, folder / "kept" / "b.tar.gz"
        self.warehouse, self.published = folder / "warehouse.duckdb", folder / "published"
        self.use(monkeypatch)
        self.record = small_record(folder)
        self.load()
        (self.published / "recorded").mkdir(parents=True)
        for name, count in ((OLD, 5), (NEW, 6)):
            publish(self.published / name, count)
        os.link(self.published / NEW, self.published / "recorded" / "2024-12-02.duckdb")

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Point the commands here."""
        monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(self.warehouse))
        monkeypatch.setenv("ON_RECORD_PUBLISHED", str(self.published))

    def load(self) -> None:
        """Load the record as it stands."""
        done = run_here("load", str(self.record.write()))
        assert done.returncode == 0, done.stdout + done.stderr

    def backup(self) -> Path:
        """Write a backup and return its path."""
        done = run_here("backup", str(self.file))
        assert (done.returncode, done.stderr) == (0, "")
        return self.file

    def restore(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Restore the backup."""
        return run_here("restore", str(self.file), *options)

    def state(self) -> dict[str, bytes]:
        """Return the bytes of every file, the backup aside."""
        kept = (path for path in sorted(self.folder.rglob("*")) if path.is_file() and "kept" not in path.parts
                and path.name != NEWEST)  # fmt: skip
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in kept}


def publish(path: Path, count: int) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table fct_figures as select i::varchar as figure_id from range(?) as t(i)", [count])
        connection.execute("create table build as select 'b' as build_id")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(tmp_path, monkeypatch)


def differences(one: Path, other: Path, *schemas: str) -> list[tuple[str, str, int]]:
    """Return the tables (of these schemas) of which one file holds rows that the other has not, in either direction."""
    found = []
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        tables = "select schema_name, table_name from duckdb_tables() where database_name = ? order by all"
        names, others = (connection.execute(tables, [side]).fetchall() for side in ("one", "other"))
        if schemas:
            names, others = ([name for name in side if name[0] in schemas] for side in (names, others))
        assert names == others
        assert names
        for schema, table in names:
            for here, there in (("one", "other"), ("other", "one")):
                sql = f"select count(*) from (from {here}.{schema}.{table} except all from {there}.{schema}.{table})"
                (count,) = connection.execute(sql).fetchone() or (0,)
                found += [(schema, table, count)] if count else []
    return found


def test_a_destroyed_warehouse_is_restored_to_the_same_answers(
    copy_of_real: Workshop, real: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in copy_of_real.environment.items():
        monkeypatch.setenv(name, value)
    copy_of_real.published.mkdir()
    newest = copy_of_real.published / real.publications[-1].name
    newest.write_bytes(real.publications[-1].read_bytes())
    file = copy_of_real.folder / "b.tar.gz"
    assert run_here("backup", str(file)).returncode == 0
    copy_of_real.warehouse.write_bytes(b"destroyed")
    newest.unlink()
    assert run_here("restore", str(file)).returncode == 0
    # What was loaded is there; what a build worked out of it is worked out anew, whatever the backup held of it.
    assert differences(copy_of_real.warehouse, real.warehouse, "raw") == []
    assert copy_of_real.inspect("select count(*) from duckdb_tables() where schema_name <> 'raw'") == [(0,)]
    assert differences(newest, real.publications[-1]) == []
    assert views_and_comments(newest) == views_and_comments(real.publications[-1])
    assert list(copy_of_real.folder.rglob(".*")) == []
    copy_of_real.publish_without_tests()
    assert differences(copy_of_real.warehouse, real.warehouse, "main") == []
    built = differences(copy_of_real.publications[-1], real.publications[-1])
    assert built == [("main", "build", 1), ("main", "build", 1)]


def views_and_comments(path: Path) -> list[tuple]:
    """Return what a publication says of itself: the SQL of its views, and its data dictionary."""
    sql = """
        select 'view', view_name, sql, comment from duckdb_views() where not internal
        union all select 'table', table_name, null, comment from duckdb_tables()
        union all select table_name, column_name, data_type, comment from duckdb_columns() where not internal
        order by all
    """
    with duckdb.connect(str(path), read_only=True, config=CONFIG) as connection:
        return connection.execute(sql).fetchall()


def test_everything_comes_back_row_by_row_into_an_empty_place(house: House) -> None:
    before = house.state()
    house.backup()
    for name in before:
        if name.endswith(".duckdb"):
            moved = house.folder / "kept" / name
            moved.parent.mkdir(parents=True, exist_ok=True)
            (house.folder / name).rename(moved)
    done = house.restore()
    assert (done.returncode, done.stderr) == (0, "")
    assert "6 figures" in done.stdout and "3 publications" in done.stdout and "make build" in done.stdout
    after = house.state()
    assert list(after) == list(before)
    for name, content in before.items():
        if name.endswith(".duckdb"):
            assert differences(house.folder / name, house.folder / "kept" / name) == []
        else:
            assert after[name] == content
    assert (house.published / NEW).samefile(house.published / "recorded" / "2024-12-02.duckdb")


def test_days_that_the_loads_can_build_again_are_left_out_and_counted(house: House) -> None:
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute("insert into raw.loads (load_id, loaded_at) values ('a', '2024-12-01'), ('b', '2024-12-02')")
    publish(house.published / "recorded" / "2024-12-01.duckdb", 5)
    # Of a warehouse that is gone: nothing could build it again.
    publish(house.published / "recorded" / "2023-01-01.duckdb", 5)
    done = run_here("backup", str(house.file))
    assert "Left out: 1 recorded day, which `make history` builds again" in done.stdout
    with tarfile.open(house.file) as archive:
        days = sorted(name for name in archive.getnames() if "recorded" in name)
    assert days == ["published/recorded/2023-01-01.duckdb", "published/recorded/2024-12-02.duckdb"]


def test_a_backup_is_read_by_its_owner_alone_and_says_what_it_holds(house: House) -> None:
    house.backup()
    assert house.file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in house.file.parent.iterdir()] == ["b.tar.gz"]
    with tarfile.open(house.file) as archive:
        names = archive.getnames()
        member = archive.extractfile(MANIFEST)
        assert member
        told = json.load(member)
    assert names[-1] == MANIFEST  # a backup cut short has none
    assert sorted(each["path"] for each in told["files"]) == sorted(names[:-1])
    rows = {each["path"]: each["rows"] for each in told["files"]}
    assert rows["warehouse.duckdb"]["raw.figures"] == 6
    assert rows[f"published/{OLD}"]["main.fct_figures"] == 5
    assert len(told["record_version"]) == 64
    assert "mode 0600" in run_here_help("backup")


def test_a_backup_says_how_many_figures_must_not_be_shown(house: House) -> None:
    house.record.figures[-1] |= {"visibility": "restricted"}
    house.load()
    done = run_here("backup", str(house.file))
    kept_back = "1 figure of the warehouse must not be shown, or not so exactly: nobody else may read this."
    assert kept_back in done.stdout
    with tarfile.open(house.file) as archive:
        member = archive.extractfile(MANIFEST)
        assert member and json.load(member)["restricted_count"] == 1
    assert kept_back in house.restore("--dry-run").stdout, "counted again, whatever the manifest claims"


def run_here_help(command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ingest", command, "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout


def test_a_backup_replaces_no_other_and_needs_a_warehouse(house: House) -> None:
    content = house.backup().read_bytes()
    done = run_here("backup", str(house.file))
    assert (done.returncode, "a backup never replaces another" in done.stderr) == (2, True)
    assert house.file.read_bytes() == content
    house.warehouse.unlink()
    done = run_here("backup", str(house.folder / "other.tar.gz"))
    assert (done.returncode, "There is no warehouse" in done.stderr) == (2, True)


def test_what_the_write_ahead_log_holds_is_in_the_backup(house: House) -> None:
    program = (
        "import duckdb, os, sys; c = duckdb.connect(sys.argv[1])\n"
        "c.execute('pragma disable_checkpoint_on_shutdown')\n"
        "c.execute('update raw.figures set note = 1'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", program, str(house.warehouse)], check=True)
    assert house.warehouse.with_name("warehouse.duckdb.wal").exists()
    house.backup()
    house.warehouse.unlink()  # its log stays behind, and must not be replayed into what is restored
    assert house.restore().returncode == 0
    assert not house.warehouse.with_name("warehouse.duckdb.wal").exists()
    with duckdb.connect(str(house.warehouse), read_only=True) as connection:
        assert connection.execute("select distinct note from raw.figures").fetchall() == [("1",)]


def test_an_unfinished_publication_is_not_backed_up(house: House) -> None:
    with duckdb.connect(str(house.published / "20241203T000000000000Z.duckdb")) as connection:
        connection.execute("create table fct_figures as select 1 as figure_id")
    (house.published / "20241204T000000000000Z.duckdb").write_bytes(b"damaged")
    house.backup()
    with tarfile.open(house.file) as archive:
        assert [name for name in archive.getnames() if "2024120" in name] == [f"published/{n}" for n in (OLD, NEW)]


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_warehouse_in_use_gets_a_sentence(house: House, command: str) -> None:
    if command == "restore":
        house.backup()
    before = house.state()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(house.warehouse)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        done = run_here(command, str(house.file))
    finally:
        holder.communicate("")
    assert (done.returncode, "is in use" in done.stderr) == (2, True)
    assert house.state() == before
    assert house.file.exists() == (command == "restore")


def test_what_is_newer_is_not_overwritten_unless_that_is_wanted(house: House) -> None:
    house.backup()
    house.record.figures[0]["value"] = "41"
    house.load()
    publish(house.published / "20241205T000000000000Z.duckdb", 7)
    publish(house.published / "recorded" / "2099-12-05.duckdb", 7)
    before = house.state()
    done = house.restore()
    assert done.returncode == 2
    assert "the warehouse was loaded at" in done.stderr
    assert (
        "publications 20241205T000000000000Z.duckdb, recorded/2099-12-05.duckdb: newer than the backup" in done.stderr
    )
    assert house.state() == before
    assert house.restore("--force").returncode == 0
    names = {path.name for path in house.published.rglob("[0-9]*.duckdb")}
    assert names == {OLD, NEW, "2024-12-02.duckdb"}
    with duckdb.connect(str(house.warehouse), read_only=True) as connection:
        row = connection.execute("select value from raw.figures where figure_id = 'd-01-01'").fetchone()
    assert row == (40,)


def test_a_rehearsal_proves_the_backup_and_changes_nothing(house: House) -> None:
    house.backup()
    house.warehouse.unlink()
    before = house.state()
    done = house.restore("--dry-run", "--json")
    assert (done.returncode, json.loads(done.stdout)["is_written"]) == (0, False)
    assert house.state() == before


# --- what is no backup ----------------------------------------------------------------------------------------------


def repacked(file: Path, change: Callable[[dict[str, bytes]], None], *more: tarfile.TarInfo) -> None:
    """Write the archive anew with other contents, as somebody with a hostile hand would."""
    with tarfile.open(file) as archive:
        contents = {each.name: (archive.extractfile(each) or io.BytesIO()).read() for each in archive}
    change(contents)
    with tarfile.open(file, "w:gz") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for each in more:
            archive.addfile(each)


def told(contents: dict[str, bytes], **changes: object) -> None:
    contents[MANIFEST] = json.dumps(json.loads(contents[MANIFEST]) | changes).encode()


def edit_file(contents: dict[str, bytes], **changes: object) -> None:
    manifest = json.loads(contents[MANIFEST])
    manifest["files"][0] |= changes
    contents[MANIFEST] = json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda c: c.update({"../outside.duckdb": b"x"}), "'../outside.duckdb', which no backup does"),
        (lambda c: c.update({"published/../../o.duckdb": b"x"}), "which no backup does"),
        (lambda c: c.update({"/tmp/o.duckdb": b"x"}), "which no backup does"),  # noqa: S108
        (lambda c: c.update({"published/recorded/x.sh": b"x"}), "which no backup does"),
        (lambda c: c.pop(MANIFEST), "it has no manifest.json"),
        (lambda c: c.update({MANIFEST: b"{"}), "its manifest.json cannot be read"),
        (lambda c: told(c, format="tarball"), "its format is 'tarball 1'"),
        (lambda c: told(c, format_version=2), "its format is 'on-record backup 2', and this program reads"),
        (lambda c: c.pop(f"published/{OLD}"), f"do not hold the same files ('published/{OLD}')"),
        (lambda c: c.update({f"published/{OLD}": c[f"published/{NEW}"]}), "is not what was backed up"),
        (lambda c: c.update({"warehouse.duckdb": b"x" + c["warehouse.duckdb"][1:]}), "its SHA-256 differs"),
        (lambda c: edit_file(c, rows={"main.build": 2}), "does not hold the rows that were backed up"),
        (lambda c: edit_file(c, surprise=1), "its manifest.json cannot be read (TypeError"),
    ],
)
def test_an_archive_that_is_no_whole_backup_changes_nothing(
    house: House, change: Callable[[dict[str, bytes]], None], reason: str
) -> None:
    repacked(house.backup(), change)
    house.warehouse.unlink()
    before = house.state()
    done = house.restore("--force")
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr
    assert "Nothing was changed." in done.stderr
    assert house.state() == before
    assert not (house.folder.parent / "outside.duckdb").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_links_and_other_things_than_files_are_refused(house: House, kind: bytes) -> None:
    member = tarfile.TarInfo("published/20250101T000000000000Z.duckdb")
    member.type, member.linkname = kind, "../../warehouse.duckdb"
    repacked(house.backup(), lambda contents: None, member)
    before = house.state()
    done = house.restore("--force")
    assert (done.returncode, "in it is no file" in done.stderr) == (2, True)
    assert house.state() == before


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_backup_cut_short_or_with_a_flipped_bit_changes_nothing(house: House, part: float) -> None:
    content = house.backup().read_bytes()
    before = house.state()
    at = int(len(content) * part)
    flipped = content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :]
    for damaged in (content[:at], flipped, b"", b"no archive"):
        house.file.write_bytes(damaged)
        done = house.restore("--force")
        assert done.returncode == 2, len(damaged)
        assert "Traceback" not in done.stderr
        assert house.state() == before


def test_a_file_that_is_not_there_gets_a_sentence(house: House) -> None:
    done = house.restore()
    assert (done.returncode, "There is no file" in done.stderr) == (2, True)


def test_only_names_of_ours_are_allowed() -> None:
    assert is_allowed("warehouse.duckdb") and is_allowed(f"published/{OLD}")
    assert is_allowed("published/recorded/2024-12-02.duckdb")
    for name in ("published/../warehouse.duckdb", "published/x.duckdb", "Warehouse.duckdb", f"published/{OLD}\n", ""):
        assert not is_allowed(name)


def test_a_publication_with_a_macro_of_an_earlier_version_is_ours_and_gets_the_new_one(
    real: Workshop, tmp_path: Path
) -> None:
    source, target = Path(shutil.copy(real.publications[-1], tmp_path / "old.duckdb")), tmp_path / "new.duckdb"
    civilian = "select count(*) from populations_within('Children') where population_id = 'civilian_children'"
    (earlier,) = EARLIER["populations_within"]
    with duckdb.connect(str(source)) as connection:
        connection.execute(f"create or replace macro populations_within{earlier}")
        assert connection.execute(civilian).fetchone() == (0,)
    copy_of_publication(source, target)
    with duckdb.connect(str(target), read_only=True) as connection:
        assert connection.execute(civilian).fetchone() == (1,)
