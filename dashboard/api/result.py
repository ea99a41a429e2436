"""What was found for an address: its rows, and everything a reader must know to use and cite them."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from dashboard.api.parse import Parameters, make_cursor
from dashboard.api.schema import Endpoint, kind
from dashboard.formats.registry import FORMATS
from dashboard.request import as_of
from dashboard.text import as_of as text_as_of
from dashboard.text import datasets, formatting

NOTES = (
    "Empty bounds are open: no low means “or fewer”, no high means “or more”.",
    "Compare rows only within one scope_id; never add ranges up; count reports, not figures.",
    "Party claims are shown as stated and never corrected.",
    "Implied bounds are given only as known on the latest day, since figures read later move them, and only by the "
    "convention of the publication, by which they are worked out.",
    "What could harm somebody if it were shown is in no publication and in none of these rows; how much that is is not "
    "said.",
    "Figures of published data sets (episode worldwide) are their producers’, under the licence of each: data_sets "
    "names those among these rows, with how to credit and to cite them.",
)


def public_url(host_url: str) -> str:
    """Return where the readers find us, without a slash at the end: ON_RECORD_PUBLIC_URL, or the request's host."""
    return (os.environ.get("ON_RECORD_PUBLIC_URL") or host_url).rstrip("/")


def plain(value: Any, of_kind: str) -> Any:
    """Return a value as JSON and CSV write it: days and UTC moments in ISO form, missing ones as None."""
    if value is None:
        return None
    if of_kind == "day":
        return value.date().isoformat() if isinstance(value, datetime) else value.isoformat()
    if of_kind == "moment":
        return value.isoformat(timespec="seconds") + "Z"
    if of_kind == "boolean":
        return bool(value)
    return {"integer": int, "number": float}.get(of_kind, str)(value)


# Values that are written as they are.
PLAIN = {kind: {one, type(None)} for kind, one in
         (("text", str), ("integer", int), ("number", float), ("boolean", bool))}  # fmt: skip


def plain_column(values: Sequence[Any], of_kind: str) -> Sequence[Any]:
    """Return a column of such values: most are written as they are, and of days many are the same."""
    if of_kind in PLAIN:
        return values if set(map(type, values)) <= PLAIN[of_kind] else [plain(value, of_kind) for value in values]
    told = {value: plain(value, of_kind) for value in set(values)}
    return [told[value] for value in values]


