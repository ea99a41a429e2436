"""``fetch``: one release of a data set into the cache, with its origin record; the same version never changes."""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from common.atomic import flush
from ingest.datasets.http import Progress, Received, download, refused_address, shown_address
from ingest.datasets.registry.entries import DatasetEntry, Download
from ingest.datasets.which_release import RECORD, origin_record
from ingest.errors import CannotRunError, quoted
from ingest.files import shown_path

LOCK = ".lock"
LEFTOVERS = ("*.part", "*.part.json", RECORD + ".new")
SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
COPIED = ("title", "producer", "licence", "licence_url", "citation", "attribution", "page_url")


@dataclass(frozen=True)
class Fetched:
    """What a fetch came to: ``state`` is fetched, resumed, already_there or refused; a refusal has a ``problem``."""

    state: str
    path: Path
    record: Mapping[str, Any]
    problem: str = ""


def cache_folder() -> Path:
    """Return where downloads are kept: ``ON_RECORD_CACHE``, else ~/.cache/on-record."""
    named = os.environ.get("ON_RECORD_CACHE", "")
    return (Path(named) if named else Path("~/.cache/on-record")).expanduser()


def fetch(entry: DatasetEntry, version: str | None, progress: Progress) -> Fetched:
    """Download a release, or find it in the cache; bytes that are not those of this version are refused.

    Raises CannotRunError with a sentence where nothing could be had: no address, no network, no room.
    """
    release = entry.download(version)
    if reason := refused_address(release.url):
        raise CannotRunError(f"{shown_address(release.url)} in {entry.dataset_id}.yml is not asked: {reason}.")
    folder = _folder(entry, release)
    with _locked(folder):
        done = _looked_up(entry, release, folder / _file_name(entry, release), progress)
        # Of earlier fetches that were killed, also of another address. Where this one fails, its own part is kept.
        _remove_leftovers(folder)
        return done


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep a second fetch of the same release out; CannotRunError where one is at work or nothing can be written."""
    try:
        lock = (folder / LOCK).open("w")
    except OSError as error:
        raise CannotRunError(f"Nothing can be written to {shown_path(folder)}: {error.strerror or error}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotRunError(f"Another fetch is writing to {shown_path(folder)}; wait for it.") from error
        yield


def _looked_up(entry: DatasetEntry, release: Download, path: Path, progress: Progress) -> Fetched:
    held = origin_record(path)
    if held and (refusal := _altered(path, held)):
        return Fetched("refused", path, held, refusal)
    if held and release.sha256 and held["sha256"] == release.sha256:
        return Fetched("already_there", path, held)
    return _fetched(entry, release, path, held, progress)


def _fetched(
    entry: DatasetEntry, release: Download, path: Path, held: Mapping[str, Any] | None, progress: Progress
) -> Fetched:
    part = path.with_name(path.name + ".part")
    etag = held.get("etag") if held and held.get("address") == release.url else None
    received = download(release.url, part, etag, progress)
    if held and received.is_unchanged:
        return Fetched("already_there", path, held)
    sha256, size = _digest(part)
    problem = _wrong_bytes(release, sha256, size) or (_changed(path, held, sha256, size) if held else "")
    if problem:
        _remove(part)
        return Fetched("refused", path, held or {}, problem)
    if held:
        _remove(part)
        return Fetched("already_there", path, held)
    record = _record(entry, release, received, path.name, sha256, size)
    _move_into_place(part, path, record)
    return Fetched("resumed" if received.was_resumed else "fetched", path, record)


def _folder(entry: DatasetEntry, release: Download) -> Path:
    """Return the folder of a release, made where it is missing; no version leads out of the cache."""
    if not SAFE_NAME.fullmatch(release.version):
        raise CannotRunError(f"{quoted(release.version)} in {entry.dataset_id}.yml is not a version.")
    folder = cache_folder() / entry.dataset_id / release.version
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRunError(f"{shown_path(folder)} cannot be made: {error.strerror or error}.") from error
    return folder


def _file_name(entry: DatasetEntry, release: Download) -> str:
    """Return the last part of the address where it is a plain file name, else one made of the data set's id."""
    name = PurePosixPath(unquote(urlsplit(release.url).path)).name
    usable = SAFE_NAME.fullmatch(name) and name != RECORD and not any(map(PurePosixPath(name).match, LEFTOVERS))
    return name if usable else f"{entry.dataset_id}.{entry.text('format') or 'csv'}"


def _altered(path: Path, held: Mapping[str, Any]) -> str:
    """Say that a file is not what was downloaded, or nothing."""
    if _digest(path)[0] == held["sha256"]:
        return ""
    return f"{shown_path(path)} is not what was downloaded: somebody changed it. Move it away and fetch again."


def _wrong_bytes(release: Download, sha256: str, size: int) -> str:
    """Say that what came is not what the reader's YAML knows of the release, or nothing."""
    said = f"{shown_address(release.url)} is not version {release.version}: it has"
    if release.size_bytes is not None and size != release.size_bytes:
        return f"{said} {size:,} bytes, not {release.size_bytes:,}."
    if release.sha256 and sha256 != release.sha256:
        return f"{said} SHA-256 {sha256}, not {release.sha256}."
    return ""


def _changed(path: Path, held: Mapping[str, Any], sha256: str, size: int) -> str:
    """Say that a version has other bytes than before, or nothing; the old ones stay."""
    if sha256 == held["sha256"]:
        return ""
    return (
        f"The same version has other bytes now: SHA-256 {sha256} ({size:,} bytes), where {held['sha256']} "
        f"({held['size_bytes']:,} bytes) was fetched at {held['fetched_at']}. {shown_path(path)} stays as it is; "
        "a new release needs a version of its own."
    )


def _record(
    entry: DatasetEntry, release: Download, received: Received, file: str, sha256: str, size: int
) -> dict[str, Any]:
    """Return the origin record: where the bytes come from, when, and what may be done with them."""
    return {
        "dataset_id": entry.dataset_id,
        "version": release.version,
        "file": file,
        "address": release.url,
        "address_final": received.address_final,
        "fetched_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": sha256,
        "size_bytes": size,
        "etag": received.etag,
        "last_modified": received.last_modified,
        **{name: entry.text(name) for name in COPIED},
    }


def _move_into_place(part: Path, path: Path, record: Mapping[str, Any]) -> None:
    """Rename the file, then its record: a file without a record is one that was never finished."""
    draft = path.parent / (RECORD + ".new")
    try:
        draft.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        for each in (part, draft):
            flush(each)
        part.replace(path)
        draft.replace(path.parent / RECORD)
    except OSError as error:
        raise CannotRunError(f"{shown_path(path)} cannot be written: {error.strerror or error}.") from error
    _remove(part)


def _remove(part: Path) -> None:
    for leftover in (part, part.with_name(part.name + ".json")):
        leftover.unlink(missing_ok=True)


def _remove_leftovers(folder: Path) -> None:
    """Remove what killed fetches left: nobody else writes here, and what is whole has another name."""
    for pattern in LEFTOVERS:
        for leftover in folder.glob(pattern):
            leftover.unlink(missing_ok=True)


def _digest(path: Path) -> tuple[str, int]:
    """Return the SHA-256 of a file and its size in bytes."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
    except OSError as error:
        raise CannotRunError(f"{shown_path(path)} cannot be read: {error.strerror or error}.") from error
