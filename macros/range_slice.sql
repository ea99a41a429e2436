{#- The ranges of one measure by the convention of the build: one row per scope and change day. -#}
{% macro range_slice(measure_id) -%}
with ranges as (

    select * from {{ ref('range_reported') }}

),

sliced as (

    select
        -- ids
        scope_id,
        episode_id,
        measure_id,
        unit_id,
        population_id,
        place_id,
        cause_id,
        actor_id,
        incident_id,

        -- text
        counting,
        verification,
        kind,
        place_role,

        -- numbers
        lowest,
        highest,
        agreement_low,
        agreement_high,
        agreement_source_count,
        source_count,
        named_source_count,
        report_count,
        earlier_source_count,
        earlier_low,
        lowest_without_party_claims,
        highest_without_party_claims,
        agreement_low_without_party_claims,
        agreement_high_without_party_claims,
        agreement_source_count_without_party_claims,
        source_count_without_party_claims,
        named_source_count_without_party_claims,
        report_count_without_party_claims,
        earlier_source_count_without_party_claims,
        earlier_low_without_party_claims,

        -- booleans
        is_open_below,
        is_open_above,
        is_disputed,
        is_by_convention,
        is_within_rounding,
        is_open_below_without_party_claims,
        is_open_above_without_party_claims,
        is_disputed_without_party_claims,
        is_by_convention_without_party_claims,
        is_within_rounding_without_party_claims,

        -- dates
        period_start_on,
        period_end_on,
        counted_from_on,
        counted_to_on,
        counted_from_on_without_party_claims,
        counted_to_on_without_party_claims,
        valid_from_on,
        valid_to_on
    from ranges
    where measure_id = '{{ measure_id }}' and hedge_convention = '{{ var("hedge_convention") }}'

)

select * from sliced
{%- endmacro %}

{#- The same ranges, one row per scope and day, up to the last day anything was published. A view, here and where it is
    published: a million ranges would be a billion rows. -#}
{% macro range_daily(model) -%}
with ranges as (

    select * from {{ ref(model) }}

),

days as (

    select * from {{ ref('dim_days') }}

),

expanded as (

    select
        ranges.*,
        days.known_on
    from ranges
    inner join days
        on ranges.valid_from_on <= days.known_on
        and (ranges.valid_to_on is null or ranges.valid_to_on > days.known_on)

)

select * from expanded
{%- endmacro %}
