with source as (

    {{ as_recorded('documents') }}

),

renamed as (

    select
        -- ids
        document_id,
        episode_id,
        load_id,

        -- text
        nullif(publisher, '') as publisher,
        title,
        language,
        url,
        published_on_basis,
        sha256,
        file_name,
        note,
        record_file,

        -- numbers
        record_line,

        -- dates
        published_on,
        retrieved_on,

        -- times
        loaded_at,
        removed_at
    from source

)

select * from renamed
