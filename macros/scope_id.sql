{#- What a figure counts, as one readable key. Two figures are compared only where it is the same (rule 1).
    Ids hold no full stop, so the parts stay apart; an empty part is "not restricted". An incident with an id is named by
    it, whatever day a document puts it on. A share is a count of its own, in percent. -#}
{% macro scope_id(placed) -%}
    {%- set parts = [
        placed ~ '.episode_id', placed ~ '.measure_id', placed ~ '.population_id', placed ~ '.scope_place',
        placed ~ '.cause_id', placed ~ '.actor_id', placed ~ '.counting',
        'case when ' ~ placed ~ '.scope_incident_id is null then ' ~ placed ~ '.scope_start_on end',
        'case when ' ~ placed ~ '.scope_incident_id is null then ' ~ placed ~ '.scope_end_on end',
        placed ~ '.scope_incident_id',
    ] -%}
    {%- for part in parts -%}
        {{ as_text(part) }}{{ " || '.' || " if not loop.last }}
    {%- endfor %}
    || case when {{ placed }}.hedge_id = 'share' then '.share' else '' end
{%- endmacro %}
