{#- Rule 10, to a fixpoint: lows climb from parts to totals, then highs descend from totals to parts. Lows never
    depend on highs, so one climb and one descent, each as long as the deepest nesting, leave nothing to move. -#}
{%- set depth = var('part_depth') -%}

with parts as (

    select * from {{ ref('int_parts') }}

),

figures_read as (

    select * from {{ ref('int_figures_read') }}

),

disjoint_pairs as (

    select * from {{ ref('int_disjoint_pairs') }}

),

climb_0 as (

    select
        figure_id,
        low
    from figures_read
    where not is_share

),

{% for step in range(1, depth + 1) -%}
slices_{{ step }} as (

    -- A total is at least the sum of its disjoint parts along one dimension, and at least any one part.
    select
        parts.part_of,
        parts.dimension,
        greatest(sum(case when parts.is_added then climbed.low end), max(climbed.low)) as low
    from parts
    inner join climb_{{ step - 1 }} as climbed on parts.figure_id = climbed.figure_id
    group by parts.part_of, parts.dimension

),

climb_{{ step }} as (

    select
        climb_0.figure_id,
        cast(greatest(max(climb_0.low), max(slices_{{ step }}.low)) as bigint) as low
    from climb_0
    left join slices_{{ step }} on climb_0.figure_id = slices_{{ step }}.part_of
    group by climb_0.figure_id

),

{% endfor -%}

siblings as (

    -- What a part must leave to the slices beside it with which it shares nobody.
    select
        parts.figure_id,
        cast(sum(climbed.low) as bigint) as low
    from parts
    inner join parts as others
        on parts.part_of = others.part_of
        and parts.dimension = others.dimension
        and parts.figure_id <> others.figure_id
        and others.is_added
    inner join disjoint_pairs
        on parts.dimension = disjoint_pairs.dimension
        and parts.slice_id = disjoint_pairs.left_id
        and others.slice_id = disjoint_pairs.right_id
    inner join climb_{{ depth }} as climbed on others.figure_id = climbed.figure_id
    group by parts.figure_id

),

descent_0 as (

    select
        figure_id,
        high
    from figures_read
    where not is_share

),

{% for step in range(1, depth + 1) -%}
descent_{{ step }} as (

    -- A part is at most its total less its siblings. An open total leaves it open.
    select
        descent_0.figure_id,
        least(descent_0.high, above.high - coalesce(siblings.low, 0)) as high
    from descent_0
    left join parts on descent_0.figure_id = parts.figure_id
    left join descent_{{ step - 1 }} as above on parts.part_of = above.figure_id
    left join siblings on descent_0.figure_id = siblings.figure_id

),

{% endfor -%}

bounded as (

    select
        climb_{{ depth }}.figure_id,
        climb_{{ depth }}.low as implied_low,
        descent_{{ depth }}.high as implied_high
    from climb_{{ depth }}
    inner join descent_{{ depth }} on climb_{{ depth }}.figure_id = descent_{{ depth }}.figure_id

)

select * from bounded
