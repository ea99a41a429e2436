with episodes as (

    select * from {{ ref('episodes') }}

),

documents as (

    -- What was read: the documents with a figure that may be shown, and those without any. One that has a restricted
    -- figure alone is neither, and does not give itself away.
    select
        episode_id,
        count(*) as document_count,
        count(*) filter (where is_without_figure) as document_without_figure_count
    from (
        select
            episode_id,
            false as is_without_figure
        from {{ ref('dim_documents') }}
        union all
        select
            episode_id,
            is_without_figure
        from {{ ref('stg_documents') }}
        where is_without_figure
    ) as every_document
    group by episode_id

),

final as (

    select
        -- ids
        episodes.episode_id,
        episodes.place_id,

        -- text
        episodes.name,
        episodes.description,
        episodes.reference,
        nullif(episodes.counting, '') as counting,
        nullif(episodes.incident_id, '') as incident_id,
        nullif(episodes.searched_where, '') as searched_where,
        nullif(episodes.searched_languages, '') as searched_languages,

        -- numbers
        coalesce(documents.document_count, 0) as document_count,
        coalesce(documents.document_without_figure_count, 0) as document_without_figure_count,

        -- dates
        episodes.start_on,
        episodes.searched_from_on,
        episodes.searched_until_on
    from episodes
    left join documents on episodes.episode_id = documents.episode_id

)

select * from final
