{#- The last value of a window that is not empty. No engine shares a spelling of it. -#}
{% macro last_stated(expression, window) -%}
    {{ return(adapter.dispatch('last_stated', 'on_record')(expression, window)) }}
{%- endmacro %}

{% macro default__last_stated(expression, window) -%}
    last_value({{ expression }}) ignore nulls over {{ window }}
{%- endmacro %}

{% macro duckdb__last_stated(expression, window) -%}
    last_value({{ expression }} ignore nulls) over {{ window }}
{%- endmacro %}
