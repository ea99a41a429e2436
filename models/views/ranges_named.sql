with named as (

    select
        -- ids
        ranges.scope_id,

        -- text
        episodes.name as episode,
        measures.name as measure,
        ranges.unit_id as unit,
        ranges.counting,
        populations.name as population,
        places.name as place,
        areas.name as first_level,
        countries.name as country,
        places.iso3,
        causes.name as cause,
        actors.name as actor,
        ranges.kind,
        ranges.place_role,
        ranges.verification,
        {{ range_text('ranges', '') }} as range_text,
        {{ range_text('ranges', '_without_party_claims') }} as range_text_without_party_claims,
        case
            when ranges.report_count < 2 then 'one report'
            when ranges.agreement_low is null then 'no number'
            when ranges.agreement_low = ranges.agreement_high then cast(ranges.agreement_low as {{ dbt.type_string() }})
            else {{ range_words('ranges.agreement_low', 'ranges.agreement_high') }}
        end as fits,

        -- numbers
        ranges.lowest,
        ranges.highest,
        ranges.source_count,
        ranges.named_source_count,
        ranges.report_count,
        ranges.earlier_source_count,
        ranges.earlier_low,

        -- booleans
        ranges.is_open_below,
        ranges.is_open_above,
        ranges.is_disputed,
        {{ is_unrestricted('ranges') }} as is_unrestricted,

        -- dates
        ranges.period_start_on,
        ranges.period_end_on,
        ranges.counted_from_on,
        ranges.counted_to_on,
        ranges.valid_from_on,
        ranges.valid_to_on
    from {{ ref('range_reported') }} as ranges
    {{ join_names('ranges', ['sources']) }}
    where ranges.hedge_convention = '{{ var("hedge_convention") }}'

)

select * from named
