with changes as (

    select
        revisions.revision_id,
        revisions.figure_id,
        revisions.document_id,
        episodes.name as episode,
        revisions.record_table,
        revisions.change,
        revisions.column_name,
        revisions.value_old,
        revisions.value_new,
        revisions.reason,
        measures.name as measure,
        figures.speaker_name as speaker,
        figures.phrase,
        cast(revisions.loaded_at as date) as loaded_on,
        revisions.loaded_at
    from {{ ref('fct_revisions') }} as revisions
    inner join {{ ref('dim_episodes') }} as episodes on revisions.episode_id = episodes.episode_id
    left join {{ ref('fct_figures') }} as figures on revisions.figure_id = figures.figure_id
    left join {{ ref('dim_measures') }} as measures on figures.measure_id = measures.measure_id

)

select * from changes
