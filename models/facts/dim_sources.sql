with sources as (

    select * from {{ ref('sources') }}

),

parties as (

    select distinct member_id from {{ ref('parties') }}
    where dimension = 'source'

),

final as (

    select
        sources.source_id,
        sources.name,
        sources.kind,
        sources.description,
        sources.reference,
        sources.parent_id,
        parties.member_id is not null as is_party
    from sources
    left join parties on sources.source_id = parties.member_id

)

select * from final
