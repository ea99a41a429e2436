with sources as (

    select * from {{ ref('sources') }}

),

final as (

    select
        source_id,
        name,
        kind,
        description,
        reference,
        is_party
    from sources

)

select * from final
