with named as (

    select
        -- ids
        figures.figure_id,
        figures.report_id,
        figures.document_id,
        figures.scope_id,
        figures.part_of,

        -- text
        episodes.name as episode,
        measures.name as measure,
        figures.unit_id as unit,
        figures.counting,
        populations.name as population,
        places.name as place,
        areas.name as first_level,
        countries.name as country,
        places.iso3,
        causes.name as cause,
        actors.name as actor,
        {{ source_name('figures.source_id', 'sources.name', 'figures.speaker_name') }} as source,
        sources.kind as source_kind,
        figures.speaker_name as speaker,
        figures.kind,
        figures.place_role,
        figures.verification,
        figures.claim_about,
        figures.phrase,
        figures.hedge_id as hedge,
        datasets.title as data_set,
        figures.publisher,
        figures.agency,
        figures.document_title,
        figures.document_url,
        figures.doubts,
        figures.note,

        -- numbers
        figures.low,
        figures.value_stated as stated,
        figures.high,
        figures.share_stated_pct,

        -- booleans
        figures.is_share,
        figures.is_party_claim,
        figures.is_relay,
        figures.is_standing,
        figures.is_withdrawn,
        figures.is_retracted,

        -- dates
        figures.period_start_on,
        figures.period_end_on,
        figures.counted_until_on,
        figures.reported_on,
        figures.published_on,
        cast(
            {{ dbt.date_trunc('month', "case when figures.counting in ('incident', 'period') then "
                ~ "figures.period_start_on else figures.counted_until_on end") }}
            as date
        ) as month_on
    from {{ ref('fct_figures') }} as figures
    {{ join_names('figures') }}
    left join {{ ref('dim_datasets') }} as datasets on figures.document_id = datasets.document_id

)

select * from named
