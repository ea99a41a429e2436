with reports as (

    select * from {{ ref('fct_reports') }}
    where counting = 'cumulative' and not is_share and not is_withdrawn and {{ is_affected('source') }}

),

compared as (

    select
        report_id,
        lag(report_id) over in_order as previous_report_id,
        episode_id,
        source_id,
        voice_id,
        scope_id,
        measure_id,
        lag(low) over in_order as previous_low,
        lag(value_stated) over in_order as previous_value_stated,
        lag(high) over in_order as previous_high,
        low,
        value_stated,
        high,
        lag(reported_on) over in_order as previous_reported_on,
        reported_on
    from reports
    window in_order as (partition by voice_id, scope_id order by reported_on, first_published_on, report_id)

),

subtracted as (

    -- Interval arithmetic: what one end of the earlier reading leaves of the other end of the later.
    select
        *,
        low - previous_high as least_increase,
        high - previous_low as most_increase,
        coalesce(high < previous_low, false) as is_revision
    from compared
    where previous_report_id is not null

),

final as (

    select
        -- ids
        report_id,
        previous_report_id,
        episode_id,
        source_id,
        voice_id,
        scope_id,
        measure_id,

        -- numbers
        previous_low,
        previous_value_stated,
        previous_high,
        low,
        value_stated,
        high,
        -- Nobody comes back to life: a total that fell was revised, and says nothing of what was added.
        case when not is_revision then greatest(0, coalesce(least_increase, 0)) end as increase_low,
        case when not is_revision then most_increase end as increase_high,

        -- booleans
        is_revision,

        -- dates
        previous_reported_on,
        reported_on
    from subtracted

)

select * from final
