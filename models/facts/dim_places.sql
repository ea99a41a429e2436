with places as (

    select * from {{ ref('stg_places') }}

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
