{%- set ids = ['scope_id', 'report_id', 'episode_id', 'source_id', 'voice_id'] -%}
{%- set report_columns = ids + ['counting', 'is_party_claim', 'is_reworded', 'rounded_to', 'counted_until_on'] -%}
with reports as (

    -- A report that was superseded on the day it could first be read never stood.
    select
        *,
        count(*) over (partition by scope_id) as scope_report_count
    from {{ ref('fct_reports') }}
    where
        not is_withdrawn and not is_share and not {{ is_unnamed_part() }}
        and (superseded_on is null or superseded_on > first_published_on)
        and {{ is_affected('scope') }}

),

readings as (

    select * from {{ ref('fct_readings') }}
    where {{ is_affected('episode') }}

),

reworded as (

    select * from {{ ref('fct_reworded_reports') }}
    where {{ is_affected('episode') }}

),

crowded as (

    -- Most scopes of a data set have one report: there is nothing to line up.
    select * from reports
    where scope_report_count > 1

),

change_days as (

    {% for day in ['first_published_on', 'superseded_on'] -%}
    select
        scope_id,
        {{ day }} as valid_from_on
    from crowded
    where {{ day }} is not null
    {{ 'union' if not loop.last }}

    {% endfor -%}
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
        {{ named('spans', ['valid_from_on', 'valid_to_on']) }},
        count(*) over of_span = 1 as is_alone,
        max(crowded.counted_until_on) over of_span as counted_to_on,
        max(case when not crowded.is_party_claim then crowded.counted_until_on end) over of_span
            as counted_to_on_without_party_claims
    from spans
    inner join crowded
        on spans.scope_id = crowded.scope_id
        and spans.valid_from_on >= crowded.first_published_on
        and (crowded.superseded_on is null or spans.valid_from_on < crowded.superseded_on)
    window of_span as (partition by spans.scope_id, spans.valid_from_on)

    union all

    select
        {{ report_columns | join(', ') }},
        first_published_on as valid_from_on,
        superseded_on as valid_to_on,
        true as is_alone,
        counted_until_on as counted_to_on,
        counted_until_on as counted_to_on_without_party_claims
    from reports
    where scope_report_count = 1

),

final as (

    -- What stands is the same whatever the words are read as; a report is named after the figure that told it first.
    select
        -- ids
        {{ named('standing', ids) }},

        -- text
        readings.hedge_convention,
        standing.counting,
        {{ reading_of_standing() }},
        standing.rounded_to,

        -- booleans
        {{ named('standing', ['is_party_claim', 'is_alone']) }},
        {{ is_current('counted_to_on') }} as is_current,
        {{ is_current('counted_to_on_without_party_claims') }} as is_current_without_party_claims,

        -- dates
        {{ named('standing', ['counted_until_on', 'valid_from_on', 'valid_to_on']) }}
    from standing
    inner join readings on standing.report_id = readings.figure_id
    left join reworded
        on standing.report_id = reworded.report_id and readings.hedge_convention = reworded.hedge_convention

)

select * from final
