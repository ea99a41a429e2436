"""The queries of the measure pages: what was known on a day, narrowed by filters. A cursor in, rows out.

Every value is bound; what is put together here are names of ours. Each table is read by itself, since planning a
dozen joins to small tables costs more than the reading: names are put beside the ids by dashboard/queries/names.py.
Rows that only pages read are dictionaries: a frame would cost as much as its query.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from dashboard.publication.cache import Cursor, dicts, frame, once
from dashboard.queries import datasets, standing
from dashboard.queries.columns import TWINS
from dashboard.queries.names import Names, names
from dashboard.request.view import View

# Stands for "the cause is not restricted" in addresses; no cause has this id.
NO_CAUSE = "none"
# What ranges that lie near each other have in common.
NEAR = ("population_id", "place_id", "period_start_on")
# So many ranges are quicker read than told apart; where more lie between those of a view, they are asked for by name.
MOST_BETWEEN = 1_000
# What a chart, a table and their words tell of a figure. Each column costs a fiftieth of a millisecond to plan alone,
# ids that differ from row to row a quarter of one to read; episode and measure are the view's.
COLUMNS = (
    "figure_id", "document_id", "source_id", "voice_id", "scope_id", "unit_id", "population_id", "place_id",
    "cause_id", "actor_id", "incident_id", "counting", "verification", "kind", "interval_kind", "interval_level",
    "place_role",
    "source_grade", "source_grade_scheme", "phrase", "publisher", "document_title",
    "low_basis", "high_basis", "reported_on_basis", "published_on_basis", "status", "low", "value_stated", "high",
    "share_low_pct", "share_stated_pct", "share_high_pct", "is_share", "is_party_claim", "is_relay", "is_withdrawn",
    "period_start_on", "period_end_on", "counted_until_on", "reported_on", "published_on", "claim_about", "doubts",
    "agency", "speaker_name", "source_original_id",
)  # fmt: skip
# What only a file of figures tells besides; how a figure was coded and loaded is told on its own page.
MORE = ("report_id", "part_of", "hedge_id", "document_url", "note", "paragraph", "record_line")
READING = (
    "low_basis", "high_basis", "low", "value_stated", "high", "share_low_pct", "share_stated_pct", "share_high_pct",
)  # fmt: skip
READ_OTHERWISE = ", ".join(f"r.{name} as {name}" for name in READING)
OTHERWISE = "inner join fct_readings as r on f.figure_id = r.figure_id and r.hedge_convention = $convention"
# What the ranges of a scope take over from its figures.
SCOPE_WORDS = (
    "facet_id", "episode_id", "measure_id", "unit_id", "population_id", "place_id", "cause_id", "actor_id",
    "counting", "verification", "kind", "place_role", "episode_name", "measure_name", "population_name", "place_name",
    "cause_name",
    "actor_name", "is_share", "is_headline", "is_background", "period_start_on", "period_end_on",
)  # fmt: skip


def change_days(cursor: Cursor, episode_id: str) -> pd.DataFrame:
    """List the days on which something of the episode was published, in order. One row per day (`day`, YYYY-MM-DD)."""
    sql = """
        select cast(published_on as text) as day from fct_figure_counts
        where episode_id = $episode and published_on between date '0001-01-02' and date '9999-12-30'
        group by all order by day
    """
    return frame(cursor, sql, {"episode": episode_id})


def combinations(cursor: Cursor, episode_id: str, on: str | None) -> pd.DataFrame:
    """Count the figures of an episode known on a day by all that filters ask about.

    One row per measure, place, population, cause, counting, source (voice), whether party claim and about whom; those
    without a figure by that day count 0. The columns of ids are named as in the address.
    """
    sql = f"""
        select measure_id as measure, place_id as place, population_id as population,
            coalesce(cause_id, '{NO_CAUSE}') as cause, counting, voice_id as source, claim_about, is_party_claim,
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
            condition, values = _in(f"f.{name}_id", name, known.chosen_ids(name, value))
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


# The days that a figure speaks of: up to which it counts, or its window.
SPEAKS_FROM = """case when f.counting in ('cumulative', 'stock') then coalesce(f.counted_until_on, f.reported_on)
    else coalesce(f.period_start_on, f.period_end_on, f.reported_on) end"""
