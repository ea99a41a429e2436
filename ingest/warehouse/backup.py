"""One archive of all that a record does not hold by itself: the warehouse with its past, and what was published of it.

A backup is a tar file compressed by gzip: database files under names that `is_allowed` knows, and at its end
`manifest.json` with the size, the SHA-256 and the count of rows of every one of them. Of the warehouse it holds what
was loaded (the schema raw): the next build works out the rest. The figures themselves are in git.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import duckdb

from common.atomic import sync_folder
from common.foreign import NoRegularFileError, open_foreign, regular_files
from common.layout import DAY, EVERY_FILE, PUBLICATION, PUBLISHED, RECORDED, WAREHOUSE, day_of_file, recorded_folder
from common.quoting import identifier
from ingest.errors import CannotRunError
from ingest.files import shown_path
from ingest.warehouse.connection import has_raw_table, sentences
from ingest.warehouse.ours import NotOursError, copy_of_raw, foreign_in_publication
from ingest.warehouse.retract import restricted_figures
from ingest.work_folders import remove_dead, work_folder

FORMAT, FORMAT_VERSION = "on-record backup", 1
MANIFEST = "manifest.json"
# Names within an archive, whatever the folders are called where it is made.
IN_PUBLISHED, IN_RECORDED = f"{PUBLISHED}/", f"{PUBLISHED}/{RECORDED}/"
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
    left_out: list[str] = field(default_factory=list)
    """What was not backed up because no restore would take it, in words; not written into the archive."""
    days_left_out: int = 0
    """How many recorded days were left out because what was loaded is enough to build them; not written either."""
    restricted_count: int = 0
    """How many figures of its warehouse are restricted, or told under a wider place than they were loaded with."""

    def as_json(self) -> str:
        """Return the text of manifest.json."""
        described = {"format": FORMAT, "format_version": FORMAT_VERSION, **asdict(self)}
        del described["left_out"], described["days_left_out"]
        return json.dumps(described, ensure_ascii=False, indent=2) + "\n"


def _is_publication(name: str) -> bool:
    return any(
        name.startswith(folder) and bool(form.fullmatch(name.removeprefix(folder)))
        for folder, form in ((IN_PUBLISHED, PUBLICATION), (IN_RECORDED, DAY))
    )


def is_allowed(name: str) -> bool:
    """Whether a backup may hold a database file of this name: nothing else is ever written or restored."""
    return name == WAREHOUSE or _is_publication(name)


def write_backup(file: Path, warehouse: Path, published: Path) -> Manifest:
    """Write a backup into a new file that only its owner can read; whole or not at all.

    The warehouse is held for reading meanwhile, so that nobody loads, builds or publishes. CannotRunError where it is
    missing or in use, where the file is there already, or cannot be written.
    """
    if not warehouse.exists():
        raise CannotRunError(f"There is no warehouse {shown_path(warehouse)} to back up; run `make build` first.")
    if os.path.lexists(file):
        raise CannotRunError(f"{shown_path(file)} is there already; a backup never replaces another: name a new file.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        remove_dead([file.parent])
        with work_folder(file.parent, "backup", known_from=warehouse.parent) as folder:
            unfinished = folder / file.name
            with _new_archive(unfinished) as archive:
                manifest = _fill(archive, warehouse, published, folder)
            _put_in_place(unfinished, file)
        sync_folder(file.parent)
    except (OSError, tarfile.TarError) as error:
        raise CannotRunError(f"The backup {shown_path(file)} could not be written: {error}.") from error
    return manifest


def _put_in_place(unfinished: Path, file: Path) -> None:
    """Give the archive its name; one that appeared meanwhile stays, where the disk knows links."""
    try:
        file.hardlink_to(unfinished)
    except FileExistsError:
        raise CannotRunError(f"{shown_path(file)} appeared meanwhile; name a new file.") from None
    except OSError:
        unfinished.rename(file)


@contextmanager
def _new_archive(path: Path) -> Iterator[tarfile.TarFile]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OWNER)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
            yield archive
        file.flush()
        os.fsync(file.fileno())


def _fill(archive: tarfile.TarFile, warehouse: Path, published: Path, folder: Path) -> Manifest:
    copy, source = folder / WAREHOUSE, warehouse.resolve()
    with sentences(warehouse), open_foreign(source) as held:
        load_id, loaded_at, record_version = last_load(held) or ("", "", "")
        if not load_id:
            raise CannotRunError(f"{shown_path(warehouse)} holds no load; there is nothing to back up.")
        found, left_out = _publications(published)
        loaded = held.execute("SELECT DISTINCT CAST(loaded_at AS DATE) FROM raw.loads").fetchall()
        taken = _not_built_again(found, {day for (day,) in loaded})
        files = [_add(archive, path, name, rows_of(path)) for name, path in taken]
        try:
            rows, foreign = copy_of_raw(source, copy, is_strict=False)
        except NotOursError as reason:
            raise CannotRunError(f"{shown_path(warehouse)} {reason}. Nothing was backed up.") from reason
    left_out += [f"{each} in {shown_path(warehouse)}" for each in foreign]
    files.append(_add(archive, copy, WAREHOUSE, rows))
    made_at, count = datetime.now(UTC).isoformat(), restricted_count(copy)
    manifest = Manifest(made_at, load_id, loaded_at, record_version, files, left_out, len(found) - len(taken), count)
    content = manifest.as_json().encode()
    member = tarfile.TarInfo(MANIFEST)
    member.size, member.mode = len(content), ONLY_OWNER
    archive.addfile(member, BytesIO(content))
    return manifest


def restricted_count(warehouse: Path) -> int:
    """Return how many figures of a warehouse must not be shown, or not so exactly."""
    with open_foreign(warehouse) as connection:
        return len(restricted_figures(connection))


def last_load(connection: duckdb.DuckDBPyConnection) -> tuple[str, str, str] | None:
    """Return load_id, loaded_at (UTC, ISO) and record_version of the last load; None where there is none."""
    if not has_raw_table(connection, "loads"):
        return None
    row = connection.execute(
        "SELECT load_id, loaded_at, record_version FROM raw.loads ORDER BY loaded_at DESC, load_id DESC LIMIT 1"
    ).fetchone()
    if not row:
        return None
    # DuckDB gives a moment that Python has no datetime for as a text; a foreign file may have none at all.
    moment = row[1].isoformat() if isinstance(row[1], datetime) else str(row[1])
    return row[0], moment, row[2]


def _publications(published: Path) -> tuple[list[tuple[str, Path]], list[str]]:
    """Return the complete publications with their names in the archive, and in words those that are not ours.

    Unfinished ones are left out: the next build removes them.
    """
    found, left_out = [], []
    for folder in (published, recorded_folder(published)):
        for path in regular_files(folder, EVERY_FILE):
            name = f"{IN_PUBLISHED}{path.relative_to(published).as_posix()}"
            if is_allowed(name) and is_complete(path):
                if reason := _foreign_in(path):
                    left_out.append(f"{shown_path(path)}, which holds {reason}")
                else:
                    found.append((name, path))
    return sorted(found), left_out


def _not_built_again(found: Sequence[tuple[str, Path]], loaded: Collection[date]) -> list[tuple[str, Path]]:
    """Return the publications that a backup needs: not a day that can be built from the loads of this warehouse.

    That of the newest publication is another name of it and takes no room.
    """
    newest = max((path for name, path in found if not name.startswith(IN_RECORDED)), default=None)
    return [
        (name, path) for name, path in found
        if not (name.startswith(IN_RECORDED) and day_of_file(path) in loaded) or (newest and path.samefile(newest))
    ]  # fmt: skip


def is_complete(path: Path) -> bool:
    """Whether a publication has its build row, which is written last; never of what is no regular file."""
    try:
        with open_foreign(path) as connection:
            is_table = connection.execute(
                "SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'main' "
                "AND table_name = 'build'"
            ).fetchall()
            found = connection.execute("SELECT count(*) FROM main.build").fetchone() if is_table else None
    except (duckdb.Error, NoRegularFileError):
        return False
    return bool(found and found[0])


def _foreign_in(path: Path) -> str:
    with open_foreign(path) as connection:
        (database,) = connection.execute("SELECT current_database()").fetchall()[0]
        found = foreign_in_publication(connection, database)
    return found[0] if found else ""


def _add(archive: tarfile.TarFile, path: Path, name: str, rows: dict[str, int]) -> BackedUp:
    # Two names of one file, as the newest publication has, are stored once: gettarinfo makes the second a link.
    member = archive.gettarinfo(path, name)
    member.uid, member.gid, member.uname, member.gname = 0, 0, "", ""
    with path.open("rb") as file:
        archive.addfile(member, file if member.isreg() else None)
    return BackedUp(name, path.stat().st_size, sha256_of(path), rows)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def rows_of(path: Path) -> dict[str, int]:
    """Return the rows of every table of a database file, by ``schema.table``; duckdb.Error where it is none."""
    with open_foreign(path) as connection:
        tables = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database() "
            "AND NOT internal ORDER BY ALL"
        ).fetchall()
        return {f"{schema}.{table}": _count(connection, schema, table) for schema, table in tables}


def _count(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    found = connection.execute(f"SELECT count(*) FROM {identifier(schema)}.{identifier(table)}").fetchone()
    return int(found[0]) if found else 0
