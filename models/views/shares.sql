with shares as (

    select
        figures.figure_id,
        figures.part_of,
        figures.episode,
        figures.measure,
        figures.population,
        figures.place,
        figures.country,
        figures.source,
        figures.speaker,
        figures.phrase,
        totals.phrase as whole_phrase,
        readings.share_low_pct,
        readings.share_stated_pct,
        readings.share_high_pct,
        totals.low as whole_low,
        totals.value_stated as whole_stated,
        totals.high as whole_high,
        figures.is_standing,
        figures.is_party_claim,
        figures.counted_until_on,
        figures.reported_on,
        figures.published_on
    from {{ ref('figures_named') }} as figures
    inner join {{ ref('fct_figures') }} as readings on figures.figure_id = readings.figure_id
    left join {{ ref('fct_figures') }} as totals on figures.part_of = totals.figure_id
    where figures.is_share

)

select * from shares