SPEAKS_TO = """case when f.counting in ('cumulative', 'stock') then coalesce(f.counted_until_on, f.reported_on)
    else coalesce(f.period_end_on, f.period_start_on, f.reported_on) end"""
IN_PERIOD = f"({SPEAKS_TO}) >= $period_from and ({SPEAKS_FROM}) <= $period_to"


def figures(cursor: Cursor, view: View, limit: int | None = None, *, is_whole: bool = False) -> list[dict[str, Any]]:
    """Select the figures of a view with every name in words, as known on its day. One row per figure.

    Columns are COLUMNS (with `is_whole` also MORE and those of data sets) and what `_figure` adds; is_standing,
    is_superseded and superseded_on are of that day. At most `limit` rows, the view's own number where None: what stands
    before what does not, and of both the first in the order of fct_figures, which begins with the widest scopes and
    which DuckDB keeps.
    """
    where, bound = conditions(view, names(cursor))
    if view.days:
        where.append(IN_PERIOD)
        bound |= {"period_from": view.days[0], "period_to": view.days[1]}
    most = int(limit or view.rows)
    # What stands comes first: else the days of one long series could take all the room there is.
    stands = _read(cursor, view, [*where, standing.STANDING], dict(bound), most, is_whole=is_whole)
    left = most - len(stands)
    others = (
        _read(cursor, view, [*where, f"not coalesce({standing.STANDING}, false)"], dict(bound), left, is_whole=is_whole)
        if left
        else []
    )
    return sorted([*stands, *others], key=lambda row: str(row["figure_id"]))


# Of each place, group or scope the widest come first, as on the overview (pages.WIDEST): counts before estimates,
# without a culprit or a cause, totals before windows and events, everyone before civilians, countries before what lies
# in them; then what counts up to the latest day.
WIDEST = """
    f.kind not in ('count', 'register'), f.verification <> 'reported', f.actor_id is not null,
    f.cause_id is not null and f.cause_id is distinct from m.cause_id,
    case f.counting when 'cumulative' then 0 when 'stock' then 1 when 'period' then 2 else 3 end,
    case f.population_id when 'all' then 0 when 'civilians' then 1 else 2 end,
    case p.kind when 'world' then 0 when 'country' then 1 else 2 end,
    max(coalesce(f.counted_until_on, f.period_end_on)) desc nulls last, count(distinct f.voice_id) desc, f.scope_id
"""
WIDE_BY = {"place": "f.place_id", "population": "f.population_id", "scope": "f.measure_id"}
# Scopes of one place or group, of all of them, and figures that stand in these, that are read at most.
MOST_OF_EACH, MOST_SCOPES, MOST_STANDING = 6, 120, 2_000


def widest_figures(cursor: Cursor, view: View, by: str, most: int, *, is_whole: bool = False) -> list[dict[str, Any]]:
    """Select what stands in the widest scopes of each place or population (`by`), or of all (`scope`).

    One row per figure, as `figures` has them: whoever compares places must not see the first figures alone. `most` is
    how many places, groups or scopes; those with the largest numbers. With `is_whole` all of them.
    """
    where, bound = conditions(view, names(cursor))
    if view.days:
        where.append(IN_PERIOD)
        bound |= {"period_from": view.days[0], "period_to": view.days[1]}
    day = date.fromisoformat(view.known_on) if view.known_on else date.max
    stands = [*where, standing.STANDING, "not f.is_share", "f.published_on <= $known_on"]
    if view.tab in ("places", "populations"):
        # A single event stands for no place and no group (timeline.widest).
        stands.append("f.counting <> 'incident'")
    sql = f"""
        select w.scope_id, w.one, w.n, w.most from (
            select f.scope_id, f.counting, {WIDE_BY[by]} as one,
                max(coalesce(f.value_stated, f.high, f.low, 0)) as most,
                row_number() over (partition by {WIDE_BY[by]} order by {WIDEST}) as n
            from fct_figures as f left join dim_measures as m on f.measure_id = m.measure_id
            left join dim_places as p on f.place_id = p.place_id
            where {" and ".join(stands)}
            group by f.scope_id, f.measure_id, f.kind, f.verification, f.actor_id, f.cause_id, m.cause_id, f.counting,
                f.population_id, f.place_id, p.kind
        ) as w where w.n <= {MOST_OF_EACH if by != "scope" else int(most)}
        order by w.counting = 'incident', w.n, w.most desc, w.scope_id
    """
    found = dicts(cursor, sql, bound | {"known_on": day})
    first = sorted((row for row in found if row["n"] == 1), key=lambda row: (-row["most"], str(row["one"])))
    kept = {row["one"] for row in (first if is_whole or by == "scope" else first[:most])}
    wanted = [row["scope_id"] for row in found if row["one"] in kept][: MOST_STANDING if is_whole else MOST_SCOPES]
    if not wanted:
        return []
    where += ["list_contains($scopes::text[], f.scope_id)", standing.STANDING]
    return _read(cursor, view, where, bound | {"scopes": wanted}, MOST_STANDING, is_whole=is_whole)


