-- Deaths of a war by side and kind. The file repeats a claim for every address it was read at: one claim is one
-- figure, its addresses in source_original. A breakdown of civilians is read only where their total is missing, since
-- incidents are added up.
with claims as (

    select
        war_id,
        any_value(war_name) as war_name,
        any_value(start_year) as start_year,
        any_value(end_year) as end_year,
        side,
        bucket,
        victims_group,
        cause,
        low,
        high,
        point,
        any_value(notes) as notes,
        min(line) as line,
        string_agg(distinct source, ' ' order by source) as addresses
    from file_rows
    -- A side of which no number is known is in the file too, and gives no figure.
    where coalesce(low, high, point) is not null
    group by war_id, side, bucket, victims_group, cause, low, high, point

),

read as (

    select
        *,
        war_id || '-' || left(md5(side), 8) as row_key,
        bucket || case
            when bucket in ('military_killed', 'civilians_killed_directly') then ''
            else '-' || left(md5(concat_ws('|', victims_group, cause, low, high, point)), 8)
        end as figure_key,
        count(*) filter (where bucket = 'civilians_killed_directly') over (partition by war_id, side) > 0 as has_total,
        low is not null and high is not null as has_both,
        regexp_replace(lower(cause), 's$', '') as plain_cause,
        year_end(end_year) as ended_on
    from claims

),

final as (

    select
        row_key,
        figure_key,
        line,
        'casualty_source_aggregation' as source_id,
        addresses as source_original,
        case
            when low = high then low
            when has_both then low || ' to ' || high
            when high is not null then 'up to ' || high
            when low is not null then 'at least ' || low
            else point
        end
        || case when low is not null or high is not null then coalesce(', point ' || point, '') else '' end as phrase,
        'killed' as measure_id,
        case
            when bucket = 'military_killed' then 'fighters'
            when bucket like 'civilians%' then 'civilians'
            else 'all'
        end as population_id,
        -- A war is no place, and its sides fought in many.
        'world' as place_id,
        null as place_name,
        null as place_precision,
        null as latitude,
        null as longitude,
        case
            when plain_cause in ('airstrike', 'shelling', 'bombardment') then plain_cause
            when plain_cause = 'famine' then 'starvation'
        end as cause_id,
        null as actor_id,
        'incident' as counting,
        year_start(start_year) as period_start_on,
        -- What the release speaks of ended before it: a war of its own year had not, or nobody knew.
        case when is_published(ended_on) then ended_on end
            as period_end_on,
        null as reported_on,
        'inferred' as reported_on_basis,
        null as published_on,
        case
            when low = high then 'exact'
            when has_both and point is null then 'between'
            when has_both or low is null and high is null then 'about'
            when low is not null then 'at_least'
            else 'up_to'
        end as hedge_id,
        case when low = high then low when has_both then point else coalesce(point, low, high) end as value,
        case when low is distinct from high then low end as low,
        case when low is distinct from high then high end as high,
        null as part_of_key,
        'war_tolls-' || row_key || '-' || left(md5(figure_key), 8) as incident_id,
        null as flags,
        concat_ws('; ', war_name, side, bucket, victims_group, cause, notes) as note
    from read
    where not (bucket = 'civilians_breakdown' and has_total)

)

select * from final
