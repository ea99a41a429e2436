with places as (

    select * from {{ ref('stg_places') }}

),

within as (

    select * from {{ ref('int_places_within') }}

),

countries as (

    select
        place_id,
        within_id as country_id
    from within
    where within_kind = 'country'

),

areas as (

    -- Administrative areas: regions and points of ours are none.
    select place_id from places
    where scheme <> 'On Record' and kind <> 'country'

),

first_levels as (

    -- Those within no other one.
    select place_id from areas
    except
    select within.place_id
    from within
    inner join areas as above on within.within_id = above.place_id and within.place_id <> above.place_id

),

placed as (

    select
        within.place_id,
        within.within_id as first_level_id
    from within
    inner join first_levels on within.within_id = first_levels.place_id

),

codes as (

    select
        place_id,
        min(name) as iso3
    from {{ ref('place_names') }}
    where description = 'ISO 3166-1 alpha-3'
    group by place_id

),

final as (

    select
        places.place_id,
        places.parent_id,
        places.partition_id,
        countries.country_id,
        case when countries.country_id is not null then placed.first_level_id end as first_level_id,
        codes.iso3,
        places.name,
        places.kind,
        places.scheme,
        places.description,
        places.reference,
        places.latitude,
        places.longitude
    from places
    left join countries on places.place_id = countries.place_id
    left join placed on places.place_id = placed.place_id
    left join codes on countries.country_id = codes.place_id

)

select * from final
