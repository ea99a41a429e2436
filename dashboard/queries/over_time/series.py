"""Which series a view holds, and their points at a span: a cursor in, rows out. The database adds up, never the page.

A series is a scope without its days; of each voice it has one number a day, week, month or year, or one a window.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from dashboard.publication.cache import Cursor, dicts, once
from dashboard.queries import datasets
from dashboard.queries.measure import conditions
from dashboard.queries.names import names
from dashboard.queries.over_time import known_on as past
from dashboard.request.view import View

TABLE = "range_over_time"
# What tells one series from another; a voice is a line of it.
SERIES = (
    "population_id", "place_id", "cause_id", "actor_id", "counting", "verification", "kind", "place_role", "since_on",
)  # fmt: skip
POINT = (
    "voice_id", "source_id", "span", "low", "value_stated", "high", "report_count", "report_id", "has_convention",
    "span_start_on", "span_end_on",
)  # fmt: skip
# The span in which a series is looked through: each count and each window, and of thousands of events the years.
LOOKED_THROUGH = """(f.span = 'window' or f.counting in ('cumulative', 'stock') and f.span = 'day'
    or f.counting = 'incident' and f.span = 'year')"""


def source(cursor: Cursor, view: View, spans: Sequence[str]) -> tuple[str, list[str], dict[str, object]]:
    """Return the table to read, the conditions that rows of a view meet and what to bind."""
    # Whether it is a party's claim, and about whom, is not told of sums; those voices are left out (`lets_through`).
    where, bound = conditions(replace(view, party_claims="in", claim_about=None), names(cursor))
    if view.days:
        where += ["f.span_end_on >= $period_from", "f.span_start_on <= $period_to"]
        bound |= {"period_from": view.days[0], "period_to": view.days[1]}
    if view.known_on is None:
        return TABLE, where, bound
    of_day, values = past.rows_as_known(spans)
    return f"({of_day})", where, bound | values | {"known_on": date.fromisoformat(view.known_on)}


def catalogue(cursor: Cursor, view: View) -> list[dict[str, Any]]:
    """List the lines of a view. One row per series and voice.

    point_count, report_count; first_on, last_on: the days they lie between; most: their greatest number; low,
    value_stated, high, report_id, last_from_on: the latest of them. Nothing of publications that have no series.
    """
    return once(cursor, _catalogue, view)


def _catalogue(cursor: Cursor, view: View) -> list[dict[str, Any]]:
    if not datasets.has(cursor, TABLE):
        return []
    table, where, bound = source(cursor, view, ("day", "year"))
    columns = ", ".join(f"f.{name}" for name in SERIES)
    told = ("low", "value_stated", "high", "report_id", "source_id")
    latest = ", ".join(f"arg_max_null(f.{name}, f.span_end_on) as {name}" for name in told)
    sql = f"""
        select {columns}, f.voice_id, count(*) as point_count, cast(sum(f.report_count) as bigint) as report_count,
            min(f.span_start_on) as first_on, max(f.span_end_on) as last_on,
            max(greatest(coalesce(f.high, 0), coalesce(f.value_stated, 0), coalesce(f.low, 0))) as most,
            max(f.span_start_on) as last_from_on, {latest}
        from {table} as f where {" and ".join([*where, LOOKED_THROUGH])}
        group by {columns}, f.voice_id
    """
    of_view = {"episode_id": view.episode, "measure_id": view.measure}
    rows = [of_view | row for row in dicts(cursor, sql, bound)]
    return list(filter(lets_through(cursor, view), rows))


def claim_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return by what it is decided whether a number is a party's claim: who says it, of whom, in what way."""
    return (row["voice_id"], row["population_id"], row["cause_id"], row["counting"])


def claims(cursor: Cursor, episode: str, measure: str) -> frozenset[tuple[Any, ...]]:
    """Return claim_of everything that is a party's claim in an episode."""
    sql = """select distinct voice_id, population_id, cause_id, counting from fct_figure_counts
        where is_party_claim and episode_id = $episode and measure_id = $measure"""
    found = dicts(cursor, sql, {"episode": episode, "measure": measure})
    return frozenset(claim_of(row) for row in found)


def about(cursor: Cursor, episode: str, measure: str) -> Mapping[tuple[Any, ...], frozenset[str | None]]:
    """Return about whom what a voice says in an episode is claimed, None for no claim: by claim_of and by whose hand.

    More than one where several agencies of one voice say it, of which not all are parties.
    """
    sql = """select distinct voice_id, population_id, cause_id, counting, actor_id, claim_about from fct_reports
        where episode_id = $episode and measure_id = $measure"""
    found: dict[tuple[Any, ...], frozenset[str | None]] = {}
    for row in dicts(cursor, sql, {"episode": episode, "measure": measure}):
        key = (*claim_of(row), row["actor_id"])
        found[key] = found.get(key, frozenset()) | {row["claim_about"]}
    return found


