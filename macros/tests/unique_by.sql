{#- The stated grain: no two rows share these columns. Nulls count as values. Where a build kept most of a table, one of
    the two must be new: rows that share the first column with none that is are not grouped again. -#}
{% test unique_by(model, columns) %}
    select
        {{ columns | join(', ') }},
        count(*) as row_count
    from {{ model }}
    {%- if is_kept_in_part() %}
    where {{ columns[0] }} in (select {{ columns[0] }} from {{ model }} where {{ in_this_build() }})
    {%- endif %}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
