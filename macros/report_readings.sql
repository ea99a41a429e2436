{#- What each report says by each convention: what the figure says that it is named after or, where it was told in differing
    words, what those say together (rule 2). What stands is the same whatever the words are read as. -#}
{% macro report_readings() -%}
    {%- set said = ['hedge_convention', 'low_basis', 'high_basis', 'low', 'value_stated', 'high'] -%}
    select
        figure_id as report_id,
        {{ said | join(', ') }}
    from {{ ref('fct_readings') }}
    where
        figure_id not in (select reworded.report_id from {{ ref('fct_reworded_reports') }} as reworded)
        and {{ is_affected('episode') }}

    union all

    select
        report_id,
        {{ said | join(', ') }}
    from {{ ref('fct_reworded_reports') }}
    where {{ is_affected('episode') }}
{%- endmacro %}
