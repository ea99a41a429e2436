"""The origin records of data sets: what the YAML files of ``ingest/readers/`` say of where each comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ingest.errors import CannotRunError, did_you_mean, quoted
from ingest.paths import ROOT, shown_path

READERS = ROOT / "ingest" / "readers"


@dataclass(frozen=True)
class Download:
    """One release to be downloaded; sha256 (hex) and size_bytes are None where nobody knows them yet."""

    version: str
    url: str
    sha256: str | None = None
    size_bytes: int | None = None


@dataclass(frozen=True)
class Origin:
    """Where a data set comes from: ``told`` is the YAML as it stands."""

    dataset_id: str
    told: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return an entry as text on one line, empty where it is not there."""
        value = self.told.get(name)
        return "" if value is None else " ".join(str(value).split())

    @property
    def downloads(self) -> Sequence[Download]:
        """The releases there is an address of, in the file's order."""
        listed = self.told.get("download_urls") or []
        return [
            Download(str(each["version"]), str(each["url"]), each.get("sha256"), each.get("size_bytes"))
            for each in listed
        ]

    @property
    def versions(self) -> list[str]:
        """The releases known: the reader's own, and those there is an address of."""
        return sorted({self.text("version"), *(each.version for each in self.downloads)} - {""})

    def download(self, version: str | None) -> Download:
        """Return one release, the reader's own where none is named; CannotRunError where it has no address."""
        wanted = version or self.text("version")
        for each in self.downloads:
            if each.version == wanted:
                return each
        known = ", ".join(each.version for each in self.downloads)
        offer = f"known are {known}" if known else f"get it from {self.text('page_url')}"
        raise CannotRunError(f"There is no address of version {quoted(wanted)} of {self.dataset_id}; {offer}.")


def read_origins(folder: Path | None = None) -> list[Origin]:
    """Return the origin record of every reader, by id; CannotRunError where one cannot be read."""
    return [_read(path) for path in sorted((folder or READERS).glob("*.yml")) if path.with_suffix(".sql").is_file()]


def read_origin(dataset_id: str, folder: Path | None = None) -> Origin:
    """Return the origin record of one reader; CannotRunError where there is none of that name."""
    origins = {origin.dataset_id: origin for origin in read_origins(folder)}
    if dataset_id not in origins:
        raise CannotRunError(
            f"There is no data set {quoted(dataset_id)}{did_you_mean(dataset_id, origins)}; "
            "python -m ingest datasets lists them."
        )
    return origins[dataset_id]


def _read(path: Path) -> Origin:
    try:
        told = yaml.safe_load(path.read_bytes())
    except (OSError, yaml.YAMLError) as error:
        raise CannotRunError(f"{shown_path(path)} cannot be read: {error}") from error
    if not isinstance(told, dict):
        raise CannotRunError(f"{shown_path(path)} is no list of entries.")
    return Origin(path.stem, told)
