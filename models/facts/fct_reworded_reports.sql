with reports as (

    select * from {{ ref('int_reports') }}
    where is_reworded

),

reported as (

    select * from {{ ref('int_figures_reported') }}

),

scoped as (

    select * from {{ ref('int_figures_scoped') }}

),

readings as (

    select * from {{ ref('int_readings') }}

),

final as (

    select
        -- ids
        reports.report_id,
        scoped.episode_id,
        scoped.source_id,

        -- text
        readings.hedge_convention,
        {{ hull('readings') }},

        -- numbers
        count(*) as figure_count
    from reports
    inner join scoped on reports.report_id = scoped.figure_id
    inner join reported on reports.report_id = reported.report_id
    inner join readings on reported.figure_id = readings.figure_id
    group by reports.report_id, scoped.episode_id, scoped.source_id, readings.hedge_convention

)

select * from final
