{{ config(materialized='view') }}

{%- set line = 'voice_id, scope_id, is_withdrawn' %}
{%- set in_order = 'partition by ' ~ line
    ~ ' order by event_released_on nulls first, counted_until_on nulls last, reported_on, hour_at nulls last' %}

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
        -- What differs in words alone is one statement told in differing words.
        min(coalesce(figures_read.low, -1)) < max(coalesce(figures_read.low, -1))
        or min(coalesce(figures_read.high, -1)) < max(coalesce(figures_read.high, -1)) as is_reworded,
        {{ hull('figures_read') }},
        min(scoped.counted_until_on) as counted_until_on,
        min(scoped.reported_on) as reported_on,
        case when count(scoped.reported_at) = count(*) then min(scoped.reported_at) end as reported_at,
        min(scoped.published_on) as first_published_on,
        max(scoped.published_on) as last_published_on,
        min(scoped.retracted_on) as retracted_on,
        case when count(*) = count(scoped.replaced_on) then max(scoped.replaced_on) end as replaced_on
    from reported
    inner join scoped on reported.figure_id = scoped.figure_id
    inner join figures_read on reported.figure_id = figures_read.figure_id
    where reported.is_only is distinct from true
    group by reported.report_id

),

described as (

    -- Without hours, numbers of one day have no order.
    select
        figures_by_report.*,
        {{ named('scoped', ['voice_id', 'scope_id', 'is_withdrawn']) }},
        -- Of an event a release says all anew, also on which days it was.
        case
            when scoped.dataset_id is not null and scoped.scope_incident_id is not null
                then figures_by_report.first_published_on
        end as event_released_on,
        case
            when
                count(figures_by_report.reported_at) over of_one_day = count(*) over of_one_day
                then figures_by_report.reported_at
        end as hour_at
    from figures_by_report
    inner join scoped on figures_by_report.report_id = scoped.figure_id
    window of_one_day as (
        partition by
            scoped.voice_id, scoped.scope_id, scoped.is_withdrawn,
            figures_by_report.counted_until_on, figures_by_report.reported_on
    )

),

lined_up as (

    select
        *,
        dense_rank() over ({{ in_order }}) as position,
        max(case when replaced_on is null then 1 else 0 end) over (
            {{ in_order }} range between current row and unbounded following
        ) = 1 as is_followed
    from described

),

final as (

    -- What counts to a later day, or was said later of the same day, takes the earlier's place on the day it can first
    -- be read; a release that of the whole former one. What its source took back stood until then.
    select
        {{ ['report_id', 'is_reworded', 'low_basis', 'high_basis', 'low', 'value_stated', 'high', 'figure_count',
            'document_count', 'counted_until_on', 'reported_on', 'reported_at', 'first_published_on', 'last_published_on',
            'retracted_on'] | join(', ') }},
        {{ successor_published_on(line) }} as successor_published_on
    from lined_up

    union all

    select
        scoped.figure_id as report_id,
        false as is_reworded,
        {{ named('figures_read', ['low_basis', 'high_basis', 'low', 'value_stated', 'high']) }},
        1 as figure_count,
        1 as document_count,
        {{ named('scoped', ['counted_until_on', 'reported_on', 'reported_at']) }},
        scoped.published_on as first_published_on,
        scoped.published_on as last_published_on,
        scoped.retracted_on,
        least(scoped.replaced_on, scoped.retracted_on) as successor_published_on
    from scoped
    inner join reported on scoped.figure_id = reported.figure_id
    inner join figures_read on scoped.figure_id = figures_read.figure_id
    where reported.is_only

)

select * from final
