with parties as (

    select
        episode_id,
        dimension,
        member_id,
        side
    from {{ ref('parties') }}

),

nodes as (

    select
        population_id as node_id,
        nullif(parent_id, '') as parent_id
    from {{ ref('populations') }}

),

{{ climbed('nodes') }},

sided as (

    -- Whoever is part of a side is on it: fighters of HTS where the opposition is a side.
    select
        parties.episode_id,
        parties.dimension,
        climbed.node_id as member_id,
        parties.side,
        row_number() over (
            partition by parties.episode_id, climbed.node_id
            order by climbed.steps, parties.side
        ) as place_in_order
    from parties
    inner join climbed on parties.member_id = climbed.within_id
    where parties.dimension = 'population'

),

final as (

    select
        episode_id,
        dimension,
        member_id,
        side
    from parties
    where dimension <> 'population'

    union all

    select
        episode_id,
        dimension,
        member_id,
        side
    from sided
    where place_in_order = 1

)

select * from final
