{#- dbt's relationships for several columns of a model in one query: a value that is not there comes back with the name of
    the claim it breaks. -#}
{% test relationships_hold(model, relationships) %}
    with child as (

        select * from {{ affected_rows(model) }}

    )

    {% for claim, each in relationships.items() -%}
    select
        '{{ claim }}' as claim,
        cast(child.{{ each.column }} as {{ dbt.type_string() }}) as missing_value
    from child
    where
        child.{{ each.column }} is not null
        and not exists (
            select 1 from {{ each.to }} as parent
            where child.{{ each.column }} = parent.{{ each.field }}
        )
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endtest %}
