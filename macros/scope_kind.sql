{#- Which numbers meet: counts and registers, told as count; every other kind only its own (rule 1). -#}
{% macro scope_kind(kind) -%}
    case when {{ kind }} = 'register' then 'count' else {{ kind }} end
{%- endmacro %}

{#- To how many a printed number is rounded, by its form: to the largest power of ten that divides it and is at most a
    hundredth of it. 3,665,000 is rounded to a thousand, 14,000 to a hundred, 300 to none. -#}
{% macro rounded_by_form(value) -%}
    case
        {% for power in ['1000000', '100000', '10000', '1000', '100', '10'] -%}
        when {{ value }} >= {{ power }}00 and mod({{ value }}, {{ power }}) = 0 then {{ power }}
        {% endfor -%}
        else 1
    end
{%- endmacro %}
