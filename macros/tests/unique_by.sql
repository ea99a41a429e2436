{#- The stated grain: no two rows share these columns. Nulls count as values. Where a build kept most of a table, one of
    the two must be new: rows that share the first column with none that is are not looked at again. Rows whose hashes are
    all different are different, which takes a tenth of the memory of telling rows apart by long ids. -#}
{% test unique_by(model, columns) %}
    {%- set source = 'select * from ' ~ model %}
    {%- if is_kept_in_part() %}
    {%- set source = source ~ ' where ' ~ columns[0] ~ ' in (select ' ~ columns[0] ~ ' from ' ~ model ~ ' where ' ~ in_this_build() ~ ')' %}
    {%- endif %}
    select
        {{ columns | join(', ') }},
        count(*) as row_count
    from ({{ source }}) as every_row
    {%- if says("select count(*) = count(distinct hash(" ~ columns | join(', ') ~ ")) from (" ~ source ~ ") as every_row") %}
    where false
    {%- endif %}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
