with differences as (

    select * from {{ ref('fct_differences') }}

),

measures as (

    select * from {{ ref('dim_measures') }}

),

voices as (

    select * from {{ ref('dim_voices') }}

),

findings as (

    select
        differences.report_id as figure_id,
        differences.previous_report_id as previous_figure_id,
        differences.episode_id,
        differences.source_id,
        differences.scope_id,
        voices.name || ' put this running total at '
        || {{ number_text('coalesce(differences.previous_value_stated, differences.previous_low)') }}
        || ' (' || differences.previous_report_id || ') and later at '
        || {{ number_text('coalesce(differences.value_stated, differences.low)') }}
        || ' (' || differences.report_id || '): '
        || case
            when differences.is_revision then 'the later reading lies wholly below, so the source revised its total.'
            else 'the number fell, though the words around it allow that nothing was revised.'
        end as sentence,
        coalesce(differences.previous_value_stated, differences.previous_low) as previous_value,
        coalesce(differences.value_stated, differences.low) as later_value,
        differences.is_revision,
        differences.previous_reported_on,
        differences.reported_on
    from differences
    inner join voices on differences.voice_id = voices.voice_id
    inner join measures on differences.measure_id = measures.measure_id
    where
        not measures.is_reversible
        and (
            differences.is_revision
            or coalesce(differences.value_stated, differences.low)
            < coalesce(differences.previous_value_stated, differences.previous_low)
        )

)

select * from findings
