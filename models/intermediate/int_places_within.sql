with recursive places as (

    select * from {{ ref('stg_places') }}

),

climbed as (

    -- A loop in the tree ends, since union keeps every row once.
    select
        place_id,
        place_id as within_id,
        nullif(parent_id, '') as next_id
    from places

    union

    select
        climbed.place_id,
        places.place_id as within_id,
        nullif(places.parent_id, '') as next_id
    from climbed
    inner join places on climbed.next_id = places.place_id

),

final as (

    select
        climbed.place_id,
        climbed.within_id,
        places.kind as within_kind
    from climbed
    inner join places on climbed.within_id = places.place_id

)

select * from final
