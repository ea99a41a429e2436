with standing as (

    select * from {{ ref('range_standing_reports') }}
    where is_alone is distinct from true and {{ is_affected('scope') }}

),

pairs as (

    -- A count says that as many had died by its day, and no more up to it. So two to one day that share no number
    -- cannot both hold, nor can a later one that is lower. What may fall is compared on equal days alone, a window with
    -- itself.
    select
        lower_reports.*,
        higher_reports.report_id as higher_report_id,
        higher_reports.counted_until_on as higher_counted_until_on,
        higher_reports.is_party_claim as higher_is_party_claim,
        {% for suffix in ['', '_without_party_claims'] -%}
        lower_reports.is_current{{ suffix }} or higher_reports.is_current{{ suffix }} as is_of_range{{ suffix }},
        {% endfor -%}
        higher_reports.low - lower_reports.high as gap,
        {{ width_of_words('lower_reports', 'higher_reports') }} as width_of_words,
        {{ width_of_rounding('lower_reports', 'higher_reports') }} as width_of_rounding
    from standing as lower_reports
    inner join standing as higher_reports
        on lower_reports.scope_id = higher_reports.scope_id
        and lower_reports.valid_from_on = higher_reports.valid_from_on
        and lower_reports.hedge_convention = higher_reports.hedge_convention
        and lower_reports.voice_id <> higher_reports.voice_id
        and lower_reports.high < higher_reports.low
        and (
            lower_reports.counting = 'period'
            or lower_reports.counted_until_on = higher_reports.counted_until_on
            or lower_reports.counting in ('cumulative', 'incident')
            and lower_reports.counted_until_on > higher_reports.counted_until_on
        )

),

final as (

    select
        -- ids
        scope_id,
        report_id as lower_report_id,
        higher_report_id,
        episode_id,

        -- text
        hedge_convention,
        case
            when counting = 'period' then 'same_window'
            when counted_until_on = higher_counted_until_on then 'same_day'
            else 'later_is_lower'
        end as kind,

        -- numbers
        gap,

        -- booleans
        is_party_claim or higher_is_party_claim as has_party_claim,
        -- Two counts that others have overtaken contradict each other still, and not the range of the newest day.
        is_of_range,
        is_of_range_without_party_claims,
        -- Read as wide again as we read the vague words, they would meet.
        gap <= width_of_words as is_by_convention,
        -- Rounded alike they would be one number.
        gap <= width_of_rounding as is_within_rounding,

        -- dates
        valid_from_on,
        valid_to_on
    from pairs

)

select * from final
