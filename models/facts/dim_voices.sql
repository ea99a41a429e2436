with figures as (

    select * from {{ ref('fct_figures') }}

),

sources as (

    select * from {{ ref('sources') }}

),

speakers as (

    -- A voice has one speaker, but for a family of which several speak.
    select
        voice_id,
        speaker_name,
        min(coalesce(source_original_id, source_id)) as source_id,
        min(agency) as agency,
        min(publisher) as publisher,
        min(document_id) as document_id,
        bool_or(is_party_claim) as is_party
    from figures
    group by voice_id, speaker_name

),

spoken as (

    select
        voice_id,
        -- Of several in one family its head; AFP that is quoted and AFP that prints are both unattributed.
        case when count(*) = 1 or min(source_id) = 'unattributed' then min(source_id) else voice_id end as source_id,
        {{ text_list('speaker_name', 'speaker_name', ' / ') }} as name,
        min(agency) as agency,
        min(publisher) as publisher,
        min(document_id) as document_id,
        bool_or(is_party) as is_party
    from speakers
    group by voice_id

),

final as (

    select
        -- ids
        spoken.voice_id,
        spoken.source_id,
        case
            when spoken.source_id = 'unattributed' and spoken.agency is null and spoken.publisher is null
                then spoken.document_id
        end as document_id,

        -- text
        spoken.name,
        sources.kind,
        case when spoken.source_id = 'unattributed' then spoken.agency end as agency,
        case when spoken.source_id = 'unattributed' and spoken.agency is null then spoken.publisher end as publisher,

        -- booleans
        spoken.is_party
    from spoken
    inner join sources on spoken.source_id = sources.source_id

)

select * from final
