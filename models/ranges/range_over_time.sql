{{ config(materialized='view') }}

{%- set series = [
    'episode_id', 'voice_id', 'measure_id', 'population_id', 'place_id', 'cause_id', 'actor_id', 'verification',
    'kind', 'place_role',
] -%}
{#- What a voice says at one moment in several reports, together. -#}
{%- set said -%}
        min(source_id) as source_id,
        case when count(*) = 1 then min(report_id) end as report_id,
        cast(count(*) as bigint) as report_count,
        case when count(low) = count(*) then min(low) end as low,
        case when count(value_stated) = count(*) and min(value_stated) = max(value_stated) then min(value_stated) end
            as value_stated,
        case when count(high) = count(*) then max(high) end as high,
        max(case when low_basis = 'convention' or high_basis = 'convention' then 1 else 0 end) = 1 as has_convention
{%- endset %}

with reports as (

    -- A place whose name no list knows is not the whole of the place it counts for.
    select
        *,
        case when counting = 'cumulative' then period_start_on end as since_on
    from {{ ref('fct_reports') }}
    where not is_withdrawn and not is_retracted and not is_share and split_part(scope_id, '.', 4) = place_id

),

incident_days as (
    select * from {{ ref('fct_incident_totals') }}
    where span = 'day'

),

counted as (

    -- Running counts and stocks, as they stood at the end of each span: of one day what was said last, and last
    -- released.
    {% for span in ['day', 'week', 'month', 'year'] -%}
    {%- set starts_on = 'cast(' ~ dbt.date_trunc(span, 'counted_until_on') ~ ' as date)' %}
    select
        *,
        '{{ span }}' as span,
        {{ starts_on }} as span_start_on,
        rank() over (
            partition by {{ series | join(', ') }}, counting, since_on, {{ starts_on }}
            order by
                counted_until_on desc, is_standing desc, reported_on desc, reported_at desc nulls last,
                first_published_on desc
        ) as place_in_order
    from reports
    where counting in ('cumulative', 'stock')
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

spoken as (

    select
        {{ series | join(', ') }},
        counting,
        span,
        {{ said }},
        since_on,
        span_start_on,
        counted_until_on as span_end_on
    from counted
    where place_in_order = 1
    group by {{ series | join(', ') }}, counting, span, since_on, span_start_on, counted_until_on

    union all

    -- A window as it is, over its days: two that share a day never add up.
    select
        {{ series | join(', ') }},
        counting,
        'window' as span,
        {{ said }},
        null as since_on,
        period_start_on as span_start_on,
        period_end_on as span_end_on
    from reports
    where counting = 'period' and is_standing
    group by {{ series | join(', ') }}, counting, period_start_on, period_end_on

    {% for span in ['day', 'week', 'month', 'year'] -%}
    {%- set starts_on = 'cast(' ~ dbt.date_trunc(span, 'span_start_on') ~ ' as date)' %}
    union all

    -- Incidents add up (rule 8). An open end stays open in a sum.
    select
        {{ series | join(', ') }},
        'incident' as counting,
        '{{ span }}' as span,
        min(source_id) as source_id,
        null as report_id,
        cast(sum(incident_count) as bigint) as report_count,
        {% for number in ['low', 'value_stated', 'high'] -%}
        case when count({{ number }}) = count(*) then cast(sum({{ number }}) as bigint) end as {{ number }},
        {% endfor -%}
        false as has_convention,
        null as since_on,
        {{ starts_on }} as span_start_on,
        max(span_start_on) as span_end_on
    from incident_days
    group by {{ series | join(', ') }}, {{ starts_on }}
    {% endfor %}

),

final as (
    select
        {{ (series + ['source_id', 'report_id', 'counting', 'span', 'low', 'value_stated', 'high', 'report_count',
            'has_convention', 'since_on', 'span_start_on', 'span_end_on']) | join(', ') }}
    from spoken
)

select * from final
