{#- Rows of a unit test. dbt writes one `select … union all` a row, which Spark takes for a partition each: a test of ten
    joins was not done in minutes. There they are one list of values. -#}
{% macro get_fixture_sql(rows, column_name_to_data_types) %}
    {{ return(adapter.dispatch('get_fixture_sql', 'on_record')(rows, column_name_to_data_types)) }}
{% endmacro %}

{% macro default__get_fixture_sql(rows, column_name_to_data_types) %}
    {{ return(dbt.get_fixture_sql(rows, column_name_to_data_types)) }}
{% endmacro %}

{% macro spark__get_fixture_sql(rows, column_name_to_data_types) %}
    {%- if not rows -%}
        {{ return(dbt.get_fixture_sql(rows, column_name_to_data_types)) }}
    {%- endif -%}
    {%- set types = column_name_to_data_types or {} -%}
    {%- if not types -%}
        {%- for column in adapter.get_columns_in_relation(this) -%}
            {%- do types.update({column.name | lower: column.data_type}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set empty = {} -%}
    {%- for name, type in types.items() -%}
        {%- do empty.update({name: 'cast(null as ' ~ type ~ ')'}) -%}
    {%- endfor -%}
    {%- set lines = [] -%}
    {%- for row in rows -%}
        {%- set cells = dict(empty, **format_row(row, types)) -%}
        {%- set line = [] -%}
        {%- for name in types -%}
            {%- do line.append(cells[name] | trim) -%}
        {%- endfor -%}
        {%- do lines.append('(' ~ line | join(', ') ~ ')') -%}
    {%- endfor -%}
    {{ return('select * from values ' ~ lines | join(', ') ~ ' as given (' ~ types.keys() | join(', ') ~ ')') }}
{% endmacro %}
