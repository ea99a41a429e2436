"""The names behind the ids of one publication, and what lies within what; read once for each publication."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashboard.publication.cache import Cursor, kept, rows
from dashboard.text.panels import UNNAMED_PART

# The queries of the small dimensions: ids, names, trees.

TABLES = {
    "episode": "dim_episodes", "measure": "dim_measures", "population": "dim_populations", "place": "dim_places",
    "cause": "dim_causes", "actor": "dim_actors", "source": "dim_sources", "voice": "dim_voices",
    "hedge": "dim_hedges",
}  # fmt: skip
# The dimensions that a scope names.
SCOPE = ("episode", "measure", "population", "place", "cause", "actor")


def rows_of(cursor: Cursor, dimension: str) -> dict[str, dict[str, Any]]:
    """Return every row of a dimension by its id; a hedge, which has a row for each convention, by its first."""
    columns, found = rows(cursor, f"select * from {TABLES[dimension]}")
    every = [dict(zip(columns, row, strict=True)) for row in found]
    return {row[f"{dimension}_id"]: row for row in reversed(every)}


# Filters on a place or a population with all that lies within it: `within.SY02` for the tree below SY02.

# Before an id of a tree: this one and everything below it. Ids hold no full stop, so none begins like this.
WITHIN = "within."
TREES = {"population_id": "dim_populations", "place_id": "dim_places"}


def below(column: str) -> str:
    """Return a subquery: the ids bound as `within_<column>` (a list) with all below them; raises KeyError.

    A loop in the tree ends, since union keeps every id once. One row per id.
    """
    table = TREES[column]
    return f"""(with recursive below (id) as (
        select t.{column} from {table} as t where list_contains($within_{column}, t.{column})
        union select t.{column} from below inner join {table} as t on {_is_within(column)}
    ) select below.id from below)"""


def _is_within(column: str) -> str:
    also = " or t.also_within_id = below.id" if column == "population_id" else ""
    return f"t.parent_id = below.id{also}"


def exact(ids: tuple[str, ...]) -> list[str]:
    """Return those ids that stand for themselves alone."""
    return [one for one in ids if not one.startswith(WITHIN)]


def roots(ids: tuple[str, ...]) -> list[str]:
    """Return those ids, bare, that stand for all within them too."""
    return [one.removeprefix(WITHIN) for one in ids if one.startswith(WITHIN)]


def _parents(row: Mapping[str, Any]) -> list[str]:
    """Return what a row of a tree lies within: civilian children within civilians and within children."""
    return [row[name] for name in ("parent_id", "also_within_id") if row.get(name)]


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
        for dimension, found_rows in self.of.items():
            for one, row in found_rows.items():
                for parent in _parents(row):
                    found.setdefault((dimension, parent), []).append(one)
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
            for parent in _parents(rows.get(left.pop(), {})):
                if parent not in found:
                    found.add(parent)
                    left.append(parent)
        return found

    def depths(self, dimension: str) -> Mapping[str, int]:
        """Return how deep every id lies in its tree: 1 at the top."""
        return {one: len(self.above(dimension, [one])) + 1 for one in self.of[dimension]}

    def tree(self, dimension: str) -> list[tuple[str, int]]:
        """Return every id with its depth in the order of the tree: each below what is around it, siblings by name."""
        return list(self._trees[dimension])

    def positions(self, dimension: str) -> Mapping[str, int]:
        """Return where every id stands in the order of its tree."""
        return self._positions[dimension]

    @cached_property
    def _positions(self) -> Mapping[str, Mapping[str, int]]:
        return {dimension: {one: at for at, (one, _) in enumerate(tree)} for dimension, tree in self._trees.items()}

    @cached_property
    def _trees(self) -> Mapping[str, list[tuple[str, int]]]:
        return {dimension: self._tree(dimension) for dimension in ("place", "population", "measure") if
                dimension in self.of}  # fmt: skip

    def _tree(self, dimension: str) -> list[tuple[str, int]]:
        rows = self.of[dimension]

        def named(ids: Iterable[str]) -> list[str]:
            return sorted(ids, key=lambda one: (str(rows[one]["name"] or one).casefold(), one))

        found: list[tuple[str, int]] = []
        seen: set[str] = set()
        tops = named(one for one, row in rows.items() if row.get("parent_id") not in rows)
        left = [(one, 1) for one in reversed(tops)]
        while left:
            one, depth = left.pop()
            if one not in seen:
                seen.add(one)
                found.append((one, depth))
                left += [(each, depth + 1) for each in reversed(named(self._below.get((dimension, one), ())))]
        return found

    def chosen_ids(self, dimension: str, value: str) -> list[str]:
        """Return the ids a filter's value lets through: the id itself, or after "within." all within it too."""
        is_wide = value.startswith(WITHIN)
        return self.within(dimension, value.removeprefix(WITHIN)) if is_wide else [value]

    def is_headline(self, row: Mapping[str, Any]) -> bool:
        """Whether a scope answers "how many in all?": everyone of the episode, or of its one event."""
        episode = self.of["episode"].get(row["episode_id"])
        if episode is None or UNNAMED_PART in str(row["scope_id"]):
            return False
        if episode.get("incident_id"):
            return bool((row["population_id"], row.get("incident_id")) == ("all", episode["incident_id"]))
        counting = episode.get("counting") or "cumulative"
        start = row["period_start_on"] if counting == "stock" else episode["start_on"]
        of_whole = ("all", episode["place_id"], None, None, counting, start, "reported", None)
        keys = ("population_id", "place_id", "cause_id", "actor_id", "counting", "period_start_on", "verification",
                "place_role")  # fmt: skip
        return of_whole == tuple(row[key] for key in keys) and row["kind"] in ("count", "register")

    def is_background(self, row: Mapping[str, Any]) -> bool:
        """Whether a scope began before the episode, as tolls of a whole war do."""
        episode = self.of["episode"].get(row["episode_id"])
        started = row["period_start_on"]
        return bool(episode and started and episode["start_on"] and started < episode["start_on"])

    def worded(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a row of figures is called, by the names of its scope, and where that scope belongs."""
        return {
            **{f"{dimension}_name": self.name(dimension, row[f"{dimension}_id"]) for dimension in SCOPE},
            "population_words": (self.of["population"].get(str(row["population_id"])) or {}).get("in_sentence"),
            "facet_id": f"{row['measure_id']}.{row['scope_id']}" + (".share" if row["is_share"] else ""),
            "is_share": bool(row["is_share"]),
            "is_headline": self.is_headline(row),
            "is_background": self.is_background(row),
        }


def _read(cursor: Cursor) -> Names:
    return Names({dimension: rows_of(cursor, dimension) for dimension in TABLES})


def names(cursor: Cursor) -> Names:
    """Return the names of the publication a cursor reads."""
    return kept(cursor, _read)
