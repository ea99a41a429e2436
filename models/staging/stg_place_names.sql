with source as (

    select * from {{ ref('place_names') }}

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
