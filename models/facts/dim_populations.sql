with populations as (

    select * from {{ ref('populations') }}

),

final as (

    select
        population_id,
        parent_id,
        partition_id,
        also_within_id,
        name,
        in_sentence,
        hxl_tag,
        description,
        reference
    from populations

)

select * from final
