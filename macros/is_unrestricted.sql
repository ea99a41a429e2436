{#- Whether a scope is as wide as scopes go: any cause, anybody's doing, no window of days, nobody's grade, and no
    estimate. -#}
{% macro is_unrestricted(table) -%}
    ({{ table }}.cause_id is null and {{ table }}.actor_id is null and {{ table }}.incident_id is null
        and {{ table }}.counting in ('cumulative', 'stock') and {{ table }}.verification = 'reported'
        and {{ table }}.kind = 'count')
{%- endmacro %}
