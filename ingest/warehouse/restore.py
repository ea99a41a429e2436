"""A backup put back: all of it proved before any of it replaces anything.

The archive may come from anywhere, and its manifest with it. Only names a backup can have are written, by tarfile's own
filter for data, into a folder of their own. Then every size and hash is compared with the manifest, and the rows of our
tables are copied into new files: those are put in place, never a file of the archive.
"""

import errno
import gzip
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, cast

import duckdb

from common.atomic import sync_folder
from common.foreign import NoRegularFileError, is_locked, log_of, open_foreign, regular_files
from common.layout import EVERY_FILE, SUFFIX, WAREHOUSE, recorded_folder
from ingest.datasets.files.archives import members, open_tar
from ingest.errors import CannotRunError, quoted
from ingest.files import shown_path
from ingest.warehouse.backup import (
    FORMAT,
    FORMAT_VERSION,
    IN_PUBLISHED,
    IN_RECORDED,
    MANIFEST,
    BackedUp,
    Manifest,
    is_allowed,
    is_complete,
    last_load,
    restricted_count,
    sha256_of,
)
from ingest.warehouse.connection import fold_log
from ingest.warehouse.ours import NotOursError, Rows, copy_of_publication, copy_of_raw
from ingest.warehouse.retract import stand_for_newest
from ingest.work_folders import work_folder

MOST_MANIFEST_BYTES = 10_000_000
SHOWN_NAMES = 5
OURS = "ours"
"""The folder of the new files, in that of the archive's."""


class BadBackupError(Exception):
    """The archive is not a whole backup of ours; the text says why."""


@dataclass(frozen=True)
class Restored:
    """What a restore put back, and what was newer and had to give way."""

    manifest: Manifest
    newer: list[str]


def restore_backup(file: Path, warehouse: Path, published: Path, is_forced: bool, is_dry_run: bool) -> Restored:
    """Prove a backup, then put its files in place by rename.

    A rehearsal does the same in its own folder, and renames nothing. Raises CannotRunError, with nothing changed, where
    the archive is damaged, cut short, of an unknown format, with names or tables of its own; where the warehouse is in
    use; and where something newer would be lost, unless that is wanted.
    """
    if not file.is_file():
        raise CannotRunError(f"There is no file {shown_path(file)}; name a backup, such as backups/….tar.gz.")
    try:
        if not is_dry_run:
            warehouse.parent.mkdir(parents=True, exist_ok=True)
        with _folder_for(warehouse.parent, is_dry_run) as folder:
            manifest = _proved(file, folder)
            newer = _newer(manifest, warehouse, published)
            if newer and not is_forced:
                raise CannotRunError(
                    f"{'; '.join(newer)}: newer than the backup. Make a backup of it, then use FORCE=1 (--force)."
                )
            if not is_dry_run:
                _put_back(manifest, folder / OURS, warehouse, published)
    except OSError as error:
        raise CannotRunError(f"The backup could not be restored: {error}.") from error
    return Restored(manifest, newer)


@contextmanager
def _folder_for(parent: Path, is_dry_run: bool) -> Iterator[Path]:
    """Give a folder beside the warehouse; to a rehearsal also where nothing can be written there."""
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(work_folder(parent, "restore"))
        except OSError:
            if not is_dry_run:
                raise
            folder = stack.enter_context(work_folder(Path(tempfile.gettempdir()), "restore"))
        yield folder


