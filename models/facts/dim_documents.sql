with documents as (

    select * from {{ ref('stg_documents') }}

),

figures as (

    select * from {{ ref('fct_figures') }}

),

figure_counts as (

    select
        document_id,
        count(*) as figure_count
    from figures
    group by document_id

),

final as (

    -- Only documents with a figure that may be shown: a restricted figure does not give its document away.
    select
        -- ids
        documents.document_id,
        documents.episode_id,

        -- text
        documents.publisher,
        documents.agency,
        documents.title,
        documents.language,
        documents.url,
        documents.published_on_basis,
        documents.sha256,
        documents.file_name,
        documents.note,

        -- numbers
        figure_counts.figure_count,

        -- dates
        documents.published_on,
        documents.retrieved_on
    from documents
    inner join figure_counts on documents.document_id = figure_counts.document_id

)

select * from final
