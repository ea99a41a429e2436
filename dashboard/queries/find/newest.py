"""The newest number of each place and measure, as its source stated it: what a front door shows. A cursor in, rows out.

A number here is of the widest people there is a count of, everyone before civilians before any other, and says whom.
Single events are nobody's total, estimates are in no range of counts, and a party's claim about its enemy is no number
of a place: none of them is here.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboard.publication.cache import Cursor, dicts, kept
from dashboard.queries import datasets
from dashboard.queries.base import FIGURES
from dashboard.queries.names import Names, names

# The day that a number speaks of: up to which it counts, or the end of its window.
DAY = """case when f.counting in ('cumulative', 'stock') then coalesce(f.counted_until_on, f.reported_on)
    else coalesce(f.period_end_on, f.period_start_on, f.reported_on) end"""
# A place whose name no list knows is not the whole of the place it counts for (as in range_over_time).
RANKED = f"""
    select f.episode_id, f.measure_id, f.place_id, f.figure_id, {DAY} as day, row_number() over (
        partition by f.episode_id, f.measure_id, f.place_id
        order by case f.population_id when 'all' then 0 when 'civilians' then 1 else 2 end,
            f.cause_id is not null and f.cause_id is distinct from m.cause_id, f.actor_id is not null,
            f.verification <> 'reported', {DAY} desc nulls last,
            coalesce(f.value_stated, f.low, f.high) desc nulls last, f.figure_id
    ) as place_in_order
    from fct_figures as f left join dim_measures as m on f.measure_id = m.measure_id
    where {{condition}} and f.is_standing and not f.is_withdrawn and not f.is_share and not f.is_relay
        and f.kind in ('count', 'register') and f.counting <> 'incident' and f.claim_about is distinct from 'enemy'
        and split_part(f.scope_id, '.', 4) = f.place_id
"""


def _dressed(cursor: Cursor, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return figures in words by their ids."""
    sql = f"{FIGURES} where list_contains($ids::text[], f.figure_id)"
    tell = datasets.teller(cursor)
    found = dicts(cursor, sql, {"ids": list(ids), "known_on": date.max})
    return {row["figure_id"]: row | tell(row) for row in found}


def _newest(cursor: Cursor, condition: str, bound: dict[str, object]) -> list[dict[str, Any]]:
    sql = f"select r.* from ({RANKED.format(condition=condition)}) as r where r.place_in_order = 1"
    ranked = dicts(cursor, sql, bound)
    told = _dressed(cursor, [row["figure_id"] for row in ranked])
    return [told[row["figure_id"]] | {"day": row["day"]} for row in ranked]


def of_place(cursor: Cursor, place_id: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the newest numbers of a place itself, and of what lies within it where it has none of its own.

    Of the place one row per episode and measure; of what lies within it one for each of the widest places besides. Each
    is a figure with its `day`, the newest first.
    """
    known = names(cursor)
    rows = _newest(cursor, "list_contains($places::text[], f.place_id)", {"places": known.within("place", place_id)})
    rows.sort(key=lambda row: (row["day"] or date.min, str(row["figure_id"])), reverse=True)
    own = [row for row in rows if row["place_id"] == place_id]
    held = {(row["episode_id"], row["measure_id"]) for row in own}
    depths, parts = known.depths("place"), dict[tuple[str, str], list[dict[str, Any]]]()
    for row in rows:
        parts.setdefault((row["episode_id"], row["measure_id"]), []).append(row)
    widest = {row["figure_id"] for at, each in parts.items() if at not in held for row in _widest(each, depths)}
    return own, [row for row in rows if row["figure_id"] in widest]


def _by_country(cursor: Cursor) -> dict[str, list[dict[str, Any]]]:
    known = names(cursor)
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in _newest(cursor, "f.episode_id = $episode", {"episode": datasets.EPISODE}):
        country = country_of(known, row["place_id"])
        if country:
            found.setdefault(country, {}).setdefault(row["measure_id"], []).append(row)
    depths = known.depths("place")
    return {
        country: sorted(
            (row for rows in by_measure.values() for row in _widest(rows, depths)),
            key=lambda row: (row["day"] or date.min, str(row["figure_id"])), reverse=True,
        )
        for country, by_measure in found.items()
    }  # fmt: skip


def _widest(rows: Sequence[dict[str, Any]], depths: Any) -> list[dict[str, Any]]:
    """Return the numbers of the widest places alone: of the country, or of its parts where nobody counts all of it."""
    widest = min(depths.get(row["place_id"], 0) for row in rows)
    return [row for row in rows if depths.get(row["place_id"], 0) == widest]


def country_of(known: Names, place_id: str) -> str:
    """Return the country that a place lies in or is; an empty text where it is in none."""
    lying = [place_id, *known.above("place", [place_id])]
    return next((one for one in lying if (known.of["place"].get(one) or {}).get("kind") == "country"), "")


def by_country(cursor: Cursor) -> dict[str, list[dict[str, Any]]]:
    """Return the newest numbers that data sets have, by country, the newest first.

    One row per measure and widest place of the country, each a figure in words with its `day`.
    """
    return kept(cursor, _by_country)
