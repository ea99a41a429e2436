{#- All that a table is held to, in one query, under the names that dbt's tests have: each argument takes claims by name, and
    a row that breaks one comes back with that name. A test for each would take dbt longer than all of them take DuckDB
    (docs/decisions/0030-what-is-affected.md). -#}
{% test claims_hold(
    model, unique_combination_of_columns={}, unique={}, accepted_values={}, expression_is_true={}, relationships={},
    keeps_rows_of={}, keeps_what_was_recorded={}, mutually_exclusive_ranges={}
) %}
    {%- set rows = affected_rows(model) %}
    {%- set failing = [] %}
    {%- if expression_is_true %}
        {%- do failing.append(rows_where_false(rows, expression_is_true)) %}
    {%- endif %}
    {%- for claim, columns in unique_combination_of_columns.items() %}
        {%- do failing.append(rows_of_claim(claim, combinations_found_twice(model, columns))) %}
    {%- endfor %}
    {%- for claim, column in unique.items() %}
        {#- As dbt's own test: what is empty is no second of its kind. #}
        {%- set filled = '(select * from ' ~ rows ~ ' where ' ~ column ~ ' is not null) as filled' %}
        {%- do failing.append(rows_of_claim(claim, combinations_found_twice(filled, [column]))) %}
    {%- endfor %}
    {%- for claim, each in accepted_values.items() %}
        {%- do failing.append(rows_of_claim(claim, values_not_accepted(rows, **each))) %}
    {%- endfor %}
    {%- for claim, each in relationships.items() %}
        {%- do failing.append(rows_of_claim(claim, values_without_parent(rows, **each))) %}
    {%- endfor %}
    {%- for claim, each in keeps_rows_of.items() %}
        {%- do failing.append(rows_of_claim(claim, rows_lost_or_doubled(model, **each))) %}
    {%- endfor %}
    {%- for claim, each in keeps_what_was_recorded.items() %}
        {%- do failing.append(rows_of_claim(claim, rows_not_as_recorded(model, **each))) %}
    {%- endfor %}
    {%- for claim, each in mutually_exclusive_ranges.items() %}
        {%- do failing.append(rows_of_claim(claim, ranges_that_overlap(rows, **each))) %}
    {%- endfor %}
    {{ failing | join('\n    union all\n') }}
{% endtest %}

{#- Rows that break a claim, whatever their columns, with its name. -#}
{% macro rows_of_claim(claim, failing) -%}
    select
        '{{ claim }}' as claim,
        {{ row_as_text('failing') }} as failing_row
    from (
        {{ failing }}
    ) as failing
{%- endmacro %}

{% macro row_as_text(relation) -%}
    {{ return(adapter.dispatch('row_as_text', 'on_record')(relation)) }}
{%- endmacro %}

{% macro default__row_as_text(relation) -%}
    to_json(struct({{ relation }}.*))
{%- endmacro %}

{% macro duckdb__row_as_text(relation) -%}
    cast({{ relation }} as varchar)
{%- endmacro %}

{#- Rows that break one or more of these expressions, each once, with the names of all it breaks; unknown is not broken. -#}
{% macro rows_where_false(rows, expressions) -%}
    select
        concat_ws(', '
            {%- for claim, expression in expressions.items() %}, case when not ({{ expression }}) then '{{ claim }}' end
            {%- endfor %}) as claim,
        {{ row_as_text('every_row') }} as failing_row
    from (select * from {{ rows }}) as every_row
    where
        {%- for expression in expressions.values() %}
        {{ 'or ' if not loop.first }}not ({{ expression }})
        {%- endfor %}
{%- endmacro %}

{% macro values_not_accepted(rows, column, values) -%}
    select {{ column }} as value_found
    from {{ rows }}
    where {{ column }} not in ('{{ values | join("', '") }}')
{%- endmacro %}

{#- `where` says which rows a claim is about. -#}
{% macro values_without_parent(rows, column, to, field, where='true') -%}
    select child.{{ column }} as missing_value
    from (select * from {{ rows }}) as child
    where
        {{ where }} and child.{{ column }} is not null
        and not exists (
            select 1 from {{ to }} as parent
            where child.{{ column }} = parent.{{ field }}
        )
{%- endmacro %}

{#- Spans of one thing follow on each other: each ends when the next begins, or before. Then no day is in two of them. -#}
{% macro ranges_that_overlap(rows, lower_bound_column, upper_bound_column, partition_by) -%}
    select *
    from (
        select
            {{ partition_by | join(', ') }},
            {{ lower_bound_column }} as begins,
            {{ upper_bound_column }} as ends,
            lead({{ lower_bound_column }}) over (
                partition by {{ partition_by | join(', ') }} order by {{ lower_bound_column }}
            ) as next_begins
        from {{ rows }}
    ) as spans
    where ends <= begins or (next_begins is not null and (ends is null or ends > next_begins))
{%- endmacro %}
