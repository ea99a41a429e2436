"""A reader: two files of ``ingest/readers/``, the origin record (YAML) and the mapping to figures (SQL)."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from ingest.errors import CannotRunError, did_you_mean, quoted
from ingest.paths import ROOT, shown_path

READERS = ROOT / "ingest" / "readers"
NEEDED = ("dataset_id", "title", "producer", "source_id", "version", "citation", "licence", "attribution", "language")
FORMATS = ("csv", "json")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True)
class Reader:
    """One data set: ``origin`` is the YAML as it stands, ``sql`` one SELECT over the relation ``file_rows``."""

    dataset_id: str
    origin: Mapping[str, Any]
    sql: str
    sha256: str

    def text(self, name: str) -> str:
        """Return an entry of the origin record as text, empty where it is not there."""
        value = self.origin.get(name)
        return "" if value is None else str(value)

    @property
    def required(self) -> list[str]:
        """The columns a file must have, by the file's own names."""
        return list((self.origin.get("columns") or {}).get("required") or [])

    @property
    def optional(self) -> list[str]:
        """The columns a file may have; the SQL sees an absent one as NULL."""
        return list((self.origin.get("columns") or {}).get("optional") or [])

    def names_of(self, header: Sequence[str]) -> list[str]:
        """Return the header with the names of other releases put into those of the reader (``columns: aliases``)."""
        aliases = (self.origin.get("columns") or {}).get("aliases") or {}
        other = {name: own for own, names in aliases.items() if own not in header for name in names}
        return [other.get(name, name) for name in header]

    @property
    def key(self) -> list[str]:
        """The columns that together name a row of the file."""
        return list(self.origin.get("key") or [])

    def release(self, version: str, published_on: date | None) -> "Release":
        """Return what is known of one release; CannotRunError where nobody says when it was published."""
        if not VERSION.fullmatch(version):
            raise CannotRunError(f"{quoted(version)} is not a version: letters, digits, full stops and - or _.")
        known = self._download(version)
        own = self.origin if self.text("version") in (version, version.partition("-")[0]) else {}
        told = published_on or known.get("published_on") or own.get("published_on")
        if told is None:
            raise CannotRunError(
                f"{self.dataset_id} does not know when its version {version} was published; "
                "say it by --published-on YYYY-MM-DD, or add the version to its .yml."
            )
        basis = "stated" if published_on else known.get("published_on_basis") or own.get("published_on_basis")
        return Release(version, _day(self, told), str(basis or "stated"), known)

    def _download(self, version: str) -> Mapping[str, Any]:
        """Return the entry of a release; an extract of it is named after it, 20.1-syria after 20.1."""
        for name in (version, version.partition("-")[0]):
            for each in self.downloads:
                if str(each.get("version")) == name:
                    return each
        return {}

    @property
    def downloads(self) -> Sequence[Mapping[str, Any]]:
        """What ``download_urls`` lists: one mapping a release."""
        return self.origin.get("download_urls") or []


@dataclass(frozen=True)
class Release:
    """One release of a data set: its version, when it was published, and the entry of ``download_urls`` if any."""

    version: str
    published_on: date
    published_on_basis: str
    download: Mapping[str, Any]


def reader_ids(folder: Path = READERS) -> list[str]:
    """Return the ids of all readers: the names of the YAML files that have a SQL file beside them."""
    return sorted(path.stem for path in folder.glob("*.yml") if path.with_suffix(".sql").is_file())


def read_reader(dataset_id: str, folder: Path = READERS) -> Reader:
    """Read both files of a reader; CannotRunError where there is none or an entry is missing."""
    known = reader_ids(folder)
    if dataset_id not in known:
        raise CannotRunError(f"There is no data set {quoted(dataset_id)}{did_you_mean(dataset_id, known)}.")
    path = folder / f"{dataset_id}.yml"
    try:
        content, sql = path.read_bytes(), path.with_suffix(".sql").read_bytes()
        origin = yaml.safe_load(content)
    except (OSError, yaml.YAMLError) as error:
        raise CannotRunError(f"{shown_path(path)} cannot be read: {error}") from error
    origin = origin if isinstance(origin, dict) else {}
    missing = [name for name in NEEDED if not origin.get(name)]
    if missing:
        raise CannotRunError(f"{shown_path(path)} does not say {', '.join(missing)}.")
    if origin["dataset_id"] != dataset_id or origin.get("format", "csv") not in FORMATS:
        raise CannotRunError(f"{shown_path(path)}: dataset_id is not {dataset_id}, or format not csv or json.")
    digest = hashlib.sha256(content + b"\0" + sql).hexdigest()
    return Reader(dataset_id, origin, sql.decode("utf-8").rstrip().rstrip(";"), digest)


def _day(reader: Reader, told: object) -> date:
    try:
        return told if isinstance(told, date) else date.fromisoformat(str(told))
    except ValueError:
        raise CannotRunError(f"{reader.dataset_id}.yml: {quoted(str(told))} is not a day written YYYY-MM-DD.") from None
