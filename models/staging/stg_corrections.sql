with source as (

    {{ as_read_then('corrections') }}

),

renamed as (

    select
        -- ids
        correction_id,
        dataset_id,
        dataset_id || '-' || version as document_id,
        row_key,
        load_id,

        -- text
        version,
        column_name,
        value_published,
        value_corrected,
        reason,
        url,
        status,

        -- times
        loaded_at
    from source

)

select * from renamed
