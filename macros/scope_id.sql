{#- What a figure counts, as one readable key. Two figures are compared only where it is the same (rule 1).
    Ids hold no full stop, so the parts stay apart; an empty part is "not restricted". An incident with an id is named by
    it alone: place, cause, actor and days belong to the event, and documents tell them differently. What is
    verified is a scope of its own within what is reported, and so is every kind of figure that is no count, and a stated
    role of the place. A share is a count of its own, in percent. -#}
{% macro scope_id(placed) -%}
    {%- set of_event = ['stated_place', 'cause_id', 'actor_id', 'scope_start_on', 'scope_end_on'] -%}
    {%- for part in [
        'episode_id', 'measure_id', 'population_id', 'stated_place', 'cause_id', 'actor_id', 'counting', 'scope_start_on',
        'scope_end_on', 'scope_incident_id',
    ] -%}
        {%- set value = placed ~ '.' ~ part -%}
        {%- if part in of_event -%}
            {%- set value = 'case when ' ~ placed ~ '.scope_incident_id is null then ' ~ value ~ ' end' -%}
        {%- endif -%}
        {{ as_text(value) }}{{ " || '.' || " if not loop.last }}
    {%- endfor %}
    || case when {{ placed }}.verification = 'reported' then '' else '.' || {{ placed }}.verification end
    || case when {{ placed }}.scope_kind = 'count' then '' else '.' || {{ placed }}.scope_kind end
    || coalesce('.' || {{ placed }}.place_role, '')
    || case when {{ placed }}.hedge_id = 'share' then '.share' else '' end
{%- endmacro %}

{#- Whether a report is of a part that nothing tells from its total: its scope is its own, and it enters no range. -#}
{% macro is_unnamed_part(of='') -%}
    coalesce({{ of }}scope_id like '%.part.' || {{ of }}report_id, false)
{%- endmacro %}
