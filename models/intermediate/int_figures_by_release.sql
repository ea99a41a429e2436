{{ config(materialized='view') }}

with scoped as (

    select * from {{ ref('int_figures_scoped') }}
    where dataset_id is not null

),

figures_read as (

    select * from {{ ref('int_figures_read') }}

),

releases as (

    select * from {{ ref('int_dataset_releases') }}
    where previous_document_id is not null or next_document_id is not null

),

row_keys as (

    select
        figure_id,
        row_key
    from {{ ref('stg_dataset_figures') }}
    where {{ is_affected('source') }}

),

final as (

    select
        {{ named('scoped', ['figure_id', 'document_id']) }},
        {{ named('releases', ['previous_document_id', 'next_document_id']) }},
        row_keys.row_key,
        -- A figure is named after its release, its row and what it counts, and the last two are so in every release.
        substr(scoped.figure_id, length(scoped.document_id) + 2) as release_key,
        {{ named('scoped', ['episode_id', 'source_id', 'voice_id', 'scope_id', 'dataset_id', 'measure_id']) }},
        {{ named('scoped', ['population_id', 'place_id', 'part_of', 'counting']) }},
        {{ named('figures_read', ['low', 'value_stated', 'high']) }},
        {{ named('scoped', ['period_start_on', 'counted_until_on']) }},
        releases.previous_published_on
    from scoped
    inner join figures_read on scoped.figure_id = figures_read.figure_id
    inner join releases on scoped.document_id = releases.document_id
    inner join row_keys on scoped.figure_id = row_keys.figure_id

)

select * from final
