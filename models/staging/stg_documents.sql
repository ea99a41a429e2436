with source as (

    {{ as_recorded('documents') }}

),

datasets as (

    select * from {{ ref('stg_datasets') }}

),

figures as (

    select distinct document_id from {{ source('raw', 'figures') }}

),

read_through as (

    select
        source.*,
        figures.document_id is null and source.removed_at is null as is_without_figure
    from source
    left join figures on source.document_id = figures.document_id

),

renamed as (

    select
        -- ids
        document_id,
        episode_id,
        load_id,

        -- text
        nullif(publisher, '') as publisher,
        nullif(agency, '') as agency,
        title,
        language,
        url,
        published_on_basis,
        sha256,
        file_name,
        note,
        record_file,

        -- numbers
        record_line,

        -- booleans
        is_without_figure,

        -- dates
        published_on,
        retrieved_on,

        -- times
        loaded_at,
        removed_at
    from read_through

),

final as (

    select
        *,
        cast(null as {{ dbt.type_string() }}) as dataset_id
    from renamed

    union all

    -- A release of a data set is a document; its attribution goes wherever its figures go.
    select
        document_id,
        'worldwide' as episode_id,
        load_id,
        producer as publisher,
        null as agency,
        title || ', ' || version as title,
        language,
        coalesce(page_url, download_url) as url,
        published_on_basis,
        sha256,
        file_names as file_name,
        attribution || ' ' || citation as note,
        file_names as record_file,
        1 as record_line,
        false as is_without_figure,
        published_on,
        accessed_on as retrieved_on,
        loaded_at,
        null as removed_at,
        dataset_id
    from datasets
    where is_current

)

select * from final
