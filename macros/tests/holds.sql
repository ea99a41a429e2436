{#- A claim that every row must meet; a row where it is unknown passes. -#}
{% test holds(model, claim) %}
    select *
    from {{ model }}
    where not ({{ claim }})
{% endtest %}
