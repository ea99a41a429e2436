with reports as (

    select * from {{ ref('fct_reports') }}
    where
        counting = 'cumulative'
        and not is_share
        and not {{ is_unnamed_part() }}
        and not is_withdrawn
        and not is_retracted
        and period_start_on is not null

),

incidents as (

    select * from {{ ref('fct_incident_totals') }}
    where span = 'month'

),

months as (

    -- The last that a voice counted up to a day of a month; of one day what stands, and what was said last.
    select
        *,
        cast({{ dbt.date_trunc('month', 'counted_until_on') }} as date) as month_start_on,
        row_number() over (
            partition by voice_id, scope_id, cast({{ dbt.date_trunc('month', 'counted_until_on') }} as date)
            order by counted_until_on desc, is_standing desc, reported_on desc, first_published_on desc, report_id asc
        ) as place_in_order
    from reports

),

compared as (

    -- Months the running count knows whole: from the month it began in, to the last before the one it counts up to.
    select
        months.report_id,
        incidents.voice_id as incident_voice_id,
        cast(sum(incidents.incident_count) as bigint) as incident_count,
        case when count(incidents.low) = count(*) then cast(sum(incidents.low) as bigint) end as incident_low,
        case when count(incidents.value_stated) = count(*) then cast(sum(incidents.value_stated) as bigint) end
            as incident_value_stated,
        case when count(incidents.high) = count(*) then cast(sum(incidents.high) as bigint) end as incident_high,
        min(incidents.span_start_on) as incidents_from_on,
        max(incidents.span_start_on) as incidents_to_month_on
    from months
    inner join incidents
        on months.measure_id = incidents.measure_id
        and months.population_id = incidents.population_id
        and months.place_id = incidents.place_id
        and months.verification = incidents.verification
        and months.kind = incidents.kind
        and (months.place_role is not distinct from incidents.place_role)
        and (months.cause_id is not distinct from incidents.cause_id)
        and (months.actor_id is not distinct from incidents.actor_id)
        and cast({{ dbt.date_trunc('month', 'months.period_start_on') }} as date) <= incidents.span_start_on
        and months.month_start_on > incidents.span_start_on
    where months.place_in_order = 1
    group by months.report_id, incidents.voice_id

),

final as (

    select
        -- ids
        months.report_id,
        months.scope_id,
        months.episode_id,
        months.voice_id,
        compared.incident_voice_id,
        months.measure_id,
        months.population_id,
        months.place_id,

        -- text
        'a running count beside a sum of incidents: unlike counts that are never mixed or added' as comparison,

        -- numbers
        months.low,
        months.value_stated,
        months.high,
        compared.incident_count,
        compared.incident_low,
        compared.incident_value_stated,
        compared.incident_high,

        -- dates
        months.period_start_on,
        months.reported_on,
        months.month_start_on,
        compared.incidents_from_on,
        compared.incidents_to_month_on
    from months
    inner join compared on months.report_id = compared.report_id
    where months.place_in_order = 1

)

select * from final
