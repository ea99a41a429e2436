{#- How far our reading of vague words reaches between two numbers: that of a high upwards, that of a low downwards. Where
    nothing but the reading says how many, none of it is known to be the word's. -#}
{% macro width_of_words(lower, higher) -%}
    case
        when {{ lower }}.high_basis = 'convention'
            then coalesce({{ lower }}.high - {{ lower }}.value_stated, {{ lower }}.high - {{ lower }}.low, 0)
        else 0
    end
    + case
        when {{ higher }}.low_basis = 'convention' then coalesce({{ higher }}.value_stated - {{ higher }}.low, 0)
        else 0
    end
{%- endmacro %}

{#- How far rounding parts two numbers: half of what each is rounded to, where it stands as its source printed it. -#}
{% macro width_of_rounding(lower, higher) -%}
    case
        when {{ lower }}.high_basis = 'stated' and {{ lower }}.rounded_to > 1 then {{ lower }}.rounded_to / 2.0
        else 0
    end
    + case
        when {{ higher }}.low_basis = 'stated' and {{ higher }}.rounded_to > 1 then {{ higher }}.rounded_to / 2.0
        else 0
    end
{%- endmacro %}
