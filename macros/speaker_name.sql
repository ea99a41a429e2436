{#- Who says it, in words: the source, or whose own voice it is where the document names nobody. -#}
{% macro speaker_name(said, sources) -%}
    case
        when {{ sources }}.source_id <> 'unattributed' then {{ sources }}.name
        when {{ said }}.agency is not null then 'Unattributed, in a report of ' || {{ said }}.agency
        when {{ said }}.publisher is not null then 'Unattributed, in ' || {{ said }}.publisher
        else 'Unattributed, in document ' || {{ said }}.document_id
    end
{%- endmacro %}

{#- A figure as a finding tells it: who says it, in which words, up to which day. -#}
{% macro stated_figure(figures, counted_until_on, says='says') -%}
    {{ figures }}.speaker_name || ' {{ says }} “' || {{ figures }}.phrase || '”'
    || coalesce(' up to ' || {{ day_text(counted_until_on) }}, '') || ' (' || {{ figures }}.figure_id || ')'
{%- endmacro %}
