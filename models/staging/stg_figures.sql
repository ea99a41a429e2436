with source as (

    {{ as_recorded('figures') }}

),

renamed as (

    select
        -- ids
        figure_id,
        document_id,
        episode_id,
        source_id,
        measure_id,
        population_id,
        place_id,
        nullif(cause_id, '') as cause_id,
        nullif(actor_id, '') as actor_id,
        nullif(part_of, '') as part_of,
        nullif(incident_id, '') as incident_id,
        hedge_id,
        load_id,

        -- text
        phrase,
        counting,
        reported_on_basis,
        status,
        note,
        record_file,

        -- numbers
        paragraph,
        record_line,
        value as value_coded,
        low as low_coded,
        high as high_coded,

        -- dates
        period_start_on,
        period_end_on,
        reported_on,
        coded_on,
        checked_on,

        -- times
        loaded_at,
        removed_at
    from source
    -- The one filter of this folder: a restricted figure never leaves the raw schema.
    where visibility = 'public'

)

select * from renamed
