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
        nullif(source_original_id, '') as source_original_id,
        hedge_id,
        load_id,

        -- text
        phrase,
        counting,
        reported_on_basis,
        coalesce(nullif(kind, ''), 'count') as kind,
        nullif(interval_kind, '') as interval_kind,
        nullif(place_role, '') as place_role,
        coalesce(nullif(verification, ''), 'reported') as verification,
        nullif(source_grade, '') as source_grade,
        nullif(source_grade_scheme, '') as source_grade_scheme,
        {{ status_of_readings() }} as status,
        nullif(doubts, '') as doubts,
        note,
        record_file,

        -- numbers
        paragraph,
        record_line,
        value as value_coded,
        low as low_coded,
        high as high_coded,
        cast(interval_level as double) as interval_level,

        -- dates
        period_start_on,
        period_end_on,
        reported_on,
        retracted_on,
        coded_on,
        checked_on,

        -- times
        reported_at,
        loaded_at,
        removed_at
    from source
    -- The one filter of this folder: a restricted figure never leaves the raw schema.
    where visibility = 'public'

),

final as (

    select
        *,
        {% for name in ['dataset_id', 'row_key', 'source_original', 'place_name', 'place_precision', 'flags'] -%}
        cast(null as {{ dbt.type_string() }}) as {{ name }},
        {% endfor -%}
        cast(null as double) as latitude,
        cast(null as double) as longitude,
        cast({{ rounded_by_form('value_coded') }} as bigint) as rounded_to,
        cast(null as date) as published_on
    from renamed

    union all

    -- Nobody here has read these: they stand as their data set published them.
    select
        {{ ['figure_id', 'document_id', 'episode_id', 'source_id', 'measure_id', 'population_id', 'place_id',
            'cause_id', 'actor_id', 'part_of', 'incident_id'] | join(', ') }},
        null as source_original_id,
        hedge_id,
        load_id,
        phrase,
        counting,
        reported_on_basis,
        {{ ['kind', 'interval_kind', 'place_role', 'verification', 'source_grade', 'source_grade_scheme'] | join(', ') }},
        'published' as status,
        null as doubts,
        note,
        record_file,
        null as paragraph,
        record_line,
        value_coded,
        low_coded,
        high_coded,
        interval_level,
        period_start_on,
        period_end_on,
        reported_on,
        null as retracted_on,
        null as coded_on,
        null as checked_on,
        null as reported_at,
        loaded_at,
        null as removed_at,
        {{ ['dataset_id', 'row_key', 'source_original', 'place_name', 'place_precision', 'flags', 'latitude',
            'longitude', 'rounded_to', 'published_on'] | join(', ') }}
    from {{ ref('stg_dataset_figures') }}

)

select * from final
