with actors as (

    select * from {{ ref('actors') }}

),

final as (

    select
        actor_id,
        name,
        description,
        reference
    from actors

)

select * from final
