{#- Seeds on Spark, as literals: dbt-spark's own binding neither escapes a quote nor tells an empty cell from 'None'. -#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = model.config.column_types or {} -%}
    {%- set statements = [] -%}
    {%- for chunk in agate_table.rows | batch(1000) -%}
        {%- set sql -%}
            insert into {{ this.render() }} values
            {%- for row in chunk %}
            (
                {%- for name in agate_table.column_names -%}
                {#- A column whose type is given comes as text, which Spark puts into no other column by itself. -#}
                cast({{ spark_literal(row[loop.index0]) }} as {{ types.get(name, 'string') }}){{ ', ' if not loop.last }}
                {%- endfor -%}
            ){{ ',' if not loop.last }}
            {%- endfor %}
        {%- endset -%}
        {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
        {%- do statements.append(sql) -%}
    {%- endfor -%}
    {{ return(statements[0] if statements else '') }}
{% endmacro %}

{#- A cell as Spark reads it: an empty one is null, and a backslash or a quote stands for itself. -#}
{% macro spark_literal(cell) -%}
    {%- if cell is none -%}
        null
    {%- elif cell is boolean or cell is number -%}
        {{ cell }}
    {%- else -%}
        '{{ cell | string | replace("\\", "\\\\") | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}
