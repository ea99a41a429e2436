"""The queries of the overview and of the pages of sources, figures and checks: a cursor in, a pandas frame out.

`known_on` is the day as known on: what was published later is not there yet. Ranges and standing reports of a day are
those with valid_from_on <= day < valid_to_on.
"""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from dashboard.publication.cache import Cursor, frame, kept, made, rows
from dashboard.queries import datasets, standing
from dashboard.queries.base import FIGURES, IS_BACKGROUND, NAME_COLUMNS, NAMES, first_figures

MOST_FIGURES = 400
MOST_PAIRS, MOST_PARTS = 60, 300

# Ranges and standing reports are there once by each convention; these pages tell them by that of the build.
IS_OF_BUILD = "{0}.hedge_convention = (select hedge_convention from build)"
ON_DAY = "{0}.valid_from_on <= $known_on and coalesce({0}.valid_to_on > $known_on, true)"
KNOWN = "f.episode_id = $episode_id and f.published_on <= $known_on"
# The count of the whole, as the episode says (seeds/episodes.csv): one event, or a count of its place since its start,
# with no culprit. The cause that a measure names itself restricts nothing: an airstrike is the only cause an airstrike
# can have.
IS_WHOLE = """
    coalesce(case
        when episodes.incident_id is not null then f.incident_id = episodes.incident_id
        else f.place_id = episodes.place_id and f.actor_id is null and f.incident_id is null
            and f.verification = 'reported' and f.kind in ('count', 'register') and f.place_role is null
            and (f.cause_id is null or f.cause_id = measures.cause_id)
            and f.counting = coalesce(episodes.counting, 'cumulative')
            and (f.counting = 'stock' or f.period_start_on = episodes.start_on)
    end, false)
"""
# Where nobody counts the whole, the widest count that there is: without a culprit, a cause, an event or a window.
WIDEST = """
    is_whole desc, f.kind not in ('count', 'register'), f.verification <> 'reported', f.actor_id is not null,
    f.cause_id is not null and f.cause_id is distinct from measures.cause_id,
    case f.counting when 'cumulative' then 0 when 'stock' then 1 when 'period' then 2 else 3 end,
    place_depth, f.source_count desc, f.counted_to_on desc nulls last, f.highest desc, f.scope_id
"""


def _frame(cursor: Cursor, sql: str, **parameters: object) -> pd.DataFrame:
    """Run one select with named values."""
    return frame(cursor, sql, parameters)


def _figures(cursor: Cursor, sql: str, known_on: date, **parameters: object) -> pd.DataFrame:
    """Run one select of figures; what stands and what is superseded is told as of the day."""
    columns, found = rows(cursor, sql, parameters | {"known_on": known_on})
    tell = datasets.teller(cursor)
    told = [named | tell(named) for named in (dict(zip(columns, row, strict=True)) for row in found)]
    return made([*columns, "copied", "release"], [tuple(row.values()) for row in told])


def change_days(cursor: Cursor, episode_id: str, known_on: date) -> pd.DataFrame:
    """List known_on: the days up to one on which something of the episode was published, oldest first."""
    return _frame(
        cursor,
        """
        select distinct published_on as known_on from fct_figure_counts
        where episode_id = $episode_id and published_on <= $known_on order by published_on
        """,
        episode_id=episode_id,
        known_on=known_on,
    )


