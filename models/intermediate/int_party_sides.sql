with recursive parties as (

    select
        episode_id,
        dimension,
        member_id,
        side
    from {{ ref('parties') }}

),

populations as (

    select
        population_id,
        nullif(parent_id, '') as parent_id
    from {{ ref('populations') }}

),

climbed as (

    -- A loop in the tree ends after twenty steps: each is a row of its own, so union alone would not end it.
    select
        population_id,
        population_id as within_id,
        parent_id as next_id,
        0 as steps
    from populations

    union

    select
        climbed.population_id,
        populations.population_id as within_id,
        populations.parent_id as next_id,
        climbed.steps + 1 as steps
    from climbed
    inner join populations on climbed.next_id = populations.population_id
    where climbed.steps < 20

),

sided as (

    -- Whoever is part of a side is on it: fighters of HTS where the opposition is a side.
    select
        parties.episode_id,
        parties.dimension,
        climbed.population_id as member_id,
        parties.side,
        row_number() over (
            partition by parties.episode_id, climbed.population_id
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
