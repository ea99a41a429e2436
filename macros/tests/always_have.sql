{#- These columns are never empty: one query for all of them. -#}
{% test always_have(model, columns) %}
    select *
    from {{ model }}
    where {{ columns | join(' is null or ') }} is null
{% endtest %}
