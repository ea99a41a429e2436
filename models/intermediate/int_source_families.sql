with recursive sources as (

    select
        source_id,
        nullif(parent_id, '') as parent_id
    from {{ ref('sources') }}

),

climbed as (

    -- A loop in the tree ends, since union keeps every row once.
    select
        source_id,
        source_id as family_id,
        parent_id as next_id
    from sources

    union

    select
        climbed.source_id,
        sources.source_id as family_id,
        sources.parent_id as next_id
    from climbed
    inner join sources on climbed.next_id = sources.source_id

),

final as (

    -- The head of the family: OCHA and the UNHCR are voices of the UN.
    select
        source_id,
        family_id
    from climbed
    where next_id is null

)

select * from final
