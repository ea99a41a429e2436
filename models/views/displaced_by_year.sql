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
        {{ source_name('years.source_id', 'sources.name', 'voices.name') }} as source,
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
        voices.is_party,
        years.since_on
    from years
    inner join {{ ref('dim_voices') }} as voices on years.voice_id = voices.voice_id
    {{ join_names('years', ['measures', 'areas']) }}

)

select * from named
