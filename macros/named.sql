{#- Several columns of one relation, in order: where a select is long, one line a kind keeps it to be read. -#}
{% macro named(relation, columns) -%}
    {% for column in columns %}{{ relation }}.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
{%- endmacro %}
