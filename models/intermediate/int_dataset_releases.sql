with datasets as (

    select * from {{ ref('stg_datasets') }}
    where is_current

),

followed as (

    -- A release says all anew: what stands in the one before stands until the next is published, dropped rows included.
    select
        document_id,
        dataset_id,
        version,
        published_on,
        lag(document_id) over in_order as previous_document_id,
        lead(document_id) over in_order as next_document_id,
        lag(published_on) over in_order as previous_published_on,
        lead(published_on) over in_order as replaced_on
    from datasets
    window in_order as (partition by dataset_id order by published_on, loaded_at, document_id)

)

select * from followed
