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
        lag(published_on) over (partition by dataset_id order by published_on, loaded_at) as previous_published_on,
        lead(published_on) over (partition by dataset_id order by published_on, loaded_at) as replaced_on
    from datasets

)

select * from followed
