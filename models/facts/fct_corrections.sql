with corrections as (

    select * from {{ ref('stg_corrections') }}

),

figures as (

    select * from {{ ref('stg_figures') }}
    where dataset_id is not null

),

final as (

    -- Every figure of the row: which of them the cell goes into, only the reader of the data set knows.
    select
        -- ids
        corrections.correction_id,
        figures.figure_id,
        corrections.dataset_id,
        corrections.row_key,

        -- text
        corrections.column_name,
        corrections.value_published,
        corrections.value_corrected,
        corrections.reason,
        corrections.url,
        corrections.status,

        -- times
        corrections.loaded_at
    from corrections
    inner join figures
        on corrections.document_id = figures.document_id
        and corrections.row_key = figures.row_key

)

select * from final
