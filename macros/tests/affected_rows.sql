{#- The rows of a model that a test looks at: what a build kept was tested when it was built. Outside of a build, all. -#}
{% macro affected_rows(relation) -%}
    {%- if is_kept_in_part() -%}
        (select * from {{ relation }} where {{ is_affected(affected_by()) }}) as affected_rows
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}

{#- Whether most of what a test looks at was built before: asked in a test alone. -#}
{% macro is_kept_in_part() -%}
    {{ return(execute and flags.WHICH == 'build' and affected_by() is not none and not all_is_affected()) }}
{%- endmacro %}

{#- By what the rows of the tested model are affected, as its YAML says; none where it is always made whole. -#}
{% macro affected_by() -%}
    {{ return((tested_model().config.meta or {}).get('affected_by')) }}
{%- endmacro %}

{% macro tested_model() -%}
    {{ return(graph.nodes[model.attached_node]) }}
{%- endmacro %}
