{#- Rule 10, downwards and to a fixpoint: highs descend from totals to parts. Lows never depend on highs, so they are
    settled before (int_implied_lows); a descent as long as the deepest nesting settles all, one step all but parts of
    parts. -#}
{%- set depth = var('part_depth') -%}
with figures_read as (

    select * from {{ ref('int_figures_read') }}

),

implied_lows as (

    select * from {{ ref('int_implied_lows') }}

),

parts as (

    select
        parts.figure_id,
        parts.part_of,
        parts.dimension,
        parts.slice_id,
        parts.is_added,
        coalesce(implied_lows.implied_low, parts.low) as low,
        parts.high,
        parts.total_high
    from {{ ref('int_parts') }} as parts
    left join implied_lows on parts.figure_id = implied_lows.figure_id

),

parts_of_parts as (

    select *
    from parts
    where part_of in (select totals.figure_id from parts as totals)

),

siblings as (

    -- What a part must leave to the slices beside it with which it shares nobody.
    select
        parts.figure_id,
        cast(sum(others.low) as bigint) as low
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
    group by parts.figure_id

),

{% for step in range(1, depth + 1) -%}
descent_{{ step }} as (

    -- A part is at most its total less its siblings. An open total leaves it open.
    {%- set high = 'coalesce(above.high, settled.high)' if step > 1 else 'parts.total_high' %}
    select
        parts.figure_id,
        least(parts.high, {{ high }} - coalesce(siblings.low, 0)) as high
    from {{ 'parts_of_parts as parts' if step > 1 else 'parts' }}
    {% if step > 1 -%}
    inner join descent_1 as settled on parts.part_of = settled.figure_id
    left join descent_{{ step - 1 }} as above on parts.part_of = above.figure_id
    {% endif -%}
    left join siblings on parts.figure_id = siblings.figure_id

),

{% endfor -%}

bounded as (

    -- Of a share nothing is implied: it has neither low nor high.
    select
        figures_read.*,
        coalesce(implied_lows.implied_low, figures_read.low) as implied_low,
        coalesce(descended.high, descent_1.high, figures_read.high) as implied_high
    from figures_read
    left join implied_lows on figures_read.figure_id = implied_lows.figure_id
    left join descent_1 on figures_read.figure_id = descent_1.figure_id
    left join descent_{{ depth }} as descended on figures_read.figure_id = descended.figure_id

)

select * from bounded
