{#- Each day from one to another, both included, as rows of a select; none where either is empty. -#}
{% macro days_between(first, last) -%}
    {{ return(adapter.dispatch('days_between', 'on_record')(first, last)) }}
{%- endmacro %}

{% macro default__days_between(first, last) -%}
    explode(sequence({{ first }}, {{ last }}, interval 1 day))
{%- endmacro %}

{% macro duckdb__days_between(first, last) -%}
    cast(unnest(generate_series({{ first }}, {{ last }}, interval 1 day)) as date)
{%- endmacro %}
