"""A reader: two files of ``ingest/datasets/readers/``, the origin record (YAML) and the mapping to figures (SQL)."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ingest.datasets.registry.entries import DatasetEntry, Download, read_content, read_entries, reader_path
from ingest.datasets.registry.types import TYPES
from ingest.errors import CannotRunError, did_you_mean, quoted
from ingest.files import shown_path
from ingest.text_checks.days import read_day

NEEDED = ("dataset_id", "title", "producer", "source_id", "version", "citation", "licence", "attribution", "language")
FORMATS = ("csv", "json")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
# Where a reader does not say more: a day before is a slip of the hand, or of another calendar.
FIRST_DAY = date(1800, 1, 1)


@dataclass(frozen=True)
class Reader(DatasetEntry):
    """One data set: its origin record, and ``sql``, one SELECT over the relation ``file_rows``."""

    sql: str
    sha256: str

    @property
    def delimiter(self) -> str:
        """What stands between two cells of a CSV file: as the YAML has it, since it may be a tab."""
        return str(self.described.get("delimiter") or ",")

    @property
    def required(self) -> list[str]:
        """The columns a file must have, by the file's own names."""
        return list((self.described.get("columns") or {}).get("required") or [])

    @property
    def optional(self) -> list[str]:
        """The columns a file may have; the SQL sees an absent one as NULL."""
        return list((self.described.get("columns") or {}).get("optional") or [])

    @property
    def unread(self) -> list[str]:
        """The columns that are known and give no figure; ``left_as_reported`` says of those that count people why."""
        return list((self.described.get("columns") or {}).get("unread") or [])

    @property
    def foreign(self) -> list[str]:
        """The columns by which a file of another data set is told that has all of the required ones too."""
        return list((self.described.get("columns") or {}).get("foreign") or [])

    def names_of(self, header: Sequence[str]) -> list[str]:
        """Return the header with the names of other releases put into those of the reader (``columns: aliases``)."""
        aliases = (self.described.get("columns") or {}).get("aliases") or {}
        other = {name: own for own, names in aliases.items() if own not in header for name in names}
        return [other.get(name, name) for name in header]

    @property
    def types(self) -> dict[str, str]:
        """What the columns hold that hold more than text: the type of each by the file's own names."""
        described = (self.described.get("columns") or {}).get("types") or {}
        return {name: kind for kind, names in described.items() for name in names}

    @property
    def countries(self) -> list[list[str]]:
        """The columns that name a country: of each group the first must be filled, the others name it too."""
        return [list(group) for group in (self.described.get("columns") or {}).get("countries") or []]

    @property
    def filled(self) -> list[str]:
        """The columns that must not be empty: days and codes that name a row, and what the reader lists besides."""
        countries = [group[0] for group in self.countries]
        named = [name for name in self.key if self.types.get(name) not in (None, "integer") and name not in countries]
        return [*named, *((self.described.get("columns") or {}).get("filled") or [])]

    @property
    def null_values(self) -> list[str]:
        """What stands in a cell of any column where nothing is told, besides nothing itself."""
        return ["", *(str(value) for value in self.described.get("null_values") or [])]

    @property
    def first_day(self) -> date:
        """The first day the data set can tell of."""
        described = self.described.get("first_day")
        return FIRST_DAY if described is None else _day(self, described)

    def last_day(self, release: "Release") -> date:
        """Return the last day a release can tell of: that of its publication, or an earlier one the reader states."""
        described = self.described.get("last_day")
        return release.published_on if described is None else min(release.published_on, _day(self, described))

    @property
    def key(self) -> list[str]:
        """The columns that together name a row of the file."""
        return list(self.described.get("key") or [])

    @property
    def key_is_unique(self) -> bool:
        """Whether a second row of the same key is one too many, as where the SQL adds rows up."""
        return bool(self.described.get("key_is_unique"))

    def release(self, version: str, published_on: date | None) -> "Release":
        """Return what is known of one release; CannotRunError where nobody says when it was published."""
        if not VERSION.fullmatch(version):
            raise CannotRunError(f"{quoted(version)} is not a version: letters, digits, full stops and - or _.")
        known = self._download(version)
        own = self.described if self.text("version") in names_of(version) else {}
        described = published_on or known.published_on or own.get("published_on")
        if described is None:
            raise CannotRunError(
                f"{self.dataset_id} does not know when its version {version} was published; "
                "say it by --published-on YYYY-MM-DD, or add the version to its .yml."
            )
        basis = "stated" if published_on else known.published_on_basis or own.get("published_on_basis")
        return Release(version, _day(self, described), str(basis or "stated"), known)

    def _download(self, version: str) -> Download:
        """Return what is listed of a release; an extract of it is named after it, 20.1-syria after 20.1."""
        for name in names_of(version):
            for each in self.downloads:
                if each.version == name:
                    return each
        return Download(version)


def names_of(version: str) -> tuple[str, str]:
    """Return a version, and the release it would be an extract of: 20.1-syria of 20.1."""
    return version, version.partition("-")[0]


@dataclass(frozen=True)
class Release:
    """One release of a data set: its version, when it was published, and what is listed of it."""

    version: str
    published_on: date
    published_on_basis: str
    download: Download


def read_reader(dataset_id: str) -> Reader:
    """Read both files of a reader; CannotRunError where there is none or an entry is missing."""
    path = reader_path(dataset_id)
    content, sql = read_content(path), read_content(path.with_suffix(".sql"))
    described = read_entries(path, content)
    missing = [name for name in NEEDED if not described.get(name)]
    if missing:
        raise CannotRunError(f"{shown_path(path)} does not say {', '.join(missing)}.")
    if described["dataset_id"] != dataset_id or described.get("format", "csv") not in FORMATS:
        raise CannotRunError(f"{shown_path(path)}: dataset_id is not {dataset_id}, or format not csv or json.")
    digest = hashlib.sha256(content + b"\0" + sql).hexdigest()
    reader = Reader(dataset_id, described, sql.decode("utf-8").rstrip().rstrip(";"), digest)
    _refuse_unknown_columns(reader, shown_path(path))
    return reader


def _refuse_unknown_columns(reader: Reader, shown: str) -> None:
    """Refuse a type there is not, and a column the reader does not read: neither would ever be judged."""
    named = [*reader.types, *reader.filled, *(name for group in reader.countries for name in group)]
    for kind in reader.types.values():
        if kind not in TYPES:
            raise CannotRunError(f"{shown}: there is no type {quoted(kind)}{did_you_mean(kind, TYPES)}.")
    for name in named:
        if name not in (known := [*reader.required, *reader.optional]):
            raise CannotRunError(f"{shown}: {quoted(name)} is no column it reads{did_you_mean(name, known)}.")
    if both := sorted({*reader.unread, *reader.foreign} & {*reader.required, *reader.optional}):
        raise CannotRunError(f"{shown}: {', '.join(both)} cannot be read and unread.")


def _day(reader: Reader, described: object) -> date:
    try:
        return read_day(str(described))
    except ValueError as reason:
        raise CannotRunError(f"{reader.dataset_id}.yml: {reason}.") from None
