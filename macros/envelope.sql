{#- What one voice says in a span: of a report that stands alone, what that says. -#}
{% macro said_by_voice(is_alone=false) -%}
    {{ over('min', 'report_id', is_alone) }} as any_report_id,
    {{ over('min', 'counts_from', is_alone) }} as counts_from,
    {{ over('max', 'counts_to', is_alone) }} as counts_to,
    {{ over('max', 'low', is_alone) }} as highest_low,
    {{ over('min', 'high', is_alone) }} as lowest_high,
    {{ over('sum', '1', is_alone) }} as report_count,
    {{ over('bool_or', 'low is null', is_alone) }} as is_open_below,
    {{ over('bool_or', 'high is null', is_alone) }} as is_open_above
{%- endmacro %}

{#- The range over the chosen voices of a span (rules 4 and 6). All pairs of reports meet exactly when the highest start
    lies at or below the lowest end, so one comparison finds a dispute. -#}
{% macro envelope(chosen, suffix='', is_alone=false) -%}
    {%- set reports = over('sum', 'report_count', is_alone, chosen) -%}
    {%- set highest_low = over('max', 'highest_low', is_alone, chosen) -%}
    {%- set lowest_high = over('min', 'lowest_high', is_alone, chosen) -%}
    {{ over('min', 'counts_from', is_alone, chosen) }} as lowest{{ suffix }},
    {{ over('max', 'counts_to', is_alone, chosen) }} as highest{{ suffix }},
    coalesce(cast({{ over('sum', '1', is_alone, chosen) }} as bigint), 0) as source_count{{ suffix }},
    coalesce(cast({{ reports }} as bigint), 0) as report_count{{ suffix }},
    coalesce({{ over('bool_or', 'is_open_below', is_alone, chosen) }}, false) as is_open_below{{ suffix }},
    coalesce({{ over('bool_or', 'is_open_above', is_alone, chosen) }}, false) as is_open_above{{ suffix }},
    {{ highest_low }} as highest_low{{ suffix }},
    {{ lowest_high }} as lowest_high{{ suffix }},
    coalesce({{ reports }} > 1 and coalesce({{ highest_low }}, 0) > {{ lowest_high }}, false) as is_disputed{{ suffix }}
{%- endmacro %}

{#- An aggregate over the chosen rows of a group; of a row that is alone, where there is nothing to group, the value. -#}
{% macro over(aggregate, value, is_alone, chosen='true') -%}
    {%- if is_alone -%}
        case when {{ chosen }} then {{ value }} end
    {%- else -%}
        {{ aggregate }}({{ value }}) filter (where {{ chosen }})
    {%- endif -%}
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
