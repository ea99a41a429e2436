with source_names as (

    select * from {{ ref('source_names') }}

),

final as (

    select distinct
        source_id,
        name
    from source_names

)

select * from final