def _proved(file: Path, folder: Path) -> Manifest:
    try:
        with _sentences():
            names = _extract(file, folder)
            manifest = _read_manifest(folder / MANIFEST)
            _compare(manifest, names - {MANIFEST}, folder)
            return _copied(manifest, folder)
    except BadBackupError as reason:
        raise CannotRunError(f"{shown_path(file)} cannot be restored: {reason}. Nothing was changed.") from reason


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what a damaged archive raises into BadBackupError."""
    try:
        yield
    except tarfile.FilterError as error:
        raise BadBackupError(f"a name in it leaves the folder ({error})") from error
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise BadBackupError(f"it is damaged, cut short or no backup ({error})") from error


def _extract(file: Path, folder: Path) -> set[str]:
    """Write the members into the folder and return their names; every byte of the archive is read, for its checksum."""
    names: set[str] = set()
    with gzip.open(file, "rb") as unpacked:
        with open_tar(cast("IO[bytes]", unpacked)) as archive:
            for member in members(archive):
                _refuse_member(member, names, folder)
                member.mtime = 0  # whatever it says: a NaN or a year beyond the disk's last one cannot be set
                archive.extract(member, folder, filter="data")
                names.add(member.name)
        while unpacked.read(1 << 20):
            pass
    return names


def _refuse_member(member: tarfile.TarInfo, names: set[str], folder: Path) -> None:
    name = quoted(member.name)
    if member.name != MANIFEST and not is_allowed(member.name):
        raise BadBackupError(f"it holds {name}, which no backup does")
    if member.name in names:
        raise BadBackupError(f"it holds {name} twice")
    if not (member.isreg() or (member.islnk() and member.linkname in names)):
        raise BadBackupError(f"{name} in it is no file")
    if member.size > shutil.disk_usage(folder).free:
        raise BadBackupError(f"there is no room on the disk for {name} of {member.size:,} bytes")


def _read_manifest(path: Path) -> Manifest:
    if not path.is_file():
        raise BadBackupError("it has no manifest.json, so it is cut short or no backup")
    if path.stat().st_size > MOST_MANIFEST_BYTES:
        raise BadBackupError("its manifest.json is too large")
    try:
        text = path.read_text(encoding="utf-8")
        described = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number)
        if described["format"] != FORMAT or _number(described["format_version"]) != FORMAT_VERSION:
            found = f"{described['format']} {described['format_version']}"
            raise BadBackupError(f"its format is {quoted(found)}, and this program reads {FORMAT} {FORMAT_VERSION}")
        files = [_backed_up(**each) for each in described["files"]]
        made_at, *of_load = (_text(described[name]) for name in ("made_at", "load_id", "loaded_at", "record_version"))
        load_id, loaded_at, record_version = of_load
        return Manifest(made_at, load_id, loaded_at, record_version, files)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        said = f"{type(error).__name__}: {_first_line(error)}"
        raise BadBackupError(f"its manifest.json cannot be read ({said})") from error


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a key is in it twice")
    return found


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no number")


def _text(described: object) -> str:
    if not isinstance(described, str):
        raise TypeError(f"a text is {quoted(str(described))}")
    return described


def _number(described: object) -> int:
    # True is an int to Python.
    if type(described) is not int:
        raise TypeError(f"a whole number is {quoted(str(described))}")
    return described


def _backed_up(path: object, size_bytes: object, sha256: object, rows: object) -> BackedUp:
    if not isinstance(rows, dict):
        raise TypeError(f"rows are {quoted(str(rows))}")
    counts = {_text(table): _number(count) for table, count in rows.items()}
    return BackedUp(_text(path), _number(size_bytes), _text(sha256), counts)


def _compare(manifest: Manifest, names: set[str], folder: Path) -> None:
    listed = [each.path for each in manifest.files]
    if sorted(listed) != sorted(names) or WAREHOUSE not in names:
        odd = sorted({*listed} ^ names) or [WAREHOUSE]
        shown = ", ".join(quoted(name) for name in odd[:SHOWN_NAMES]) + (", …" if len(odd) > SHOWN_NAMES else "")
        raise BadBackupError(f"manifest and archive do not hold the same files ({shown})")
    for each in manifest.files:
        path = folder / each.path
        if path.stat().st_size != each.size_bytes or sha256_of(path) != each.sha256:
            raise BadBackupError(f"{each.path} is not what was backed up: its SHA-256 differs")


def _copied(manifest: Manifest, folder: Path) -> Manifest:
    """Copy the rows of every file into a new one of ours; returns what they hold, whatever the manifest claims."""
    copies: dict[int, tuple[Path, Rows]] = {}
    for each in manifest.files:
        source, target = folder / each.path, folder / OURS / each.path
        target.parent.mkdir(parents=True, exist_ok=True)
        inode = source.stat().st_ino
        if inode in copies and each.path != WAREHOUSE:
            # Two names of one publication stay one file.
            target.hardlink_to(copies[inode][0])
            rows = copies[inode][1]
        else:
            rows = _copy(each, source, target)
            copies[inode] = target, rows
        if {table: each.rows.get(table, 0) for table in rows} != rows:
            raise BadBackupError(f"{each.path} does not hold the rows that were backed up")
    return _as_loaded(manifest, folder / OURS / WAREHOUSE)


def _copy(each: BackedUp, source: Path, target: Path) -> Rows:
    try:
        if each.path == WAREHOUSE:
            return copy_of_raw(source, target, is_strict=True)[0]
        return copy_of_publication(source, target)
    except NotOursError as reason:
        raise BadBackupError(f"{each.path} {reason}") from reason
    except (duckdb.Error, NoRegularFileError, ValueError) as error:
        raise BadBackupError(f"{each.path} cannot be opened and copied: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    """Return what an error says, on one line and safe to print: it may quote the file."""
    line = (str(error).splitlines() or [""])[0]
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line[:300])


def _as_loaded(manifest: Manifest, warehouse: Path) -> Manifest:
    with open_foreign(warehouse) as connection:
        load = last_load(connection)
    if load != (manifest.load_id, manifest.loaded_at, manifest.record_version):
        raise BadBackupError("its manifest names another load than the last one in its warehouse")
    # Counted, and not believed: the manifest may come from anywhere.
    return replace(manifest, left_out=[], restricted_count=restricted_count(warehouse))


def _newer(manifest: Manifest, warehouse: Path, published: Path) -> list[str]:
    """Name what a restore would lose: a later load, later publications. A damaged warehouse has nothing to lose."""
    found: list[str] = []
    if warehouse.exists():
        loaded_at = _loaded_at(warehouse)
        if loaded_at > manifest.loaded_at:
            found.append(f"the warehouse was loaded at {loaded_at} and the backup's at {manifest.loaded_at}")
    later = [path.relative_to(published).as_posix() for path in _later(manifest, published)]
    return found + ([f"publications {', '.join(later)}"] if later else [])


def _loaded_at(warehouse: Path) -> str:
    try:
        with open_foreign(warehouse.resolve()) as connection:
            load = last_load(connection)
    except (duckdb.Error, NoRegularFileError) as error:
        if is_locked(error):
            raise CannotRunError(f"The warehouse {shown_path(warehouse)} is in use; close it and try again.") from error
        return ""
    return load[1] if load else ""


def _later(manifest: Manifest, published: Path) -> list[Path]:
    """Return the publications of either folder that are later than the backup's last one there."""
    later: list[Path] = []
    for folder in (published, recorded_folder(published)):
        inside = f"{IN_PUBLISHED}{folder.relative_to(published).as_posix()}/".replace("/./", "/")
        kept = [each.path for each in manifest.files if each.path.rpartition("/")[0] + "/" == inside]
        last = max(kept, default="").rpartition("/")[2]
        if inside == IN_RECORDED:
            # Days before the last load may be left out of a backup: they can be built again, and are not newer.
            last = max(last, f"{manifest.loaded_at[:10]}{SUFFIX}")
        later += [path for path in regular_files(folder, EVERY_FILE) if path.name > last and is_complete(path)]
    return later


