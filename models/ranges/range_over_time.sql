{{ config(materialized='view') }}

with reports as (

    -- A place whose name no list knows is not the whole of the place it counts for.
    select * from {{ ref('fct_reports') }}
    where
        not is_withdrawn and not is_retracted and not is_share and split_part(scope_id, '.', 4) = place_id
        and not {{ is_unnamed_part() }}

),

incident_days as (

    select * from {{ ref('fct_incident_totals') }}
    where span = 'day'

),

spoken as (

    {{ over_time('reports', 'incident_days', ['day', 'week', 'month', 'year']) }}

),

final as (

    select
        {{ series() }},
        source_id, report_id, counting, span, low, value_stated, high, report_count, has_convention, since_on,
        span_start_on, span_end_on
    from spoken

)

select * from final
