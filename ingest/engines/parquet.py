"""The schema raw as a folder of Parquet files, for engines that read no DuckDB file.

One file for each unit that a load touches: an episode of the record, a release of a data set. What a load did not touch
stays the same file. ``manifest.json`` names every file with its rows and its SHA-256.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import duckdb

from common.atomic import flush, sync_folder
from common.foreign import open_into
from common.quoting import identifier, literal
from ingest.errors import CannotRunError, counted, quoted
from ingest.files import shown_path
from ingest.warehouse.backup import last_load, sha256_of
from ingest.warehouse.connection import sentences
from ingest.warehouse.migrations import NEWEST, objection_to_version, raw_tables, version_of
from ingest.work_folders import remove_dead, work_folder

FORMAT, FORMAT_VERSION = "on-record raw as parquet", 1
MANIFEST = "manifest.json"
MOST_MANIFEST_BYTES = 100_000_000
ONLY_OWNER = 0o700
# The unit that a load touches, by table. What is not named here is of one file.
OF_EPISODE = "episode_id"
OF_RELEASE = "dataset_id || '@' || version"
UNITS = {
    **dict.fromkeys(("documents", "replaced_documents", "figures", "replaced_figures"), OF_EPISODE),
    **dict.fromkeys(
        ("dataset_figures", "replaced_dataset_figures", "corrections", "replaced_corrections", "rejects"), OF_RELEASE
    ),
}
NO_ROWS, WHOLE = "empty", "all"
"""What the one file of a table is called: that of a table without rows, and that of a table without units."""
# Times have no zone in DuckDB's TIMESTAMP and mean UTC; Parquet says so, and no engine moves them.
OTHER_TYPES = {"TIMESTAMP": "TIMESTAMP WITH TIME ZONE"}


@dataclass(frozen=True)
class File:
    """One file: the unit it holds, its rows, size in bytes and SHA-256, and a fingerprint of the rows it is made of."""

    unit: str
    rows: int
    size_bytes: int
    sha256: str
    fingerprint: str


@dataclass(frozen=True)
class Exported:
    """What a folder holds; ``load_id``, ``loaded_at`` and ``record_version`` are those of the last load in it.

    ``tables`` are the columns of each table with their types in DuckDB, in order; ``files`` go by their path in the
    folder.
    """

    written_at: str
    load_id: str
    loaded_at: str
    record_version: str
    schema_version: int
    tables: dict[str, dict[str, str]]
    files: dict[str, File]
    written: list[str] = field(default_factory=list)
    """The files that this export wrote; the others stayed as they were. Not in the manifest."""

    def as_json(self) -> str:
        """Return the text of manifest.json."""
        described = {"format": FORMAT, "format_version": FORMAT_VERSION, **asdict(self)}
        del described["written"]
        return json.dumps(described, ensure_ascii=False, indent=2) + "\n"


def export_raw(warehouse: Path, target: Path) -> Exported:
    """Write the tables of raw into a folder that only its owner can read: whole or not at all.

    A folder that an earlier export wrote is replaced by one with the same files, where their rows are the same.

    Args:
        warehouse: the working file, which nobody may be writing.
        target: the folder, new, empty, or of an earlier export.

    Raises:
        CannotRunError: the warehouse is missing, in use or of another version; the folder holds anything else; or it
            cannot be written. The folder is then as it was.

    """
    if not warehouse.exists():
        raise CannotRunError(f"There is no warehouse {shown_path(warehouse)} to export; run `make build` first.")
    target = target.absolute()
    before = _of_earlier_export(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_dead([target.parent])
        with work_folder(target.parent, "export", known_from=warehouse.parent) as folder:
            new = folder / "new"
            new.mkdir(mode=ONLY_OWNER)
            with sentences(warehouse), open_into(warehouse.resolve(), new) as connection:
                done = _write(connection, warehouse, new, target, before)
            (new / MANIFEST).write_text(done.as_json(), encoding="utf-8")
            for path in (new / MANIFEST, *(new / name for name in done.written)):
                flush(path)
            _put_in_place(new, target, folder / "former")
    except OSError as error:
        raise CannotRunError(
            f"The folder {shown_path(target)} could not be written: {error.strerror or error}."
        ) from error
    return done


def read_manifest(folder: Path) -> Exported:
    """Return what an export says it holds.

    Raises:
        CannotRunError: there is no such folder, or its manifest is not one that this version writes.

    """
    path = folder / MANIFEST
    try:
        with path.open("rb") as file:
            told = json.loads(file.read(MOST_MANIFEST_BYTES))
        if told.pop("format") != FORMAT or told.pop("format_version") != FORMAT_VERSION:
            raise ValueError("another format")
        files = {name: File(**each) for name, each in told.pop("files").items()}
        if not all(_is_inside(name) for name in files):
            raise ValueError("a path that leads elsewhere")
        return Exported(**told, files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise CannotRunError(
            f"{shown_path(folder)} is no folder that `on-record export --parquet` of this version wrote."
        ) from error


def _is_inside(name: str) -> bool:
    return not Path(name).is_absolute() and ".." not in Path(name).parts


def _of_earlier_export(target: Path) -> Exported | None:
    """Return what an earlier export wrote there, or None; CannotRunError where there is anything else."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise CannotRunError(f"{shown_path(target)} is no folder; name a new one, or that of an earlier export.")
    try:
        there = {
            path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_symlink() or not path.is_dir()
        }
    except OSError as error:
        raise CannotRunError(f"{shown_path(target)} cannot be read: {error.strerror}.") from error
    if not there:
        return None
    if MANIFEST not in there:
        raise CannotRunError(
            f"{shown_path(target)} holds something else than an export ({quoted(min(there))}); name a new folder, or "
            "that of an earlier export. Nothing was written."
        )
    before = read_manifest(target)
    if foreign := there - {MANIFEST, *before.files}:
        raise CannotRunError(
            f"{shown_path(target)} is replaced as a whole, and holds {quoted(min(foreign))}, which no export wrote: "
            "move it away, or name another folder. Nothing was written."
        )
    return before


