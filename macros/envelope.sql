{#- The range over the chosen voices of a group of standing reports (rules 4 and 6). All pairs of reports meet exactly
    when the highest start lies at or below the lowest end, so one comparison finds a dispute. -#}
{% macro envelope(chosen, suffix='') -%}
    min(counts_from) filter (where {{ chosen }}) as lowest{{ suffix }},
    max(counts_to) filter (where {{ chosen }}) as highest{{ suffix }},
    count(*) filter (where {{ chosen }}) as source_count{{ suffix }},
    coalesce(cast(sum(report_count) filter (where {{ chosen }}) as bigint), 0) as report_count{{ suffix }},
    count(*) filter (where {{ chosen }} and low_count < report_count) > 0 as is_open_below{{ suffix }},
    count(*) filter (where {{ chosen }} and high_count < report_count) > 0 as is_open_above{{ suffix }},
    coalesce(
        sum(report_count) filter (where {{ chosen }}) > 1
        and max(highest_low) filter (where {{ chosen }}) > min(lowest_high) filter (where {{ chosen }}),
        false
    ) as is_disputed{{ suffix }}
{%- endmacro %}
