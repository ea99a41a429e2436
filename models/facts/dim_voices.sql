with scoped as (

    select * from {{ ref('int_figures_scoped') }}

),

documents as (

    select * from {{ ref('stg_documents') }}

),

sources as (

    select * from {{ ref('sources') }}

),

spoken as (

    select distinct
        scoped.voice_id,
        scoped.source_id,
        case when scoped.source_id = 'unattributed' then documents.publisher end as publisher,
        case
            when scoped.source_id = 'unattributed' and documents.publisher is null then scoped.document_id
        end as document_id
    from scoped
    inner join documents on scoped.document_id = documents.document_id

),

final as (

    select
        -- ids
        spoken.voice_id,
        spoken.source_id,
        spoken.document_id,

        -- text
        case
            when spoken.publisher is not null then 'Unattributed, in ' || spoken.publisher
            when spoken.document_id is not null then 'Unattributed, in document ' || spoken.document_id
            else sources.name
        end as name,
        sources.kind,
        spoken.publisher,

        -- booleans
        sources.is_party
    from spoken
    inner join sources on spoken.source_id = sources.source_id

)

select * from final
