{#- A scope without its days, of one voice: its numbers over time are one series. Read also by the pages, without dbt
    (common/models_sql.py). -#}
{% macro series() -%}
    episode_id, voice_id, measure_id, population_id, place_id, cause_id, actor_id, verification, kind, place_role
{%- endmacro %}

{#- What a voice says at one moment in several reports, together. -#}
{% macro said_together() -%}
    min(source_id) as source_id,
        case when count(*) = 1 then min(report_id) end as report_id,
        cast(count(*) as bigint) as report_count,
        case when count(low) = count(*) then min(low) end as low,
        case when count(value_stated) = count(*) and min(value_stated) = max(value_stated) then min(value_stated) end
            as value_stated,
        case when count(high) = count(*) then max(high) end as high,
        max(case when low_basis = 'convention' or high_basis = 'convention' then 1 else 0 end) = 1 as has_convention
{%- endmacro %}

{#- The rows of range_over_time, at some spans, from reports (none withdrawn, taken back or a share, each of a place that is
    known) and from totals of incidents by day. -#}
{% macro over_time(reports, incident_days, spans) -%}
    {%- for span in spans %}
    {%- set starts_on = 'cast(' ~ dbt.date_trunc(span, 'counted_until_on') ~ ' as date)' %}
    -- Running counts and stocks, as they stood at the end of each span: of one day what was said last, and last
    -- released.
    select
        {{ series() }},
        counting,
        '{{ span }}' as span,
        {{ said_together() }},
        since_on,
        span_start_on,
        counted_until_on as span_end_on
    from (
        select
            *,
            case when counting = 'cumulative' then period_start_on end as since_on,
            {{ starts_on }} as span_start_on,
            rank() over (
                partition by
                    {{ series() }}, counting, case when counting = 'cumulative' then period_start_on end, {{ starts_on }}
                order by
                    counted_until_on desc, is_standing desc, reported_on desc, reported_at desc nulls last,
                    first_published_on desc
            ) as place_in_order
        from {{ reports }}
        where counting in ('cumulative', 'stock')
    ) as counted
    where place_in_order = 1
    group by {{ series() }}, counting, since_on, span_start_on, counted_until_on
    union all
    {%- set starts_on = 'cast(' ~ dbt.date_trunc(span, 'span_start_on') ~ ' as date)' %}

    -- Incidents add up (rule 8), in the spans that hold them whole, and in the year they began in: none is lost. An
    -- open end stays open in a sum.
    select
        {{ series() }},
        'incident' as counting,
        '{{ span }}' as span,
        min(source_id) as source_id,
        null as report_id,
        cast(sum(incident_count) as bigint) as report_count,
        {%- for number in ['low', 'value_stated', 'high'] %}
        case when count({{ number }}) = count(*) then cast(sum({{ number }}) as bigint) end as {{ number }},
        {%- endfor %}
        false as has_convention,
        cast(null as date) as since_on,
        {{ starts_on }} as span_start_on,
        max(span_start_on) as span_end_on
    from {{ incident_days }}
    {%- if span != 'year' %}
    where {{ starts_on }} = cast({{ dbt.date_trunc(span, 'last_span_start_on') }} as date)
    {%- endif %}
    group by {{ series() }}, {{ starts_on }}
    union all
    {%- endfor %}

    -- A window as it is, over its days: two that share a day never add up.
    select
        {{ series() }},
        counting,
        'window' as span,
        {{ said_together() }},
        cast(null as date) as since_on,
        period_start_on as span_start_on,
        period_end_on as span_end_on
    from {{ reports }}
    where counting = 'period' and is_standing
    group by {{ series() }}, counting, period_start_on, period_end_on
{%- endmacro %}
