with datasets as (

    select * from {{ ref('stg_datasets') }}
    where is_current

),

releases as (

    select * from {{ ref('int_dataset_releases') }}

),

final as (

    select
        -- ids
        datasets.document_id,
        datasets.dataset_id,
        datasets.source_id,
        datasets.load_id,

        -- text
        datasets.version,
        datasets.title,
        datasets.producer,
        datasets.citation,
        datasets.attribution,
        datasets.licence,
        datasets.licence_url,
        datasets.page_url,
        datasets.download_url,
        datasets.published_on_basis,
        datasets.file_names,
        datasets.sha256,

        -- numbers
        datasets.size_bytes,
        datasets.line_count,
        datasets.header_line_count,
        datasets.blank_line_count,
        datasets.loaded_row_count,
        datasets.rejected_row_count,
        datasets.empty_row_count,
        datasets.figure_count,
        datasets.flagged_figure_count,
        datasets.correction_count,

        -- booleans
        releases.replaced_on is null as is_newest,

        -- dates
        datasets.published_on,
        releases.replaced_on,
        datasets.accessed_on,

        -- times
        datasets.loaded_at
    from datasets
    inner join releases on datasets.document_id = releases.document_id

)

select * from final
