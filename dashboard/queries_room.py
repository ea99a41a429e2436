"""The queries of the measure rooms: what was known on a day, narrowed by filters. A cursor in, a pandas frame out.

Every value is bound; what is put together here are names of ours. Each table is read by itself, since planning a
dozen joins to small tables costs more than the reading: names are put beside the ids by dashboard/names.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from dashboard import queries_data_sets
from dashboard.names import Names, names
from dashboard.reading import Cursor, frame, made, once, rows
from dashboard.standing import on_day
from dashboard.state import View

# Stands for "the cause is not restricted" in addresses; no cause has this id.
NO_CAUSE = "none"
# Columns of a range that have a twin without party claims.
TWINS = (
    "lowest", "highest", "agreement_low", "agreement_high", "agreement_source_count", "source_count", "report_count",
    "is_open_below", "is_open_above", "is_disputed",
)  # fmt: skip
# What ranges that lie near each other have in common.
NEAR = ("population_id", "place_id", "period_start_on")
# What a chart, a table and a file of figures need; how a figure was coded and loaded is told on its own page.
COLUMNS = """
    f.figure_id, f.report_id, f.document_id, f.episode_id, f.source_id, f.voice_id, f.scope_id, f.measure_id, f.unit_id,
    f.population_id, f.place_id, f.cause_id, f.actor_id, f.part_of, f.hedge_id, f.counting, f.phrase, f.publisher,
    f.document_title, f.document_url, f.low_basis, f.high_basis, f.reported_on_basis, f.published_on_basis, f.status,
    f.note, f.paragraph, f.low, f.value_stated, f.high, f.share_low_pct, f.share_stated_pct, f.share_high_pct,
    f.is_share, f.is_party_claim, f.is_relay, f.is_withdrawn, f.period_start_on, f.period_end_on, f.reported_on,
    f.published_on, f.superseded_on
"""
READING = (
    "low_basis", "high_basis", "low", "value_stated", "high", "share_low_pct", "share_stated_pct", "share_high_pct",
)  # fmt: skip
READ_OTHERWISE = ", ".join(f"r.{name} as {name}" for name in READING)
OTHERWISE = "inner join fct_readings as r on f.figure_id = r.figure_id and r.hedge_convention = $convention"
# What the ranges of a scope take over from its figures.
SCOPE_WORDS = (
    "facet_id", "episode_id", "measure_id", "unit_id", "population_id", "place_id", "cause_id", "actor_id", "counting",
    "episode_name", "measure_name", "population_name", "place_name", "cause_name", "actor_name", "is_share",
    "is_headline", "is_background", "period_start_on", "period_end_on",
)  # fmt: skip


def change_days(cursor: Cursor, episode_id: str) -> pd.DataFrame:
    """List the days on which something of the episode was published, in order. One row per day (`day`, YYYY-MM-DD)."""
    sql = """
        select cast(published_on as text) as day from fct_figure_counts
        where episode_id = $episode and published_on is not null group by all order by day
    """
    return frame(cursor, sql, {"episode": episode_id})


def combinations(cursor: Cursor, episode_id: str, on: str | None) -> pd.DataFrame:
    """Count the figures of an episode known on a day by all that filters ask about.

    One row per measure, place, population, cause, counting, source (voice) and whether party claim; those without
    a figure by that day count 0. The columns of ids are named as in the address.
    """
    sql = f"""
        select measure_id as measure, place_id as place, population_id as population,
            coalesce(cause_id, '{NO_CAUSE}') as cause, counting, voice_id as source, is_party_claim,
            cast(sum(case when $on is null or published_on <= cast($on as date) then figure_count else 0 end) as bigint)
                as figure_count
        from fct_figure_counts where episode_id = $episode group by all order by all
    """
    return frame(cursor, sql, {"episode": episode_id, "on": on})


def _in(column: str, name: str, ids: Iterable[object]) -> tuple[str, dict[str, object]]:
    """Return the condition that a column is one of some ids, each bound by a name of its own."""
    bound: dict[str, object] = {f"{name}_{number}": one for number, one in enumerate(ids)}
    return f"{column} in ({', '.join(f'${each}' for each in bound) or 'null'})", bound


def conditions(view: View, known: Names) -> tuple[list[str], dict[str, object]]:
    """Return the conditions that figures of a view meet whatever its day, and the values to bind to them."""
    found = ["f.episode_id = $episode", "f.measure_id = $measure"]
    bound: dict[str, object] = {"episode": view.episode, "measure": view.measure}
    for name, value in view.filters.items():
        if name in ("place", "population"):
            condition, values = _in(f"f.{name}_id", name, known.asked(name, value))
        elif name == "cause":
            condition = f"coalesce(f.cause_id, '{NO_CAUSE}') = $cause"
            values = {"cause": value}
        else:
            condition = f"f.{'voice_id' if name == 'source' else name} = ${name}"
            values = {name: value}
        found.append(condition)
        bound |= values
    if view.party_claims == "out":
        found.append("not f.is_party_claim")
    return found, bound


def figures(cursor: Cursor, view: View, limit: int | None = None) -> pd.DataFrame:
    """Select the figures of a view with every name in words, as known on its day. One row per figure.

    Columns are COLUMNS and what `_figure` adds; is_standing, is_superseded and superseded_on are of that day. At most
    `limit` rows, the view's own number where None: the first in the order of fct_figures, which begins with the widest
    scopes and which DuckDB keeps.
    """
    known = names(cursor)
    where, bound = conditions(view, known)
    if view.known_on:
        where.append("f.published_on <= cast($on as date)")
        bound["on"] = view.known_on
    chosen = f"{COLUMNS}, f.record_line, {queries_data_sets.figure_columns(cursor)}"
    every = f"select {chosen} from fct_figures as f where {' and '.join(where)} limit {int(limit or view.rows)}"
    sql = f"select f.* replace ({READ_OTHERWISE}) from ({every}) as f {OTHERWISE}" if view.hedge_convention else every
    bound |= {"convention": view.hedge_convention} if view.hedge_convention else {}
    columns, found = rows(cursor, sql, bound)
    dressed = [
        queries_data_sets.beside(cursor, _figure(dict(zip(columns, row, strict=True)), view, known)) for row in found
    ]
    dressed.sort(key=lambda row: row["figure_id"])
    return made(list(dressed[0]) if dressed else columns, [tuple(row.values()) for row in dressed])


def _figure(row: dict[str, Any], view: View, known: Names) -> dict[str, Any]:
    """Return one figure with its names and its reading, standing as it stood on the view's day."""
    named = on_day(known.dressed(row), date.fromisoformat(view.known_on) if view.known_on else None)
    low, stated, high = (
        ("share_low_pct", "share_stated_pct", "share_high_pct")
        if named["is_share"]
        else ("low", "value_stated", "high")
    )
    return named | {
        "reading_low": row[low], "reading_stated": row[stated], "reading_high": row[high],
        "source_name": known.name("source", row["source_id"]), "voice_name": known.name("voice", row["voice_id"]),
        "hedge_name": known.name("hedge", row["hedge_id"]),
    }  # fmt: skip