def widest_ranges(cursor: Cursor, episode_id: str, known_on: date) -> pd.DataFrame:
    """Select, of each measure and group, the ranges of the whole up to a day, or of the widest count there is.

    is_whole says which; estimate_count how many estimates stand beside it,
    in no range of counts. Only of what stands on the day, with its past. What began before the episode, or lies around
    its place, is background and no count of it. population_depth: how far below everyone a group is. One row per scope
    and change day, oldest first.
    """
    return _frame(
        cursor,
        f"""
        with recursive within (dimension, id, around_id) as (
            select 'population', population_id, population_id from dim_populations
            union all select 'place', place_id, place_id from dim_places
            union
            select within.dimension, within.id, coalesce(p.parent_id, l.parent_id)
            from within
            left join dim_populations as p on within.dimension = 'population' and within.around_id = p.population_id
            left join dim_places as l on within.dimension = 'place' and within.around_id = l.place_id
            where coalesce(p.parent_id, l.parent_id) is not null
        ), depths as (
            select dimension, id, count(*) as depth from within group by dimension, id
        ), f as (
            select r.* from range_reported as r
            where r.episode_id = $episode_id and {IS_OF_BUILD.format("r")} and r.valid_from_on <= $known_on
                and r.lowest is not null
        ), ranked as (
            select f.measure_id, f.population_id, f.scope_id,
                count(*) filter (where f.kind <> 'count') over (partition by f.measure_id, f.population_id)
                    as estimate_count, {IS_WHOLE} as is_whole, places.depth as place_depth,
                coalesce(populations.depth, 99) as population_depth,
                row_number() over (partition by f.measure_id, f.population_id order by {WIDEST}) as place_in_order
            from f
            left join dim_episodes as episodes on f.episode_id = episodes.episode_id
            left join dim_measures as measures on f.measure_id = measures.measure_id
            left join dim_places as home on episodes.place_id = home.place_id
            left join depths as places on places.dimension = 'place' and f.place_id = places.id
            left join depths as populations on populations.dimension = 'population' and f.population_id = populations.id
            where {ON_DAY.format("f")} and not {IS_BACKGROUND} and f.place_id is distinct from home.parent_id
        )
        select f.*, {NAME_COLUMNS}, false as is_share, ranked.is_whole, ranked.population_depth,
            ranked.estimate_count
        from f inner join ranked on f.scope_id = ranked.scope_id and ranked.place_in_order = 1 {NAMES}
        order by f.measure_id, ranked.population_depth, f.population_id, f.scope_id, f.valid_from_on
        """,
        episode_id=episode_id,
        known_on=known_on,
    )


def figures_of(cursor: Cursor, scope_ids: Sequence[str], known_on: date) -> pd.DataFrame:
    """Select the figures of some scopes published up to a day, as they stood on it. One row per figure."""
    return _frame(
        cursor,
        f"""{FIGURES} where list_contains($scope_ids::text[], f.scope_id) and f.published_on <= $known_on
        order by f.figure_id limit {MOST_FIGURES}""",
        scope_ids=list(scope_ids),
        known_on=known_on,
    )


def exceeding_parts(cursor: Cursor, episode_id: str, known_on: date) -> pd.DataFrame:
    """Select the parts that are more than a whole's count, where both stood on a day. One row per pair of reports.

    whole_scope_id names the whole; the rest is of the part, in words.
    """
    return _frame(
        cursor,
        f"""
        select f.*, {NAME_COLUMNS}, wholes.scope_id as whole_scope_id, wholes.population_id as whole_population_id,
            wholes.place_id as whole_place_id
        from check_nested_reports as nested
        inner join fct_figures as f on nested.part_figure_id = f.figure_id
        inner join fct_reports as wholes on nested.whole_figure_id = wholes.report_id {NAMES}
        where f.episode_id = $episode_id and nested.known_from_on <= $known_on
            and {standing.STANDING} and (wholes.superseded_on is null or wholes.superseded_on > $known_on)
        order by f.low desc, f.figure_id
        limit {MOST_PARTS}
        """,
        episode_id=episode_id,
        known_on=known_on,
    )


