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

unattributed as (

    select
        *,
        source_id = 'unattributed' as is_unattributed
    from spoken

),

final as (

    select
        -- ids
        unattributed.voice_id,
        unattributed.source_id,
        case when is_unattributed and agency is null and publisher is null then document_id end as document_id,

        -- text
        case
            when not is_unattributed then sources.name
            when agency is not null then 'Unattributed, in a report of ' || agency
            when publisher is not null then 'Unattributed, in ' || publisher
            else 'Unattributed, in document ' || document_id
        end as name,
        sources.kind,
        case when is_unattributed then agency end as agency,
        case when is_unattributed and agency is null then publisher end as publisher,

        -- booleans
        unattributed.is_party
    from unattributed
    inner join sources on unattributed.source_id = sources.source_id

)

select * from final
