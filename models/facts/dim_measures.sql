with measures as (

    select * from {{ ref('measures') }}

),

final as (

    select
        measure_id,
        unit_id,
        parent_id,
        partition_id,
        name,
        hxl_tag,
        description,
        reference
    from measures

)

select * from final