def ranges(cursor: Cursor, view: View, found: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Select the ranges of the scopes of some figures up to a view's day. One row per scope and change day, in order.

    Its columns are those of range_reported, the scope's in words as the figures have them. A row's valid_to_on is null
    where it still stood on that day, which is_shown says too. With party claims out every number is its twin without
    them. The filter by source does not narrow ranges: they are over all sources.
    """
    scopes = {row["scope_id"]: {key: row[key] for key in SCOPE_WORDS} for row in found if not row["is_share"]}
    wanted = tuple(sorted((scope_id, *(row[key] for key in NEAR)) for scope_id, row in scopes.items()))
    convention = view.hedge_convention or once(cursor, conventions)[0]
    # All days at once: a reader who moves the day asks for the same scopes again.
    every = once(cursor, _steps, view.episode, view.measure, convention, view.party_claims, wanted)
    told = [
        _range(row, view) for row in every if not view.known_on or row["valid_from_on"].isoformat() <= view.known_on
    ]
    kept = [scopes[row["scope_id"]] | row for row in told]
    return made(list(kept[0]) if kept else ["facet_id", "is_shown"], [tuple(row.values()) for row in kept])


def _steps(
    cursor: Cursor, episode: str, measure: str, convention: str, party_claims: str, scopes: tuple[tuple[Any, ...], ...]
) -> list[dict[str, Any]]:
    """List every range of some scopes (their id and NEAR), by scope and day."""
    inside, bound = _near([dict(zip(NEAR, values, strict=True)) for _, *values in scopes])
    wanted, ids = _in("f.scope_id", "scope", [scope_id for scope_id, *_ in scopes])
    twin = "_without_party_claims" if party_claims == "out" else ""
    sql = f"""
        select f.scope_id, {", ".join(f"{name}{twin} as {name}" for name in TWINS)}, valid_from_on, valid_to_on
        from range_reported as f
        where f.episode_id = $episode and f.measure_id = $measure and f.hedge_convention = $convention
            and {inside} and {wanted} and lowest{twin} is not null
        order by f.scope_id, f.valid_from_on
    """
    bound |= ids | {"episode": episode, "measure": measure, "convention": convention}
    columns, every = rows(cursor, sql, bound)
    return [dict(zip(columns, row, strict=True)) for row in every]


def _near(scopes: Sequence[Mapping[str, Any]]) -> tuple[str, dict[str, object]]:
    """Return conditions that the ranges of some scopes meet, with few others, and the values to bind.

    Comparing a million long ids costs ten times as much as comparing days and short words first.
    """
    found: list[str] = []
    bound: dict[str, object] = {}
    for name in ("population_id", "place_id"):
        condition, named = _in(f"f.{name}", name, sorted({row[name] for row in scopes}))
        found.append(condition)
        bound |= named
    days = [row["period_start_on"] for row in scopes]
    if days and None not in days:
        found.append("f.period_start_on between $first and $last")
        bound |= {"first": min(days), "last": max(days)}
    return " and ".join(found), bound


def _range(row: dict[str, Any], view: View) -> dict[str, Any]:
    """Return one range; one that still stood on the view's day has no end."""
    ended_on = row["valid_to_on"]
    is_shown = ended_on is None or (view.known_on is not None and ended_on.isoformat() > view.known_on)
    return row | {"is_shown": is_shown, "valid_to_on": None if is_shown else ended_on}


def conventions(cursor: Cursor) -> list[str]:
    """List the hedge conventions by which figures are read, the publication's own first."""
    sql = """
        select h.convention from (select distinct convention from dim_hedges) as h
        order by h.convention <> (select hedge_convention from build), h.convention
    """
    return list(frame(cursor, sql)["convention"])
