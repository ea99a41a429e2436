with source as (

    {{ as_recorded('documents') }}

),

datasets as (

    select * from {{ ref('stg_datasets') }}

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

        -- dates
        published_on,
        retrieved_on,

        -- times
        loaded_at,
        removed_at
    from source

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
        published_on,
        accessed_on as retrieved_on,
        loaded_at,
        null as removed_at,
        dataset_id
    from datasets
    where is_current

)

select * from final
