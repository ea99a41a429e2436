"""The names behind the ids of one publication, and what lies within what; read once for each publication."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashboard import queries_names
from dashboard.queries_trees import WITHIN
from dashboard.reading import Cursor, kept


@dataclass(frozen=True)
class Names:
    """Rows of the small dimensions by id: `of["place"]["SY02"]["name"]`."""

    of: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def name(self, dimension: str, an_id: object) -> str | None:
        """Return the name of an id, or None where it has none."""
        row = self.of[dimension].get(str(an_id))
        return None if row is None else row["name"]

    @cached_property
    def _below(self) -> Mapping[tuple[str, str], list[str]]:
        """The ids right below an id in its tree, by dimension and id."""
        found: dict[tuple[str, str], list[str]] = {}
        for dimension, rows in self.of.items():
            for one, row in rows.items():
                if row.get("parent_id"):
                    found.setdefault((dimension, row["parent_id"]), []).append(one)
        return found

    def within(self, dimension: str, an_id: str) -> list[str]:
        """Return an id and every id below it in its tree, such as the districts of a governorate."""
        found = [an_id]
        for each in found:
            found += [one for one in self._below.get((dimension, each), ()) if one not in found]
        return found

    def above(self, dimension: str, ids: Iterable[str]) -> set[str]:
        """Return every id above one of these in its tree, such as the governorate of a district."""
        rows, found, left = self.of[dimension], set[str](), list(ids)
        while left:
            parent = rows.get(left.pop(), {}).get("parent_id")
            if parent and parent not in found:
                found.add(parent)
                left.append(parent)
        return found

    def asked(self, dimension: str, value: str) -> list[str]:
        """Return the ids a filter's value lets through: the id itself, or after "within." all within it too."""
        is_wide = value.startswith(WITHIN)
        return self.within(dimension, value.removeprefix(WITHIN)) if is_wide else [value]

    def is_headline(self, row: Mapping[str, Any]) -> bool:
        """Whether a scope answers "how many in all?": everyone in the episode's place since it began, of any cause."""
        episode = self.of["episode"].get(row["episode_id"])
        if episode is None:
            return False
        of_whole = ("all", episode["place_id"], None, None, "cumulative", episode["start_on"])
        keys = ("population_id", "place_id", "cause_id", "actor_id", "counting", "period_start_on")
        return of_whole == tuple(row[key] for key in keys)

    def is_background(self, row: Mapping[str, Any]) -> bool:
        """Whether a scope began before the episode, as tolls of a whole war do."""
        episode = self.of["episode"].get(row["episode_id"])
        started = row["period_start_on"]
        return bool(episode and started and episode["start_on"] and started < episode["start_on"])

    def worded(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a row of figures is called, by the names of its scope, and where that scope belongs."""
        return {
            **{f"{dimension}_name": self.name(dimension, row[f"{dimension}_id"]) for dimension in queries_names.SCOPE},
            "facet_id": f"{row['measure_id']}.{row['scope_id']}" + (".share" if row["is_share"] else ""),
            "is_share": bool(row["is_share"]),
            "is_headline": self.is_headline(row),
            "is_background": self.is_background(row),
        }


def _read(cursor: Cursor) -> Names:
    return Names({dimension: queries_names.rows_of(cursor, dimension) for dimension in queries_names.TABLES})


def names(cursor: Cursor) -> Names:
    """Return the names of the publication a cursor reads."""
    return kept(cursor, _read)
