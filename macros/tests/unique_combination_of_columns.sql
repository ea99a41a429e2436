{#- The stated grain: no two rows share these columns. -#}
{% test unique_combination_of_columns(model, combination_of_columns) %}
    {{ combinations_found_twice(model, combination_of_columns) }}
{% endtest %}

{#- Nulls count as values. Where a build kept most of a table, one of the two must be new: rows that share the first column
    with none that is are not looked at again. Rows whose hashes are all different are different, which takes a tenth of
    the memory of telling rows apart by long ids. -#}
{% macro combinations_found_twice(model, combination_of_columns) %}
    {%- set columns, first = combination_of_columns | join(', '), combination_of_columns[0] %}
    {%- set source = 'select * from ' ~ model %}
    {%- if is_kept_in_part() %}
    {%- set source = source ~ ' where ' ~ first ~ ' in (select ' ~ first ~ ' from ' ~ affected_rows(model) ~ ')' %}
    {%- endif %}
    select
        {{ columns }},
        count(*) as row_count
    from ({{ source }}) as every_row
    {%- if says("select count(*) = count(distinct hash(" ~ columns ~ ")) from (" ~ source ~ ") as every_row") %}
    where false
    {%- endif %}
    group by {{ columns }}
    having count(*) > 1
{% endmacro %}
