{#- A value as text, nothing as the empty text: concatenating a null would lose the whole. -#}
{% macro as_text(expression) -%}
    coalesce(cast({{ expression }} as {{ dbt.type_string() }}), '')
{%- endmacro %}
