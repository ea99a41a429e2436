{#- Who says it, in words: the source, or whose own voice it is where the document names nobody. -#}
{% macro speaker_name(said, sources) -%}
    case
        when {{ sources }}.source_id <> 'unattributed' then {{ sources }}.name
        when {{ said }}.agency is not null then 'Unattributed, in a report of ' || {{ said }}.agency
        when {{ said }}.publisher is not null then 'Unattributed, in ' || {{ said }}.publisher
        else 'Unattributed, in document ' || {{ said }}.document_id
    end
{%- endmacro %}
