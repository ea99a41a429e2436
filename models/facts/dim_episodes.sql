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
        nullif(counting, '') as counting,
        nullif(incident_id, '') as incident_id,
        start_on
    from episodes

)

select * from final
