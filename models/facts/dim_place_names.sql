with place_names as (

    select * from {{ ref('stg_place_names') }}

),

final as (

    select distinct
        place_id,
        name
    from place_names

)

select * from final
