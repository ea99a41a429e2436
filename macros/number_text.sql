{#- A whole number as a sentence writes it: 14,000; nothing as the empty text. -#}
{% macro number_text(expression) -%}
    {{ return(adapter.dispatch('number_text')(expression)) }}
{%- endmacro %}

{% macro default__number_text(expression) -%}
    coalesce(format_number({{ expression }}, 0), '')
{%- endmacro %}

{% macro duckdb__number_text(expression) -%}
    coalesce(format('{:,}', cast({{ expression }} as bigint)), '')
{%- endmacro %}
