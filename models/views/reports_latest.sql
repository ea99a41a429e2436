with latest as (

    select
        -- ids
        reports.report_id,
        reports.scope_id,

        -- text
        figures.episode,
        figures.measure,
        figures.unit,
        figures.counting,
        figures.population,
        figures.place,
        figures.first_level,
        figures.country,
        figures.iso3,
        figures.cause,
        figures.actor,
        figures.source,
        figures.source_kind,
        figures.speaker,
        reports.kind,
        reports.place_role,
        figures.verification,
        figures.claim_about,
        figures.phrase,
        figures.data_set,

        -- numbers
        reports.low,
        reports.value_stated as stated,
        reports.high,
        reports.document_count,

        -- booleans
        reports.is_party_claim,
        {{ is_unrestricted('reports') }} as is_unrestricted,

        -- dates
        reports.period_start_on,
        reports.period_end_on,
        reports.counted_until_on,
        reports.reported_on,
        reports.first_published_on
    from {{ ref('fct_reports') }} as reports
    inner join {{ ref('figures_named') }} as figures on reports.report_id = figures.figure_id
    where
        reports.is_standing
        and not reports.is_retracted
        and not reports.is_share
        and not {{ is_unnamed_part('reports.') }}

)

select * from latest
