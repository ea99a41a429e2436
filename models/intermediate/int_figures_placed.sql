{{ config(materialized='view') }}

{%- set ended_on = 'coalesce(events.ended_on, validated.period_end_on, validated.period_start_on)' %}
{%- set settled_on = dbt.dateadd('day', var('settling_days'), ended_on) %}

with figures as (

    select * from {{ ref('stg_figures') }}
    where {{ is_affected('source') }}

),

places_named as (

    select * from {{ ref('int_places_named') }}

),

validated as (

    -- A draft has not been read twice: it is not a fact yet. A withdrawn figure stays, and does not stand.
    select
        figures.*,
        {{ scope_kind('figures.kind') }} as scope_kind,
        coalesce(figures.place_id, places_named.place_id) as known_place_id,
        coalesce(figures.place_id, places_named.stated_place) as stated_place,
        figures.counting = 'stock'
        and figures.dataset_id is not null
        and coalesce(figures.period_start_on = figures.period_end_on, false) as is_stock_of_a_day
    from figures
    left join places_named on figures.place_id is null and figures.place_name = places_named.place_name
    where {{ is_read_twice('figures.status') }}

),

events as (

    -- One event, whatever days its documents put it on; an estimate of it moves no count. In a data set an event is one
    -- row, which has its own.
    select
        episode_id,
        incident_id,
        scope_kind,
        max(coalesce(period_end_on, period_start_on)) as ended_on
    from validated
    where dataset_id is null and counting = 'incident' and incident_id is not null and status <> 'withdrawn'
    group by episode_id, incident_id, scope_kind

),

placed as (

    select
        validated.*,
        case when validated.counting = 'incident' then validated.incident_id end as scope_incident_id,
        -- The period is part of what a period or incident figure counts; a running count is named by its start. The
        -- stock of a data set is one of a stated day, as of the end of a year: its releases tell all of them at once.
        case
            when validated.counting <> 'stock' or validated.is_stock_of_a_day then validated.period_start_on
        end as scope_start_on,
        case
            when validated.counting = 'period' then coalesce(validated.period_end_on, validated.reported_on)
            when validated.counting = 'incident' then coalesce(validated.period_end_on, validated.period_start_on)
            when validated.is_stock_of_a_day then validated.period_end_on
        end as scope_end_on,
        -- The day a number counts up to. The toll of an event rises while its dead are found, and then is settled; a
        -- closed window counts up to its own end, which is part of its scope.
        case
            when validated.counting in ('cumulative', 'stock')
                then coalesce(validated.period_end_on, validated.reported_on)
            when validated.counting = 'incident'
                then least(validated.reported_on, cast({{ settled_on }} as date))
        end as counted_until_on,
        validated.counting in ('cumulative', 'stock') and validated.period_end_on is not null
        or validated.reported_on_basis = 'stated' as is_counted_until_stated
    from validated
    left join events
        on validated.episode_id = events.episode_id
        and validated.incident_id = events.incident_id
        and validated.scope_kind = events.scope_kind
        and validated.dataset_id is null

)

select * from placed
