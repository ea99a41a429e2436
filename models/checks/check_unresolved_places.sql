with figures as (

    select * from {{ ref('fct_figures') }}
    where dataset_id is not null

),

places_named as (

    select * from {{ ref('int_places_named') }}

),

places as (

    select * from {{ ref('dim_places') }}

),

findings as (

    select
        figures.dataset_id,
        figures.place_stated,
        figures.place_id,
        '“' || figures.place_stated || '” (' || figures.dataset_id || ') is in no list of places: '
        || {{ number_text('count(*)') }} || case when count(*) = 1 then ' figure counts' else ' figures count' end
        || ' for ' || max(places.name) || '. Add the name to seeds/place_names.csv.' as sentence,
        count(*) as figure_count
    from figures
    inner join places_named on figures.place_stated = places_named.place_name
    inner join places on figures.place_id = places.place_id
    where
        not places_named.is_resolved
        and figures.place_id = places_named.place_id
        and {{ is_of_current_release('figures') }}
    group by figures.dataset_id, figures.place_stated, figures.place_id

)

select * from findings
