{#- The range over the chosen voices of a group of standing reports (rules 4 and 6). All pairs of reports meet exactly
    when the highest start lies at or below the lowest end, so one comparison finds a dispute. -#}
{% macro envelope(chosen, suffix='') -%}
    min(counts_from) filter (where {{ chosen }}) as lowest{{ suffix }},
    max(counts_to) filter (where {{ chosen }}) as highest{{ suffix }},
    count(*) filter (where {{ chosen }}) as source_count{{ suffix }},
    coalesce(cast(sum(report_count) filter (where {{ chosen }}) as bigint), 0) as report_count{{ suffix }},
    count(*) filter (where {{ chosen }} and low_count < report_count) > 0 as is_open_below{{ suffix }},
    count(*) filter (where {{ chosen }} and high_count < report_count) > 0 as is_open_above{{ suffix }},
    max(highest_low) filter (where {{ chosen }}) as highest_low{{ suffix }},
    min(lowest_high) filter (where {{ chosen }}) as lowest_high{{ suffix }},
    coalesce(
        sum(report_count) filter (where {{ chosen }}) > 1
        and coalesce(max(highest_low) filter (where {{ chosen }}), 0) > min(lowest_high) filter (where {{ chosen }}),
        false
    ) as is_disputed{{ suffix }}
{%- endmacro %}

{#- What the standing reports of a range agree on: those of range_agreements where several stand. One alone agrees with
    itself, unless its low lies above its high. -#}
{% macro agreement(several, suffix='') -%}
    {%- set alone %}enveloped.report_count{{ suffix }} = 1
        and (
            enveloped.lowest_high{{ suffix }} is null
            or coalesce(enveloped.highest_low{{ suffix }}, 0) <= enveloped.lowest_high{{ suffix }}
        ){% endset -%}
    case when {{ alone }} then enveloped.highest_low{{ suffix }} else {{ several }}.agreement_low end
        as agreement_low{{ suffix }},
    case when {{ alone }} then enveloped.lowest_high{{ suffix }} else {{ several }}.agreement_high end
        as agreement_high{{ suffix }},
    case when {{ alone }} then 1 else {{ several }}.agreement_source_count end as agreement_source_count{{ suffix }}
{%- endmacro %}
