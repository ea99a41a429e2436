{#- The folder's schema by its own name (staging, main), not prefixed with the target's; what a user adds is in mine. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if not custom_schema_name and is_mine(node) -%}
        mine
    {%- else -%}
        {{ (custom_schema_name or target.schema) | trim }}
    {%- endif -%}
{%- endmacro %}

{#- Whether a node is a user's own: it lies under models/mine/, or tests what does. -#}
{% macro is_mine(node) -%}
    {%- for read in node.depends_on.nodes if node.resource_type in ['test', 'unit_test'] and read in graph.nodes -%}
        {%- if is_mine(graph.nodes[read]) -%}
            {{ return(true) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(node.fqn[1] == 'mine') }}
{%- endmacro %}
