with scoped as (

    select * from {{ ref('int_figures_scoped') }}

),

figures_read as (

    select * from {{ ref('int_figures_read') }}

),

reported as (

    select * from {{ ref('int_figures_reported') }}

),

figures_by_report as (

    select
        reported.report_id,
        count(*) as figure_count,
        count(distinct scoped.document_id) as document_count,
        min(scoped.reported_on) as reported_on,
        min(scoped.published_on) as first_published_on,
        max(scoped.published_on) as last_published_on,
        case when count(*) = count(scoped.replaced_on) then max(scoped.replaced_on) end as replaced_on
    from reported
    inner join scoped on reported.figure_id = scoped.figure_id
    where reported.is_only is distinct from true
    group by reported.report_id

),

described as (

    select
        figures_by_report.*,
        {{ named('scoped', ['voice_id', 'scope_id', 'is_withdrawn']) }},
        dense_rank() over (
            partition by scoped.voice_id, scoped.scope_id, scoped.is_withdrawn
            order by figures_by_report.reported_on, figures_by_report.first_published_on
        ) as position
    from figures_by_report
    inner join scoped on figures_by_report.report_id = scoped.figure_id

),

superseded as (

    -- A later report takes the earlier's place on the day it can first be read, a release that of the whole former one.
    select
        *,
        least(replaced_on, min(first_published_on) over (
            partition by voice_id, scope_id, is_withdrawn
            order by position
            range between 1 following and unbounded following
        )) as successor_published_on
    from described

    union all

    select
        scoped.figure_id as report_id,
        1 as figure_count,
        1 as document_count,
        scoped.reported_on,
        scoped.published_on as first_published_on,
        scoped.published_on as last_published_on,
        {{ named('scoped', ['replaced_on', 'voice_id', 'scope_id', 'is_withdrawn']) }},
        1 as position,
        scoped.replaced_on as successor_published_on
    from scoped
    inner join reported on scoped.figure_id = reported.figure_id
    where reported.is_only

),

final as (

    select
        -- ids
        superseded.report_id,
        {{ named('scoped', ['episode_id', 'source_id', 'voice_id', 'scope_id']) }},
        {{ named('scoped', ['measure_id', 'unit_id', 'population_id', 'place_id', 'cause_id', 'actor_id']) }},
        scoped.scope_incident_id as incident_id,
        scoped.hedge_id,

        -- text
        scoped.counting,
        {{ named('figures_read', ['low_basis', 'high_basis']) }},

        -- numbers
        {{ named('figures_read', ['low', 'value_stated', 'high']) }},
        {{ named('figures_read', ['share_low_pct', 'share_stated_pct', 'share_high_pct']) }},
        superseded.figure_count,
        superseded.document_count,

        -- booleans
        figures_read.is_share,
        scoped.is_party_claim,
        superseded.successor_published_on is null and not superseded.is_withdrawn as is_standing,
        superseded.is_withdrawn,

        -- dates
        scoped.scope_start_on as period_start_on,
        scoped.scope_end_on as period_end_on,
        {{ named('superseded', ['reported_on', 'first_published_on', 'last_published_on']) }},
        case
            when superseded.successor_published_on is not null
                then greatest(superseded.first_published_on, superseded.successor_published_on)
        end as superseded_on
    from superseded
    inner join scoped on superseded.report_id = scoped.figure_id
    inner join figures_read on superseded.report_id = figures_read.figure_id

)

select * from final
