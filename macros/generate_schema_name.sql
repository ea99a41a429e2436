{#- The folder's schema by its own name (staging, main), not prefixed with the target's; what a user adds is in mine. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if not custom_schema_name and is_mine(node) -%}
        mine
    {%- else -%}
        {{ (custom_schema_name or target.schema) | trim }}
    {%- endif -%}
{%- endmacro %}

{#- Whether a node is a user's own: a model under models/mine/, or what tests or loads one. -#}
{% macro is_mine(node) -%}
    {%- set reads_mine = [] -%}
    {%- if node.resource_type in ['test', 'unit_test'] -%}
        {%- for each in (node.get('depends_on') or {}).get('nodes', []) if '.mine.' in each or each in graph.get('nodes', {}) -%}
            {%- if is_mine(graph.nodes[each]) -%}
                {%- do reads_mine.append(each) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return((node.fqn | length > 2 and node.fqn[1] == 'mine') or reads_mine | length > 0) }}
{%- endmacro %}
