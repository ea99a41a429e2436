"""A backup that somebody else made: nothing in it runs, nothing of it but rows of our tables is kept."""

import gzip
import hashlib
import io
import json
import os
import stat
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from here import run_here
from small_record import small_record

from common.contracts import contracts
from common.quoting import literal
from ingest.warehouse.backup import MANIFEST, WAREHOUSE
from ingest.warehouse.ours import views_of
from ingest.warehouse.publish import copy_publication

NAME = "20241201T000000000000Z.duckdb"
PUBLISHED = f"published/{NAME}"


class Victim:
    """A warehouse and a publication of the small record, a backup of them, and a file that nobody may write."""

    def __init__(self, folder: Path, environment: pytest.MonkeyPatch) -> None:
        self.folder, self.file, self.witness = folder, folder / "kept" / "b.tar.gz", folder / "kept" / "witness"
        self.warehouse, self.published = folder / "w.duckdb", folder / "published"
        environment.setenv("ON_RECORD_WAREHOUSE", str(self.warehouse))
        environment.setenv("ON_RECORD_PUBLISHED", str(self.published))
        assert run_here("load", str(small_record(folder).write())).returncode == 0
        self.published.mkdir()
        publication(self.published / NAME)
        done = run_here("backup", str(self.file))
        assert (done.returncode, done.stderr) == (0, "")

    def state(self) -> dict[str, bytes]:
        """Return the bytes of every file but those of the attacker."""
        kept = (path for path in sorted(self.folder.rglob("*")) if path.is_file() and "kept" not in path.parts)
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in kept}

    def poisoned(self, member: str, sql: str) -> Path:
        """Return a backup in which this was done to one file, with a manifest that vouches for it."""
        target = self.file.with_name("poisoned.tar.gz")
        with tarfile.open(self.file) as archive:
            contents = {each.name: (archive.extractfile(each) or io.BytesIO()).read() for each in archive}
        changed = self.file.with_name("changed.duckdb")
        changed.write_bytes(contents[member])
        with duckdb.connect(str(changed)) as connection:
            connection.execute(sql)
        with duckdb.connect(str(changed), read_only=True) as connection:
            tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            rows = {f"{schema}.{table}": count(connection, schema, table) for schema, table in tables}
        contents[member] = changed.read_bytes()
        changed.unlink()
        manifest = json.loads(contents[MANIFEST])
        for each in manifest["files"]:
            if each["path"] == member:
                content = contents[member]
                digest = hashlib.sha256(content).hexdigest()
                each |= {"size_bytes": len(content), "sha256": digest, "rows": rows}
        contents[MANIFEST] = json.dumps(manifest).encode()
        write(target, contents)
        return target


def write(file: Path, contents: dict[str, bytes]) -> None:
    """Write an archive of these members."""
    with tarfile.open(file, "w:gz") as archive:
        for name, content in contents.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def spelt(name: str) -> str:
    """Quote a name as an attacker would: our own function refuses a NUL."""
    return '"' + name.replace('"', '""') + '"'


