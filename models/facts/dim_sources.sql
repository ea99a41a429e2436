with sources as (

    select * from {{ ref('sources') }}

),

parties as (

    select * from {{ ref('parties') }}

),

final as (

    select
        source_id,
        name,
        kind,
        description,
        reference,
        parent_id,
        source_id in (select member_id from parties where dimension = 'source') as is_party
    from sources

)

select * from final