def _put_back(manifest: Manifest, folder: Path, warehouse: Path, published: Path) -> None:
    """Rename the files into place, the newest publication last; then take away what is later than the backup."""
    later = _later(manifest, published)
    _fold_log(warehouse)
    _move(folder / WAREHOUSE, warehouse)
    names = sorted((each.path for each in manifest.files if each.path != WAREHOUSE), key=_recorded_first)
    for name in names:
        target = published / name.removeprefix(IN_PUBLISHED)
        target.parent.mkdir(parents=True, exist_ok=True)
        # A log of the file that was there would be replayed into the one put in its place.
        log_of(target).unlink(missing_ok=True)
        _move(folder / name, target)
    for path in later:
        path.unlink(missing_ok=True)
    stand_for_newest(published)
    for each in _folders(warehouse, published):
        sync_folder(each)


def _fold_log(warehouse: Path) -> None:
    """Fold the log of the old warehouse into it, so that it is whole should this be killed before it is replaced.

    What stays would be replayed into the restored one. A damaged warehouse has nothing to lose.
    """
    if warehouse.exists() and log_of(warehouse).exists():
        fold_log(warehouse)
    log_of(warehouse).unlink(missing_ok=True)


def _recorded_first(name: str) -> tuple[bool, str]:
    return not name.startswith(IN_RECORDED), name


def _folders(warehouse: Path, published: Path) -> Sequence[Path]:
    return [each for each in (warehouse.parent, published, recorded_folder(published)) if each.is_dir()]


def _move(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        os.fsync(file.fileno())
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with work_folder(target.parent, "restore") as near:  # another disk: copied beside, then renamed
            beside = near / target.name
            shutil.copy2(source, beside)
            beside.replace(target)
