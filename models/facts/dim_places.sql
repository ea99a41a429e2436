with places as (

    select * from {{ ref('places') }}

),

final as (

    select
        place_id,
        parent_id,
        partition_id,
        name,
        kind,
        scheme,
        description,
        reference,
        latitude,
        longitude
    from places

)

select * from final
