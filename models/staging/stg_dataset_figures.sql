with source as (

    {{ as_read_then('dataset_figures') }}

),

shown as (

    -- As in stg_figures: a restricted figure never leaves the raw schema.
    select source.*
    from source
    where {{ is_not_kept_back('source') }}

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
        coalesce(kind, 'count') as kind,
        interval_kind,
        place_role,
        coalesce(verification, 'reported') as verification,
        source_grade,
        source_grade_scheme,
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
        cast(interval_level as double) as interval_level,
        -- By the rule of its reader, else by its form.
        cast(coalesce(rounded_to, {{ rounded_by_form('value') }}) as bigint) as rounded_to,

        -- dates
        period_start_on,
        period_end_on,
        reported_on,
        published_on,

        -- times
        loaded_at
    from shown

)

select * from renamed
