with reports as (

    select * from {{ ref('fct_reports') }}
    where {{ is_affected('source') }}

),

incidents as (

    {{ each_incident_once('reports') }}

),

final as (

    {{ incident_totals('incidents', ref('int_places_within'), ['day', 'month']) }}

)

select * from final
