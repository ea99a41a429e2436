{#- Rule 10, to a fixpoint: lows climb from parts to totals, then highs descend from totals to parts. Lows never depend
    on highs: a climb and a descent as long as the deepest nesting settle all; one step all but totals of totals. -#}
{%- set depth = var('part_depth') -%}
with figures_read as (

    select * from {{ ref('int_figures_read') }}

),

parts as (

    select
        parts.*,
        figures_read.low,
        figures_read.high,
        totals.low as total_low,
        totals.high as total_high
    from {{ ref('int_parts') }} as parts
    inner join figures_read on parts.figure_id = figures_read.figure_id
    inner join figures_read as totals on parts.part_of = totals.figure_id

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

siblings as (

    -- What a part must leave to the slices beside it with which it shares nobody.
    select
        parts.figure_id,
        cast(sum(coalesce(climbed.low, settled.low, others.low)) as bigint) as low
    from parts
    inner join parts as others
        on parts.part_of = others.part_of
        and parts.dimension = others.dimension
        and parts.figure_id <> others.figure_id
        and others.is_added
    inner join {{ ref('int_disjoint_pairs') }} as disjoint_pairs
        on parts.dimension = disjoint_pairs.dimension
        and parts.slice_id = disjoint_pairs.left_id
        and others.slice_id = disjoint_pairs.right_id
    left join climb_1 as settled on others.figure_id = settled.figure_id
    left join climb_{{ depth }} as climbed on others.figure_id = climbed.figure_id
    group by parts.figure_id

),

{% for step in range(1, depth + 1) -%}
descent_{{ step }} as (

    -- A part is at most its total less its siblings. An open total leaves it open.
    {%- set high = 'coalesce(above.high, settled.high)' if step > 1 else 'parts.total_high' %}
    select
        parts.figure_id,
        least(parts.high, {{ high }} - coalesce(siblings.low, 0)) as high
    from parts
    {% if step > 1 -%}
    inner join descent_1 as settled on parts.part_of = settled.figure_id
    left join descent_{{ step - 1 }} as above on parts.part_of = above.figure_id
    {% endif -%}
    left join siblings on parts.figure_id = siblings.figure_id

),

{% endfor -%}

bounded as (

    select
        figures_read.figure_id,
        coalesce(climbed.low, climb_1.low, figures_read.low) as implied_low,
        coalesce(descended.high, descent_1.high, figures_read.high) as implied_high
    from figures_read
    left join climb_1 on figures_read.figure_id = climb_1.figure_id
    left join climb_{{ depth }} as climbed on figures_read.figure_id = climbed.figure_id
    left join descent_1 on figures_read.figure_id = descent_1.figure_id
    left join descent_{{ depth }} as descended on figures_read.figure_id = descended.figure_id
    where not figures_read.is_share

)

select * from bounded
