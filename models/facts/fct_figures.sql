with scoped as (

    select * from {{ ref('int_figures_scoped') }}

),

bounded as (

    select * from {{ ref('int_figures_bounded') }}

),

reported as (

    select * from {{ ref('int_figures_reported') }}

),

reports as (

    select * from {{ ref('fct_reports') }}
    where {{ is_affected('source') }}

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
        {{ named('scoped', ['part_of', 'incident_id', 'hedge_id', 'source_original_id', 'dataset_id', 'load_id']) }},

        -- text
        {{ named('scoped', ['speaker_name', 'counting', 'verification', 'kind', 'interval_kind', 'place_role']) }},
        {{ named('scoped', ['source_grade', 'source_grade_scheme', 'claim_about', 'phrase', 'source_original']) }},
        scoped.place_name as place_stated,
        {{ named('scoped', ['place_precision', 'flags', 'doubts', 'publisher', 'agency']) }},
        {{ named('scoped', ['document_title', 'document_url']) }},
        {{ named('bounded', ['low_basis', 'high_basis']) }},
        {{ named('scoped', ['reported_on_basis', 'published_on_basis', 'status', 'note', 'record_file']) }},

        -- numbers
        {{ named('scoped', ['paragraph', 'record_line', 'latitude', 'longitude']) }},
        {{ named('bounded', ['low', 'value_stated', 'high', 'implied_low', 'implied_high']) }},
        {{ named('bounded', ['share_low_pct', 'share_stated_pct', 'share_high_pct']) }},
        {{ named('scoped', ['interval_level', 'rounded_to']) }},

        -- booleans
        bounded.is_share,
        scoped.is_party_claim,
        reported.is_relay,
        reports.is_standing,
        scoped.is_withdrawn,
        scoped.retracted_on is not null as is_retracted,

        -- dates
        {{ named('scoped', ['period_start_on', 'period_end_on', 'counted_until_on', 'reported_on', 'published_on']) }},
        reports.superseded_on,
        scoped.retracted_on,
        scoped.coded_on,
        scoped.checked_on,

        -- times
        scoped.reported_at,
        scoped.loaded_at
    from scoped
    inner join bounded on scoped.figure_id = bounded.figure_id
    inner join reported on scoped.figure_id = reported.figure_id
    inner join reports on reported.report_id = reports.report_id

)

select * from final
-- The widest scopes of a measure first: who reads the first rows, as the dashboard does, reads those.
order by
    episode_id asc, measure_id asc,
    case when population_id = 'all' and cause_id is null and actor_id is null then 0 else 1 end asc,
    case counting when 'cumulative' then 0 when 'stock' then 1 when 'period' then 2 else 3 end asc,
    case when counting <> 'incident' then period_end_on end desc nulls last,
    place_id asc nulls last, period_start_on desc nulls last, scope_id asc, published_on asc, figure_id asc
