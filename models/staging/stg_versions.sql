with figures as (

    {{ versions('figures') }}

),

documents as (

    {{ versions('documents') }}

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
        status,
        note,

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
        loaded_at,
        removed_at,
        replaced_at
    from documents

)

select * from final
