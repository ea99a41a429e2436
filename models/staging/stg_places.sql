with seeded as (

    select * from {{ ref('places') }}

),

of_gazetteer as (

    select * from {{ source('raw', 'places') }}

),

final as (

    select
        -- ids
        place_id,
        parent_id,
        partition_id,

        -- text
        name,
        kind,
        scheme,
        description,
        reference,

        -- numbers
        latitude,
        longitude
    from seeded

    union all

    -- What a load found in the gazetteer; a place that the seed has since is the seed's.
    select
        place_id,
        coalesce(parent_id, '') as parent_id,
        partition_id,
        name,
        kind,
        scheme,
        '' as description,
        reference,
        latitude,
        longitude
    from of_gazetteer
    where place_id not in (select seeded.place_id from seeded)

)

select * from final
