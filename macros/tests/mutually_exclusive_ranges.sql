{#- Spans of one thing follow on each other: each ends when the next begins, or before. Then no day is in two of them. -#}
{% test mutually_exclusive_ranges(model, lower_bound_column, upper_bound_column, partition_by) %}
    with spans as (

        select
            {{ partition_by | join(', ') }},
            {{ lower_bound_column }} as begins,
            {{ upper_bound_column }} as ends,
            lead({{ lower_bound_column }}) over (
                partition by {{ partition_by | join(', ') }} order by {{ lower_bound_column }}
            ) as next_begins
        from {{ affected_rows(model) }}

    )

    select *
    from spans
    where ends <= begins or (next_begins is not null and (ends is null or ends > next_begins))
{% endtest %}