def _write(
    connection: duckdb.DuckDBPyConnection, warehouse: Path, new: Path, target: Path, before: Exported | None
) -> Exported:
    version = version_of(connection, "source")
    if version != NEWEST:
        raise CannotRunError(f"The warehouse {shown_path(warehouse)} {objection_to_version(version)}.")
    connection.execute("USE source")
    load_id, loaded_at, record_version = last_load(connection) or ("", "", "")
    if not load_id:
        raise CannotRunError(f"{shown_path(warehouse)} holds no load; there is nothing to export.")
    files: dict[str, File] = {}
    written = []
    for table, columns in raw_tables().items():
        (new / table).mkdir(mode=ONLY_OWNER)
        for unit, rows, fingerprint in _units(connection, table, columns):
            name = _name_of(table, unit)
            path = new / name
            former = before.files.get(name) if before else None
            if former and former.fingerprint == fingerprint and _linked(target / name, path, former):
                files[name] = former
                continue
            _copy(connection, table, columns, unit, path)
            files[name] = File(unit, rows, path.stat().st_size, sha256_of(path), fingerprint)
            written.append(name)
    moment = datetime.now(UTC).isoformat()
    return Exported(moment, load_id, loaded_at, record_version, NEWEST, dict(raw_tables()), files, written)


def _units(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]
) -> Iterator[tuple[str, int, str]]:
    """Yield the units of a table, each with its rows and a fingerprint over every cell of them, in order."""
    unit, place = UNITS.get(table, literal(WHOLE)), f"source.raw.{identifier(table)}"
    found = connection.execute(
        f"SELECT {unit} AS unit, count(*), sum(hash(each)) FROM {place} AS each GROUP BY unit ORDER BY unit"
    ).fetchall()
    made_by = f"{duckdb.__version__} {' '.join(f'{name} {kind}' for name, kind in columns.items())}"
    for name, rows, hashes in found or [(NO_ROWS, 0, 0)]:
        yield str(name), int(rows), f"{hashes} {made_by}"


def _linked(former: Path, path: Path, told: File) -> bool:
    """Give a file of the earlier export its name in the new one too; not one that is no longer what was written."""
    try:
        if former.is_symlink() or former.stat().st_size != told.size_bytes or sha256_of(former) != told.sha256:
            return False
        path.hardlink_to(former)
    except OSError:
        return False
    return True


def _copy(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], unit: str, path: Path) -> None:
    names = ", ".join(f"{in_utc(name, kind)} AS {identifier(name)}" for name, kind in columns.items())
    of_unit = f"WHERE {UNITS[table]} = {literal(unit)}" if table in UNITS else ""
    try:
        connection.execute(
            f"COPY (SELECT {names} FROM source.raw.{identifier(table)} {of_unit}) TO {literal(str(path))} "
            "(FORMAT parquet, COMPRESSION zstd)"
        )
    except duckdb.Error as error:
        reason = str(error).splitlines()[0].removesuffix(".")
        raise CannotRunError(f"raw.{table} could not be exported: {reason}. Nothing was written.") from error


def in_utc(name: str, kind: str) -> str:
    """Return a column as it goes into Parquet or, read from there, comes back: SQL of DuckDB."""
    return f"{identifier(name)} AT TIME ZONE 'UTC'" if kind in OTHER_TYPES else identifier(name)


def _put_in_place(new: Path, target: Path, former: Path) -> None:
    """Give the new folder its name. Killed in between, there is no folder: the next export writes it."""
    for each in new.iterdir():
        if each.is_dir():
            sync_folder(each)
    sync_folder(new)
    is_there = os.path.lexists(target)
    if is_there:
        target.rename(former)
    try:
        new.rename(target)
    except OSError:
        if is_there:
            former.rename(target)
        raise
    sync_folder(target.parent)


def words(done: Exported, target: Path) -> str:
    """Return in a sentence what was exported."""
    rows = sum(each.rows for each in done.files.values())
    size = sum(each.size_bytes for each in done.files.values())
    return (
        f"{shown_path(target)} holds {counted(rows, 'row')} of {counted(len(done.tables), 'table')} in "
        f"{counted(len(done.files), 'file')} ({size / 1e6:,.1f} MB), as loaded at {done.loaded_at} UTC; "
        f"{counted(len(done.written), 'file')} written anew."
    )


def is_current(warehouse: Path, folder: Path) -> bool:
    """Whether an export still holds what the warehouse does: every unit, and no other.

    Raises:
        CannotRunError: the warehouse cannot be read, or the folder is no export.

    """
    files = read_manifest(folder).files
    told = {name: each.fingerprint for name, each in files.items()}
    found = {}
    with sentences(warehouse), open_into(warehouse.resolve(), folder) as connection:
        connection.execute("USE source")
        for table, columns in raw_tables().items():
            for unit, _, fingerprint in _units(connection, table, columns):
                found[_name_of(table, unit)] = fingerprint
    return found == told


def _name_of(table: str, unit: str) -> str:
    return f"{table}/{quote(unit, safe='@')}.parquet"
