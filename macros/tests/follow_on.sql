{#- Spans of one thing follow on each other: each ends when the next begins, or before. Then no day is in two of them. -#}
{% test follow_on(model, of, begins, ends) %}
    with spans as (

        select
            {{ of | join(', ') }},
            {{ begins }} as begins,
            {{ ends }} as ends,
            lead({{ begins }}) over (partition by {{ of | join(', ') }} order by {{ begins }}) as next_begins
        from {{ model }}

    )

    select *
    from spans
    where ends <= begins or (next_begins is not null and (ends is null or ends > next_begins))
{% endtest %}
