with episodes as (

    select * from {{ ref('episodes') }}

),

final as (

    select
        episode_id,
        place_id,
        name,
        description,
        reference,
        start_on
    from episodes

)

select * from final
