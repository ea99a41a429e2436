with ranges as (

    select * from {{ ref('ranges_named') }}

),

now as (

    select
        scope_id, episode, measure, unit, counting, population, place, first_level, country, iso3, cause, actor,
        kind, place_role, verification, range_text, range_text_without_party_claims, fits, lowest, highest, source_count,
        named_source_count, report_count, earlier_source_count, earlier_low, is_open_below, is_open_above, is_disputed,
        is_unrestricted, period_start_on, period_end_on, counted_from_on, counted_to_on, valid_from_on
    from ranges
    where valid_to_on is null

)

select * from now
