with figures as (

    select * from {{ ref('stg_figures') }}
    where {{ in_this_build() }}

),

scoped as (

    select * from {{ ref('int_figures_scoped') }}

),

figures_read as (

    select * from {{ ref('int_figures_read') }}

),

bounded as (

    select * from {{ ref('int_figures_bounded') }}

),

reported as (

    select * from {{ ref('int_figures_reported') }}

),

reports as (

    select * from {{ ref('fct_reports') }}
    where {{ in_this_build() }}

),

final as (

    select
        -- ids
        scoped.figure_id,
        reported.report_id,
        scoped.document_id,
        scoped.episode_id,
        scoped.source_id,
        scoped.voice_id,
        scoped.scope_id,
        scoped.measure_id,
        scoped.unit_id,
        scoped.population_id,
        scoped.place_id,
        scoped.cause_id,
        scoped.actor_id,
        -- A total that is restricted or a draft is not named.
        totals.figure_id as part_of,
        figures.incident_id,
        scoped.hedge_id,
        {{ named('figures', ['dataset_id', 'load_id']) }},

        -- text
        scoped.counting,
        {{ named('figures', ['phrase', 'source_original']) }},
        figures.place_name as place_stated,
        {{ named('figures', ['place_precision', 'flags']) }},
        {{ named('scoped', ['publisher', 'document_title', 'document_url']) }},
        {{ named('figures_read', ['low_basis', 'high_basis']) }},
        figures.reported_on_basis,
        scoped.published_on_basis,
        {{ named('figures', ['status', 'note', 'record_file']) }},

        -- numbers
        figures.paragraph,
        {{ named('figures', ['record_line', 'latitude', 'longitude']) }},
        figures_read.low,
        figures_read.value_stated,
        figures_read.high,
        bounded.implied_low,
        bounded.implied_high,
        figures_read.share_low_pct,
        figures_read.share_stated_pct,
        figures_read.share_high_pct,

        -- booleans
        figures_read.is_share,
        scoped.is_party_claim,
        reported.is_relay,
        reports.is_standing,
        scoped.is_withdrawn,

        -- dates
        figures.period_start_on,
        figures.period_end_on,
        figures.reported_on,
        scoped.published_on,
        reports.superseded_on,
        figures.coded_on,
        figures.checked_on,

        -- times
        figures.loaded_at
    from scoped
    inner join figures on scoped.figure_id = figures.figure_id
    inner join figures_read on scoped.figure_id = figures_read.figure_id
    inner join reported on scoped.figure_id = reported.figure_id
    inner join reports on reported.report_id = reports.report_id
    left join bounded on scoped.figure_id = bounded.figure_id
    left join scoped as totals on scoped.part_of = totals.figure_id

)

select * from final
-- The widest scopes of a measure first: who reads the first rows, as the dashboard does, reads those.
order by
    episode_id asc, measure_id asc,
    case when population_id = 'all' and cause_id is null and actor_id is null then 0 else 1 end asc,
    case counting when 'cumulative' then 0 when 'stock' then 1 when 'period' then 2 else 3 end asc,
    case when counting <> 'incident' then period_end_on end desc nulls last,
    place_id asc, period_start_on desc, scope_id asc, published_on asc, figure_id asc
