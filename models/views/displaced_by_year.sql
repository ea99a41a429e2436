with years as (

    select * from {{ ref('range_over_time') }}
    where span = 'year' and measure_id = 'displaced'

),

named as (

    select
        years.episode_id,
        years.voice_id,
        years.population_id,
        years.place_id,
        years.cause_id,
        years.actor_id,
        episodes.name as episode,
        years.counting,
        populations.name as population,
        places.name as place,
        countries.name as country,
        places.iso3,
        causes.name as cause,
        actors.name as actor,
        sources.name as source,
        sources.kind as source_kind,
        years.kind,
        years.place_role,
        years.verification,
        cast(extract(year from years.span_start_on) as bigint) as year,
        years.low,
        years.value_stated as stated,
        years.high,
        years.report_count,
        years.cause_id is null and years.actor_id is null and years.kind = 'count' as is_unrestricted,
        years.since_on
    from years
    inner join {{ ref('dim_episodes') }} as episodes on years.episode_id = episodes.episode_id
    inner join {{ ref('dim_populations') }} as populations on years.population_id = populations.population_id
    inner join {{ ref('dim_places') }} as places on years.place_id = places.place_id
    inner join {{ ref('dim_sources') }} as sources on years.source_id = sources.source_id
    left join {{ ref('dim_places') }} as countries on places.country_id = countries.place_id
    left join {{ ref('dim_causes') }} as causes on years.cause_id = causes.cause_id
    left join {{ ref('dim_actors') }} as actors on years.actor_id = actors.actor_id

)

select * from named
