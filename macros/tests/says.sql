{#- What a question with one answer says, asked before a test is written; false where nothing is run. -#}
{% macro says(question) -%}
    {%- if execute and flags.WHICH in ['build', 'test'] and target.type == 'duckdb' -%}
        {{ return(run_query(question)[0][0]) }}
    {%- endif -%}
    {{ return(false) }}
{%- endmacro %}
