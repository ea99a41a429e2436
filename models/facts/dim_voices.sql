with figures as (

    select * from {{ ref('fct_figures') }}

),

sources as (

    select * from {{ ref('sources') }}

),

spoken as (

    select distinct
        voice_id,
        source_id,
        case when source_id = 'unattributed' then publisher end as publisher,
        case when source_id = 'unattributed' and publisher is null then document_id end as document_id
    from figures

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
