{#- The values of a group as one text, in a stated order: "a, b, c". No engine shares a spelling of it. -#}
{% macro text_list(expression, order_by, separator=', ') -%}
    {{ return(adapter.dispatch('text_list', 'on_record')(expression, order_by, separator)) }}
{%- endmacro %}

{% macro default__text_list(expression, order_by, separator) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{% macro spark__text_list(expression, order_by, separator) -%}
    array_join(
        transform(array_sort(collect_list(struct({{ order_by }} as position, {{ expression }} as word))), s -> s.word),
        '{{ separator }}'
    )
{%- endmacro %}
