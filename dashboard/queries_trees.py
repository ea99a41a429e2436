"""Filters on a place or a population with all that lies within it: `within.SY02` for the tree below SY02."""

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
        union select t.{column} from below inner join {table} as t on t.parent_id = below.id
    ) select below.id from below)"""


def exact(ids: tuple[str, ...]) -> list[str]:
    """Return those ids that stand for themselves alone."""
    return [one for one in ids if not one.startswith(WITHIN)]


def roots(ids: tuple[str, ...]) -> list[str]:
    """Return those ids, bare, that stand for all within them too."""
    return [one.removeprefix(WITHIN) for one in ids if one.startswith(WITHIN)]
