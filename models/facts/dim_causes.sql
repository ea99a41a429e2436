with causes as (

    select * from {{ ref('causes') }}

),

final as (

    select
        cause_id,
        parent_id,
        partition_id,
        name,
        description,
        reference
    from causes

)

select * from final
