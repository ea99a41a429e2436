with source as (

    select * from {{ source('raw', 'datasets') }}

),

renamed as (

    select
        -- ids
        load_id,
        dataset_id,
        document_id,
        source_id,

        -- text
        version,
        title,
        producer,
        citation,
        attribution,
        licence,
        licence_url,
        page_url,
        download_url,
        language,
        published_on_basis,
        file_names,
        sha256,

        -- numbers
        size_bytes,
        line_count,
        header_line_count,
        blank_line_count,
        loaded_row_count,
        rejected_row_count,
        empty_row_count,
        figure_count,
        flagged_figure_count,
        correction_count,

        -- booleans
        -- Of a version loaded twice, corrected in between, the later load stands.
        row_number() over (partition by dataset_id, version order by loaded_at desc, load_id desc) = 1 as is_current,

        -- dates
        published_on,
        accessed_on,

        -- times
        loaded_at
    from source
    where {{ is_recorded('loaded_at') }}

)

select * from renamed
