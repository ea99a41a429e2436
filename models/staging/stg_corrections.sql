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
    -- What is kept back is not told by its correction either.
    where not exists (
        select 1
        from ({{ kept_back() }}) as kept
        where kept.dataset_id = source.dataset_id and kept.row_key = source.row_key
    )

)

select * from renamed
