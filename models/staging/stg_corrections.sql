with source as (

    {{ as_read_then('corrections') }}

),

kept_back as (

    {{ kept_back() }}

),

shown as (

    -- What is kept back is not told by its correction either.
    select source.*
    from source
    left join kept_back on source.dataset_id = kept_back.dataset_id and source.row_key = kept_back.row_key
    where kept_back.row_key is null

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
    from shown

)

select * from renamed
