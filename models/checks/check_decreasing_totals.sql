with differences as (

    select * from {{ ref('fct_differences') }}

),

measures as (

    select * from {{ ref('dim_measures') }}

),

figures as (

    select
        figure_id,
        speaker_name
    from {{ ref('fct_figures') }}
    where counting = 'cumulative'

),

findings as (

    select
        differences.report_id as figure_id,
        differences.previous_report_id as previous_figure_id,
        differences.episode_id,
        differences.source_id,
        differences.scope_id,
        figures.speaker_name || ' put this running total at '
        || {{ number_text('coalesce(differences.previous_value_stated, differences.previous_low)') }}
        || ' up to ' || {{ day_text('differences.previous_counted_until_on') }}
        || ' (' || differences.previous_report_id || ') and at '
        || {{ number_text('coalesce(differences.value_stated, differences.low)') }}
        || ' up to ' || {{ day_text('differences.counted_until_on') }}
        || ' (' || differences.report_id || '): '
        || case
            when differences.is_revision then 'the later count lies wholly below, so the source revised its total.'
            else 'the number fell, though the words around it allow that nothing was revised.'
        end as sentence,
        coalesce(differences.previous_value_stated, differences.previous_low) as previous_value,
        coalesce(differences.value_stated, differences.low) as later_value,
        differences.is_revision,
        differences.previous_reported_on,
        differences.reported_on
    from differences
    inner join figures on differences.report_id = figures.figure_id
    inner join measures on differences.measure_id = measures.measure_id
    where
        not measures.may_fall
        and (
            differences.is_revision
            or coalesce(differences.value_stated, differences.low)
            < coalesce(differences.previous_value_stated, differences.previous_low)
        )
        and {{ are_told_now(['differences.report_id'], "told_now.counting = 'cumulative'") }}

)

select * from findings