def in_batches(cursor: Cursor, view: View, size: int) -> Iterator[list[dict[str, Any]]]:
    """Give the figures of a view as `figures` does, with all that files tell, so many at a time, by their ids."""
    after = ""
    while True:
        where, bound = conditions(view, names(cursor))
        if view.days:
            where.append(IN_PERIOD)
            bound |= {"period_from": view.days[0], "period_to": view.days[1]}
        where.append("f.figure_id > $after order by f.figure_id")
        found = _read(cursor, view, where, bound | {"after": after}, size, is_whole=True)
        if not found:
            return
        yield found
        after = str(found[-1]["figure_id"])


def releases_of(cursor: Cursor, view: View, voices: Sequence[str] = ()) -> pd.DataFrame:
    """List the documents that the figures of a view are read in, of some voices alone. One row per document."""
    where, bound = conditions(view, names(cursor))
    if voices:
        where.append("list_contains($voices, f.voice_id)")
        bound["voices"] = list(voices)
    if view.days:
        where.append(IN_PERIOD)
        bound |= {"period_from": view.days[0], "period_to": view.days[1]}
    sql = f"select distinct f.document_id from fct_figures as f where {' and '.join(where)}"
    return frame(cursor, sql, bound)


def figure_count(cursor: Cursor, view: View) -> int:
    """Count the figures of a view known on its day, those outside its period left out."""
    where, bound = conditions(view, names(cursor))
    if view.days:
        where.append(IN_PERIOD)
        bound |= {"period_from": view.days[0], "period_to": view.days[1]}
    if view.known_on:
        where.append("f.published_on <= $known_on")
        bound["known_on"] = date.fromisoformat(view.known_on)
    sql = f"select count(*) as figure_count from fct_figures as f where {' and '.join(where)}"
    return int(dicts(cursor, sql, bound)[0]["figure_count"])


def standing_figures(cursor: Cursor, view: View, scope_id: str) -> list[dict[str, Any]]:
    """Select the figures that name the standing reports of a scope on a view's day. One row per report.

    Who speaks in a range of a thousand figures is seldom among the first of them.
    """
    where = [
        """f.figure_id in (select s.report_id from range_standing_reports as s where s.scope_id = $scope_id
        and s.valid_from_on <= $known_on and coalesce(s.valid_to_on > $known_on, true))""",
        *(["not f.is_party_claim"] if view.party_claims == "out" else []),
    ]
    return _read(cursor, view, where, {"scope_id": scope_id}, MOST_BETWEEN)