def count(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    """Return the rows of a table, whatever it is called."""
    return len(connection.execute(f"from {spelt(schema)}.{spelt(table)}").fetchall())


def publication(path: Path) -> None:
    """Write a file with every table of a publication and one row in build."""
    with duckdb.connect(str(path)) as connection:
        for contract in contracts().values():
            if not contract.is_view:
                columns = ", ".join(f"{name} {kind}" for name, kind in contract.columns.items())
                connection.execute(f"create table {contract.name} ({columns})")
        told = ["b", "literal", "2024-12-01", "2024-12-01"]
        sql = "insert into build (build_id, hedge_convention, loaded_at, published_at) values (?, ?, ?, ?)"
        connection.execute(sql, told)


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    with pytest.MonkeyPatch.context() as environment:
        yield Victim(tmp_path_factory.mktemp("victim"), environment)


def writes(witness: Path) -> str:
    """SQL that writes a file where nobody looks, if anything ever runs it."""
    return f"COPY (SELECT 'x' AS a) TO {literal(str(witness))} (HEADER false)"


NAMES: dict[str, Callable[[Path], str]] = {
    "a statement behind a quote": lambda file: f'x"; {writes(file)}; SELECT 1 FROM "t',
    "a statement behind a line break": lambda file: f'x"\n;\n{writes(file)};--',
    "a quote alone": lambda file: '"',
    "a NUL": lambda file: "a\0b",
    "a name of ours with a blank": lambda file: "figures ",
    "a name of ours in other letters": lambda file: "ﬁgures",
    "a direction mark and a bomb": lambda file: "\u202e\U0001f4a3",
    "nothing odd at all": lambda file: "evil",
}
WITH_NAMES = {
    "table": "create table {schema}{name} (i int)",
    "view": "create view {schema}{name} as select 1 as i",
    "macro": "create macro {schema}{name}(i) as i",
    "table macro": "create macro {schema}{name}() as table select 1",
    "sequence": "create sequence {schema}{name}",
    "enum": "create type {schema}{name} as enum ('a')",
    "schema": "create schema {name}",
}


def refused(victim: Victim, member: str, sql: str) -> str:
    """Restore what is poisoned, in rehearsal and by force, and return what was said: nothing changed, nothing ran."""
    file, before = victim.poisoned(member, sql), victim.state()
    said = []
    for options in (["--dry-run"], ["--force"]):
        done = run_here("restore", str(file), *options)
        assert done.returncode == 2, (sql, done.stdout)
        assert "Traceback" not in done.stderr, done.stderr
        assert "Nothing was changed." in done.stderr
        assert done.stderr.count("\n") == 1, "one sentence on one line, whatever is in the file"
        said.append(done.stderr)
    assert not victim.witness.exists()
    assert victim.state() == before
    assert list(victim.folder.glob(".*")) == []
    return said[0]


@pytest.mark.parametrize("member", [WAREHOUSE, PUBLISHED], ids=["warehouse", "publication"])
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("kind", WITH_NAMES)
def test_nothing_of_a_foreign_name_runs_or_is_restored(
    victim: Victim, kind: str, name: Callable[[Path], str], member: str
) -> None:
    quoted = spelt(name(victim.witness))
    schema = "raw." if member == WAREHOUSE and kind == "table" else ""
    said = refused(victim, member, WITH_NAMES[kind].format(schema=schema, name=quoted))
    assert "of ours does" in said


IN_A_PUBLICATION = {
    "a table of ours as a view": "drop table dim_days; create view dim_days as select date '2024-12-01' as known_on",
    "build as a view": "create table kept as from build; drop table build; create view build as from kept",
    "a column of its own": "alter table fct_figures add column evil text",
    "a column of another type": "alter table fct_figures alter low type varchar",
    "an enum of our values": "create type e as enum ('a'); alter table dim_days add column evil e",
    "a nested type": "alter table fct_figures alter note type varchar[]",
    "a default that runs": "alter table fct_figures alter note set default concat('x', random())",
    "a column worked out": "create or replace table dim_days "
    "(known_on date, later date generated always as (known_on + 1))",
    "a column of ours worked out": "create or replace table dim_actors (actor_id text, name text, "
    "description text generated always as (repeat(name, 1000000)), reference text)",
    "a check": "create or replace table dim_days (known_on date check (known_on > date '2024-01-01'))",
    "a foreign key": "create or replace table dim_actors (actor_id text primary key, name text, description text, "
    "reference text); create or replace table dim_days (known_on date, a text references dim_actors (actor_id))",
    "an index": "create index i on fct_figures (figure_id)",
    "a trigger": "create trigger t after insert on dim_days for each statement "
    "insert into dim_actors (name) values (1)",
    "another schema": "create schema raw; create table raw.figures (i int)",
    "two rows in build": "insert into build select * from build",
    "no row in build": "delete from build",
    "no table build": "drop table build",
}


@pytest.mark.parametrize("sql", IN_A_PUBLICATION.values(), ids=IN_A_PUBLICATION)
def test_a_publication_with_anything_that_is_not_ours_is_refused(victim: Victim, sql: str) -> None:
    refused(victim, PUBLISHED, sql)


IN_A_WAREHOUSE = {
    "raw.figures as a view": "alter table raw.figures rename to f; create view raw.figures as from raw.f",
    "a column of its own": "alter table raw.figures add column evil text",
    "a column of another type": "alter table raw.figures alter value type varchar",
    "a column missing": "alter table raw.figures drop column note",
    "another load than it says": "update raw.loads set load_id = 'other'",
    "no load": "delete from raw.loads",
    "a load of no moment": "update raw.loads set loaded_at = null",
    "a load at the end of time": "update raw.loads set loaded_at = 'infinity'",
    "a load in a year of six digits": "update raw.loads set loaded_at = '290000-01-01'",
    "a load before our era": "update raw.loads set loaded_at = '0044-03-15 (BC)'",
}


@pytest.mark.parametrize("sql", IN_A_WAREHOUSE.values(), ids=IN_A_WAREHOUSE)
def test_a_warehouse_with_anything_that_is_not_ours_is_refused(victim: Victim, sql: str) -> None:
    refused(victim, WAREHOUSE, sql)


def written(tmp_path: Path, kind: str) -> bytes:
    """Return a DuckDB file that we cannot read: one of a later storage version, or one with a key."""
    path = tmp_path / "foreign.duckdb"
    with duckdb.connect() as connection:
        key = " (encryption_key 'unknown')" if kind == "with a key" else ""
        connection.execute("set force_mbedtls_unsafe = true")
        connection.execute(f"attach '{path}' as foreign_file{key}")
        connection.execute("create table foreign_file.fct_figures as select 1 as figure_id")
    content = path.read_bytes()
    # The storage version stands in eight bytes after the checksum and the four letters DUCK.
    return content if key else content[:12] + (2_000).to_bytes(8, "little") + content[20:]


NO_DATABASES = {
    "nothing": b"", "SQLite": b"SQLite format 3\0" + bytes(4096), "Parquet": b"PAR1" + bytes(64) + b"PAR1",
    "text": b"a,b\n1,2\n", "later": None, "with a key": None,
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_DATABASES)
def test_a_file_that_is_no_database_of_ours_is_refused(victim: Victim, tmp_path: Path, kind: str) -> None:
    content = NO_DATABASES[kind]
    content = written(tmp_path, kind) if content is None else content
    with tarfile.open(victim.file) as archive:
        contents = {each.name: (archive.extractfile(each) or io.BytesIO()).read() for each in archive}
    manifest = json.loads(contents[MANIFEST])
    digest = hashlib.sha256(content).hexdigest()
    for each in manifest["files"]:
        if each["path"] == PUBLISHED:
            each.update(size_bytes=len(content), sha256=digest)
    contents |= {PUBLISHED: content, MANIFEST: json.dumps(manifest).encode()}
    file, before = victim.file.with_name("odd.tar.gz"), victim.state()
    write(file, contents)
    done = run_here("restore", str(file), "--force")
    assert (done.returncode, victim.state() == before) == (2, True), done.stderr
    assert "cannot be opened" in done.stderr


def contents_of(victim: Victim) -> dict[str, bytes]:
    """Return the members of the backup by name."""
    with tarfile.open(victim.file) as archive:
        return {each.name: (archive.extractfile(each) or io.BytesIO()).read() for each in archive}


def refused_file(victim: Victim, file: Path) -> str:
    """Restore an archive by force and return the one sentence that was said: nothing changed, nothing is left."""
    before = victim.state()
    done = run_here("restore", str(file), "--force")
    assert (done.returncode, victim.state() == before, list(victim.folder.glob(".*"))) == (2, True, []), done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    assert done.stderr.count("\n") == 1 and len(done.stderr) < 2_000, done.stderr
    assert "Nothing was changed." in done.stderr
    return done.stderr


def first_file(**changes: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda told: told | {"files": [told["files"][0] | changes, *told["files"][1:]]}


def of_all(**changes: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda told: told | changes


MANIFESTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "rows as a list": first_file(rows=[]), "no rows": first_file(rows=None), "rows as a text": first_file(rows="x"),
    "rows that are texts": first_file(rows={"main.build": "1"}), "rows that are true": first_file(rows={"a": True}),
    "a path that is a number": first_file(path=5), "no path": first_file(path=None),
    "a path that is a list": first_file(path=[]), "a path of many lines": first_file(path="\x1b[31mred\n\nline\u202e"),
    "half a character": first_file(path="\ud800"), "a path of megabytes": first_file(path="x" * 5_000_000),
    "a size that is a text": first_file(size_bytes="5"), "a size without end": first_file(size_bytes=float("inf")),
    "a size that is no number": first_file(size_bytes=float("nan")), "a key of its own": first_file(evil=1),
    "files as an object": of_all(files={}), "no files": of_all(files=None), "files as a text": of_all(files="ab"),
    "files that are numbers": of_all(files=[1]), "made at a number": of_all(made_at=5),
    "made at no number": of_all(made_at=float("nan")), "made at an object": of_all(made_at={"a": [1]}),
    "a load that is a number": of_all(load_id=5), "no load": of_all(loaded_at=None),
    "a format that is true": of_all(format_version=True), "a format with a point": of_all(format_version=1.0),
}  # fmt: skip


@pytest.mark.parametrize("change", MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest_of_other_types_is_refused_in_a_sentence(
    victim: Victim, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    contents = contents_of(victim)
    contents[MANIFEST] = json.dumps(change(json.loads(contents[MANIFEST]))).encode()
    file = victim.file.with_name("odd.tar.gz")
    write(file, contents)
    refused_file(victim, file)


TEXTS: dict[str, Callable[[bytes], bytes]] = {
    "nested lists": lambda _: b"[" * 200_000 + b"]" * 200_000,
    "nested objects": lambda _: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "nested within": lambda told: told.replace(b'"files": [', b'"files": [' + b"[" * 50_000 + b"]" * 50_000 + b","),
    "a key twice": lambda told: told.rstrip()[:-1] + b',"format_version":1}',
    "a number of many digits": lambda told: told.replace(b'"size_bytes": ', b'"size_bytes": ' + b"9" * 5_000),
    "a list": lambda _: b"[]", "nothing": lambda _: b"", "null": lambda _: b"null", "NULs": lambda _: b"\0" * 100,
    "UTF-16": lambda told: told.decode().encode("utf-16"), "more behind it": lambda told: told + b"x",
}  # fmt: skip


@pytest.mark.parametrize("change", TEXTS.values(), ids=TEXTS)
def test_a_manifest_that_is_no_plain_json_is_refused_in_a_sentence(
    victim: Victim, change: Callable[[bytes], bytes]
) -> None:
    contents = contents_of(victim)
    file = victim.file.with_name("odd.tar.gz")
    write(file, contents | {MANIFEST: change(contents[MANIFEST])})
    assert "its manifest.json cannot be read" in refused_file(victim, file)


def header(kind: bytes, size: int, content: bytes = b"") -> bytes:
    """Return a header of a tar file before that of a member, and what follows it."""
    made = tarfile.TarInfo("x")
    made.type, made.size = kind, size
    return made.tobuf(tarfile.GNU_FORMAT) + content + b"\0" * (-len(content) % 512)


HEADERS = {
    "a pax header of gigabytes": header(tarfile.XHDTYPE, 5 << 30),
    "a global header of gigabytes": header(tarfile.XGLTYPE, 5 << 30),
    "a long name of gigabytes": header(tarfile.GNUTYPE_LONGNAME, 5 << 30),
    "a chain of headers": header(tarfile.XHDTYPE, 11, b"11 a=bcdefg") * 5_000,
    "a chain of global headers": header(tarfile.XGLTYPE, 11, b"11 a=bcdefg") * 5_000,
}


@pytest.mark.parametrize("before", HEADERS.values(), ids=HEADERS)
def test_a_header_that_would_take_all_memory_is_refused_in_a_sentence(victim: Victim, before: bytes) -> None:
    file = victim.file.with_name("odd.tar.gz")
    file.write_bytes(gzip.compress(before + gzip.decompress(victim.file.read_bytes()), 1))
    refused_file(victim, file)


@pytest.mark.parametrize("told", ["nan", "inf", "-inf", "1e300", "99999999999999"])
def test_a_file_of_an_impossible_moment_is_restored_without_it(tmp_path: Path, told: str) -> None:
    with pytest.MonkeyPatch.context() as environment:
        victim = Victim(tmp_path, environment)
        file = victim.file.with_name("odd.tar.gz")
        with tarfile.open(file, "w:gz", format=tarfile.PAX_FORMAT) as archive:
            for name, content in contents_of(victim).items():
                info = tarfile.TarInfo(name)
                info.size, info.pax_headers = len(content), {"mtime": told}
                archive.addfile(info, io.BytesIO(content))
        done = run_here("restore", str(file), "--force")
        assert (done.returncode, done.stderr) == (0, "")


def test_what_is_restored_is_a_new_file_with_our_views_and_no_other_sql(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as environment:
        victim = Victim(tmp_path, environment)
        evil = "create view fct_deaths as select 'evil' as figure_id; create view range_deaths as select 1 as evil"
        said = f"said'; {evil}"
        file = victim.poisoned(PUBLISHED, f"comment on column fct_figures.low is {literal(said)}; {evil}")
        done = run_here("restore", str(file), "--force")
        assert (done.returncode, done.stderr) == (0, "")
        restored = victim.published / NAME
        assert stat.S_ISREG(restored.lstat().st_mode)
        with duckdb.connect(str(restored), read_only=True) as connection:
            views = dict(connection.execute("select view_name, sql from duckdb_views() where not internal").fetchall())
            assert set(views) == {"fct_deaths", "range_deaths"}
            assert not any("evil" in sql for sql in views.values())
            assert connection.execute("select count(people_killed_low) from fct_deaths").fetchall() == [(0,)]
            comment = "select comment from duckdb_columns() where column_name = 'low' and table_name = 'fct_figures'"
            assert connection.execute(comment).fetchall() == [(said,)]


def test_a_rehearsal_writes_nowhere_but_in_a_folder_of_its_own_that_it_removes(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as environment:
        victim = Victim(tmp_path, environment)
        elsewhere = tmp_path / "not" / "there"
        environment.setenv("ON_RECORD_WAREHOUSE", str(elsewhere / "w.duckdb"))
        done = run_here("restore", str(victim.file), "--dry-run")
        assert (done.returncode, done.stderr) == (0, "")
        assert not elsewhere.parent.exists()


@pytest.mark.parametrize("sql", IN_A_PUBLICATION.values(), ids=IN_A_PUBLICATION)
def test_a_build_does_not_go_on_from_a_publication_with_anything_that_is_not_ours(tmp_path: Path, sql: str) -> None:
    publication(tmp_path / NAME)
    with duckdb.connect(str(tmp_path / NAME)) as connection:
        for name, view in views_of("literal"):
            connection.execute(f"create view {name} as {view}")
    target = tmp_path / f"{NAME}.writing"
    assert copy_publication(str(tmp_path), NAME, str(target), [])
    target.unlink()
    with duckdb.connect(str(tmp_path / NAME)) as connection:
        connection.execute(sql)
    assert not copy_publication(str(tmp_path), NAME, str(target), [])
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


SPELT = '"x""; COPY (SELECT 1) TO {file}; SELECT 1 FROM ""t"'


@pytest.mark.parametrize("command", ["backup", "unpublish", "recorded", "datasets", "load"])
def test_no_command_runs_what_stands_in_a_published_file(tmp_path: Path, command: str) -> None:
    with pytest.MonkeyPatch.context() as environment:
        victim = Victim(tmp_path, environment)
        evil = SPELT.format(file=literal(str(victim.witness)))
        for path in (victim.published / NAME, victim.published / "recorded" / "2024-12-02.duckdb"):
            path.parent.mkdir(exist_ok=True)
            with duckdb.connect(str(path)) as connection:
                connection.execute(f"create table {evil} (figure_id text)")
                connection.execute("create table if not exists build as select 1 as build_id")
        record = small_record(tmp_path)
        record.figures[0]["visibility"] = "restricted"
        folder = str(record.write())
        arguments = {"backup": [str(tmp_path / "new.tar.gz")], "unpublish": [folder], "load": [folder]}
        done = run_here(command, *arguments.get(command, []))
        assert "Traceback" not in done.stderr
        assert (done.returncode, victim.witness.exists()) == (0, False), done.stderr
        if command == "backup":
            assert done.stderr.count("Left out, since no restore would take it") == 2
            with tarfile.open(tmp_path / "new.tar.gz") as archive:
                assert archive.getnames() == [WAREHOUSE, MANIFEST]


def test_a_backup_leaves_out_what_a_restore_would_refuse_and_says_so(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as environment:
        victim = Victim(tmp_path, environment)
        with duckdb.connect(str(victim.warehouse)) as connection:
            connection.execute(
                "create table raw.scratch as select 1 as i; create schema another; create table main.t (i int)"
            )
        file = tmp_path / "new.tar.gz"
        done = run_here("backup", str(file))
        assert done.returncode == 0
        for told in ("'another'", "'raw.scratch'", "'main.t'"):
            assert told in done.stderr
        assert run_here("restore", str(file), "--force").returncode == 0
        with duckdb.connect(str(victim.warehouse), read_only=True) as connection:
            schemas = connection.execute("select distinct schema_name from duckdb_tables()").fetchall()
        assert schemas == [("raw",)]
        assert not os.path.lexists(victim.witness)
