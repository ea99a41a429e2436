with nodes as (

    {% for dimension in ['measure', 'population', 'place', 'cause'] -%}
    select
        '{{ dimension }}' as dimension,
        {{ dimension }}_id as node_id,
        nullif(parent_id, '') as parent_id,
        nullif(partition_id, '') as partition_id
    from {{ ref('stg_places' if dimension == 'place' else dimension ~ 's') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

{{ climbed('nodes', by=['dimension']) }},

ancestors as (

    -- Every node with itself and all that it lies within.
    select
        climbed.dimension,
        climbed.node_id,
        climbed.within_id as ancestor_id,
        nodes.partition_id,
        nodes.parent_id as next_id
    from climbed
    inner join nodes on climbed.dimension = nodes.dimension and climbed.within_id = nodes.node_id

),

disjoint as (

    -- Two cells of one named partition share nobody. Children and students, say, are in no partition: they overlap. So
    -- do women and the girls and women among refugees, each a cell by sex, but of another whole. Of places a partition
    -- runs across wholes: governorates lie in regions.
    select distinct
        lefts.dimension,
        lefts.node_id as left_id,
        rights.node_id as right_id
    from ancestors as lefts
    inner join ancestors as rights
        on lefts.dimension = rights.dimension
        and lefts.partition_id = rights.partition_id
        and (lefts.dimension = 'place' or lefts.next_id is not distinct from rights.next_id)
        and lefts.ancestor_id <> rights.ancestor_id

)

select * from disjoint
