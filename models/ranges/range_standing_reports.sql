with reports as (

    -- A report that was superseded on the day it could first be read never stood.
    select * from {{ ref('fct_reports') }}
    where
        not is_withdrawn
        and not is_share
        and (superseded_on is null or superseded_on > first_published_on)
        and {{ in_this_build() }}

),

readings as (

    select * from {{ ref('fct_readings') }}
    where {{ in_this_build() }}

),

change_days as (

    select
        scope_id,
        first_published_on as valid_from_on
    from reports

    union

    select
        scope_id,
        superseded_on as valid_from_on
    from reports
    where superseded_on is not null

),

spans as (

    select
        scope_id,
        valid_from_on,
        lead(valid_from_on) over (partition by scope_id order by valid_from_on) as valid_to_on
    from change_days

),

final as (

    select
        -- ids
        spans.scope_id,
        reports.report_id,
        reports.episode_id,
        reports.source_id,
        reports.voice_id,

        -- text
        readings.hedge_convention,
        readings.low_basis,
        readings.high_basis,

        -- numbers
        readings.low,
        readings.value_stated,
        readings.high,

        -- booleans
        reports.is_party_claim,

        -- dates
        spans.valid_from_on,
        spans.valid_to_on
    from spans
    inner join reports
        on spans.scope_id = reports.scope_id
        and spans.valid_from_on >= reports.first_published_on
        and (reports.superseded_on is null or spans.valid_from_on < reports.superseded_on)
    -- What stands is the same whatever the words are read as; a report is named after the figure that told it first.
    inner join readings on reports.report_id = readings.figure_id

)

select * from final