def bounding_ranges(
    cursor: Cursor, episode_id: str, known_on: date, bounded: Sequence[str], bounding: Sequence[str]
) -> pd.DataFrame:
    """Select the ranges that stood on a day and bound another from above, as the missing bound the dead.

    `bounded` and `bounding` are pairs of measures, place by place. Both are of the same people, place, cause, culprit
    and event. bounded_scope_id names what is bounded. One row per pair of scopes.
    """
    same = ("episode_id", "population_id", "place_id", "cause_id", "actor_id", "incident_id", "verification", "kind")
    return _frame(
        cursor,
        f"""
        with pairs as (
            select bounded_id, bounding_id, m.also_within_id = bounding_id as is_together
            from (select unnest($bounded::text[]) as bounded_id, unnest($bounding::text[]) as bounding_id)
            inner join dim_measures as m on bounded_id = m.measure_id
        )
        select f.*, {NAME_COLUMNS}, false as is_share, tolls.scope_id as bounded_scope_id,
            pairs.is_together
        from range_reported as f
        inner join pairs on f.measure_id = pairs.bounding_id
        inner join range_reported as tolls
            on pairs.bounded_id = tolls.measure_id and f.hedge_convention = tolls.hedge_convention
            and {" and ".join(f"f.{name} is not distinct from tolls.{name}" for name in same)} {NAMES}
        where f.episode_id = $episode_id and {IS_OF_BUILD.format("f")}
            and {ON_DAY.format("f")} and {ON_DAY.format("tolls")}
            and f.kind = 'count' and f.lowest is not null and 'period' not in (f.counting, tolls.counting)
            and (f.counting <> 'cumulative' or f.period_start_on is not distinct from tolls.period_start_on)
        order by f.measure_id, f.scope_id
        """,
        episode_id=episode_id,
        known_on=known_on,
        bounded=list(bounded),
        bounding=list(bounding),
    )


def running_ranges(cursor: Cursor, episode_id: str, known_on: date) -> pd.DataFrame:
    """Select the running counts and stocks that stood on a day and say up to when they count. One row per scope.

    The greatest first: what is more than a number and counts up to a later day belongs beside it.
    """
    return _frame(
        cursor,
        f"""
        select f.*, {NAME_COLUMNS}, false as is_share from range_reported as f {NAMES}
        where f.episode_id = $episode_id and {IS_OF_BUILD.format("f")} and {ON_DAY.format("f")}
            and f.kind = 'count' and f.counting in ('cumulative', 'stock') and f.lowest is not null
            and f.counted_to_on is not null
        order by f.lowest desc, f.scope_id
        """,
        episode_id=episode_id,
        known_on=known_on,
    )


def moved_ranges(cursor: Cursor, episode_id: str, known_on: date, most: int | None = None) -> pd.DataFrame:
    """Select the ranges that begin on a day, beside those that ended on it. One row per scope.

    previous_lowest and the others are missing where none stood the day before.
    is_counted_twice: two of its sources tell one count.
    """
    found = _frame(
        cursor,
        f"""
        with every as (
            select * from range_reported as r where r.episode_id = $episode_id and {IS_OF_BUILD.format("r")}
                and (r.valid_from_on = $known_on or r.valid_to_on = $known_on)
        ), f as (
            select new.*, old.lowest as previous_lowest, old.highest as previous_highest,
                old.is_open_above as previous_is_open_above, old.is_open_below as previous_is_open_below,
                old.source_count as previous_source_count,
                old.named_source_count as previous_named_source_count, old.report_count as previous_report_count,
                old.counted_from_on as previous_counted_from_on, old.counted_to_on as previous_counted_to_on
            from every as new
            left join every as old
                on new.measure_id = old.measure_id and new.scope_id = old.scope_id and old.valid_to_on = $known_on
            where new.valid_from_on = $known_on
        )
        select f.*, {NAME_COLUMNS}, false as is_share from f {NAMES}
        order by f.previous_source_count is null, f.source_count desc, f.measure_id, f.scope_id
        limit {int(most or MOST_FIGURES)}
        """,
        episode_id=episode_id,
        known_on=known_on,
    )
    twice = datasets.scopes_counted_twice(cursor)
    found["is_counted_twice"] = [scope in twice for scope in found["scope_id"]]
    printed = datasets.printed_scopes(cursor, found["scope_id"])
    named = zip(found["scope_id"], found["place_name"], strict=True)
    found["place_name"] = [printed.get(scope, name) for scope, name in named]
    return found.astype(object)


