{%- set of_scope = ['episode_id', 'measure_id', 'unit_id', 'population_id', 'place_id', 'cause_id', 'actor_id'] -%}
{%- set columns = ['voice_id'] + of_scope + ['counting', 'verification', 'kind', 'place_role'] -%}

with reports as (

    select * from {{ ref('fct_reports') }}
    where is_standing and not is_share and not {{ is_unnamed_part() }} and {{ is_affected('source') }}

),

scopes as (

    -- What a source stands by in one scope. Two reports of one moment are kept as the range of both.
    select
        {{ columns | join(', ') }},
        case when counting = 'cumulative' then period_start_on end as since_on,
        scope_id,
        -- A voice is named after the first of its family that speaks: they add up together or not at all.
        min(source_id) as source_id,
        min(period_start_on) as period_start_on,
        max(period_end_on) as period_end_on,
        max(counted_until_on) as counted_until_on,
        case when count(low) = count(*) then min({{ counts_from() }}) end as low,
        case when count(*) = 1 then max(value_stated) end as value_stated,
        case when count(high) = count(*) then max({{ counts_to() }}) end as high,
        -- A name that no list knows may be of a region that holds the next one: only its own scope tells them apart.
        split_part(scope_id, '.', 4) as scope_place
    from reports
    group by {{ columns | join(', ') }}, case when counting = 'cumulative' then period_start_on end, scope_id

),

lined_up as (

    select
        *,
        1 as place_in_order,
        max(period_end_on) over (
            partition by {{ columns | join(', ') }}
            order by period_start_on nulls last, period_end_on nulls last, scope_id
            rows between unbounded preceding and 1 preceding
        ) as ended_before_on
    from scopes
    where counting = 'period'

    union all

    -- Stocks of several days never add up: the latest is taken.
    select
        *,
        rank() over (
            partition by {{ columns | join(', ') }} order by counted_until_on desc nulls last
        ) as place_in_order,
        null as ended_before_on
    from scopes
    where counting = 'stock'

    union all

    select
        *,
        1 as place_in_order,
        null as ended_before_on
    from scopes
    where counting not in ('period', 'stock')

),

added as (

    select
        {{ columns | join(', ') }},
        since_on,
        case when counting in ('cumulative', 'stock') then 'latest' else 'sum' end as method,
        min(source_id) as source_id,
        count(*) as scope_count,
        -- An open end stays open in a sum.
        case when count(low) = count(*) then cast(sum(low) as bigint) end as low,
        case when count(value_stated) = count(*) then cast(sum(value_stated) as bigint) end as value_stated,
        case when count(high) = count(*) then cast(sum(high) as bigint) end as high,
        -- Windows that share a day may share people, and so may places not told apart. Incidents are events of their
        -- own, whatever their days.
        max(case when period_start_on <= ended_before_on then 1 else 0 end) = 1
        or counting <> 'incident' and count(distinct scope_place) > 1 as is_overlapping
    from lined_up
    where place_in_order = 1
    group by {{ columns | join(', ') }}, since_on

),

final as (

    select
        -- ids
        {{ (['voice_id', 'source_id'] + of_scope) | join(', ') }},

        -- text
        counting,
        verification,
        kind,
        place_role,
        method,

        -- numbers
        scope_count,
        case when not is_overlapping then low end as low,
        case when not is_overlapping then value_stated end as value_stated,
        case when not is_overlapping then high end as high,

        -- booleans
        is_overlapping,

        -- dates
        since_on
    from added

)

select * from final
