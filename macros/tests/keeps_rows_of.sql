{#- Row conservation: every row of the other relation is here once, and nothing else is. -#}
{% test keeps_rows_of(model, to, key, condition='true', here='true', of_episode='episode_id') %}
    {{ rows_lost_or_doubled(model, to, key, condition, here, of_episode) }}
{% endtest %}

{#- What was lost or doubled, by key; nothing is told apart where the hashes of all keys add up to the same. Where a build
    kept most of a table, the keys of what it worked out are compared, and the number of rows in all. `of_episode` is the
    other relation's column of the episode. -#}
{% macro rows_lost_or_doubled(model, to, key, condition='true', here='true', of_episode='episode_id') %}
    {%- set is_in_part = is_kept_in_part() %}
    {%- set of_there = condition ~ (' and ' ~ is_affected(affected_by(), of_episode) if is_in_part else '') %}
    {%- set of_here = here ~ (' and ' ~ is_affected(affected_by()) if is_in_part else '') %}
    {%- set sums = "(select (count(*), sum(hash(" ~ key ~ "))) from " %}
    {%- set is_same = says("select " ~ sums ~ to ~ " where " ~ of_there ~ ") = " ~ sums ~ model ~ " where " ~ of_here ~ ")") %}
    with there as (

        select {{ key }} as row_key, count(*) as row_count
        from {{ to }}
        where {{ of_there }}{{ ' and false' if is_same }}
        group by {{ key }}

    ),

    here as (

        select {{ key }} as row_key, count(*) as row_count
        from {{ model }}
        where {{ of_here }}{{ ' and false' if is_same }}
        group by {{ key }}

    )

    select
        coalesce(there.row_key, here.row_key) as row_key,
        there.row_count as rows_there,
        here.row_count as rows_here
    from there
    full outer join here on there.row_key = here.row_key
    where there.row_count is distinct from here.row_count
    {%- if is_in_part and tested_model().config.materialized == 'incremental' %}

    union all

    select
        'all rows' as row_key,
        (select count(*) from {{ to }} where {{ condition }}) as rows_there,
        (select count(*) from {{ model }} where {{ here }}) as rows_here
    where rows_there <> rows_here
    {%- endif %}
{% endmacro %}
