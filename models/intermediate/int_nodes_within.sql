with nodes as (

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

{{ climbed('nodes', by=['dimension']) }},

final as (

    select
        dimension,
        node_id,
        within_id
    from climbed

)

select * from final
