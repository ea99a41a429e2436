with sliced as (

    select * from {{ ref('int_part_slices') }}

),

disjoint_pairs as (

    select * from {{ ref('int_disjoint_pairs') }}

),

overlapping as (

    -- Pairs of slices that may share people, the larger named beside the smaller.
    select
        smaller.figure_id,
        larger.figure_id as larger_id
    from sliced as smaller
    inner join sliced as larger
        on smaller.part_of = larger.part_of
        and smaller.dimension = larger.dimension
        and smaller.figure_id <> larger.figure_id
        and (
            coalesce(larger.low, 0) > coalesce(smaller.low, 0)
            or (coalesce(larger.low, 0) = coalesce(smaller.low, 0) and smaller.figure_id > larger.figure_id)
        )
    left join disjoint_pairs
        on smaller.dimension = disjoint_pairs.dimension
        and smaller.slice_id = disjoint_pairs.left_id
        and larger.slice_id = disjoint_pairs.right_id
    where disjoint_pairs.left_id is null

),

left_out_0 as (

    -- Largest first, and then each that shares nobody with one taken: a sum never counts twice. Three rounds settle
    -- chains of six overlapping slices; what would need more is left out, which only makes the bound weaker.
    select figure_id from overlapping
    where false

),

{% for round in [1, 2, 3] -%}
taken_{{ round }} as (

    select sliced.figure_id
    from sliced
    where
        sliced.dimension is not null
        and not exists (
            select 1
            from overlapping
            left join left_out_{{ round - 1 }} as gone on overlapping.larger_id = gone.figure_id
            where overlapping.figure_id = sliced.figure_id and gone.figure_id is null
        )

),

left_out_{{ round }} as (

    select distinct overlapping.figure_id
    from overlapping
    inner join taken_{{ round }} as taken on overlapping.larger_id = taken.figure_id

),

{% endfor -%}

final as (

    select
        sliced.figure_id,
        sliced.part_of,
        sliced.dimension,
        sliced.slice_id,
        taken_3.figure_id is not null as is_added,
        sliced.low,
        sliced.high,
        sliced.total_low,
        sliced.total_high
    from sliced
    left join taken_3 on sliced.figure_id = taken_3.figure_id

)

select * from final
