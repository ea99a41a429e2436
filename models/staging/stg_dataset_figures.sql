with source as (

    {{ as_read_then('dataset_figures') }}

),

renamed as (

    select
        -- ids
        figure_id,
        document_id,
        dataset_id,
        row_key,
        source_id,
        measure_id,
        population_id,
        place_id,
        cause_id,
        actor_id,
        part_of,
        incident_id,
        hedge_id,
        load_id,
        'worldwide' as episode_id,

        -- text
        source_original,
        phrase,
        place_name,
        place_precision,
        counting,
        reported_on_basis,
        flags,
        note,
        record_file,

        -- numbers
        cast(record_line as integer) as record_line,
        latitude,
        longitude,
        value as value_coded,
        low as low_coded,
        high as high_coded,

        -- dates
        period_start_on,
        period_end_on,
        reported_on,
        published_on,

        -- times
        loaded_at
    from source

)

select * from renamed
