with figures as (

    select * from {{ ref('fct_figures') }}
    where {{ is_affected('episode') }}

),

final as (

    select
        -- ids
        episode_id,
        measure_id,
        population_id,
        place_id,
        cause_id,
        voice_id,

        -- text
        counting,
        claim_about,

        -- numbers
        count(*) as figure_count,

        -- booleans
        is_party_claim,

        -- dates
        published_on
    from figures
    group by
        episode_id, measure_id, population_id, place_id, cause_id, voice_id, counting, claim_about, is_party_claim,
        published_on

)

select * from final
order by
    episode_id asc, measure_id asc, published_on asc, population_id asc, place_id asc,
    cause_id asc nulls last, voice_id asc, counting asc, claim_about asc nulls last, is_party_claim asc
