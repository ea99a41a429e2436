with places as (

    select * from {{ ref('stg_places') }}

),

nodes as (

    select
        place_id as node_id,
        nullif(parent_id, '') as parent_id
    from places

),

{{ climbed('nodes') }},

final as (

    select
        climbed.node_id as place_id,
        climbed.within_id,
        places.kind as within_kind
    from climbed
    inner join places on climbed.within_id = places.place_id

)

select * from final
