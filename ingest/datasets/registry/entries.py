"""The origin records of data sets: what the YAML files of ``ingest/datasets/readers/`` say of where each comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ingest.errors import CannotRunError, did_you_mean, quoted
from ingest.files import shown_path

READERS = Path(__file__).resolve().parents[1] / "readers"


@dataclass(frozen=True)
class Download:
    """One release: its address, empty where it has none, and what is known of it before it is there, else None.

    ``sha256`` is hex; ``published_on`` is as the YAML has it, a day or text.
    """

    version: str
    url: str = ""
    sha256: str | None = None
    size_bytes: int | None = None
    published_on: object = None
    published_on_basis: str | None = None


@dataclass(frozen=True)
class DatasetEntry:
    """Where a data set comes from: ``told`` is the YAML as it stands."""

    dataset_id: str
    described: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return an entry as text on one line, empty where it is not there."""
        value = self.described.get(name)
        return "" if value is None else " ".join(str(value).split())

    @property
    def downloads(self) -> Sequence[Download]:
        """The releases that ``download_urls`` lists, in the file's order."""
        known = ("sha256", "size_bytes", "published_on", "published_on_basis")
        listed = self.described.get("download_urls") or []
        return [
            Download(str(each["version"]), str(each.get("url") or ""), *(each.get(name) for name in known))
            for each in listed
        ]

    @property
    def known_files(self) -> Mapping[str, str]:
        """The version of each file whose SHA-256 is known: of a download, or of what somebody made of one."""
        made = self.described.get("known_files") or []
        listed = [(each.get("sha256"), str(each["version"])) for each in made]
        return {
            sha256: version for sha256, version in [*((d.sha256, d.version) for d in self.downloads), *listed] if sha256
        }

    @property
    def fetchable(self) -> Sequence[Download]:
        """The releases there is an address of."""
        return [each for each in self.downloads if each.url]

    @property
    def versions(self) -> list[str]:
        """The releases known: the reader's own, and those listed."""
        return sorted({self.text("version"), *(each.version for each in self.downloads)} - {""})

    def download(self, version: str | None) -> Download:
        """Return one release, the reader's own where none is named; CannotRunError where it has no address."""
        wanted = version or self.text("version")
        for each in self.fetchable:
            if each.version == wanted:
                return each
        known = ", ".join(each.version for each in self.fetchable)
        offer = f"known are {known}" if known else f"get it from {self.text('page_url')}"
        raise CannotRunError(f"There is no address of version {quoted(wanted)} of {self.dataset_id}; {offer}.")


def reader_ids() -> list[str]:
    """Return the ids of all readers: the names of the YAML files that have a SQL file beside them."""
    return sorted(path.stem for path in READERS.glob("*.yml") if path.with_suffix(".sql").is_file())


def reader_path(dataset_id: str) -> Path:
    """Return the YAML file of one reader; CannotRunError where there is none of that name."""
    known = reader_ids()
    if dataset_id not in known:
        raise CannotRunError(
            f"There is no data set {quoted(dataset_id)}{did_you_mean(dataset_id, known)}; "
            "on-record datasets lists them."
        )
    return READERS / f"{dataset_id}.yml"


def read_all_entries() -> list[DatasetEntry]:
    """Return the origin record of every reader, by id; CannotRunError where one cannot be read."""
    return [read_entry(dataset_id) for dataset_id in reader_ids()]


def read_entry(dataset_id: str) -> DatasetEntry:
    """Return the origin record of one reader; CannotRunError where there is none of that name or it cannot be read."""
    path = reader_path(dataset_id)
    return DatasetEntry(dataset_id, read_entries(path, read_content(path)))


def read_content(path: Path) -> bytes:
    """Return what a file of a reader holds; CannotRunError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotRunError(f"{shown_path(path)} cannot be read: {error}") from error


def read_entries(path: Path, content: bytes) -> dict[str, Any]:
    """Return the entries of a YAML file with this content; CannotRunError where it is none."""
    try:
        described = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise CannotRunError(f"{shown_path(path)} cannot be read: {error}") from error
    if not isinstance(described, dict):
        raise CannotRunError(f"{shown_path(path)} is no list of entries.")
    return described
