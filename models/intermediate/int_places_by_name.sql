with recursive names as (

    select * from {{ ref('stg_place_names') }}

),

places as (

    select * from {{ ref('places') }}

),

ancestors as (

    -- Every place with all that it lies within; a loop in the tree ends, since union keeps every pair once.
    select
        place_id,
        nullif(parent_id, '') as ancestor_id
    from places

    union

    select
        ancestors.place_id,
        nullif(places.parent_id, '') as ancestor_id
    from ancestors
    inner join places on ancestors.ancestor_id = places.place_id

),

countries as (

    select
        ancestors.place_id,
        min(ancestors.ancestor_id) as country_id
    from ancestors
    inner join places on ancestors.ancestor_id = places.place_id and places.kind = 'country'
    group by ancestors.place_id

),

levelled as (

    select
        names.place_id,
        names.name_key,
        -- Of what lies in no country, the name must say all.
        coalesce(countries.country_id, '') as country_id,
        case
            when nullif(places.parent_id, '') is null then 'adm0'
            when places.kind in ('governorate', 'territory') then 'adm1'
            when places.kind = 'district' then 'adm2'
            else places.kind
        end as level
    from names
    inner join places on names.place_id = places.place_id
    left join countries on names.place_id = countries.place_id

),

final as (

    -- A name that two places of one country and level share is nobody's: a wrong place is worse than none.
    select
        country_id,
        level,
        name_key,
        min(place_id) as place_id
    from levelled
    group by country_id, level, name_key
    having count(distinct place_id) = 1

)

select * from final
