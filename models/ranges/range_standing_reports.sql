{%- set report_columns = ['scope_id', 'report_id', 'episode_id', 'source_id', 'voice_id', 'is_party_claim'] -%}

with reports as (

    -- A report that was superseded on the day it could first be read never stood.
    select
        *,
        count(*) over (partition by scope_id) as scope_report_count
    from {{ ref('fct_reports') }}
    where
        not is_withdrawn
        and not is_share
        and (superseded_on is null or superseded_on > first_published_on)
        and {{ is_affected('scope') }}

),

readings as (

    select * from {{ ref('fct_readings') }}
    where {{ is_affected('episode') }}

),

crowded as (

    -- Most scopes of a data set have one report: there is nothing to line up.
    select * from reports
    where scope_report_count > 1

),

change_days as (

    select
        scope_id,
        first_published_on as valid_from_on
    from crowded

    union

    select
        scope_id,
        superseded_on as valid_from_on
    from crowded
    where superseded_on is not null

),

spans as (

    select
        scope_id,
        valid_from_on,
        lead(valid_from_on) over (partition by scope_id order by valid_from_on) as valid_to_on
    from change_days

),

standing as (

    select
        {{ named('crowded', report_columns) }},
        spans.valid_from_on,
        spans.valid_to_on,
        count(*) over (partition by spans.scope_id, spans.valid_from_on) = 1 as is_alone
    from spans
    inner join crowded
        on spans.scope_id = crowded.scope_id
        and spans.valid_from_on >= crowded.first_published_on
        and (crowded.superseded_on is null or spans.valid_from_on < crowded.superseded_on)

    union all

    select
        {{ report_columns | join(', ') }},
        first_published_on as valid_from_on,
        superseded_on as valid_to_on,
        true as is_alone
    from reports
    where scope_report_count = 1

),

final as (

    select
        -- ids
        standing.scope_id,
        standing.report_id,
        standing.episode_id,
        standing.source_id,
        standing.voice_id,

        -- text
        readings.hedge_convention,
        readings.low_basis,
        readings.high_basis,

        -- numbers
        readings.low,
        readings.value_stated,
        readings.high,

        -- booleans
        standing.is_party_claim,
        standing.is_alone,

        -- dates
        standing.valid_from_on,
        standing.valid_to_on
    from standing
    -- What stands is the same whatever the words are read as; a report is named after the figure that told it first.
    inner join readings on standing.report_id = readings.figure_id

)

select * from final
