with figures as (

    select * from {{ ref('stg_figures') }}

),

known_names as (

    select distinct
        name_key,
        place_id
    from {{ ref('stg_place_names') }}

),

within as (

    select * from {{ ref('int_places_within') }}

),

named as (

    select distinct place_name
    from figures
    where place_id is null and place_name is not null

),

parts as (

    -- "village, district, governorate, country": the narrowest first. A name may have commas of its own, too.
    select
        place_name,
        0 as position,
        {{ name_key('place_name') }} as name_key
    from named
    where place_name like '%, %'

    union all

    {% for position in range(1, 7) -%}
    select
        place_name,
        {{ position }} as position,
        {{ name_key("split_part(place_name, ', ', " ~ position ~ ")") }} as name_key
    from named
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

matched as (

    select
        parts.place_name,
        parts.position,
        known_names.place_id,
        max(case when within.within_kind = 'country' then within.within_id end) as country_id
    from parts
    left join known_names on parts.name_key = known_names.name_key
    left join within on known_names.place_id = within.place_id
    where parts.position = 1 or known_names.place_id is not null
    group by parts.place_name, parts.position, known_names.place_id

)

select * from matched
