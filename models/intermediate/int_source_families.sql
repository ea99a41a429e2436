with nodes as (

    select
        source_id as node_id,
        nullif(parent_id, '') as parent_id
    from {{ ref('sources') }}

),

{{ climbed('nodes') }},

final as (

    -- The head of the family: OCHA and the UNHCR are voices of the UN.
    select
        climbed.node_id as source_id,
        climbed.within_id as family_id
    from climbed
    inner join nodes on climbed.within_id = nodes.node_id
    where nodes.parent_id is null

)

select * from final
