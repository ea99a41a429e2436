with figures as (

    select * from {{ ref('fct_figures') }}

),

sources as (

    select * from {{ ref('sources') }}

),

spoken as (

    select
        voice_id,
        case
            when count(distinct coalesce(source_original_id, source_id)) = 1 then min(coalesce(source_original_id, source_id))
            -- Several sources of one family: its head speaks.
            else voice_id
        end as source_id,
        min(agency) as agency,
        min(publisher) as publisher,
        min(document_id) as document_id,
        bool_or(is_party_claim) as is_party
    from figures
    group by voice_id

),

final as (

    select
        -- ids
        spoken.voice_id,
        spoken.source_id,
        case when spoken.source_id = 'unattributed' and agency is null and publisher is null then document_id end
            as document_id,

        -- text
        {{ speaker_name('spoken', 'sources') }} as name,
        sources.kind,
        case when spoken.source_id = 'unattributed' then agency end as agency,
        case when spoken.source_id = 'unattributed' and agency is null then publisher end as publisher,

        -- booleans
        spoken.is_party
    from spoken
    inner join sources on spoken.source_id = sources.source_id

)

select * from final
