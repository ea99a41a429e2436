"""The queries of the measure rooms: what was known on a day, narrowed by filters. A cursor in, a pandas frame out.

Every value is bound; what is put together here are names of ours.
"""

import duckdb
import pandas as pd

from dashboard.queries import FIGURES, RANGES
from dashboard.state import View

Cursor = duckdb.DuckDBPyConnection
# Stands for "the cause is not restricted" in addresses; no cause has this id.
NO_CAUSE = "none"
SCOPE_FILTERS = {
    "place": "f.place_id = $place",
    "population": "f.population_id = $population",
    "cause": f"coalesce(f.cause_id, '{NO_CAUSE}') = $cause",
    "counting": "f.counting = $counting",
}
# Columns of a range that have a twin without party claims.
TWINS = (
    "lowest", "highest", "agreement_low", "agreement_high", "agreement_source_count", "source_count", "report_count",
    "is_open_below", "is_open_above", "is_disputed",
)  # fmt: skip


def _frame(cursor: Cursor, sql: str, bound: dict[str, object]) -> pd.DataFrame:
    """Run one select; nullable integers stay integers."""
    return cursor.execute(sql, bound).df().convert_dtypes()


def change_days(cursor: Cursor, episode_id: str) -> pd.DataFrame:
    """List the days on which something of the episode was published, in order. One row per day (`day`, YYYY-MM-DD)."""
    sql = """
        select cast(published_on as text) as day from fct_figures
        where episode_id = $episode and published_on is not null group by all order by day
    """
    return _frame(cursor, sql, {"episode": episode_id})


def combinations(cursor: Cursor, episode_id: str, on: str | None) -> pd.DataFrame:
    """Count the figures of an episode known on a day by all that filters ask about, with the names of each id.

    One row per measure, place, population, cause, counting, source (voice) and whether party claim; those without
    a figure by that day count 0. The columns of ids are named as in the address.
    """
    sql = f"""
        with counted as (
            select measure_id, place_id, population_id, coalesce(cause_id, '{NO_CAUSE}') as cause_id, counting,
                voice_id, is_party_claim,
                count(*) filter (where $on is null or published_on <= cast($on as date)) as figure_count
            from fct_figures where episode_id = $episode group by all
        )
        select c.measure_id as measure, c.place_id as place, c.population_id as population, c.cause_id as cause,
            c.counting, c.voice_id as source, c.is_party_claim, c.figure_count, places.name as place_name,
            populations.name as population_name, causes.name as cause_name, voices.name as source_name
        from counted as c
        left join dim_places as places on c.place_id = places.place_id
        left join dim_populations as populations on c.population_id = populations.population_id
        left join dim_causes as causes on c.cause_id = causes.cause_id
        left join dim_voices as voices on c.voice_id = voices.voice_id
        order by all
    """
    return _frame(cursor, sql, {"episode": episode_id, "on": on})


def _scope_conditions(view: View) -> tuple[list[str], dict[str, object]]:
    """Return the conditions that scopes of a view meet, and the values to bind to them."""
    conditions = ["f.episode_id = $episode", "f.measure_id = $measure"]
    bound: dict[str, object] = {"episode": view.episode, "measure": view.measure}
    for name, condition in SCOPE_FILTERS.items():
        if name in view.filters:
            conditions.append(condition)
            bound[name] = view.filters[name]
    return conditions, bound


def figures(cursor: Cursor, view: View, limit: int = 400) -> pd.DataFrame:
    """Select the figures of a view with every name in words, as known on its day. One row per figure.

    Columns are those of queries.figures; is_standing, is_superseded and superseded_on are of that day;
    `matching_count` is how many figures there are before the cut at `limit`.
    """
    conditions, bound = _scope_conditions(view)
    if view.known_on:
        conditions.append("f.published_on <= cast($on as date)")
    if view.source:
        conditions.append("f.voice_id = $source")
        bound["source"] = view.source
    if view.party_claims == "out":
        conditions.append("not f.is_party_claim")
    sql = f"""
        select known.* replace (
                not is_withdrawn and not is_overtaken as is_standing,
                not is_withdrawn and is_overtaken as is_superseded,
                case when is_overtaken then superseded_on end as superseded_on),
            count(*) over () as matching_count
        from (
            select found.*, coalesce($on is null or superseded_on <= cast($on as date), false)
                and superseded_on is not null as is_overtaken
            from ({FIGURES} where {" and ".join(conditions)}) as found
        ) as known
        order by figure_id limit {int(limit)}
    """
    return _frame(cursor, sql, bound | {"on": view.known_on})


def ranges(cursor: Cursor, view: View) -> pd.DataFrame:
    """Select the ranges of a view's scopes up to its day. One row per scope and change day, in that order.

    A row's valid_to_on is null where it still stood on that day, which is_shown says too. With party claims out every
    column is its twin without them. The filter by source does not narrow ranges: they are over all sources.
    """
    conditions, bound = _scope_conditions(view)
    conditions.append("($on is null or f.valid_from_on <= cast($on as date))")
    twins = ", ".join(f"{name}_without_party_claims as {name}" for name in TWINS)
    claims = f"replace ({twins})" if view.party_claims == "out" else ""
    sql = f"""
        select chosen.* replace (case when is_shown then null else valid_to_on end as valid_to_on)
        from (
            select found.* {claims}, valid_to_on is null or coalesce(valid_to_on > cast($on as date), false) as is_shown
            from ({RANGES} where {" and ".join(conditions)}) as found
        ) as chosen
        where lowest is not null order by facet_id, valid_from_on
    """
    return _frame(cursor, sql, bound | {"on": view.known_on})