@dataclass(frozen=True)
class Found:
    """The answer to one address from one publication; `frame` holds one row more than asked where there are more."""

    endpoint: Endpoint
    parameters: Parameters
    build: formatting.Row
    episodes: Mapping[str, str]
    total: int
    frame: pd.DataFrame
    base: str
    path: str
    credits: Sequence[formatting.Row] = ()
    odd: str = ""

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The rows of this page, without their key."""
        return self.frame.head(self.parameters.wanted.limit).drop(columns="key")

    @property
    def name(self) -> str:
        """What the rows are called."""
        return self.endpoint.name

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of every column, in their order."""
        return {name: kind(name) for name in self.rows.columns}

    @property
    def known_on(self) -> date:
        """The day as known on which the rows are told."""
        parameters = self.parameters.wanted.known_on
        return parameters if parameters != date.max else date.fromisoformat(plain(self.build["known_until_on"], "day"))

    @property
    def hedge_convention(self) -> str:
        """The convention by which the words around numbers are read."""
        return self.parameters.wanted.hedge_convention or str(self.build["hedge_convention"])

    @property
    def reading(self) -> dict[str, str]:
        """What an address must say to read the same record by the same convention: nothing where neither was asked."""
        parameters = self.parameters.wanted.hedge_convention
        return ({"hedge_convention": parameters} if parameters else {}) | self.day

    @property
    def day(self) -> dict[str, str]:
        """What an address must say to be answered from the same day's record: nothing where none was asked for."""
        parameters = self.parameters.one(as_of.NAME)
        return {as_of.NAME: parameters} if parameters else {}

    @property
    def day_query(self) -> str:
        """The same as a whole query, with its question mark."""
        return f"?{urlencode(self.day)}" if self.day else ""

    @property
    def is_read_otherwise(self) -> bool:
        """Whether that is another one than the publication's own."""
        return self.hedge_convention != str(self.build["hedge_convention"])

    @property
    def published_at(self) -> datetime:
        """When the publication was made, UTC, to the second."""
        return datetime.fromisoformat(self.build["published_at"].isoformat()).replace(microsecond=0, tzinfo=UTC)

    def address(self, path: str = "", leave_out: tuple[str, ...] = (), **changes: str) -> str:
        """Return an address of the same question with some values changed; relative to the root."""
        pairs = [*self.parameters.pairs(*changes, *leave_out), *changes.items()]
        return (path or self.path) + ("?" + urlencode(pairs) if pairs else "")

    @property
    def cursor_of_next(self) -> str:
        """Where the next page begins, or nothing where this one is the last."""
        limit = self.parameters.wanted.limit
        if len(self.frame) <= limit:
            return ""
        return make_cursor(str(self.build["build_id"]), str(self.frame["key"].iloc[limit - 1]))

    @property
    def next(self) -> str:
        """The address of the next page, or nothing."""
        return self.address(cursor=self.cursor_of_next) if self.cursor_of_next else ""

    @property
    def citation(self) -> str:
        """How to cite these rows."""
        chosen = self.parameters.values.get("episode") or tuple(self.episodes)
        names = "; ".join(self.episodes[one] for one in chosen if one in self.episodes)
        read = f", words read by the convention “{self.hedge_convention}”" if self.is_read_otherwise else ""
        return (
            f"On Record{f', {names}' if names else ''}, {text_as_of.known(self.known_on, self.build)}{read}. "
            f"Publication {self.build['build_id']}, {formatting.moment(self.published_at)}. "
            f"{datasets.LICENCE['name']}. {datasets.credit(self.credits)}"
        ).rstrip()

    @property
    def about(self) -> dict[str, Any]:
        """Everything about the rows but the rows."""
        build = self.build
        return {
            "resource": self.endpoint.name,
            "one_row_per": self.endpoint.row,
            "build_id": build["build_id"],
            "on_record_version": build["on_record_version"],
            "published_at": plain(self.published_at.replace(tzinfo=None), "moment"),
            "known_until_on": plain(build["known_until_on"], "day"),
            "known_on": self.known_on.isoformat(),
            **as_of.clocks(build),
            "hedge_convention": self.hedge_convention,
            "party_claims": "out" if self.parameters.wanted.is_without_party_claims else "in",
            "filters": {name: list(values) for name, values in self.parameters.values.items()
                        if name not in ("format", "limit", "cursor")},
            "row_count": len(self.rows),
            "total_row_count": self.total,
            "licence": datasets.LICENCE,
            "data_sets": list(self.credits),
            "citation": self.citation,
            "address": self.base + self.address(),
            "notes": [*NOTES, *([self.odd] if self.odd else [])],
        }  # fmt: skip

    @property
    def links(self) -> dict[str, str | None]:
        """Absolute addresses of this page, the next, and the same question in every other form."""
        whole = ("limit", "cursor", "format")
        files = {form: self.address(leave_out=whole, format=form) for form in FORMATS if form != "json"}
        found = {"self": self.address(), "next": self.next, **files}
        if self.endpoint.name in ("figures", "ranges"):
            found["html"] = self.address(f"/{self.endpoint.name}.html", whole)
        found["openapi"] = "/api/v1/openapi.json"
        return {name: self.base + address if address else None for name, address in found.items()}

    @property
    def file_name(self) -> str:
        """Return a file name that says episode, measure, known_on and build; without an ending."""
        parts = [f"on-record-{self.endpoint.name}"]
        for name in ("episode", "measure"):
            parts.append("+".join(self.parameters.values.get(name, ())) or f"all-{name}s")
        parts += [
            f"known-on-{self.known_on.isoformat()}{text_as_of.name_of(self.build)}",
            f"build-{str(self.build['build_id'])[:13]}",
        ]
        parts += [f"convention-{self.hedge_convention}"] if self.is_read_otherwise else []
        parts += ["without-party-claims"] if self.parameters.wanted.is_without_party_claims else []
        return re.sub(r"[^A-Za-z0-9+._-]", "-", "_".join(parts))[:180]
