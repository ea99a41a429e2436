{#- The range over the chosen rows of a group of standing reports (rules 4 and 6). All pairs of reports meet exactly
    when the highest start lies at or below the lowest end, so one comparison finds a dispute. -#}
{% macro envelope(chosen, suffix='') -%}
    min(counts_from) filter (where {{ chosen }}) as lowest{{ suffix }},
    max(counts_to) filter (where {{ chosen }}) as highest{{ suffix }},
    count(distinct voice_id) filter (where {{ chosen }}) as source_count{{ suffix }},
    count(*) filter (where {{ chosen }}) as report_count{{ suffix }},
    count(*) filter (where {{ chosen }} and low is null) > 0 as is_open_below{{ suffix }},
    count(*) filter (where {{ chosen }} and high is null) > 0 as is_open_above{{ suffix }},
    count(*) filter (where {{ chosen }}) > 1 and coalesce(
        max(coalesce(low, 0)) filter (where {{ chosen }}) > min(high) filter (where {{ chosen }}), false
    ) as is_disputed{{ suffix }}
{%- endmacro %}
