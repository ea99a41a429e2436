{#- How many parents of parents a tree is followed up; int_nodes_within claims that no tree is deeper. -#}
{% macro most_levels() -%}
    {{ return(12) }}
{%- endmacro %}

{#- Two common table expressions: `climbed` has every node of a tree with itself and all that it lies within, and the fewest
    steps from one to the other. By joins, since no two engines agree on recursion; a loop in the tree ends by itself.
    `nodes` has node_id, parent_id and the columns of `by`, which tell one tree from another; a node may have several rows,
    one for each parent. -#}
{% macro climbed(nodes, by=[]) -%}
{%- set own = (by + ['']) | join(', ') %}
paths as (

    select
        {% for column in by -%}
        level_0.{{ column }},
        {% endfor -%}
        {% for level in range(most_levels() + 1) -%}
        level_{{ level }}.node_id as node_{{ level }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ nodes }} as level_0
    {% for level in range(1, most_levels() + 1) -%}
    left join {{ nodes }} as level_{{ level }}
        on level_{{ level - 1 }}.parent_id = level_{{ level }}.node_id
        {%- for column in by %} and level_0.{{ column }} = level_{{ level }}.{{ column }}{% endfor %}
    {% endfor %}
),

levels as (

    {% for level in range(most_levels() + 1) -%}
    select {{ level }} as steps{{ ' union all' if not loop.last }}
    {% endfor %}
),

climbed as (

    select
        {{ own }}node_id,
        within_id,
        min(steps) as steps
    from (
        select
            {% for column in by -%}
            paths.{{ column }},
            {% endfor -%}
            paths.node_0 as node_id,
            case levels.steps
                {% for level in range(most_levels() + 1) -%}
                when {{ level }} then paths.node_{{ level }}
                {% endfor -%}
            end as within_id,
            levels.steps
        from paths
        cross join levels
    ) as every_step
    where within_id is not null
    group by {{ own }}node_id, within_id

)
{%- endmacro %}
