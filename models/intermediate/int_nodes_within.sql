with recursive nodes as (

    {% for dimension in ['measure', 'population', 'place', 'cause'] -%}
    select
        '{{ dimension }}' as dimension,
        {{ dimension }}_id as node_id,
        nullif(parent_id, '') as parent_id
    from {{ ref('stg_places' if dimension == 'place' else dimension ~ 's') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {% for dimension in ['measure', 'population'] -%}
    union all

    -- The dead are within the dead and hurt and within the dead and missing; civilian children within civilians and
    -- within children.
    select
        '{{ dimension }}' as dimension,
        {{ dimension }}_id as node_id,
        also_within_id as parent_id
    from {{ ref(dimension ~ 's') }}
    where also_within_id <> ''
    {% endfor %}

),

climbed as (

    -- A loop in the tree ends, since union keeps every row once.
    select
        dimension,
        node_id,
        node_id as within_id,
        parent_id as next_id
    from nodes

    union

    select
        climbed.dimension,
        climbed.node_id,
        nodes.node_id as within_id,
        nodes.parent_id as next_id
    from climbed
    inner join nodes on climbed.dimension = nodes.dimension and climbed.next_id = nodes.node_id

),

final as (

    -- Who lies within two is there by both ways.
    select distinct
        dimension,
        node_id,
        within_id
    from climbed

)

select * from final
