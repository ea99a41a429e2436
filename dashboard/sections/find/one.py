"""The page of one thing with an address of its own, such as a place: what it holds, its files, how it is cited."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from dashboard.components import downloads, page_frame
from dashboard.components.citation import citation
from dashboard.components.selection import Selection
from dashboard.publication.cache import Cursor


def contents_of(
    prefix: str,
    what: str,
    tables: Sequence[str],
    exists: Callable[[Cursor, str], object],
    page: Callable[[Cursor, str, Selection], Sequence[Any]],
) -> Callable[[str], page_frame.Contents]:
    """Return what gives, for an id, the function that reads and builds its page.

    Args:
        prefix: the path before the id, such as page_frame.PLACE.
        what: what it is called, in a citation and where there is none of that id.
        tables: its files.
        exists: whether the publication knows the id.
        page: the parts above the files.

    """

    @lru_cache(maxsize=256)
    def of_id(an_id: str) -> page_frame.Contents:
        def contents(cursor: Cursor, selection: Selection) -> list[Any]:
            if not exists(cursor, an_id):
                return page_frame.unknown(what, an_id)
            cite = citation(f"{what} {an_id}", selection.known_on, selection.build)
            files = downloads.line(f"{prefix}{an_id}", selection.query, tables, cite=cite)
            return [*page(cursor, an_id, selection), files]

        return contents

    return of_id
