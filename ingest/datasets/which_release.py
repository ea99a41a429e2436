"""Which release the files to be loaded are: what their bytes prove, or what their download noted. Never a guess.

A file of another release under the name of the one its reader was written for would be dated by it, and what it says
otherwise would look like a correction of that day.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.datasets.files.source_file import refuse_other_than_file
from ingest.datasets.registry.reader import Reader
from ingest.errors import CannotRunError
from ingest.files import shown_path

# What `fetch` keeps beside a download.
RECORD = "origin.json"
SHOWN_DIGITS = 12


def files_digest(files: Sequence[Path]) -> str:
    """Return the SHA-256 of a file, of several that over theirs; CannotRunError where one cannot be read."""
    try:
        single = [_sha256(path) for path in files]
    except OSError as error:
        raise CannotRunError(f"{shown_path(Path(str(error.filename)))} cannot be read: {error.strerror}.") from error
    if len(single) == 1:
        return single[0]
    return hashlib.sha256("".join(sorted(single)).encode()).hexdigest()


def _sha256(path: Path) -> str:
    refuse_other_than_file(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def version_of(reader: Reader, files: Sequence[Path]) -> str:
    """Return the version of these files, where nobody names it.

    It is that of the file the reader lists with this SHA-256, or the one that `fetch` noted beside it. CannotRunError
    where neither knows these bytes: then whoever loads them must say which release they are.
    """
    digest = files_digest(files)
    if version := reader.known_files.get(digest):
        return version
    noted = origin_record(files[0]) if len(files) == 1 else None
    if noted and noted.get("dataset_id") == reader.dataset_id and noted["sha256"] == digest:
        return str(noted["version"])
    raise CannotRunError(_unknown(reader, files, digest))


def _unknown(reader: Reader, files: Sequence[Path], digest: str) -> str:
    own, named = reader.text("version"), " and ".join(shown_path(path) for path in files)
    wanted = [sha256 for sha256, version in reader.known_files.items() if version == own]
    said = f"has SHA-256 {digest[:SHOWN_DIGITS]}…" if len(files) == 1 else "are several files"
    lacking = (
        f"and {reader.dataset_id} {own} has {' or '.join(f'{each[:SHOWN_DIGITS]}…' for each in wanted)}"
        if wanted
        else f"and no file of {reader.dataset_id} {own} is known by its bytes"
    )
    return (
        f"Which release is it? {named} {said}, {lacking}. Say it by --version: known are {', '.join(reader.versions)}, "
        f"an extract of {own} would be {own}-mine, and another one needs --published-on DAY too. Nothing was loaded."
    )


def origin_record(path: Path) -> dict[str, Any] | None:
    """Return what `fetch` noted of a download, where file and record are both there; None else."""
    try:
        record: Mapping[str, Any] = json.loads((path.parent / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_whole = isinstance(record, dict) and record.get("file") == path.name and path.is_file() and "sha256" in record
    return dict(record) if is_whole else None
