with figures as (

    {{ versions('figures') }}

),

documents as (

    {{ versions('documents') }}

),

dataset_figures as (

    {{ dataset_versions() }}

),

final as (

    select
        -- ids
        figure_id as row_id,
        figure_id,
        document_id,
        episode_id,
        load_id,
        replaced_by,

        -- text
        'figures' as record_table,
        {{ status_of_readings() }} as status,
        note,

        -- booleans
        false as is_of_first_load,

        -- times
        loaded_at,
        removed_at,
        replaced_at
    from figures
    union all
    select
        document_id as row_id,
        cast(null as {{ dbt.type_string() }}) as figure_id,
        document_id,
        episode_id,
        load_id,
        replaced_by,
        'documents' as record_table,
        cast(null as {{ dbt.type_string() }}) as status,
        note,
        false as is_of_first_load,
        loaded_at,
        removed_at,
        replaced_at
    from documents
    union all
    select
        figure_id as row_id,
        figure_id,
        document_id,
        'worldwide' as episode_id,
        load_id,
        replaced_by,
        'figures' as record_table,
        'published' as status,
        note,
        is_of_first_load,
        loaded_at,
        null as removed_at,
        replaced_at
    from dataset_figures

)

select * from final
