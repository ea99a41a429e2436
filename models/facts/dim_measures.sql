with measures as (

    select * from {{ ref('measures') }}

),

final as (

    select
        measure_id,
        unit_id,
        parent_id,
        partition_id,
        also_within_id,
        cause_id,
        name,
        hxl_tag,
        page_path,
        page_name,
        card_populations,
        description,
        reference,
        bar_position,
        may_fall,
        has_place_role
    from measures

)

select * from final
