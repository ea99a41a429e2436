{#- Claims that every row must meet, by name; a row where one is unknown passes. One query for all of them: a row that
    fails comes back with the name of the claim. -#}
{% test expression_is_true(model, expressions) %}
    {%- set rows = affected_rows(model) %}
    with failing as (

        select *
        from {{ rows }}
        where
            {%- for expression in expressions.values() %}
            {{ 'or ' if not loop.first }}not ({{ expression }})
            {%- endfor %}

    )

    {% for claim, expression in expressions.items() -%}
    select
        '{{ claim }}' as claim,
        failing.*
    from failing
    where not ({{ expression }})
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endtest %}