def new_figures(cursor: Cursor, episode_id: str, known_on: date) -> pd.DataFrame:
    """Select the figures first readable on a day, with every name in words. One row per figure."""
    return _figures(
        cursor,
        first_figures("f.episode_id = $episode_id and f.published_on = $known_on", "f.figure_id", MOST_FIGURES),
        known_on,
        episode_id=episode_id,
    )


def known_figures(cursor: Cursor, episode_id: str, known_on: date, most: int | None = None) -> pd.DataFrame:
    """Select the figures published up to a day, by source and day. One row per figure."""
    return _figures(
        cursor,
        first_figures(KNOWN, "f.voice_id, f.published_on, f.figure_id", int(most or MOST_FIGURES)),
        known_on,
        episode_id=episode_id,
    )


def existing_figures(cursor: Cursor, figure_ids: list[str]) -> pd.DataFrame:
    """List those of some ids that are figures. One row per figure."""
    sql = "select f.figure_id from fct_figures as f where f.figure_id in (select unnest($ids::text[]))"
    return _frame(cursor, sql, ids=figure_ids)


def source_days(cursor: Cursor, episode_id: str, known_on: date) -> pd.DataFrame:
    """Count figures by who states them and the day they were published, up to a day. One row per voice and day."""
    return _frame(
        cursor,
        """
        select f.voice_id, voices.name as voice_name, voices.kind, voices.is_party, f.published_on,
            f.source_id <> 'unattributed' as is_named, count(*) as figure_count,
            count(*) filter (where f.is_relay) as relay_count
        from fct_figures as f left join dim_voices as voices on f.voice_id = voices.voice_id
        where f.episode_id = $episode_id and f.published_on <= $known_on
        group by all order by is_named desc, voices.is_party, f.voice_id, f.published_on
        """,
        episode_id=episode_id,
        known_on=known_on,
    )


def source_measures(cursor: Cursor, episode_id: str, known_on: date) -> pd.DataFrame:
    """Count figures by who states them and what they count, up to a day. One row per voice and measure."""
    return _frame(
        cursor,
        """
        select f.voice_id, f.measure_id, m.name as measure_name, cast(sum(f.figure_count) as bigint) as figure_count
        from fct_figure_counts as f left join dim_measures as m on f.measure_id = m.measure_id
        where f.episode_id = $episode_id and f.published_on <= $known_on
        group by all order by f.voice_id, figure_count desc, f.measure_id
        """,
        episode_id=episode_id,
        known_on=known_on,
    )


