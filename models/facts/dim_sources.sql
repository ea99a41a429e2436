with sources as (

    select * from {{ ref('sources') }}

),

parties as (

    select member_id as source_id from {{ ref('parties') }}
    where dimension = 'source'

),

final as (

    select
        source_id,
        name,
        kind,
        description,
        reference,
        parent_id,
        source_id in (select parties.source_id from parties) as is_party
    from sources

)

select * from final
