{#- Row conservation on our own clock: of each key the last version loaded by then is here, once, unless it was or
    became restricted. Returns what was lost, doubled or shown by mistake. -#}
{% macro rows_not_as_recorded(model, table, key, condition='true') %}
    {%- set restricted = "visibility = 'restricted'" if table == 'figures' else 'false' %}
    with loaded as (

        select {{ key }} as row_key, load_id, loaded_at, {{ restricted }} as is_restricted
        from {{ source('raw', table) }}
        union all
        select {{ key }}, load_id, loaded_at, {{ restricted }}
        from {{ source('raw', 'replaced_' ~ table) }}

    ),

    latest as (

        select row_key, max(loaded_at) as loaded_at
        from loaded
        where {{ is_recorded('loaded_at') }}
        group by row_key

    ),

    there as (

        select latest.row_key, latest.loaded_at
        from latest
        where not exists (
            select 1 from loaded
            where loaded.is_restricted and loaded.row_key = latest.row_key and loaded.loaded_at >= latest.loaded_at
        )

    ),

    here as (

        select {{ key }} as row_key, max(loaded_at) as loaded_at, count(*) as row_count
        from {{ model }}
        where {{ condition }}
        group by {{ key }}

    )

    select
        coalesce(there.row_key, here.row_key) as row_key,
        there.loaded_at as loaded_there_at,
        here.loaded_at as loaded_here_at,
        here.row_count
    from there
    full outer join here on there.row_key = here.row_key
    where there.loaded_at is distinct from here.loaded_at or here.row_count > 1
{% endmacro %}
