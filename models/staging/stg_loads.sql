with source as (

    select * from {{ source('raw', 'loads') }}
    where {{ is_recorded('loaded_at') }}

),

renamed as (

    select
        -- ids
        load_id,

        -- text
        record_version,
        episode_ids,

        -- numbers
        figures_added,
        figures_changed,
        figures_unchanged,
        figures_withdrawn,
        documents_added,
        documents_changed,
        documents_unchanged,
        documents_withdrawn,

        -- times
        started_at,
        loaded_at
    from source

)

select * from renamed
