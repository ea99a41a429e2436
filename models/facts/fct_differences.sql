with reports as (

    select * from {{ ref('fct_reports') }}
    where
        counting = 'cumulative' and not is_share and not is_withdrawn and not is_retracted
        and {{ is_affected('source') }}

),

figures as (

    select * from {{ ref('fct_figures') }}
    where counting = 'cumulative' and {{ is_affected('source') }}

),

releases as (

    select * from {{ ref('int_dataset_releases') }}

),

released as (

    -- What one release of a data set says is compared with itself alone: what differs between releases was corrected.
    select distinct
        reports.*,
        case when figures.dataset_id is not null then figures.document_id else '' end as release_id,
        releases.published_on as released_on
    from reports
    inner join figures on reports.report_id = figures.report_id
    left join releases on figures.document_id = releases.document_id

),

compared as (

    select
        {% for column in ['report_id', 'low', 'value_stated', 'high', 'counted_until_on', 'reported_on'] -%}
        lag({{ column }}) over in_order as previous_{{ column }},
        {% endfor -%}
        {{ ['report_id', 'episode_id', 'source_id', 'voice_id', 'scope_id', 'measure_id', 'low', 'value_stated', 'high',
            'counted_until_on', 'reported_on', 'released_on'] | join(', ') }}
    from released
    window in_order as (
        partition by voice_id, scope_id, release_id
        order by counted_until_on nulls last, reported_on, reported_at nulls first, report_id
    )

),

subtracted as (

    -- Interval arithmetic: what one end of the earlier reading leaves of the other end of the later. Of one day there
    -- is no later. What several releases say, the newest says last.
    select
        *,
        row_number() over (
            partition by report_id order by released_on desc nulls last, previous_report_id asc nulls last
        ) as place_in_order,
        low - previous_high as least_increase,
        high - previous_low as most_increase,
        coalesce(high < previous_low, false) as is_revision
    from compared
    where previous_counted_until_on < counted_until_on

),

final as (

    select
        -- ids
        {{ ['report_id', 'previous_report_id', 'episode_id', 'source_id', 'voice_id', 'scope_id', 'measure_id']
            | join(', ') }},

        -- numbers
        {{ ['previous_low', 'previous_value_stated', 'previous_high', 'low', 'value_stated', 'high'] | join(', ') }},
        -- Nobody comes back to life: a total that fell was revised, and says nothing of what was added.
        case when not is_revision then greatest(0, coalesce(least_increase, 0)) end as increase_low,
        case when not is_revision then most_increase end as increase_high,

        -- booleans
        is_revision,

        -- dates
        {{ ['previous_counted_until_on', 'counted_until_on', 'previous_reported_on', 'reported_on'] | join(', ') }}
    from subtracted
    where place_in_order = 1

)

select * from final
