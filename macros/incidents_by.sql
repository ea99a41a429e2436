{#- The incidents of each voice by day or month and first-level area, each once and nowhere beside its whole: a sum over
    areas is their total. A bound is never empty, so that a sum leaves no event out: an open high counts what was stated, and
    is_open_above says that there may have been more. -#}
{% macro incidents_by(span) -%}
with incidents as (

    select * from {{ ref('fct_reports') }}
    where counting = 'incident' and is_standing and not is_retracted and not is_share

),

each_once as (

    -- Where a voice tells one event twice at one moment, as the range of both.
    select
        episode_id,
        voice_id,
        measure_id,
        unit_id,
        population_id,
        verification,
        kind,
        scope_id,
        min(source_id) as source_id,
        min(place_id) as place_id,
        min(report_id) as report_id,
        min(period_start_on) as started_on,
        min({{ counts_from() }}) as low,
        case when count(value_stated) = count(*) and min(value_stated) = max(value_stated) then min(value_stated) end
            as stated,
        max({{ counts_to() }}) as high,
        count(high) < count(*) as is_open_above
    from incidents
    group by episode_id, voice_id, measure_id, unit_id, population_id, verification, kind, scope_id

),

named as (

    select
        each_once.episode_id,
        each_once.voice_id,
        each_once.population_id,
        places.first_level_id,
        places.country_id,
        episodes.name as episode,
        measures.name as measure,
        each_once.unit_id as unit,
        populations.name as population,
        areas.name as first_level,
        countries.name as country,
        places.iso3,
        min(sources.name) as source,
        each_once.verification,
        each_once.kind,
        count(*) as incident_count,
        cast(sum(coalesce(each_once.low, 0)) as bigint) as low,
        case when count(each_once.stated) = count(*) then cast(sum(each_once.stated) as bigint) end as stated,
        cast(sum(each_once.high) as bigint) as high,
        count(case when each_once.is_open_above then 1 end) > 0 as is_open_above,
        figures.part_of is not null as is_part_of_total,
        cast({{ dbt.date_trunc(span, 'each_once.started_on') }} as date) as {{ span }}_on
    from each_once
    inner join {{ ref('fct_figures') }} as figures on each_once.report_id = figures.figure_id
    inner join {{ ref('dim_episodes') }} as episodes on each_once.episode_id = episodes.episode_id
    inner join {{ ref('dim_measures') }} as measures on each_once.measure_id = measures.measure_id
    inner join {{ ref('dim_populations') }} as populations on each_once.population_id = populations.population_id
    inner join {{ ref('dim_places') }} as places on each_once.place_id = places.place_id
    inner join {{ ref('dim_sources') }} as sources on each_once.source_id = sources.source_id
    left join {{ ref('dim_places') }} as areas on places.first_level_id = areas.place_id
    left join {{ ref('dim_places') }} as countries on places.country_id = countries.place_id
    group by
        each_once.episode_id, each_once.voice_id, each_once.population_id, places.first_level_id, places.country_id,
        episodes.name, measures.name, each_once.unit_id, populations.name, areas.name, countries.name, places.iso3,
        each_once.verification, each_once.kind, figures.part_of is not null,
        cast({{ dbt.date_trunc(span, 'each_once.started_on') }} as date)

)

select * from named
{%- endmacro %}
