{#- Row conservation: every row of the other relation is here once, and nothing else is. Returns what was lost or
    doubled, by key. -#}
{% test keeps_rows_of(model, to, key, condition='true', here='true') %}
    with there as (

        select {{ key }} as row_key, count(*) as row_count
        from {{ to }}
        where {{ condition }}
        group by {{ key }}

    ),

    here as (

        select {{ key }} as row_key, count(*) as row_count
        from {{ model }}
        where {{ here }}
        group by {{ key }}

    )

    select
        coalesce(there.row_key, here.row_key) as row_key,
        there.row_count as rows_there,
        here.row_count as rows_here
    from there
    full outer join here on there.row_key = here.row_key
    where there.row_count is distinct from here.row_count
{% endtest %}
