{#- A day as a sentence writes it: 2 December 2024. -#}
{% macro day_text(expression) -%}
    {{ return(adapter.dispatch('day_text', 'on_record')(expression)) }}
{%- endmacro %}

{% macro default__day_text(expression) -%}
    date_format({{ expression }}, 'd MMMM yyyy')
{%- endmacro %}

{% macro duckdb__day_text(expression) -%}
    strftime({{ expression }}, '%-d %B %Y')
{%- endmacro %}
