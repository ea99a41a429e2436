{#- The figures of one measure under plain names: people_killed_low and not low. Shares are no people, so they stay
    in fct_figures. -#}
{% macro measure_slice(measure_id, unit_name) -%}
with figures as (

    select * from {{ ref('fct_figures') }}

),

sliced as (

    select
        -- ids
        figure_id,
        report_id,
        document_id,
        episode_id,
        source_id,
        voice_id,
        scope_id,
        population_id,
        place_id,
        cause_id,
        actor_id,
        part_of,
        incident_id,
        hedge_id,

        -- text
        counting,
        verification,
        kind,
        place_role,
        claim_about,
        phrase,
        doubts,
        reported_on_basis,
        published_on_basis,

        -- numbers
        low as {{ unit_name }}_low,
        value_stated as {{ unit_name }}_stated,
        high as {{ unit_name }}_high,
        implied_low as {{ unit_name }}_implied_low,
        implied_high as {{ unit_name }}_implied_high,

        -- booleans
        is_party_claim,
        is_relay,
        is_standing,
        is_withdrawn,
        is_retracted,

        -- dates
        period_start_on,
        period_end_on,
        counted_until_on,
        reported_on,
        published_on,

        -- times
        reported_at,
        loaded_at
    from figures
    where measure_id = '{{ measure_id }}' and not is_share

)

select * from sliced
{%- endmacro %}
