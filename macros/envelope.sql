{#- What one voice says in a span: of a report that stands alone, what that says. A voice may have two reports of one day,
    which count up to one day and so are current together. -#}
{% macro said_by_voice(is_alone=false) -%}
    {{ over('min', 'report_id', is_alone) }} as any_report_id,
    {{ over('min', 'counts_from', is_alone) }} as counts_from,
    {{ over('max', 'counts_to', is_alone) }} as counts_to,
    {{ over('max', 'low', is_alone) }} as highest_low,
    {{ over('min', 'high', is_alone) }} as lowest_high,
    {{ over('sum', '1', is_alone) }} as report_count,
    {{ over('bool_or', 'low is null', is_alone) }} as is_open_below,
    {{ over('bool_or', 'high is null', is_alone) }} as is_open_above,
    {{ over('min', 'counted_until_on', is_alone) }} as counted_from_on,
    {{ over('max', 'counted_until_on', is_alone) }} as counted_to_on
{%- endmacro %}

{#- The range over the chosen voices of a span (rule 4): over those that count up to the newest day. An earlier count of
    what can only grow still binds from below: it may raise the highest and never lowers the lowest. -#}
{% macro envelope(chosen, suffix='', is_alone=false) -%}
    {%- set current = chosen ~ ' and is_current' ~ suffix -%}
    {%- set earlier = chosen ~ ' and not is_current' ~ suffix -%}
    {%- set raising = earlier ~ " and counting in ('cumulative', 'incident')" -%}
    {%- set counts_to = over('max', 'counts_to', is_alone, current) -%}
    {%- set earlier_low = over('max', 'highest_low', is_alone, raising) -%}
    {{ over('min', 'counts_from', is_alone, current) }} as lowest{{ suffix }},
    greatest({{ counts_to }}, {{ earlier_low }}) as highest{{ suffix }},
    coalesce(cast({{ over('sum', '1', is_alone, current) }} as bigint), 0) as source_count{{ suffix }},
    coalesce(cast({{ over('sum', '1', is_alone, current ~ ' and is_named') }} as bigint), 0) as named_source_count{{ suffix }},
    coalesce(cast({{ over('sum', 'report_count', is_alone, current) }} as bigint), 0) as report_count{{ suffix }},
    coalesce(cast({{ over('sum', '1', is_alone, earlier) }} as bigint), 0) as earlier_source_count{{ suffix }},
    {{ earlier_low }} as earlier_low{{ suffix }},
    coalesce({{ over('bool_or', 'is_open_below', is_alone, current) }}, false) as is_open_below{{ suffix }},
    coalesce({{ over('bool_or', 'is_open_above', is_alone, current) }} or {{ earlier_low }} > {{ counts_to }}, false)
        as is_open_above{{ suffix }},
    {{ over('max', 'highest_low', is_alone, current) }} as highest_low{{ suffix }},
    {{ over('min', 'lowest_high', is_alone, current) }} as lowest_high{{ suffix }},
    {{ over('min', 'counted_from_on', is_alone, current) }} as counted_from_on{{ suffix }},
    {{ over('max', 'counted_to_on', is_alone, current) }} as counted_to_on{{ suffix }}
{%- endmacro %}

{#- An aggregate over the chosen rows of a group; of a row that is alone, where there is nothing to group, the value. -#}
{% macro over(aggregate, value, is_alone, chosen='true') -%}
    {%- if is_alone -%}
        case when {{ chosen }} then {{ value }} end
    {%- else -%}
        {{ aggregate }}({{ value }}) filter (where {{ chosen }})
    {%- endif -%}
{%- endmacro %}

{#- What the current reports of a range agree on: those of range_agreements where several stand. One alone agrees with
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

{#- Whether a report of a range and another that stands cannot both hold, and whether all that do so are parted by our
    reading of a vague word, or by rounding, alone (rule 6). -#}
{% macro disputes_by_span() -%}
    select
        hedge_convention,
        scope_id,
        valid_from_on,
        {% for suffix, chosen in {
            '': 'is_of_range', '_without_party_claims': 'not has_party_claim and is_of_range_without_party_claims'
        }.items() -%}
        bool_or(not is_by_convention and not is_within_rounding) filter (where {{ chosen }}) as is_disputed{{ suffix }},
        bool_and(is_by_convention) filter (where {{ chosen }}) as is_by_convention{{ suffix }},
        bool_and(is_within_rounding) filter (where {{ chosen }}) as is_within_rounding{{ suffix }}{{ ',' if not loop.last }}
        {% endfor -%}
    from {{ ref('range_contradictions') }}
    where {{ is_affected('scope') }}
    group by hedge_convention, scope_id, valid_from_on
{%- endmacro %}

{% macro disputes(suffix='') -%}
    coalesce(disputes.is_disputed{{ suffix }}, false) as is_disputed{{ suffix }},
    coalesce(disputes.is_by_convention{{ suffix }}, false) as is_by_convention{{ suffix }},
    coalesce(disputes.is_within_rounding{{ suffix }}, false) as is_within_rounding{{ suffix }}
{%- endmacro %}

{% macro is_of_one_span(left, right) -%}
    {% for column in ['hedge_convention', 'scope_id', 'valid_from_on'] -%}
    {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