def lets_through(cursor: Cursor, view: View) -> Callable[[Mapping[str, Any]], bool]:
    """Return whether a view's choice of party claims lets a number of a series through.

    By whom a claim is about only what is such a claim and nothing else: a sum of several cannot be taken apart.
    """
    left_out = once(cursor, claims, view.episode, view.measure) if view.party_claims == "out" else frozenset()
    if view.claim_about is None:
        return lambda row: claim_of(row) not in left_out
    wanted, of = frozenset((view.claim_about,)), once(cursor, about, view.episode, view.measure)
    return lambda row: claim_of(row) not in left_out and of.get((*claim_of(row), row["actor_id"])) == wanted


def points(cursor: Cursor, view: View, wanted: Sequence[tuple[tuple[Any, ...], str]]) -> list[dict[str, Any]]:
    """Select the numbers of some series, each at its span, in the order of their days. One row per series, voice, span.

    `wanted` are the values of SERIES with the span.
    """
    if not wanted:
        return []
    spans = sorted({span for _, span in wanted})
    table, where, bound = source(cursor, view, spans)
    places = sorted({str(key[1]) for key, _ in wanted})
    where += ["list_contains($spans, f.span)", "list_contains($places, f.place_id)"]
    bound |= {"spans": spans, "places": places}
    columns = ", ".join(f"f.{name}" for name in (*SERIES, *POINT))
    sql = f"select {columns} from {table} as f where {' and '.join(where)}"
    asked = set(wanted)
    through = lets_through(cursor, view)
    found = [
        row
        for row in dicts(cursor, sql, bound)
        if (tuple(row[name] for name in SERIES), row["span"]) in asked and through(row)
    ]
    return sorted(found, key=lambda row: (row["span_end_on"], row["span_start_on"]))


def phrases(cursor: Cursor, view: View, reports: Sequence[str]) -> dict[str, str]:
    """Return what some reports say, as printed where each was first read."""
    if not reports:
        return {}
    sql = """
        select f.report_id, arg_min(f.phrase, f.published_on) as phrase from fct_figures as f
        where f.episode_id = $episode and f.measure_id = $measure and list_contains($reports, f.report_id)
            and not f.is_withdrawn and not f.is_relay and f.phrase is not null
        group by f.report_id
    """
    bound = {"episode": view.episode, "measure": view.measure, "reports": list(reports)}
    return {row["report_id"]: row["phrase"] for row in dicts(cursor, sql, bound)}


def longer_events(cursor: Cursor, view: View, places: Sequence[str], spans: Collection[str]) -> list[dict[str, Any]]:
    """Add up the events of some places that reach over several spans. One row per span, series and voice.

    They are in no sum of days, weeks and months, and in the year in which they began: so that who draws sums must say
    how many there are, and of how many people.
    """
    if not datasets.has(cursor, "fct_incident_totals") or not places:
        return []
    table = "(select * from fct_incident_totals where span = 'day')"
    if view.known_on:
        table = f"({past.incident_days_as_known()})"
    sql = f"""
        select spans.span, f.population_id, f.place_id, f.cause_id, f.actor_id, f.verification, f.kind, f.place_role,
            f.voice_id, cast(sum(f.incident_count) as bigint) as event_count,
            case when count(f.low) = count(*) then cast(sum(f.low) as bigint) end as low,
            case when count(f.value_stated) = count(*) then cast(sum(f.value_stated) as bigint) end as value_stated,
            case when count(f.high) = count(*) then cast(sum(f.high) as bigint) end as high
        from {table} as f
        cross join (select unnest($spans) as span) as spans
        where f.episode_id = $episode and f.measure_id = $measure and list_contains($places, f.place_id)
            and date_trunc(spans.span, f.span_start_on) <> date_trunc(spans.span, f.last_span_start_on)
            and coalesce(f.last_span_start_on >= cast($period_from as date)
                and f.span_start_on <= cast($period_to as date), true)
        group by all
    """
    first, last = view.days or (None, None)
    bound = {"episode": view.episode, "measure": view.measure, "places": list(places), "spans": sorted(spans),
             "period_from": first, "period_to": last}  # fmt: skip
    bound |= {"known_on": date.fromisoformat(view.known_on)} if view.known_on else {}
    return dicts(cursor, sql, bound)


def corrections(cursor: Cursor, view: View, places: Sequence[str]) -> list[dict[str, Any]]:
    """Select the running counts and stocks that a newer release of a data set told otherwise. One row per number.

    Both readings, the day counted up to, and the day of the release that changed it.
    """
    if not datasets.has(cursor, "fct_release_changes") or not places:
        return []
    sql = """
        select c.population_id, c.place_id, c.counting, c.voice_id, c.value_stated, c.previous_value_stated,
            c.counted_until_on, c.released_on
        from fct_release_changes as c
        where c.has_other_number and c.counted_until_on is not null and c.episode_id = $episode
            and c.measure_id = $measure and list_contains($places, c.place_id) and c.released_on <= $known_on
        order by c.counted_until_on
    """
    day = date.fromisoformat(view.known_on) if view.known_on else date.max
    bound = {"episode": view.episode, "measure": view.measure, "places": list(places), "known_on": day}
    return dicts(cursor, sql, bound)