def _read(
    cursor: Cursor, view: View, where: list[str], bound: dict[str, object], limit: int, *, is_whole: bool = False
) -> list[dict[str, Any]]:
    """Select the figures that meet some conditions, dressed in words, in the order of their ids."""
    known = names(cursor)
    bound["known_on"] = date.fromisoformat(view.known_on) if view.known_on else date.max
    if view.known_on:
        where.insert(0, "f.published_on <= $known_on")
    chosen = ", ".join(f"f.{name}" for name in (*COLUMNS, *(MORE if is_whole else ())))
    chosen += "".join(f", {sql} as {name}" for name, sql in standing.COLUMNS.items())
    chosen += f", {datasets.figure_columns(cursor, datasets.COLUMNS if is_whole else ('flags', 'place_stated'))}"
    every = f"select {chosen} from fct_figures as f where {' and '.join(where)} limit {limit}"
    sql = f"select f.* replace ({READ_OTHERWISE}) from ({every}) as f {OTHERWISE}" if view.hedge_convention else every
    bound |= {"convention": view.hedge_convention} if view.hedge_convention else {}
    tell = datasets.teller(cursor)
    of_view = {"episode_id": view.episode, "measure_id": view.measure}
    dressed = [_figure(row | of_view, known) | tell(row) for row in dicts(cursor, sql, bound)]
    return sorted(dressed, key=lambda row: str(row["figure_id"]))


def _figure(row: dict[str, Any], known: Names) -> dict[str, Any]:
    """Return one figure with its names and its reading."""
    low, stated, high = (
        ("share_low_pct", "share_stated_pct", "share_high_pct") if row["is_share"] else ("low", "value_stated", "high")
    )
    return {
        **row, **known.worded(row),
        "reading_low": row[low], "reading_stated": row[stated], "reading_high": row[high],
        "source_name": known.name("source", row["source_id"]), "voice_name": known.name("voice", row["voice_id"]),
    }  # fmt: skip


