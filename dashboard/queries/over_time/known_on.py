"""range_over_time as it was known on an earlier day: the same rules, asked of the reports that had come by then.

The model tells what is known now. On its newest day this must tell the same (test_series_queries.py).
"""

from collections.abc import Sequence

from dashboard.queries import standing

SERIES = (
    "episode_id", "voice_id", "measure_id", "population_id", "place_id", "cause_id", "actor_id", "verification", "kind",
    "place_role",
)  # fmt: skip
NUMBERS = ("low", "value_stated", "high")
SAID = """
    min(source_id) as source_id, case when count(*) = 1 then min(report_id) end as report_id,
    cast(count(*) as bigint) as report_count,
    case when count(low) = count(*) then min(low) end as low,
    case when count(value_stated) = count(*) and min(value_stated) = max(value_stated) then min(value_stated) end
        as value_stated,
    case when count(high) = count(*) then max(high) end as high,
    bool_or(coalesce(low_basis = 'convention' or high_basis = 'convention', false)) as has_convention
"""
# What a number that contradicts itself (a low above its high) counts from and to, as in macros/counts_from.sql.
COUNTS_FROM = """least(coalesce(low, least(value_stated, high)), case when low > high then high end,
    case when low_basis = 'stated' then value_stated end)"""
COUNTS_TO = """greatest(coalesce(high, greatest(low, value_stated)), case when low > high then low end,
    case when high_basis = 'stated' then value_stated end)"""
READ = f"""
    with recursive within (place_id, within_id) as (
        select place_id, place_id from dim_places
        union select within.place_id, p.parent_id from within
        inner join dim_places as p on within.within_id = p.place_id
        where p.parent_id is not null
    ), reports as (
        select f.*, {standing.COLUMNS["is_standing"]} as stood,
            case when f.counting = 'cumulative' then f.period_start_on end as since_on
        from fct_reports as f
        where f.episode_id = $episode and f.measure_id = $measure and not f.is_withdrawn and not f.is_share
            and not coalesce({standing.REPORT_RETRACTED}, false) and f.first_published_on <= $known_on
    ), placed as (
        -- A place whose name no list knows is not the whole of the place it counts for.
        select * from reports where split_part(scope_id, '.', 4) = place_id
    ), incidents as (
        select episode_id, voice_id, min(source_id) as source_id, measure_id, population_id,
            arg_min(place_id, report_id) as place_id,
            min(cause_id) as cause_id, min(actor_id) as actor_id, verification, kind, place_role,
            min(period_start_on) as started_on,
            case when count(low) = count(*) then min({COUNTS_FROM}) end as low,
            case when count(value_stated) = count(*) and min(value_stated) = max(value_stated) then max(value_stated)
                end as value_stated,
            case when count(high) = count(*) then max({COUNTS_TO}) end as high
        from (
            select f.* from reports as f where f.counting = 'incident' and f.stood
        ) group by episode_id, voice_id, measure_id, population_id, verification, kind, place_role, scope_id
    )
"""


def _series(prefix: str = "") -> str:
    return ", ".join(prefix + name for name in SERIES)


def _starts(span: str, day: str) -> str:
    return f"cast(date_trunc('{span}', {day}) as date)"


def _counted(span: str) -> str:
    """Return running counts and stocks as they stood at the end of each span."""
    return f"""
        select {_series()}, counting, '{span}' as span, {SAID}, since_on, {_starts(span, "counted_until_on")} as
            span_start_on, counted_until_on as span_end_on
        from (
            select *, rank() over (
                partition by {_series()}, counting, since_on, {_starts(span, "counted_until_on")}
                order by counted_until_on desc, stood desc, reported_on desc, reported_at desc nulls last,
                    first_published_on desc
            ) as place_in_order from placed where counting in ('cumulative', 'stock')
        ) where place_in_order = 1 group by {_series()}, counting, since_on, counted_until_on"""


def _added_up(span: str) -> str:
    """Return incidents added up by span, in every place around them (rule 8)."""
    sums = ", ".join(f"case when count(i.{name}) = count(*) then cast(sum(i.{name}) as bigint) end as {name}"
                     for name in NUMBERS)  # fmt: skip
    series = _series("i.").replace("i.place_id", "within.within_id as place_id")
    grouped = _series("i.").replace("i.place_id", "within.within_id")
    return f"""
        select {series}, 'incident' as counting, '{span}' as span, min(i.source_id) as source_id, null as report_id,
            cast(count(*) as bigint) as report_count, {sums}, false as has_convention, cast(null as date) as since_on,
            {_starts(span, "i.started_on")} as span_start_on, max(i.started_on) as span_end_on
        from incidents as i inner join within on i.place_id = within.place_id
        group by {grouped}, {_starts(span, "i.started_on")}"""


WINDOWS = f"""
    select {_series()}, counting, 'window' as span, {SAID}, cast(null as date) as since_on,
        period_start_on as span_start_on, period_end_on as span_end_on
    from placed where counting = 'period' and stood group by {_series()}, counting, period_start_on, period_end_on"""


def rows_as_known(spans: Sequence[str]) -> tuple[str, dict[str, object]]:
    """Return the select of the rows of range_over_time at some spans as known on $known_on, and what to bind besides.

    It binds $episode, $measure and $known_on of the view.
    """
    parts = [WINDOWS]
    for span in spans:
        if span != "window":
            parts += [_counted(span), _added_up(span)]
    return f"{READ} {' union all by name '.join(parts)}", {}
