"""What is counted, and where it is shown: the measures of a publication, each a row of its dim_measures.

Pages, links, cards, files and words read them here, so that a measure that is published has all of these without code.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from dashboard.errors import DashboardError, NotRecordedError
from dashboard.publication.cache import Cursor, kept
from dashboard.publication.folder import publications
from dashboard.queries.names import names
from dashboard.request import publication
from dashboard.text import formatting

# What a page's address may be: seeds may hold anything, and what has a dot is a file.
PATH = re.compile(r"/[a-z0-9]+(-[a-z0-9]+)*")
LAST = 2**31


@dataclass(frozen=True)
class Measure:
    """One measure: what it is called, its page, its place in the bar (None: elsewhere), the groups that have a card."""

    measure_id: str
    name: str
    path: str
    page_name: str
    populations: tuple[str, ...] = ()
    bar_position: int | None = None

    @property
    def noun(self) -> str:
        """What is counted, within a sentence."""
        return formatting.noun({"measure_id": self.measure_id, "measure_name": self.name})


def _measure(row: Mapping[str, Any]) -> Measure:
    """Return a measure of a row of dim_measures; one without an address that can be one has no page."""
    name, path = str(row["name"] or row["measure_id"]), str(row.get("page_path") or "")
    return Measure(
        str(row["measure_id"]), name, path if PATH.fullmatch(path) else "", str(row.get("page_name") or name),
        tuple(str(row.get("card_populations") or "").split()), row.get("bar_position"),
    )  # fmt: skip


def _order(measure: Measure) -> tuple[int, str]:
    position = measure.bar_position
    return (LAST if position is None else position, measure.measure_id)


def _read(cursor: Cursor) -> dict[str, Measure]:
    found = sorted(map(_measure, names(cursor).of["measure"].values()), key=_order)
    return {each.path: each for each in found if each.path}


def pages(cursor: Cursor) -> Mapping[str, Measure]:
    """Return the measures that have a page, by its path: first those in the bar, in its order."""
    return kept(cursor, _read)


def shown() -> Mapping[str, Measure]:
    """Return the same of the publication of this request; of the newest where there is no record of the day asked for.

    Raises NothingPublishedError.
    """
    try:
        with publication.cursor() as cursor:
            return pages(cursor)
    except NotRecordedError:
        with publications().cursor() as cursor:
            return pages(cursor)


def readable() -> Mapping[str, Measure] | None:
    """Return the same; None where nothing can be read."""
    try:
        return shown()
    except (DashboardError, duckdb.Error):
        return None


def is_page(path: str) -> bool:
    """Whether a path, without a slash at its end, is that of a measure's page; none is while nothing can be read."""
    return bool(PATH.fullmatch(path)) and path in (readable() or {})


def may_be_page(path: str) -> bool:
    """Whether a path is that of a measure's page, or may be once something can be read."""
    found = readable()
    return bool(PATH.fullmatch(path)) and (found is None or path in found)