def pair_distances(cursor: Cursor, episode_id: str, known_on: date, most: int | None = None) -> pd.DataFrame:
    """Select every pair of reports of different sources that stood in one scope on a day. One row per pair and scope.

    common_low, common_high bound the numbers that fit both (null is open); where the two are disjoint they are null,
    and apart_low, apart_high say how far apart the readings lie at the least and at the most; is_contradiction: the
    days up to which they count do not explain it, nor rounding (is_within_rounding; rule 6). is_counted_twice: the two
    tell one count (check_copied_figures), so that they are no two sources that agree.
    """
    pairs = datasets.counted_twice(cursor)
    found = _frame(
        cursor,
        f"""
        with standing as (
            select s.*, said.speaker_name as voice_name from range_standing_reports as s
            left join fct_figures as said on s.report_id = said.figure_id
            where not s.is_alone and {ON_DAY.format("s")} and {IS_OF_BUILD.format("s")}
        ), pairs as (
            select a.scope_id, a.report_id as first_id, b.report_id as second_id, a.voice_name as first_name,
                b.voice_name as second_name, a.low as first_low, a.high as first_high, b.low as second_low,
                b.high as second_high, a.is_party_claim as first_is_party, b.is_party_claim as second_is_party,
                greatest(a.low, b.low) as inner_low, least(a.high, b.high) as inner_high,
                coalesce(greatest(a.low, b.low) > least(a.high, b.high), false) as is_disjoint,
                a.counted_until_on as first_counted_until_on, b.counted_until_on as second_counted_until_on,
                greatest(a.low, b.low) - least(a.high, b.high)
                    <= case when a.rounded_to > 1 then a.rounded_to / 2.0 else 0 end
                    + case when b.rounded_to > 1 then b.rounded_to / 2.0 else 0 end as is_rounded,
                case when a.low > b.high then a.counted_until_on else b.counted_until_on end as higher_until_on,
                case when a.low > b.high then b.counted_until_on else a.counted_until_on end as lower_until_on,
                case when a.high is not null and b.high is not null and a.low is not null and b.low is not null
                    then greatest(a.high, b.high) - least(a.low, b.low) end as widest
            from standing as a join standing as b on a.scope_id = b.scope_id and a.voice_id < b.voice_id
        )
        select f.*, {NAME_COLUMNS}, {IS_WHOLE} as is_whole,
            pairs.* exclude (scope_id, is_rounded, inner_low, inner_high, widest, higher_until_on, lower_until_on),
            is_disjoint and is_rounded as is_within_rounding,
            is_disjoint and not is_rounded and (f.counting = 'period'
                or higher_until_on is not distinct from lower_until_on
                or f.counting in ('cumulative', 'incident') and higher_until_on < lower_until_on) as is_contradiction,
            case when not is_disjoint then inner_low end as common_low,
            case when not is_disjoint then inner_high end as common_high,
            case when is_disjoint then inner_low - inner_high end as apart_low,
            case when is_disjoint then widest end as apart_high
        from pairs join fct_figures as f on pairs.first_id = f.figure_id {NAMES}
        where f.episode_id = $episode_id
        order by is_whole desc, f.measure_id, f.scope_id, first_name, second_name, first_id, second_id
        limit {int(most or MOST_PAIRS)}
        """,
        episode_id=episode_id,
        known_on=known_on,
    )
    named = zip(found["first_id"], found["second_id"], strict=True)
    found["is_counted_twice"] = [frozenset(pair) in pairs for pair in named]
    printed = datasets.printed_scopes(cursor, found["scope_id"])
    found["place_name"] = [
        printed.get(scope, name) for scope, name in zip(found["scope_id"], found["place_name"], strict=True)
    ]
    return found.astype(object)


def relayed_reports(cursor: Cursor, episode_id: str, known_on: date, most: int | None = None) -> pd.DataFrame:
    """Select every figure of the reports that more than one figure tells, the first telling first.

    One row per figure.
    """
    return _figures(
        cursor,
        first_figures(
            f"""{KNOWN} and f.report_id in (
                select told.report_id from fct_figures as told where told.published_on <= $known_on
                group by told.report_id having count(*) > 1
            )""",
            "f.source_id, f.report_id, f.is_relay, f.published_on, f.figure_id",
            int(most or MOST_FIGURES),
        ),
        known_on,
        episode_id=episode_id,
    )


def related_figures(cursor: Cursor, figure_id: str, known_on: date, most: int | None = None) -> pd.DataFrame:
    """Select the figures of the same report, the total and parts of a figure, and its source's others of the scope.

    Only those published up to a day. One row per figure.
    """
    return _figures(
        cursor,
        f"""{FIGURES} join fct_figures as me on me.figure_id = $figure_id
        where f.figure_id <> me.figure_id and f.published_on <= $known_on and (
            f.report_id = me.report_id or f.part_of = me.figure_id or f.figure_id = me.part_of
            or (f.voice_id = me.voice_id and f.scope_id = me.scope_id and f.is_share = me.is_share)
        ) order by f.reported_on, f.published_on, f.figure_id limit {int(most or MOST_FIGURES)}""",
        known_on,
        figure_id=figure_id,
    )


def draft_count(cursor: Cursor) -> int:
    """Return how many drafts are in a publication: none, but in a preview."""
    return kept(cursor, _draft_count)


def _draft_count(cursor: Cursor) -> int:
    return int(frame(cursor, "select count(*) as drafts from fct_figures where status = 'draft'")["drafts"].iloc[0])
