"""The queries of the small dimensions: ids, names, trees."""

from typing import Any

from dashboard.reading import Cursor, rows

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