def ranges(cursor: Cursor, view: View, found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
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
    day = date.fromisoformat(view.known_on) if view.known_on else None
    return [
        scopes[row["scope_id"]] | row | _shown(row, day) for row in every if day is None or row["valid_from_on"] <= day
    ]


def _steps(
    cursor: Cursor, episode: str, measure: str, convention: str, party_claims: str, scopes: tuple[tuple[Any, ...], ...]
) -> list[dict[str, Any]]:
    """List every range of some scopes (their id and NEAR), by scope and day."""
    if not scopes:
        return []
    is_out = party_claims == "out"
    numbers = [f"{name}_without_party_claims as {name}" for name in TWINS] if is_out else list(TWINS)
    # What is left may count to an earlier day than what is left out.
    numbers += ["counted_to_on as counted_to_on_with_party_claims"] if is_out else []
    ids = [scope_id for scope_id, *_ in scopes]
    between, bound = _between(dict(zip(("scope_id", *NEAR), zip(*scopes, strict=True), strict=True)))
    bound |= {"episode": episode, "measure": measure, "convention": convention}
    sql = f"""
        select scope_id, {", ".join(numbers)}, valid_from_on, valid_to_on
        from range_reported
        where episode_id = $episode and measure_id = $measure and hedge_convention = $convention and {between}
    """
    found = dicts(cursor, f"{sql} limit {MOST_BETWEEN}", bound)
    if len(found) == MOST_BETWEEN:
        named, each = _in("scope_id", "scope", ids)
        found = dicts(cursor, f"{sql} and {named}", bound | each)
    wanted = set(ids)
    kept = [row for row in found if row["scope_id"] in wanted and row["lowest"] is not None]
    return sorted(kept, key=lambda row: (row["scope_id"], row["valid_from_on"]))


def _between(near: Mapping[str, Sequence[Any]]) -> tuple[str, dict[str, object]]:
    """Return conditions that rows with these values meet, column by column, with few others; and what to bind.

    A row is tested against two ends while it is read; against a list of ids only afterwards, whole. The scopes of a
    view follow each other in the order of their ids, so that hardly any other lies between the first and the last.
    """
    found: list[str] = []
    bound: dict[str, object] = {}
    for name, values in near.items():
        if None in values:
            continue
        first, last = min(values), max(values)
        found.append(f"{name} = $first_{name}" if first == last else f"{name} between $first_{name} and $last_{name}")
        bound |= {f"first_{name}": first} | ({} if first == last else {f"last_{name}": last})
    return " and ".join(found), bound


def _shown(row: Mapping[str, Any], day: date | None) -> dict[str, Any]:
    """Say whether a range still stood on a day; then it has no end."""
    ended_on = row["valid_to_on"]
    is_shown = ended_on is None or (day is not None and ended_on > day)
    return {"is_shown": is_shown, "valid_to_on": None if is_shown else ended_on}


def conventions(cursor: Cursor) -> list[str]:
    """List the hedge conventions by which figures are read, the publication's own first."""
    sql = """
        select h.convention from (select distinct convention from dim_hedges) as h
        order by h.convention <> (select hedge_convention from build), h.convention
    """
    return list(frame(cursor, sql)["convention"])


# What the map of countries reads of a range besides its scope.
OF_SCOPE = (
    "scope_id", "population_id", "place_id", "cause_id", "actor_id", "counting", "verification", "kind", "place_role",
    "period_start_on", "period_end_on", "valid_from_on",
)  # fmt: skip


def countries(cursor: Cursor, view: View) -> list[dict[str, Any]]:
    """Select the ranges of whole countries that stood on a view's day, with their words. One row per scope.

    Of running counts and counts at one time, counts and registers alone; those that rest on nothing but a claim of a
    party about its enemy are left out. With party claims out every number is its twin without them. Filters by source
    and by whom a claim is about do not narrow ranges.
    """
    return once(cursor, _countries, replace(view, figure=None, scale="linear", tab="map", by="reported", rows="30"))


def _countries(cursor: Cursor, view: View) -> list[dict[str, Any]]:
    known = names(cursor)
    where, bound = conditions(replace(view, source=None, claim_about=None, party_claims="in"), known)
    twin = "_without_party_claims" if view.party_claims == "out" else ""
    numbers = ", ".join(f"f.{name}{twin} as {name}" for name in TWINS)
    where += [
        "f.hedge_convention = $convention", "f.counting in ('cumulative', 'stock')", "f.kind in ('count', 'register')",
        "f.incident_id is null", f"f.lowest{twin} is not null", f"f.counted_to_on{twin} is not null",
        "f.valid_from_on <= $known_on", "coalesce(f.valid_to_on > $known_on, true)",
    ]  # fmt: skip
    ids = [one for one, row in known.of["place"].items() if row["kind"] == "country"]
    day = date.fromisoformat(view.known_on) if view.known_on else date.max
    bound |= {"convention": view.hedge_convention or once(cursor, conventions)[0], "known_on": day, "countries": ids}
    where.append("list_contains($countries::text[], f.place_id)")
    if view.days:
        where.append(f"f.counted_to_on{twin} between $period_from and $period_to")
        bound |= {"period_from": view.days[0], "period_to": view.days[1]}
    sql = f"""
        select {", ".join(f"f.{name}" for name in OF_SCOPE)}, {numbers} from range_reported as f
        where {" and ".join(where)}
    """
    rows = dicts(cursor, sql, bound)
    of_enemies = _of_enemies(cursor, view, [row["scope_id"] for row in rows])
    of_view = {"episode_id": view.episode, "measure_id": view.measure, "is_share": False, "valid_to_on": None,
               "unit_id": (known.of["measure"].get(view.measure) or {}).get("unit_id")}  # fmt: skip
    return [{**of_view, **row, **known.worded({**of_view, **row})} for row in rows if row["scope_id"] not in of_enemies]


def _of_enemies(cursor: Cursor, view: View, scopes: Sequence[str]) -> set[str]:
    """Return those of some scopes in which nobody speaks but parties about their enemy."""
    sql = """
        select f.scope_id from fct_figures as f
        where f.episode_id = $episode and f.measure_id = $measure and list_contains($scopes::text[], f.scope_id)
        group by f.scope_id having count(*) = count(*) filter (f.claim_about = 'enemy')
    """
    bound = {"episode": view.episode, "measure": view.measure, "scopes": list(scopes)}
    return {row["scope_id"] for row in dicts(cursor, sql, bound)} if scopes else set()


# The query of the map: which places there are. A cursor in, a pandas frame out.


def places(cursor: Cursor) -> pd.DataFrame:
    """List place_id, name, kind, parent_id, latitude, longitude (degrees, only of points). One row per place."""
    sql = "select place_id, name, kind, parent_id, latitude, longitude from dim_places order by place_id"
    return frame(cursor, sql)
