with reports as (

    select * from {{ ref('fct_reports') }}
    where counting = 'incident' and is_standing and not is_share and {{ is_affected('source') }}

),

within as (

    select * from {{ ref('int_places_within') }}

),

incidents as (

    -- Each incident once (rule 8): where a voice told one twice at one moment, as the range of both, where it was told
    -- first.
    select
        episode_id,
        voice_id,
        min(source_id) as source_id,
        measure_id,
        population_id,
        min_by(place_id, report_id) as place_id,
        min(cause_id) as cause_id,
        min(actor_id) as actor_id,
        verification,
        kind,
        place_role,
        scope_id,
        min(period_start_on) as started_on,
        max(period_end_on) as ended_on,
        case when count(low) = count(*) then min({{ counts_from() }}) end as low,
        case when count(value_stated) = count(*) and min(value_stated) = max(value_stated) then max(value_stated) end
            as value_stated,
        case when count(high) = count(*) then max({{ counts_to() }}) end as high
    from reports
    group by episode_id, voice_id, measure_id, population_id, verification, kind, place_role, scope_id

),

spans as (

    {% for span in ['day', 'month'] -%}
    select
        incidents.*,
        '{{ span }}' as span,
        cast({{ dbt.date_trunc(span, 'started_on') }} as date) as span_start_on,
        cast({{ dbt.date_trunc(span, 'ended_on') }} as date) <> cast({{ dbt.date_trunc(span, 'started_on') }} as date)
            as is_longer
    from incidents
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

final as (

    select
        -- ids
        spans.episode_id,
        spans.voice_id,
        min(spans.source_id) as source_id,
        spans.measure_id,
        spans.population_id,
        within.within_id as place_id,
        spans.cause_id,
        spans.actor_id,

        -- text
        spans.span,
        spans.verification,
        spans.kind,
        spans.place_role,

        -- numbers
        count(*) as incident_count,
        count(*) filter (where spans.is_longer) as longer_incident_count,
        -- An open end stays open in a sum.
        case when count(spans.low) = count(*) then cast(sum(spans.low) as bigint) end as low,
        case when count(spans.value_stated) = count(*) then cast(sum(spans.value_stated) as bigint) end as value_stated,
        case when count(spans.high) = count(*) then cast(sum(spans.high) as bigint) end as high,

        -- dates
        spans.span_start_on
    from spans
    inner join within on spans.place_id = within.place_id
    group by
        spans.episode_id, spans.voice_id, spans.measure_id, spans.population_id, within.within_id, spans.cause_id,
        spans.actor_id, spans.verification, spans.kind, spans.place_role, spans.span, spans.span_start_on

)

select * from final
