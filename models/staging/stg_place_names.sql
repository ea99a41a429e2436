with seeded as (

    select * from {{ ref('place_names') }}

),

of_gazetteer as (

    -- Names that data sets use, which no row of the seed has.
    select * from {{ source('raw', 'place_names') }}

),

source as (

    select
        place_id,
        name,
        language,
        description,
        reference
    from seeded

    union all

    select
        of_gazetteer.place_id,
        of_gazetteer.name,
        '' as language,
        'gazetteer' as description,
        '' as reference
    from of_gazetteer
    where not exists (
        select 1
        from seeded
        where seeded.place_id = of_gazetteer.place_id and seeded.name = of_gazetteer.name
    )

),

renamed as (

    select
        -- ids
        place_id,

        -- text
        name,
        {{ name_key('name') }} as name_key,
        language,
        description,
        reference
    from source

)

select * from renamed
