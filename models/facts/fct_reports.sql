with scoped as (

    select * from {{ ref('int_figures_scoped') }}

),

figures_read as (

    select * from {{ ref('int_figures_read') }}

),

reports as (

    select * from {{ ref('int_reports') }}

),

final as (

    select
        -- ids
        reports.report_id,
        {{ named('scoped', ['episode_id', 'source_id', 'voice_id', 'scope_id']) }},
        {{ named('scoped', ['measure_id', 'unit_id', 'population_id', 'place_id', 'cause_id', 'actor_id']) }},
        scoped.scope_incident_id as incident_id,
        scoped.hedge_id,
        scoped.dataset_id,

        -- text
        {{ named('scoped', ['counting', 'verification']) }},
        scoped.scope_kind as kind,
        {{ named('scoped', ['place_role', 'claim_about']) }},
        {{ named('reports', ['low_basis', 'high_basis']) }},

        -- numbers
        {{ named('reports', ['low', 'value_stated', 'high']) }},
        {{ named('figures_read', ['share_low_pct', 'share_stated_pct', 'share_high_pct']) }},
        reports.figure_count,
        reports.document_count,
        scoped.rounded_to,

        -- booleans
        figures_read.is_share,
        scoped.is_party_claim,
        reports.successor_published_on is null and not scoped.is_withdrawn as is_standing,
        scoped.is_withdrawn,
        reports.retracted_on is not null as is_retracted,
        reports.is_reworded,

        -- dates
        scoped.scope_start_on as period_start_on,
        scoped.scope_end_on as period_end_on,
        {{ named('reports', ['counted_until_on', 'reported_on', 'first_published_on', 'last_published_on']) }},
        case
            when reports.successor_published_on is not null
                then greatest(reports.first_published_on, reports.successor_published_on)
        end as superseded_on,

        -- times
        reports.reported_at
    from reports
    inner join scoped on reports.report_id = scoped.figure_id
    inner join figures_read on reports.report_id = figures_read.figure_id

)

select * from final
