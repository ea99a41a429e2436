{#- Rule 10, upwards and to a fixpoint: lows climb from parts to totals. A climb as long as the deepest nesting settles
    all; one step all but totals of totals. -#}
{%- set depth = var('part_depth') -%}
with parts as (

    select * from {{ ref('int_parts') }}

),

totals_of_totals as (

    select distinct part_of as figure_id
    from parts
    where figure_id in (select totals.part_of from parts as totals)

),

{% for step in range(1, depth + 1) -%}
slices_{{ step }} as (

    -- A total is at least the sum of its disjoint parts along one dimension, and at least any one part.
    {%- set low = 'coalesce(climbed.low, settled.low, parts.low)' if step > 1 else 'parts.low' %}
    select
        parts.part_of,
        parts.dimension,
        max(parts.total_low) as total_low,
        greatest(sum(case when parts.is_added then {{ low }} end), max({{ low }})) as low
    from parts
    {% if step > 1 -%}
    inner join totals_of_totals on parts.part_of = totals_of_totals.figure_id
    left join climb_1 as settled on parts.figure_id = settled.figure_id
    left join climb_{{ step - 1 }} as climbed on parts.figure_id = climbed.figure_id
    {% endif -%}
    group by parts.part_of, parts.dimension

),

climb_{{ step }} as (

    select
        part_of as figure_id,
        cast(greatest(max(total_low), max(low)) as bigint) as low
    from slices_{{ step }}
    group by part_of

),

{% endfor -%}

final as (

    select
        climb_1.figure_id,
        coalesce(climbed.low, climb_1.low) as implied_low
    from climb_1
    left join climb_{{ depth }} as climbed on climb_1.figure_id = climbed.figure_id

)

select * from final
