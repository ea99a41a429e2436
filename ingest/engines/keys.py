"""The keys of the published tables, as the tests of their models say: what no two rows of a table share."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from common.contracts import FOLDERS, described

CAST = re.compile(r"cast\((\w+) as .*\)")
COMBINATION = "unique_combination_of_columns"


@cache
def keys() -> dict[str, tuple[str, ...]]:
    """Return the columns of a key of each published table that has one, by table.

    Where a model proves several, the one of fewest columns; of as many, the one named first.
    """
    found = {}
    for name, model in described(*FOLDERS).items():
        columns = {column["name"] for column in model["columns"]}
        candidates = [key for key in _proved(model) if set(key) <= columns]
        if candidates:
            found[name] = min(candidates, key=len)
    return found


def _proved(model: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for test in model.get("data_tests", ()):
        for kind, told in test.items():
            arguments = told.get("arguments", {})
            if kind == COMBINATION:
                yield tuple(arguments["combination_of_columns"])
            elif kind == "keeps_rows_of":
                yield from _of_kept([arguments])
            elif kind == "claims_hold":
                yield from (tuple(columns) for columns in arguments.get(COMBINATION, {}).values())
                yield from _of_kept(arguments.get("keeps_rows_of", {}).values())


def _of_kept(claims: Any) -> Iterator[tuple[str, ...]]:
    """Each row of the other relation is here once: of all rows here, so its key is one of ours.

    A key put together of columns (`scope_id || ' ' || cast(valid_from_on as …)`) is there once, so these columns are.
    """
    for claim in claims:
        if "here" not in claim:
            parts = [part.strip() for part in claim["key"].split("||")]
            yield tuple(CAST.sub(r"\1", part) for part in parts if not part.startswith("'"))
