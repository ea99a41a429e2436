{#- Each incident of a voice once (rule 8): where it told one twice at one moment, as the range of both, where it was told
    first. An open end is empty in `low` and `high`; `counts_from` and `counts_to` count what was stated instead. Read also
    by the pages, without dbt (common/models_sql.py). -#}
{% macro each_incident_once(reports) -%}
    select
        episode_id,
        voice_id,
        min(source_id) as source_id,
        measure_id,
        unit_id,
        population_id,
        min_by(place_id, report_id) as place_id,
        min(cause_id) as cause_id,
        min(actor_id) as actor_id,
        verification,
        kind,
        place_role,
        scope_id,
        min(report_id) as report_id,
        min(period_start_on) as started_on,
        coalesce(max(period_end_on), min(period_start_on)) as ended_on,
        case when count(low) = count(*) then min({{ counts_from() }}) end as low,
        case when count(value_stated) = count(*) and min(value_stated) = max(value_stated) then min(value_stated) end
            as value_stated,
        case when count(high) = count(*) then max({{ counts_to() }}) end as high,
        min({{ counts_from() }}) as counts_from,
        max({{ counts_to() }}) as counts_to
    from {{ reports }}
    where counting = 'incident' and is_standing and not is_share
    group by
        episode_id, voice_id, measure_id, unit_id, population_id, verification, kind, place_role, scope_id
{%- endmacro %}

{#- Incidents added up by the span in which they begin and the one in which they end, in their place and every place around
    it: an open end stays open. What a data set tells of a year in one event is no number of its first month (UCDP GED
    codebook, date_prec), so it never stands beside events of that month. -#}
{% macro incident_totals(incidents, within, spans) -%}
    {%- for span in spans %}
    {%- set starts_on = 'cast(' ~ dbt.date_trunc(span, 'incidents.started_on') ~ ' as date)' %}
    {%- set ends_on = 'cast(' ~ dbt.date_trunc(span, 'incidents.ended_on') ~ ' as date)' %}
    select
        -- ids
        incidents.episode_id,
        incidents.voice_id,
        min(incidents.source_id) as source_id,
        incidents.measure_id,
        incidents.population_id,
        places_around.within_id as place_id,
        incidents.cause_id,
        incidents.actor_id,

        -- text
        '{{ span }}' as span,
        incidents.verification,
        incidents.kind,
        incidents.place_role,

        -- numbers
        count(*) as incident_count,
        {%- for number in ['low', 'value_stated', 'high'] %}
        case when count(incidents.{{ number }}) = count(*) then cast(sum(incidents.{{ number }}) as bigint) end
            as {{ number }},
        {%- endfor %}

        -- dates
        {{ starts_on }} as span_start_on,
        {{ ends_on }} as last_span_start_on
    from {{ incidents }} as incidents
    inner join {{ within }} as places_around on incidents.place_id = places_around.place_id
    group by
        incidents.episode_id, incidents.voice_id, incidents.measure_id, incidents.population_id,
        places_around.within_id, incidents.cause_id, incidents.actor_id, incidents.verification, incidents.kind,
        incidents.place_role, {{ starts_on }}, {{ ends_on }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- The incidents of each voice by day or month and first-level area, each once and nowhere beside its whole: a sum over
    areas is their total. What lasted into another day or month is a row of its own. A bound is never empty, so that a sum leaves no event out: an open high counts what was stated, and
    is_open_above says that there may have been more. -#}
{% macro incidents_by(span) -%}
with incidents as (

    {{ each_incident_once(ref('fct_reports')) }}

),

named as (

    select
        incidents.episode_id,
        incidents.voice_id,
        incidents.population_id,
        places.first_level_id,
        places.country_id,
        episodes.name as episode,
        measures.name as measure,
        incidents.unit_id as unit,
        populations.name as population,
        areas.name as first_level,
        countries.name as country,
        places.iso3,
        min({{ source_name('incidents.source_id', 'sources.name', 'voices.name') }}) as source,
        incidents.verification,
        incidents.kind,
        count(*) as incident_count,
        cast(sum(coalesce(incidents.counts_from, 0)) as bigint) as low,
        case when count(incidents.value_stated) = count(*) then cast(sum(incidents.value_stated) as bigint) end as stated,
        cast(sum(incidents.counts_to) as bigint) as high,
        count(incidents.high) < count(*) as is_open_above,
        figures.part_of is not null as is_part_of_total,
        bool_or(voices.is_party) as is_party,
        cast({{ dbt.date_trunc(span, 'incidents.started_on') }} as date) as {{ span }}_on,
        cast({{ dbt.date_trunc(span, 'incidents.ended_on') }} as date) as last_{{ span }}_on
    from incidents
    inner join {{ ref('fct_figures') }} as figures on incidents.report_id = figures.figure_id
    inner join {{ ref('dim_voices') }} as voices on incidents.voice_id = voices.voice_id
    {{ join_names('incidents', ['causes', 'actors']) }}
    group by
        incidents.episode_id, incidents.voice_id, incidents.population_id, places.first_level_id, places.country_id,
        episodes.name, measures.name, incidents.unit_id, populations.name, areas.name, countries.name, places.iso3,
        incidents.verification, incidents.kind, figures.part_of is not null,
        cast({{ dbt.date_trunc(span, 'incidents.started_on') }} as date),
        cast({{ dbt.date_trunc(span, 'incidents.ended_on') }} as date)

)

select * from named
{%- endmacro %}
