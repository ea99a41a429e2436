"""One archive of all that a record does not hold by itself: the warehouse with its past, and what was published of it.

A backup is a tar file compressed by gzip: the database files under the names of `NAME`, and at its end `manifest.json`
with the size, the SHA-256 and the count of rows of every one of them. The figures themselves are in git.
"""

import hashlib
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import duckdb

from ingest.errors import CannotRunError
from ingest.paths import shown_path
from ingest.put_in_place import sync_folder
from ingest.warehouse import sentences

FORMAT, FORMAT_VERSION = "on-record backup", 1
MANIFEST, WAREHOUSE = "manifest.json", "warehouse.duckdb"
PUBLISHED = re.compile(r"published/[0-9]{8}T[0-9]{6,12}Z\.duckdb")
RECORDED = re.compile(r"published/recorded/[0-9]{4}-[0-9]{2}-[0-9]{2}\.duckdb")
ONLY_OWNER = 0o600


@dataclass(frozen=True)
class BackedUp:
    """One file of a backup: its path in the archive, size in bytes, SHA-256, and rows by ``schema.table``."""

    path: str
    size_bytes: int
    sha256: str
    rows: dict[str, int]


@dataclass(frozen=True)
class Manifest:
    """What a backup holds; ``load_id``, ``loaded_at`` and ``record_version`` are those of the last load in it."""

    made_at: str
    load_id: str
    loaded_at: str
    record_version: str
    files: list[BackedUp]

    def as_json(self) -> str:
        """Return the text of manifest.json."""
        told = {"format": FORMAT, "format_version": FORMAT_VERSION, **asdict(self)}
        return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def is_allowed(name: str) -> bool:
    """Whether a backup may hold a database file of this name: nothing else is ever written or restored."""
    return name == WAREHOUSE or bool(PUBLISHED.fullmatch(name) or RECORDED.fullmatch(name))


def write_backup(file: Path, warehouse: Path, published: Path) -> Manifest:
    """Write a backup into a new file that only its owner can read; whole or not at all.

    The warehouse is held for reading meanwhile, so that nobody loads, builds or publishes. CannotRunError where it is
    missing or in use, where the file is there already, or cannot be written.
    """
    if not warehouse.exists():
        raise CannotRunError(f"There is no warehouse {shown_path(warehouse)} to back up; run `make build` first.")
    if file.exists():
        raise CannotRunError(f"{shown_path(file)} is there already; a backup never replaces another: name a new file.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as folder:
            unfinished = Path(folder) / file.name
            with _new_archive(unfinished) as archive:
                manifest = _fill(archive, warehouse, published, Path(folder))
            if file.exists():
                raise CannotRunError(f"{shown_path(file)} appeared meanwhile; name a new file.")
            unfinished.rename(file)
        sync_folder(file.parent)
    except (OSError, tarfile.TarError) as error:
        raise CannotRunError(f"The backup {shown_path(file)} could not be written: {error}.") from error
    return manifest


@contextmanager
def _new_archive(path: Path) -> Iterator[tarfile.TarFile]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OWNER)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
            yield archive
        file.flush()
        os.fsync(file.fileno())


def _fill(archive: tarfile.TarFile, warehouse: Path, published: Path, folder: Path) -> Manifest:
    copy = folder / WAREHOUSE
    with sentences(warehouse), duckdb.connect(str(warehouse), read_only=True) as held:
        load_id, loaded_at, record_version = last_load(held) or ("", "", "")
        if not load_id:
            raise CannotRunError(f"{shown_path(warehouse)} holds no load; there is nothing to back up.")
        files = [_add(archive, path, name) for name, path in _publications(published)]
        # Last of all: closing any descriptor of a file ends the lock this process holds on it (POSIX).
        _copy(warehouse, copy)
    files.append(_add(archive, copy, WAREHOUSE))
    manifest = Manifest(datetime.now(UTC).isoformat(), load_id, loaded_at, record_version, files)
    content = manifest.as_json().encode()
    member = tarfile.TarInfo(MANIFEST)
    member.size, member.mode = len(content), ONLY_OWNER
    archive.addfile(member, BytesIO(content))
    return manifest


def last_load(connection: duckdb.DuckDBPyConnection) -> tuple[str, str, str] | None:
    """Return load_id, loaded_at (UTC, ISO) and record_version of the last load; None where there is none."""
    tables = "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'raw' AND table_name = 'loads'"
    found = connection.execute(tables).fetchone()
    if not found or not found[0]:
        return None
    row = connection.execute(
        "SELECT load_id, loaded_at, record_version FROM raw.loads ORDER BY loaded_at DESC, load_id DESC LIMIT 1"
    ).fetchone()
    return (row[0], row[1].isoformat(), row[2]) if row else None


def _publications(published: Path) -> list[tuple[str, Path]]:
    """Return the complete publications with their names in the archive; unfinished ones are left out."""
    paths = (*published.glob("*.duckdb"), *published.glob("recorded/*.duckdb"))
    found = [(f"published/{path.relative_to(published).as_posix()}", path) for path in paths]
    return sorted((name, path) for name, path in found if is_allowed(name) and is_complete(path))


def is_complete(path: Path) -> bool:
    """Whether a publication has its build row, which is written last."""
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.execute("SELECT count(*) FROM main.build").fetchone()
    except duckdb.Error:
        return False
    return bool(found and found[0])


def _copy(warehouse: Path, copy: Path) -> None:
    """Copy the warehouse with what its write-ahead log holds, as one file."""
    log = warehouse.with_name(warehouse.name + ".wal")
    if log.exists():
        shutil.copyfile(log, copy.with_name(copy.name + ".wal"))
    shutil.copyfile(warehouse, copy)
    if log.exists():
        with duckdb.connect(str(copy)) as connection:
            connection.execute("CHECKPOINT")


def _add(archive: tarfile.TarFile, path: Path, name: str) -> BackedUp:
    # Two names of one file, as the newest publication has, are stored once: gettarinfo makes the second a link.
    member = archive.gettarinfo(path, name)
    member.uid, member.gid, member.uname, member.gname = 0, 0, "", ""
    with path.open("rb") as file:
        archive.addfile(member, file if member.isreg() else None)
    return BackedUp(name, path.stat().st_size, sha256_of(path), rows_of(path))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def rows_of(path: Path) -> dict[str, int]:
    """Return the rows of every table of a database file, by ``schema.table``; duckdb.Error where it is none."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal ORDER BY ALL"
        ).fetchall()
        return {f"{schema}.{table}": _count(connection, schema, table) for schema, table in tables}


def _count(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    found = connection.execute(f'SELECT count(*) FROM "{schema}"."{table}"').fetchone()
    return int(found[0]) if found else 0
