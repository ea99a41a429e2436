{#- The ranges of one measure: one row per scope and change day. -#}
{% macro range_slice(measure_id) -%}
with ranges as (

    select * from {{ ref('range_reported') }}

),

sliced as (

    select * from ranges
    where measure_id = '{{ measure_id }}'

)

select * from sliced
{%- endmacro %}

{#- The same ranges, one row per scope and day, up to the last day anything was published. -#}
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
